"""Application Auto Scaling for provisioned concurrency: targets, policies and scheduled actions.

They are checked and stored, and the API returns them. Nothing scales: registering a target brings the
alias's provisioned concurrency into its range, as on AWS, and nothing else changes it. Reports about a run
must say so.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-applicationautoscaling-scalabletarget.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-applicationautoscaling-scalingpolicy.html
    https://docs.aws.amazon.com/autoscaling/application/userguide/services-that-can-integrate-lambda.html
    https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-scheduled-scaling.html

Only the namespace `lambda` is supported. The role of a target is not checked: for Lambda it is a
service-linked one that AWS creates. AWS's documentation does not name the bounds of the utilization that a
policy may track; those here, 0.1 and 0.9, are the ones that CDK enforces.
"""

import re
import time
from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from ..cloudformation import resource_types
from ..cloudformation.resource_types import Identity, Place, Properties, ResourceTypeError, as_list
from ..core import hooks, reset, service_api
from ..core.service_api import Request

_lambda = hooks.module("services.lambda_svc")
_responses = hooks.module("core.responses")
_functions: Any = hooks.attribute(_lambda, "_functions")
_provision: Callable[[str, str, Mapping[str, int]], tuple[int, Any, bytes]] = hooks.attribute(
    _lambda, "_put_provisioned_concurrency"
)
_scoped_store: Callable[[], Any] = hooks.attribute(_responses, "AccountRegionScopedDict")
_account: Callable[[], str] = hooks.attribute(_responses, "get_account_id")
_region: Callable[[], str] = hooks.attribute(_responses, "get_region")

_NAMESPACE: Final = "lambda"
_DIMENSION: Final = "lambda:function:ProvisionedConcurrency"
_METRIC: Final = "LambdaProvisionedConcurrencyUtilization"
_LOWEST_UTILIZATION: Final = 0.1
_HIGHEST_UTILIZATION: Final = 0.9
_KEY: Final = ("ResourceId", "ScalableDimension", "ServiceNamespace")
_POLICY_TYPES: Final = ("TargetTrackingScaling", "StepScaling")
_SCHEDULE: Final = re.compile(
    r"at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)|rate\([1-9]\d* (minute|hour|day)s?\)|cron\((\S+ ){5}\S+\)"
)

_targets = _scoped_store()
_policies = _scoped_store()


def install() -> None:
    """Register the two types and the API.

    Raises:
        hooks.HookError: ministack has Application Auto Scaling itself now.
    """
    reset.on_reset(_targets.clear)
    reset.on_reset(_policies.clear)
    resource_types.register("AWS::ApplicationAutoScaling::ScalableTarget", _ScalableTarget())
    resource_types.register("AWS::ApplicationAutoScaling::ScalingPolicy", _ScalingPolicy())
    service_api.register(
        "application-autoscaling",
        "AnyScaleFrontendService",
        {
            "DescribeScalableTargets": _describe_targets,
            "DescribeScalingPolicies": _describe_policies,
            "DescribeScheduledActions": _describe_scheduled_actions,
        },
    )


class _ScalableTarget:
    def create(self, _place: Place, properties: Properties) -> Identity:
        function, alias = _alias(properties)
        smallest, largest = _range(properties)
        for action in as_list(properties.get("ScheduledActions")):
            _check_scheduled_action(action)
        identifier = _identifier(properties)
        _targets[identifier] = {**properties, "CreationTime": time.time()}
        _bring_into_range(function, alias, smallest, largest)
        return identifier, {"Id": identifier}

    def update(self, place: Place, _ref: str, _old: Properties, new: Properties) -> Identity:
        return self.create(place, new)

    def delete(self, ref: str, _properties: Properties) -> None:
        """Remove it with its policies, as AWS does; the provisioned concurrency stays as it is."""
        _targets.pop(ref, None)
        for arn, policy in list(_policies.items()):
            if policy["Target"] == ref:
                _policies.pop(arn, None)


class _ScalingPolicy:
    def create(self, place: Place, properties: Properties) -> Identity:
        target = properties.get("ScalingTargetId") or _identifier(properties)
        if target not in _targets:
            raise ResourceTypeError(f"No scalable target registered for {target.replace('|', ', ')}")
        _check_policy(properties)
        resource, _dimension, namespace = target.split("|")
        arn = (
            f"arn:aws:autoscaling:{_region()}:{_account()}:scalingPolicy:"
            f"{uuid5(NAMESPACE_URL, f'{place.stack}/{place.logical_id}/{target}')}"
            f":resource/{namespace}/{resource}:policyName/{properties['PolicyName']}"
        )
        _policies[arn] = {**properties, "Target": target, "CreationTime": time.time()}
        return arn, {"Arn": arn}

    def update(self, place: Place, _ref: str, _old: Properties, new: Properties) -> Identity:
        return self.create(place, new)

    def delete(self, ref: str, _properties: Properties) -> None:
        _policies.pop(ref, None)


def _identifier(properties: Properties) -> str:
    return "|".join(properties.get(name, "") for name in _KEY)


def _alias(properties: Properties) -> tuple[str, str]:
    """Function and alias that a target names, which must be able to have provisioned concurrency."""
    if (properties.get("ServiceNamespace"), properties.get("ScalableDimension")) != (_NAMESPACE, _DIMENSION):
        raise ResourceTypeError(f"Only the dimension {_DIMENSION} in the namespace {_NAMESPACE} is modelled")
    resource = properties.get("ResourceId", "")
    kind, _colon, rest = resource.partition(":")
    name, _colon, qualifier = rest.partition(":")
    if kind != "function" or not qualifier:
        raise ResourceTypeError(f"Unsupported resource ID for {_DIMENSION}: {resource}")
    function = _functions.get(name) or {}
    alias = function.get("aliases", {}).get(qualifier)
    if alias is None and qualifier not in function.get("versions", {}):
        raise ResourceTypeError(f"Function not found: {name}:{qualifier}")
    if qualifier == "$LATEST" or (alias and alias["FunctionVersion"] == "$LATEST"):
        raise ResourceTypeError(
            "Provisioned Concurrency Configs cannot be applied to unpublished function versions."
        )
    return name, qualifier


