"""CloudFormation types that ministack refuses, accepted as inert records.

A template that contains them deploys, updates and is destroyed; `Ref` and `Fn::GetAtt` return what
AWS documents; nothing else happens: no canary, no scaling, no evaluation of the alarm. So whoever
reports on such a run must say that these parts were not exercised.

Return values:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-codedeploy-application.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-codedeploy-deploymentconfig.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-codedeploy-deploymentgroup.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-applicationautoscaling-scalabletarget.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-applicationautoscaling-scalingpolicy.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudwatch-alarm.html
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.server import hooks

Properties = Mapping[str, Any]
Attributes = dict[str, str]

_provisioners = hooks.module("services.cloudformation.provisioners")
_responses = hooks.module("core.responses")
_generated_name: Callable[..., str] = hooks.attribute(_provisioners, "_physical_name")
_account_id: Callable[[], str] = hooks.attribute(_responses, "get_account_id")
_region: Callable[[], str] = hooks.attribute(_responses, "get_region")

_ALARM = "AWS::CloudWatch::Alarm"
_METRIC_MATH = "Metrics"


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What `Ref` and `Fn::GetAtt` return for a resource."""

    ref: str
    attributes: Attributes


def _named(property_name: str, longest: int) -> Callable[[str, str, Properties], Identity]:
    """`Ref` is the name: the one in the template, else one generated like CloudFormation's."""

    def identify(stack: str, logical_id: str, properties: Properties) -> Identity:
        name = properties.get(property_name)
        return Identity(ref=name or _generated_name(stack, logical_id, max_len=longest), attributes={})

    return identify


def _scalable_target(_stack: str, _logical_id: str, properties: Properties) -> Identity:
    key = ("ResourceId", "ScalableDimension", "ServiceNamespace")
    identifier = "|".join(properties[name] for name in key)
    return Identity(ref=identifier, attributes={"Id": identifier})


def _scaling_policy(stack: str, logical_id: str, properties: Properties) -> Identity:
    target: str = properties.get("ScalingTargetId") or _scalable_target(stack, "", properties).ref
    resource, _dimension, namespace = target.split("|")
    digest = hashlib.sha256(f"{stack}/{logical_id}".encode()).hexdigest()[:32]
    identifier = f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:]}"
    arn = (
        f"arn:aws:autoscaling:{_region()}:{_account_id()}:scalingPolicy:{identifier}"
        f":resource/{namespace}/{resource}:policyName/{properties['PolicyName']}"
    )
    return Identity(ref=arn, attributes={"Arn": arn})


def _alarm(stack: str, logical_id: str, properties: Properties) -> Identity:
    name = _named("AlarmName", 255)(stack, logical_id, properties).ref
    arn = f"arn:aws:cloudwatch:{_region()}:{_account_id()}:alarm:{name}"
    return Identity(ref=name, attributes={"Arn": arn})


_INERT: dict[str, Callable[[str, str, Properties], Identity]] = {
    "AWS::CodeDeploy::Application": _named("ApplicationName", 100),
    "AWS::CodeDeploy::DeploymentConfig": _named("DeploymentConfigName", 100),
    "AWS::CodeDeploy::DeploymentGroup": _named("DeploymentGroupName", 100),
    "AWS::ApplicationAutoScaling::ScalableTarget": _scalable_target,
    "AWS::ApplicationAutoScaling::ScalingPolicy": _scaling_policy,
}


def _record(identify: Callable[[str, str, Properties], Identity]) -> dict[str, Any]:
    """Handlers that only answer who the resource is; nothing is kept, so nothing can leak."""

    def create(logical_id: str, properties: Properties, stack: str) -> tuple[str, Attributes]:
        identity = identify(stack, logical_id, properties)
        return identity.ref, identity.attributes

    def update(
        _ref: str, _old: Properties, new: Properties, stack: str, logical_id: str
    ) -> tuple[str, Attributes]:
        return create(logical_id, new, stack)

    def delete(_ref: str, _properties: Properties) -> None:
        return None

    return {"create": create, "update": update, "update_with_logical_id": True, "delete": delete}


def _alarm_handlers(plain: Mapping[str, Any]) -> dict[str, Any]:
    """Alarms on metric math as records; alarms on one metric stay with ministack.

    An update may turn one kind into the other, so each side removes what the other left.
    """
    record = _record(_alarm)

    def create(logical_id: str, properties: Properties, stack: str) -> tuple[str, Attributes]:
        kind = record if properties.get(_METRIC_MATH) else plain
        created: tuple[str, Attributes] = kind["create"](logical_id, properties, stack)
        return created

    def update(
        ref: str, old: Properties, new: Properties, stack: str, logical_id: str
    ) -> tuple[str, Attributes]:
        if not old.get(_METRIC_MATH) and not new.get(_METRIC_MATH):
            updated: tuple[str, Attributes] = plain["update"](ref, old, new, stack, logical_id)
            return updated
        delete(ref, old)
        return create(logical_id, new, stack)

    def delete(ref: str, properties: Properties) -> None:
        if not properties.get(_METRIC_MATH):
            plain["delete"](ref, properties)

    return {"create": create, "update": update, "update_with_logical_id": True, "delete": delete}


def install() -> None:
    """Register the record types and let alarms on metric math through.

    Raises:
        hooks.HookError: ministack has an own handler for one of the types now, which then has to
            replace the record, or its handler for alarms is not the expected one any more.
    """
    handlers: dict[str, dict[str, Any]] = hooks.attribute(_provisioners, "_RESOURCE_HANDLERS")
    for resource_type, identify in _INERT.items():
        if resource_type in handlers:
            raise hooks.HookError(f"ministack provisions {resource_type} itself: drop the record")
        handlers[resource_type] = _record(identify)
    plain = handlers.get(_ALARM, {})
    if set(plain) != {"create", "update", "update_with_logical_id", "delete"}:
        raise hooks.HookError(f"ministack's handlers for {_ALARM} changed: {sorted(plain)}")
    handlers[_ALARM] = _alarm_handlers(plain)
