"""Runs a deployment: moves an alias to another version step by step, or stops and moves it back.

Everything is done as the service role of the group, so it needs `lambda:GetAlias` and `lambda:UpdateAlias`
on the function, `cloudwatch:DescribeAlarms` on each alarm, `lambda:InvokeFunction` on each hook and, where
the alias has provisioned concurrency, `lambda:GetProvisionedConcurrencyConfig` on the alias; without one of
them the deployment fails. An alarm of the group that is in ALARM stops it, at the start as later.

    https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-steps-lambda.html
    https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-create-alarms.html
    https://docs.aws.amazon.com/codedeploy/latest/userguide/deployments-rollback-and-redeploy.html
    https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_ErrorInformation.html
    https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCodeDeployRoleForLambdaLimited.html

The minutes between steps follow the emulator's clock, which stands still while an environment of the function
starts: that takes as long here as on AWS, whatever the time scale, and a canary of seconds would end before
its first invocation. What AWS does when an alarm of the group does not
exist is not documented; here it counts as a state that cannot be read, which fails the deployment unless
the group ignores that.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

from ..cloudformation.resource_types import ResourceTypeError
from ..core import clock, hooks, journal, reset
from ..iam import permissions
from ..lambda_.handlers import waits_for_environment
from . import deployment_groups
from .deployment_groups import ON_ALARM, ON_FAILURE, ON_REQUEST, Group
from .lifecycle_events import LifecycleEvents

_cloudwatch = hooks.module("services.cloudwatch")
_lambda = hooks.module("services.lambda_svc")
_responses = hooks.module("core.responses")
_alarm_stores: tuple[Any, ...] = tuple(
    hooks.attribute(_cloudwatch, name) for name in ("_alarms", "_composite_alarms")
)
_functions: Any = hooks.attribute(_lambda, "_functions")
_update_alias: Callable[..., tuple[int, Any, bytes]] = hooks.attribute(_lambda, "_update_alias")
_scoped_store: Callable[[], Any] = hooks.attribute(_responses, "AccountRegionScopedDict")
_account: Callable[[], str] = hooks.attribute(_responses, "get_account_id")
_region: Callable[[], str] = hooks.attribute(_responses, "get_region")

POLL_SECONDS: Final = 0.1
"""How often alarms and hooks are looked at, in this machine's seconds."""

_deployments = _scoped_store()


class HaltedError(Exception):
    """Why a deployment cannot go on: the code that CodeDeploy gives, and a message."""

    def __init__(self, code: str, message: str, *, event: str = ON_FAILURE) -> None:
        super().__init__(message)
        self.code = code
        self.event = event


@dataclass(frozen=True)
class Move:
    """An alias, the version it leaves and the one it goes to."""

    function: str
    alias: str
    old: str
    new: str

    @property
    def function_arn(self) -> str:
        """The function's own ARN, which is what IAM checks."""
        return f"arn:aws:lambda:{_region()}:{_account()}:function:{self.function}"


@dataclass(kw_only=True)
class Deployment:
    """A deployment as the API describes it.

    Attributes:
        reports: what hooks reported, by execution id; nothing yet is an empty text.
        rolled_back_by: the deployment that undid this one.
        rolls_back: the deployment that this one undoes.
        stop: the events of the rollback that a request to stop it asks for; None without a request.
        events: the lifecycle events.
    """

    group: Group
    move: Move
    creator: str
    id: str = field(default_factory=lambda: f"d-{uuid4().hex[:9].upper()}")
    status: str = "InProgress"
    error: HaltedError | None = None
    created: float = field(default_factory=time.time)
    completed: float | None = None
    reports: dict[str, str] = field(default_factory=dict)
    rolled_back_by: str = ""
    rolls_back: str = ""
    stop: frozenset[str] | None = None
    events: LifecycleEvents = field(default_factory=LifecycleEvents)

    def __post_init__(self) -> None:
        _deployments[self.id] = self

    def end(self, status: str) -> None:
        """Set the final state."""
        self.status, self.completed = status, time.time()
        self.events.end()


def install() -> None:
    """Remove all deployments at a reset."""
    reset.on_reset(_deployments.clear)


def find(deployment_id: str) -> Deployment | None:
    """The deployment with that id."""
    found: Deployment | None = _deployments.get(deployment_id)
    return found


def all_deployments() -> list[Deployment]:
    """All of this account and region, oldest first."""
    return list(_deployments.values())


def run(group: Group, move: Move, run_hook: Callable[[Deployment, str], None]) -> None:
    """Deploy, and return when all traffic is on the new version.

    Args:
        group: whose role, configuration and alarms are used.
        move: what to do.
        run_hook: run the hook of a lifecycle event, if there is one, or raise `HaltedError`.

    Raises:
        ResourceTypeError: it did not succeed; the alias may have been moved back.
    """
    deployment = Deployment(group=group, move=move, creator="CloudFormation")
    facts = {"function": move.function, "alias": move.alias, "old": move.old, "new": move.new}
    journal.note(
        "deployment-started", deployment=deployment.id, config=group.config_name, group=group.name, **facts
    )
    try:
        _require_role(group)
        _look_at_provisioned_concurrency(group, move)
        check_alarms(group)
        with deployment.events.during("BeforeAllowTraffic"):
            run_hook(deployment, "BeforeAllowTraffic")
        with deployment.events.during("AllowTraffic"):
            _shift(deployment)
        with deployment.events.during("AfterAllowTraffic"):
            run_hook(deployment, "AfterAllowTraffic")
    except HaltedError as reason:
        _stop(deployment, reason)
        raise ResourceTypeError(
            f"CodeDeploy deployment {deployment.id} {deployment.status.lower()}: {reason}"
        ) from reason
    deployment.end("Succeeded")
    journal.note("succeeded", deployment=deployment.id)