def _range(values: Mapping[str, Any]) -> tuple[int, int]:
    smallest, largest = int(values["MinCapacity"]), int(values["MaxCapacity"])
    if smallest < 0:
        raise ResourceTypeError("Minimum capacity must not be negative")
    if smallest > largest:
        raise ResourceTypeError("Maximum capacity cannot be less than minimum capacity")
    return smallest, largest


def _bring_into_range(function: str, alias: str, smallest: int, largest: int) -> None:
    current = (_functions.get(function) or {}).get("provisioned_concurrency", {}).get(alias) or {}
    requested = current.get("RequestedProvisionedConcurrentExecutions", 0)
    wanted = min(max(requested, smallest), largest)
    if wanted in {requested, 0}:
        return
    status, _headers, body = _provision(function, alias, {"ProvisionedConcurrentExecutions": wanted})
    if status >= 400:
        raise ResourceTypeError(body.decode())


def _check_scheduled_action(action: Mapping[str, Any]) -> None:
    if not action.get("ScheduledActionName"):
        raise ResourceTypeError("A scheduled action needs a ScheduledActionName")
    schedule = action.get("Schedule", "")
    if not _SCHEDULE.fullmatch(schedule):
        raise ResourceTypeError(f"Schedule expression not supported: {schedule}")
    limits = action.get("ScalableTargetAction") or {}
    if not limits:
        raise ResourceTypeError(f"The scheduled action {action['ScheduledActionName']} changes no capacity")
    if {"MinCapacity", "MaxCapacity"} <= limits.keys():
        _range(limits)


def _check_policy(properties: Properties) -> None:
    kind = properties.get("PolicyType")
    if kind not in _POLICY_TYPES:
        raise ResourceTypeError(
            f"A scaling policy of type {kind} is not valid for the namespace {_NAMESPACE}"
        )
    configuration = properties.get(f"{kind}PolicyConfiguration")
    if not configuration:
        raise ResourceTypeError(f"A {kind} policy needs a {kind}PolicyConfiguration")
    if kind != "TargetTrackingScaling":
        return
    value = float(configuration.get("TargetValue", 0))
    if value <= 0:
        raise ResourceTypeError("TargetValue must be positive")
    predefined = configuration.get("PredefinedMetricSpecification")
    if bool(predefined) == bool(configuration.get("CustomizedMetricSpecification")):
        raise ResourceTypeError("A target tracking policy needs one metric: a predefined or a customized one")
    if predefined and predefined.get("PredefinedMetricType") != _METRIC:
        raise ResourceTypeError(f"The predefined metric for the namespace {_NAMESPACE} is {_METRIC}")
    if predefined and not _LOWEST_UTILIZATION <= value <= _HIGHEST_UTILIZATION:
        raise ResourceTypeError(
            f"The target value of {_METRIC} must be between {_LOWEST_UTILIZATION} and {_HIGHEST_UTILIZATION}"
        )


def _describe_targets(request: Request) -> Mapping[str, Any]:
    found = []
    for target in _targets.values():
        wanted = request.get("ResourceIds") or [target["ResourceId"]]
        if target["ResourceId"] in wanted and _in_namespace(target, request):
            smallest, largest = _range(target)
            known = {name: target[name] for name in _KEY}
            role = target.get("RoleARN", "")
            times = {"CreationTime": target["CreationTime"]}
            found.append({**known, **times, "MinCapacity": smallest, "MaxCapacity": largest, "RoleARN": role})
    return {"ScalableTargets": found}


def _describe_policies(request: Request) -> Mapping[str, Any]:
    found = []
    for arn, policy in _policies.items():
        target = _targets.get(policy["Target"])
        if target and _is_asked_for(target, request):
            kind = policy["PolicyType"]
            configuration = f"{kind}PolicyConfiguration"
            described = {
                name: policy[name] for name in ("PolicyName", "PolicyType", "CreationTime", configuration)
            }
            found.append({"PolicyARN": arn, **{name: target[name] for name in _KEY}, **described})
    return {"ScalingPolicies": found}


def _describe_scheduled_actions(request: Request) -> Mapping[str, Any]:
    found = []
    for target in _targets.values():
        if not _is_asked_for(target, request):
            continue
        known = {**{name: target[name] for name in _KEY}, "CreationTime": target["CreationTime"]}
        for action in as_list(target.get("ScheduledActions")):
            name = action["ScheduledActionName"]
            identifier = uuid5(NAMESPACE_URL, f"{_identifier(target)}/{name}")
            arn = (
                f"arn:aws:autoscaling:{_region()}:{_account()}:scheduledAction:{identifier}"
                f":resource/{target['ServiceNamespace']}/{target['ResourceId']}:scheduledActionName/{name}"
            )
            found.append({**known, "ScheduledActionARN": arn, **action})
    return {"ScheduledActions": found}


def _in_namespace(target: Mapping[str, Any], request: Request) -> bool:
    return all(
        request.get(name) in {None, target[name]} for name in ("ServiceNamespace", "ScalableDimension")
    )


def _is_asked_for(target: Mapping[str, Any], request: Request) -> bool:
    return _in_namespace(target, request) and request.get("ResourceId") in {None, target["ResourceId"]}
