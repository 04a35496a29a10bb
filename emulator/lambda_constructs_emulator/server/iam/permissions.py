"""Asks IAM whether a role may do something, and whether a service may invoke a function.

ministack asks IAM about API calls only. AWS also asks when a service acts by itself: Lambda polls a
queue, writes logs and sends to a destination with the function's execution role, and SNS, EventBridge
or S3 may invoke a function only if its resource policy says so. The answers here come from ministack's
own evaluator, so they agree with what it says about API calls.

    https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
    https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from ..core import hooks, reset
from ..core.hooks import Private

T = TypeVar("T")
Policy = Mapping[str, Any]

_evaluator = hooks.module("core.iam_evaluator")
_iam = hooks.module("services.iam")
_lambda = hooks.module("services.lambda_svc")
_responses = hooks.module("core.responses")

_context: Callable[..., Any] = hooks.attribute(_evaluator, "EvalContext")
_evaluate: Callable[..., Any] = hooks.attribute(_evaluator, "evaluate")
_evaluate_resource_policy: Callable[..., Any] = hooks.attribute(_evaluator, "evaluate_resource_policy")
_combine: Callable[..., Any] = hooks.attribute(_evaluator, "combine_resource_policy")
_role_policies: Callable[[str, str], Any] = hooks.attribute(_evaluator, "_gather_role_policies")
_boundary: Callable[[Any, str, str], Any] = hooks.attribute(_evaluator, "_permissions_boundary")
_resource_policy: Callable[[str, str], Any] = hooks.attribute(_evaluator, "_resource_policy")
_needs_resource_policy: frozenset[str] = hooks.attribute(_evaluator, "_POLICY_REQUIRED")
_function_policy: Callable[[str], Any] = hooks.attribute(_lambda, "function_policy_for_arn")
_functions: Any = hooks.attribute(_lambda, "_functions")
_request_scope: Callable[[str, str], AbstractContextManager[None]] = hooks.attribute(
    _responses, "request_scope"
)
_current_region: Callable[[], str] = hooks.attribute(_responses, "get_region")
_roles: Any = hooks.attribute(_iam, "_roles")

_documents_of: Callable[[str, str], Any] = hooks.attribute(_evaluator, "_resolve_managed_policy_document")
_has_policies: Mapping[str, object] = hooks.attribute(_evaluator, "_RESOURCE_POLICY_LOOKUPS")

_ALLOW = "Allow"
_EXECUTION_SESSION = "lambda"
_ANYBODY = "*"
"""Matches no principal but `*`."""


class _Decisions:
    """Keeps decisions as long as the documents that they follow from are the same."""

    def __init__(self) -> None:
        self._made: dict[tuple[object, ...], tuple[list[object], Any]] = {}
        reset.on_reset(self._made.clear)

    def decide(self, asked: tuple[object, ...], documents: list[object], decide: Callable[[], T]) -> T:
        """The decision about what is asked; `decide` makes it."""
        made = self._made.get(asked)
        if made is not None and made[0] == documents:
            found: T = made[1]
            return found
        decision = decide()
        if not any(key in str(documents).lower() for key in _OF_THE_MOMENT):
            self._made[asked] = documents, decision
        return decision


_OF_THE_MOMENT = ("aws:currenttime", "aws:epochtime")
"""The condition keys whose values change."""
_decisions = _Decisions()


def role_allows(role_arn: str, action: str, resource: str) -> bool:
    """Whether a session of the role may do that, by its policies, its boundary and the resource's policy.

    Args:
        role_arn: the role, for instance a function's execution role; one that does not exist may nothing.
        action: such as `sqs:ReceiveMessage`.
        resource: its ARN.
    """
    return not lacking(role_arn, (action, resource))


def lacking(role_arn: str, *needed: tuple[str, str]) -> Sequence[str]:
    """The actions that the role may not do; see `role_allows`.

    Args:
        role_arn: the role.
        needed: actions, each with a resource.
    """
    account, name = _role(role_arn)
    role = _roles.get_scoped(account, None, name)
    if role is None:
        return [action for action, _resource in needed]

    def decide() -> Sequence[str]:
        return [each[0] for each in needed if not _role_allows(account, name, *each)]

    if any(action.partition(":")[0] in _has_policies for action, _resource in needed):
        return decide()
    return _decisions.decide((role_arn, needed), _documents(role, account), decide)


def _role_allows(account: str, name: str, action: str, resource: str) -> bool:
    session = f"arn:aws:sts::{account}:assumed-role/{name}/{_EXECUTION_SESSION}"
    with _request_scope(account, _region_of(resource)):
        request = _request(session, account, action, resource)
        limits = _boundary(_roles, name, account)
        decision = _evaluate(request, _role_policies(name, account), *limits)
        service = action.partition(":")[0]
        found = _resource_policy(service, resource)
        if found is not None:
            required = service in _needs_resource_policy
            decision = _combine(decision, request, *found, required=required, limits=limits)
    return bool(decision.decision == _ALLOW)


def _documents(role: Mapping[str, Any], account: str) -> list[object]:
    """Everything that decides what a role may do, apart from policies of resources."""
    arns = [*role.get("AttachedPolicies", ()), *filter(None, [role.get("PermissionsBoundary")])]
    inline = role.get("InlinePolicies") or {}
    return [*inline.values(), *arns, *(_documents_of(arn, account) for arn in arns)]


def role_trusts(role_arn: str, service: str, *, source_arn: str = "") -> bool:
    """Whether the role's trust policy lets a service assume it.

    Args:
        role_arn: the role; one that does not exist trusts no principal.
        service: such as `lambda.amazonaws.com`.
        source_arn: what in that service is the reason, where the service says so.
    """
    account, name = _role(role_arn)
    role = _roles.get_scoped(account, None, name)
    if role is None:
        return False
    assume = _request(service, account, "sts:AssumeRole", role_arn)
    if source_arn:
        _add_source(assume, source_arn)
    return _service_may(role["AssumeRolePolicyDocument"], service, assume)


def function_policy_allows(function_arn: str, service: str, source_arn: str) -> bool:
    """Whether the resource policy lets a service invoke a function for one of its resources.

    Args:
        function_arn: ARN of a function, or of a version or alias of it, which has its own statements.
        service: such as `sns.amazonaws.com`.
        source_arn: what in that service is the reason: a topic, a rule, a bucket.
    """
    _arn, _aws, _lambda_name, region, account, _function, name = function_arn.split(":")[:7]
    function = _functions.get_scoped(account, region, name)
    if function is None:
        return False
    policy: Policy = function["policy"]

    def decide() -> bool:
        with _request_scope(account, region):
            invoke = _request(service, account, "lambda:InvokeFunction", function_arn)
            _add_source(invoke, source_arn)
            return _service_may(policy, service, invoke)

    return _decisions.decide((function_arn, service, source_arn), list(policy["Statement"]), decide)


def resource_policy_allows(action: str, resource: str, service: str, source_arn: str) -> bool:
    """Whether a resource's policy lets a service do something with it, for one of the service's own.

    Args:
        action: such as `s3:PutObject`.
        resource: ARN of what it is done with, such as an object.
        service: such as `ses.amazonaws.com`.
        source_arn: what in that service is the reason, such as a receipt rule.
    """
    found = _resource_policy(action.partition(":")[0], resource)
    if not found or not found[0]:
        return False
    request = _request(service, source_arn.split(":")[4], action, resource)
    _add_source(request, source_arn)
    return _service_may(found[0], service, request)


def everybody_may(function_arn: str, action: str, keys: Mapping[str, str]) -> bool:
    """Whether the resource policy lets everybody do something with a function, known or not.

    Args:
        function_arn: ARN of a function, or of a version or alias of it, which has its own statements.
        action: such as `lambda:InvokeFunctionUrl`.
        keys: what is known of the request, by condition key.
    """
    _arn, _aws, _lambda_name, region, account = function_arn.split(":")[:5]
    with _request_scope(account, region):
        found = _function_policy(function_arn)
        if found is None:
            return False
        request = _request(_ANYBODY, "", action, function_arn)
        request.service_context.update({name.lower(): value for name, value in keys.items()})
        return bool(_evaluate_resource_policy(found[0], request).decision == _ALLOW)


def _request(principal: str, account: str, action: str, resource: str) -> Private:
    return _context(
        principal_arn=principal,
        principal_type="AssumedRole" if principal.startswith("arn:") else "Service",
        principal_account=account,
        action=action,
        resource_arn=resource,
        region=_region_of(resource),
        secure_transport=True,
    )


def _add_source(request: Private, source_arn: str) -> None:
    """Say for which of its resources a service asks; a bucket's ARN has no account."""
    request.service_context["aws:sourcearn"] = source_arn
    request.service_context["aws:sourceaccount"] = source_arn.split(":")[4] or request.principal_account


def _service_may(policy: Policy | str, service: str, request: Private) -> bool:
    """Whether a policy names a service, which is not a user or role, for that request."""
    decision = _evaluate_resource_policy(policy, request, service=service).decision
    return bool(decision == _ALLOW)


def _role(role_arn: str) -> tuple[str, str]:
    """Account and name: the path before the name is no part of what identifies a role."""
    _prefix, _iam_name, rest = role_arn.partition(":iam::")
    account, _colon, resource = rest.partition(":")
    return account, resource.rsplit("/", 1)[-1]


def _region_of(arn: str) -> str:
    """The region of an ARN; global resources have none, so the caller's is taken."""
    parts = arn.split(":")
    return parts[3] if len(parts) > 3 and parts[3] else _current_region()