def check_alarms(group: Group) -> None:
    """Go on only while no alarm of the group is in ALARM.

    Raises:
        HaltedError: one is, or the state of one cannot be read and the group does not ignore that.
    """
    active = []
    for name in group.alarms:
        try:
            if _alarm_state(group, name) == "ALARM":
                active.append(name)
        except HaltedError:
            if not group.ignores_poll_failure:
                raise
    if active:
        raise HaltedError(
            "ALARM_ACTIVE",
            "One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, "
            f"and the affected deployments have been stopped. Activated alarms: {', '.join(active)}",
            event=ON_ALARM,
        )


def require_permission(group: Group, action: str, resource: str) -> None:
    """Check what the service role may do.

    Raises:
        HaltedError: it may not do that.
    """
    if not permissions.role_allows(group.role_arn, action, resource):
        raise HaltedError(
            "IAM_ROLE_PERMISSIONS",
            f"AccessDenied: {group.role_arn} is not authorized to perform: {action} on resource: {resource}",
        )


def _require_role(group: Group) -> None:
    if not deployment_groups.role_is_assumable(group):
        raise HaltedError("IAM_ROLE_PERMISSIONS", f"CodeDeploy cannot assume the role {group.role_arn}.")


def _look_at_provisioned_concurrency(group: Group, move: Move) -> None:
    """Be allowed to see whether it is ready; here it always is."""
    function = _functions.get(move.function) or {}
    if move.alias in function.get("provisioned_concurrency", {}):
        alias_arn = f"{move.function_arn}:{move.alias}"
        require_permission(group, "lambda:GetProvisionedConcurrencyConfig", alias_arn)


def _alarm_state(group: Group, name: str) -> str:
    arn = f"arn:aws:cloudwatch:{_region()}:{_account()}:alarm:{name}"
    require_permission(group, "cloudwatch:DescribeAlarms", arn)
    for store in _alarm_stores:
        alarm = store.get(name)
        if alarm is not None:
            state: str = alarm["StateValue"]
            return state
    raise HaltedError(
        "CODEDEPLOY_RESOURCE_CANNOT_BE_FOUND",
        f"The state of the alarm {name} could not be retrieved from Amazon CloudWatch: it does not exist.",
    )


def _shift(deployment: Deployment) -> None:
    move = deployment.move
    for step in deployment.group.plan() or ():
        whole = step.percent == 100
        first, weights = (move.new, {}) if whole else (move.old, {move.new: step.percent / 100})
        _set_alias(deployment.group, move, first, weights)
        journal.note(
            "shift",
            deployment=deployment.id,
            function=move.function,
            alias=move.alias,
            percent=step.percent,
            version=move.new,
        )
        left = clock.here(step.minutes * 60)
        while not whole:
            check_alarms(deployment.group)
            if deployment.stop is not None:
                raise HaltedError("MANUAL_STOP", "The deployment was stopped on request.", event=ON_REQUEST)
            if left <= 0:
                break
            nap = min(POLL_SECONDS, left)
            time.sleep(nap)
            # A busy machine wakes it late: then the rest of the emulator was late too.
            left -= 0 if waits_for_environment(move.function) else nap


def _set_alias(group: Group, move: Move, version: str, weights: Mapping[str, float]) -> None:
    for action in ("lambda:GetAlias", "lambda:UpdateAlias"):
        require_permission(group, action, move.function_arn)
    change = {"FunctionVersion": version, "RoutingConfig": {"AdditionalVersionWeights": dict(weights)}}
    status, _headers, body = _update_alias(move.function, move.alias, change)
    if status >= 400:
        raise HaltedError("INVALID_LAMBDA_CONFIGURATION", body.decode())


def _stop(deployment: Deployment, reason: HaltedError) -> None:
    """End it, and put the alias back if the group wants that."""
    deployment.error = reason
    deployment.end("Failed" if reason.event == ON_FAILURE else "Stopped")
    journal.note("stopped", deployment=deployment.id, code=reason.code, reason=str(reason))
    if reason.event in {*deployment.group.rollback_events, *(deployment.stop or ())}:
        _roll_back(deployment)


def _roll_back(deployment: Deployment) -> None:
    move = deployment.move
    back = Deployment(
        group=deployment.group,
        move=Move(move.function, move.alias, move.new, move.old),
        creator="codeDeployRollback",
        rolls_back=deployment.id,
    )
    deployment.rolled_back_by = back.id
    facts = {"deployment": back.id, "function": move.function, "alias": move.alias, "version": move.old}
    try:
        with back.events.during("AllowTraffic"):
            _set_alias(deployment.group, move, move.old, {})
    except HaltedError as reason:
        back.error = reason
        back.end("Failed")
        journal.note("rollback-failed", reason=str(reason), **facts)
    else:
        back.end("Succeeded")
        journal.note("rollback", by="CodeDeploy", **facts)
