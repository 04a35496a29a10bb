"""Aliases with rollouts or provisioned concurrency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ..template.provisioned_concurrency import provisioned
from ..template.targets import ALIAS, FUNCTION, function_of
from ..template.template import Resource, Template
from ..template.values import Unknown
from ..template.views import view
from .rollout_plan import PREDEFINED, RolloutPlan

GROUP: Final = "AWS::CodeDeploy::DeploymentGroup"
DEPLOYMENT_CONFIG: Final = "AWS::CodeDeploy::DeploymentConfig"
_HOOKS: Final = ("BeforeAllowTrafficHook", "AfterAllowTrafficHook")
_KINDS: Final[Mapping[str, Literal["Canary", "Linear"]]] = {
    "TimeBasedCanary": "Canary",
    "TimeBasedLinear": "Linear",
}


@dataclass(frozen=True)
class RolloutAlias:
    """An alias whose traffic CodeDeploy shifts."""

    alias: Resource
    function: Resource
    group: Resource | None  # its deployment group; None if that is not in the template
    plan: RolloutPlan | None  # how traffic moves; None if that is not known

    hooks: Sequence[Resource]  # the functions of the template that CodeDeploy runs before and after the shift

    @property
    def name(self) -> str:
        """The name of the alias, or its logical id."""
        return name_of(self.alias)


@view
def rollout_aliases(template: Template) -> Sequence[RolloutAlias]:
    """The aliases whose traffic CodeDeploy shifts."""
    return [
        RolloutAlias(
            alias,
            owner.function,
            group,
            None if group is None else _plan(template, group),
            [
                hook
                for name in _HOOKS
                if (hook := _referred(template, update.get(name), FUNCTION)) is not None
            ],
        )
        for alias in template.of_type(ALIAS)
        if (update := _update(alias)) is not None
        and (owner := function_of(template, alias.get("FunctionName"))) is not None
        for group in [_group(template, update.get("DeploymentGroupName"))]
    ]


@view
def managed_aliases(template: Template) -> Mapping[str, Sequence[Resource]]:
    """The aliases that callers must not bypass, by the logical id of their function."""
    found: dict[str, list[Resource]] = {}
    have_provisioned = {
        each.target.alias.id for each in provisioned(template) if each.target.alias is not None
    }
    for alias in template.of_type(ALIAS):
        owner = function_of(template, alias.get("FunctionName"))
        if owner is not None and (alias.id in have_provisioned or _update(alias) is not None):
            found.setdefault(owner.function.id, []).append(alias)
    return found


def name_of(alias: Resource) -> str:
    """The name of an alias, or its logical id if the name is not known."""
    name = alias.get("Name")
    return name if isinstance(name, str) else alias.id


def _update(alias: Resource) -> Mapping[str, object] | None:
    """How CodeDeploy updates an alias: its update policy, not resolved."""
    match alias.definition.get("UpdatePolicy"):
        case {"CodeDeployLambdaAliasUpdate": dict(update)}:
            return update
        case _:
            return None


def _group(template: Template, named: object) -> Resource | None:
    match named:
        case str(name):
            groups = template.of_type(GROUP)
            return next((group for group in groups if group.get("DeploymentGroupName") == name), None)
        case _:
            return _referred(template, named, GROUP)


def _referred(template: Template, named: object, kind: str) -> Resource | None:
    """The resource of a type that an update policy refers to."""
    match named:
        case {"Ref": str(logical_id)}:
            found = template.resources.get(logical_id)
            return found if found is not None and found.type == kind else None
        case _:
            return None


def _plan(template: Template, group: Resource) -> RolloutPlan | None:
    named = group.get("DeploymentConfigName")
    if isinstance(named, str) and named in PREDEFINED:
        return PREDEFINED[named]
    config = template.referred(named)
    if config is None:
        configs = template.of_type(DEPLOYMENT_CONFIG)
        config = next((each for each in configs if named and each.get("DeploymentConfigName") == named), None)
    return None if config is None or config.type != DEPLOYMENT_CONFIG else _own_plan(config)


def _own_plan(config: Resource) -> RolloutPlan | None:
    """The plan of a configuration in the template."""
    routing = config.get("TrafficRoutingConfig", "Type")
    if routing == "AllAtOnce":
        return RolloutPlan("AllAtOnce")
    kind = _KINDS.get(routing) if isinstance(routing, str) else None
    if kind is None:
        return None
    shift = ("TrafficRoutingConfig", f"TimeBased{kind}")
    percentage = config.integer(*shift, f"{kind}Percentage", default=0)
    minutes = config.integer(*shift, f"{kind}Interval", default=0)
    if isinstance(percentage, Unknown) or isinstance(minutes, Unknown) or min(percentage, minutes) < 1:
        return None
    return RolloutPlan(kind, percentage, minutes)
