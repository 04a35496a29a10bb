"""Checks a function's role and variables, and applies the properties of a template that ministack drops.

- A function that cannot run here is refused. ministack has a response ready for it, whatever its code is.
- A function cannot set the environment variables that Lambda sets, nor more than 4 KB. ministack accepts any,
  which `variables` then replaces.
- A template cannot reserve more concurrency than the account has.
- The role must trust Lambda and, with a `DeadLetterConfig`, have permission to send to its target;
  otherwise creating and updating the function fails. ministack accepts any role.
- `DeadLetterConfig`, `KmsKeyArn`, `ReservedConcurrentExecutions`, `RecursiveLoop`,
  `RuntimeManagementConfig`, `VpcConfig` and `FileSystemConfigs` of a template are applied, and removed when
  the template drops them. ministack ignores them.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-function.html
    https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq
"""

import contextvars
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from ..cloudformation import provisioning
from ..core import hooks
from ..iam import permissions
from . import concurrency_limits, variables

Settings = Mapping[str, Any]
Response = tuple[int, dict[str, str], bytes]

_SERVICE: Final = "lambda.amazonaws.com"
_RESOURCE_TYPE: Final = "AWS::Lambda::Function"
_SEND: Final = {"sqs": "sqs:SendMessage", "sns": "sns:Publish"}
"""The action that a function's role needs for a dead-letter queue or topic."""
_CONFIGURATION: Final = {
    "DeadLetterConfig": "DeadLetterConfig",
    "KmsKeyArn": "KMSKeyArn",
    "FileSystemConfigs": "FileSystemConfigs",
    "VpcConfig": "VpcConfig",
}
"""Properties of a template that are fields of the function's configuration, by their names there."""

_RUNTIMES: Final = ("python", "nodejs", "provided")
"""How the names of the runtimes begin that run here."""
_LARGEST_ENVIRONMENT: Final = 4096
"""Bytes of JSON: gettingstarted-limits.html."""

_lambda = hooks.module("services.lambda_svc")
_functions: Mapping[str, dict[str, Any]] = hooks.attribute(_lambda, "_functions")
_invalid_parameter: Callable[[str], Response] = hooks.attribute(_lambda, "_invalid_parameter_value")
_dead_letter_error: Callable[[Any], Response | None] = hooks.attribute(
    _lambda, "_validate_dead_letter_config"
)
_with_vpc_id: Callable[[Any], dict[str, Any]] = hooks.attribute(_lambda, "_vpc_config_with_id")
_by_template: contextvars.ContextVar[bool] = contextvars.ContextVar("by_template", default=False)
"""Whether the API is called by CloudFormation, which was judged already."""


def install() -> None:
    """Check roles, and apply the properties.

    Raises:
        hooks.HookError: ministack creates or updates functions in another way now.
    """
    hooks.wrap(_lambda, "_create_function", _create)
    hooks.wrap(_lambda, "_update_config", _update)
    provisioning.wrap(_RESOURCE_TYPE, "create", _provision)
    provisioning.wrap(_RESOURCE_TYPE, "update", _provision_update)


def _create(original: Callable[[Settings], Response], settings: Settings) -> Response:
    refusal = _refusal(settings)
    return _invalid_parameter(refusal) if refusal else original(settings)


def _update(original: Callable[[str, Settings], Response], name: str, changes: Settings) -> Response:
    function = None if _by_template.get() else _functions.get(name)
    refusal = _refusal({**function["config"], **changes}) if function else None
    return _invalid_parameter(refusal) if refusal else original(name, changes)


def _provision(
    original: Callable[[str, Settings, str], tuple[str, Any]],
    logical_id: str,
    properties: Settings,
    stack: str,
) -> tuple[str, Any]:
    _raise_if_refused(properties, properties.get("FunctionName") or "")
    created = original(logical_id, properties, stack)
    _apply(created[0], properties)
    return created


def _provision_update(
    original: Callable[..., tuple[str, Any]],
    name: str,
    old: Settings,
    new: Settings,
    *names: str,
) -> tuple[str, Any]:
    _raise_if_refused(new, name)
    # The original passes through the API, which would judge the new role with the old dead-letter queue.
    token = _by_template.set(True)
    try:
        updated = original(name, old, new, *names)
    finally:
        _by_template.reset(token)
    _apply(updated[0], new)
    return updated


def _raise_if_refused(properties: Settings, name: str) -> None:
    reserved = concurrency_limits.reserved(name, properties.get("ReservedConcurrentExecutions"))
    refusal = _refusal(properties) or reserved
    if refusal:
        raise provisioning.refused(refusal)
    error = _dead_letter_error(properties.get("DeadLetterConfig"))
    if error:
        raise provisioning.refused(json.loads(error[2])["message"])


def _refusal(settings: Settings) -> str | None:
    """Why AWS would not have a function with that role and variables, in the words of the Lambda API."""
    runtime: str = settings.get("Runtime") or _RUNTIMES[0]
    if settings.get("PackageType") == "Image" or not runtime.startswith(_RUNTIMES):
        what = "containers" if settings.get("PackageType") == "Image" else runtime
        here = ", ".join(f"{name}*" for name in _RUNTIMES)
        return f"The emulator does not run {what}; it has the runtimes {here}"
    given: Mapping[str, Any] = (settings.get("Environment") or {}).get("Variables") or {}
    if reserved := variables.RESERVED & given.keys():
        return (
            "Lambda was unable to configure your environment variables because the environment variables you "
            "have provided contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(sorted(reserved))}"
        )
    measured = json.dumps(given, separators=(",", ":"), ensure_ascii=False)
    if len(measured.encode()) > _LARGEST_ENVIRONMENT:
        return (
            "Lambda was unable to configure your environment variables because the environment variables you "
            f"have provided exceeded the 4KB limit. String measured: {measured}"
        )
    role = settings.get("Role") or ""
    if not permissions.role_trusts(role, _SERVICE):
        return "The role defined for the function cannot be assumed by Lambda."
    target: str = (settings.get("DeadLetterConfig") or {}).get("TargetArn") or ""
    # A target of another kind is ministack's to refuse.
    action = next((action for name, action in _SEND.items() if target.startswith(f"arn:aws:{name}:")), None)
    if action and not permissions.role_allows(role, action, target):
        service, _, call = action.partition(":")
        return f"The provided execution role does not have permissions to call {call} on {service.upper()}"
    return None


def _apply(name: str, properties: Settings) -> None:
    """Give the function what the template says, and take away what it does not say any more."""
    function = _functions[name]
    for property_name, field in _CONFIGURATION.items():
        function["config"].pop(field, None)
        if properties.get(property_name):
            function["config"][field] = properties[property_name]
    if properties.get("VpcConfig"):
        function["config"]["VpcConfig"] = _with_vpc_id(properties["VpcConfig"])
    reserved = properties.get("ReservedConcurrentExecutions")
    function["concurrency"] = None if reserved is None else int(reserved)
    function["recursive_loop"] = properties.get("RecursiveLoop") or "Terminate"
    function["runtime_management"] = properties.get("RuntimeManagementConfig") or {}
