"""Updates an alias through CodeDeploy if its update policy says `CodeDeployLambdaAliasUpdate`.

ministack ignores the policy and moves the alias at once. On AWS an update of the stack that changes the
version starts a deployment and waits for it; if that fails, so does the update, and the stack rolls back.
The creation of an alias and CloudFormation's own rollback move it directly.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-updatepolicy.html

A rollback of the stack leaves an alias on its former version and without weights, also where the
deployment group does not roll back by itself. What a policy refers to is provisioned before the alias.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from ..cloudformation.resource_types import Identity, Properties, ResourceTypeError
from ..core import hooks, journal
from . import deployment_groups, deployments, lifecycle_hooks
from .deployments import Deployment, Move

_TYPE: Final = "AWS::Lambda::Alias"
_POLICY: Final = "CodeDeployLambdaAliasUpdate"

_cloudformation = hooks.module("services.cloudformation")
_engine = hooks.module("services.cloudformation.engine")
_provisioners = hooks.module("services.cloudformation.provisioners")
_stack_module = hooks.module("services.cloudformation.stacks")
_lambda = hooks.module("services.lambda_svc")

_stacks: Any = hooks.attribute(_cloudformation, "_stacks")
_functions: Any = hooks.attribute(_lambda, "_functions")
_resolve: Callable[..., Any] = hooks.attribute(_engine, "_resolve_refs")
_references: Callable[[Any], Any] = hooks.attribute(_engine, "_intrinsic_references")
_definition: Callable[[str, str], Any] = hooks.attribute(_provisioners, "_cfn_wait_condition_definition")
_function_of: Callable[[str], tuple[Any, str, str, Any]] = hooks.attribute(
    _provisioners, "_lambda_function_for_cfn_ref"
)

Update = Callable[[str, Properties, Properties, str, str | None], Identity]


def install() -> None:
    """Update aliases with CodeDeploy, on a separate thread.

    Raises:
        hooks.HookError: ministack provisions aliases differently now.
    """
    handlers = hooks.attribute(_provisioners, "_RESOURCE_HANDLERS").get(_TYPE, {})
    if not handlers.get("update_with_logical_id"):
        raise hooks.HookError(f"ministack's handlers for {_TYPE} changed: {sorted(handlers)}")
    handlers["update"] = _through_code_deploy(handlers["update"])
    hooks.wrap(_stack_module, "_runs_on_worker_thread", _for_aliases_too)
    # A deployment that failed may have left the alias on the way, so it is sent back like a custom resource.
    hooks.wrap(_stack_module, "_sends_back_failed_update", _for_aliases_too)
    hooks.wrap(_engine, "_extract_deps", _with_update_policy)


def _for_aliases_too(original: Callable[[str], bool], resource_type: str) -> bool:
    return resource_type == _TYPE or original(resource_type)


def _with_update_policy(
    original: Callable[[Mapping[str, Any], set[str]], set[str]],
    definition: Mapping[str, Any],
    names: set[str],
) -> set[str]:
    """The dependencies of a resource, those of its update policy included."""
    policy = (definition.get("UpdatePolicy") or {}).get(_POLICY)
    return original(definition, names) | {name for name, _ in _references(policy) if name in names}


def _through_code_deploy(move_at_once: Update) -> Update:
    def update(
        ref: str, old: Properties, new: Properties, stack: str, logical_id: str | None = None
    ) -> Identity:
        if _is_rolling_back(stack):
            return _roll_back(new, lambda: move_at_once(ref, old, new, stack, logical_id))
        policy = _policy(stack, logical_id)
        if policy and _is_release(old, new):
            _deploy(policy, _move(old, new))
        return move_at_once(ref, old, new, stack, logical_id)

    return update


def _is_release(old: Properties, new: Properties) -> bool:
    """Whether the same alias gets another version; another name or function makes it a new alias."""
    identity = ("FunctionName", "Name")
    return old["FunctionVersion"] != new["FunctionVersion"] and all(old[key] == new[key] for key in identity)


def _move(old: Properties, new: Properties) -> Move:
    _function, name, _arn, _qualifier = _function_of(new["FunctionName"])
    return Move(name, new["Name"], old["FunctionVersion"], new["FunctionVersion"])


def _deploy(policy: Mapping[str, str], move: Move) -> None:
    application, name = policy.get("ApplicationName", ""), policy.get("DeploymentGroupName", "")
    group = deployment_groups.find(application, name)
    if group is None:
        raise ResourceTypeError(f"No Deployment Group found for name: {name}")

    def run_hook(deployment: Deployment, lifecycle_event: str) -> None:
        if function := policy.get(f"{lifecycle_event}Hook"):
            lifecycle_hooks.run(deployment, lifecycle_event, function)

    deployments.run(group, move, run_hook)


def _roll_back(new: Properties, restore: Callable[[], Identity]) -> Identity:
    """Restore the alias, with the weights of its template, which usually has none."""
    _function, name, _arn, _qualifier = _function_of(new["FunctionName"])
    before = _routing(name, new["Name"])
    identity = restore()
    alias = (_functions.get(name) or {}).get("aliases", {}).get(new["Name"])
    if alias is not None and not new.get("RoutingConfig"):
        alias.pop("RoutingConfig", None)
    if _routing(name, new["Name"]) != before:
        facts = {"function": name, "alias": new["Name"], "version": new["FunctionVersion"]}
        journal.note("rollback", by="CloudFormation", **facts)
    return identity


def _routing(function: str, alias: str) -> tuple[Any, Any]:
    found = (_functions.get(function) or {}).get("aliases", {}).get(alias) or {}
    return found.get("FunctionVersion"), found.get("RoutingConfig")


def _is_rolling_back(stack: str) -> bool:
    return "ROLLBACK" in (_stacks.get(stack) or {}).get("StackStatus", "")


def _policy(stack: str, logical_id: str | None) -> dict[str, str]:
    """The policy in the template that is being deployed, with its references resolved."""
    policy = (_definition(stack, logical_id or "").get("UpdatePolicy") or {}).get(_POLICY)
    if not policy:
        return {}
    record = _stacks.get(stack)
    parameters = {
        **record.get("_resolved_params", {}),
        **{each["ParameterKey"]: {"Value": each["ParameterValue"]} for each in record.get("Parameters", [])},
    }
    mappings = record.get("_template", {}).get("Mappings", {})
    resolved: dict[str, Any] = _resolve(
        policy,
        record["_resources"],
        parameters,
        record.get("_conditions", {}),
        mappings,
        stack,
        record["StackId"],
    )
    return {name: value for name, value in resolved.items() if isinstance(value, str)}
