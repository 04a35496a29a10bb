"""Provisions CodeDeploy applications, deployment configurations and deployment groups.

What CodeDeploy refuses is refused here, so a template that deploys names things that exist: the service
role, which must trust CodeDeploy, the application and the configuration. Alarms are looked up when a
deployment runs, as on AWS. Only the Lambda compute platform is supported.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-codedeploy-application.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-codedeploy-deploymentconfig.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-codedeploy-deploymentgroup.html
    https://docs.aws.amazon.com/codedeploy/latest/userguide/getting-started-create-service-role.html

A changed configuration without a name keeps its generated name, which AWS would replace.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Self

from ..cloudformation import resource_types
from ..cloudformation.resource_types import Identity, Place, Properties, ResourceTypeError, as_list, boolean
from ..core import hooks, reset
from ..iam import permissions
from .deployment_configs import PREDEFINED, Plan, plan_of

_responses = hooks.module("core.responses")
_scoped_store: Callable[[], Any] = hooks.attribute(_responses, "AccountRegionScopedDict")
_account: Callable[[], str] = hooks.attribute(_responses, "get_account_id")
_region: Callable[[], str] = hooks.attribute(_responses, "get_region")

_SERVICE: Final = "codedeploy.amazonaws.com"
_MOST_ALARMS: Final = 10
_STYLE: Final = {"DeploymentType": "BLUE_GREEN", "DeploymentOption": "WITH_TRAFFIC_CONTROL"}

ON_FAILURE: Final = "DEPLOYMENT_FAILURE"
ON_ALARM: Final = "DEPLOYMENT_STOP_ON_ALARM"
ON_REQUEST: Final = "DEPLOYMENT_STOP_ON_REQUEST"

_applications = _scoped_store()
_configs = _scoped_store()
_groups = _scoped_store()


@dataclass(frozen=True, kw_only=True)
class Group:
    """A deployment group.

    Attributes:
        alarms: names of those that stop its deployments; none if they are disabled.
        ignores_poll_failure: whether to go on when the state of an alarm cannot be read.
        rollback_events: after which ends a deployment is rolled back.
    """

    application: str
    name: str
    role_arn: str
    config_name: str
    alarms: tuple[str, ...]
    ignores_poll_failure: bool
    rollback_events: frozenset[str]

    @classmethod
    def from_properties(cls, name: str, properties: Properties) -> Self:
        """Read it from a template, without looking anything up."""
        alarms = properties.get("AlarmConfiguration") or {}
        rollback = properties.get("AutoRollbackConfiguration") or {}
        alarms_count = boolean(alarms.get("Enabled", False))
        names = tuple(alarm["Name"] for alarm in as_list(alarms.get("Alarms")))
        events = as_list(rollback.get("Events")) if boolean(rollback.get("Enabled", False)) else []
        return cls(
            application=properties.get("ApplicationName", ""),
            name=name,
            role_arn=properties.get("ServiceRoleArn", ""),
            config_name=properties.get("DeploymentConfigName", ""),
            alarms=names if alarms_count else (),
            ignores_poll_failure=boolean(alarms.get("IgnorePollAlarmFailure", False)),
            rollback_events=frozenset(events),
        )

    @property
    def arn(self) -> str:
        """The ARN that IAM policies name."""
        place = f"arn:aws:codedeploy:{_region()}:{_account()}"
        return f"{place}:deploymentgroup:{self.application}/{self.name}"

    def plan(self) -> Plan | None:
        """Its steps; none if the configuration does not exist."""
        properties = config(self.config_name)
        return None if properties is None else plan_of(properties)


def config(name: str) -> Properties | None:
    """The properties of a deployment configuration, AWS's or one of a template."""
    found: Properties | None = PREDEFINED.get(name) or _configs.get(name)
    return found


def find(application: str, name: str) -> Group | None:
    """The group of that name in an application."""
    found: Group | None = _groups.get((application, name))
    return found


def role_is_assumable(group: Group) -> bool:
    """Whether CodeDeploy can act as the role of a group, for that group."""
    return permissions.role_trusts(group.role_arn, _SERVICE, source_arn=group.arn)


def install() -> None:
    """Register the three types.

    Raises:
        hooks.HookError: ministack provisions one of them itself now.
    """
    for store in (_applications, _configs, _groups):
        reset.on_reset(store.clear)
    resource_types.register("AWS::CodeDeploy::Application", _Application())
    resource_types.register("AWS::CodeDeploy::DeploymentConfig", _DeploymentConfig())
    resource_types.register("AWS::CodeDeploy::DeploymentGroup", _DeploymentGroup())


class _Application:
    def create(self, place: Place, properties: Properties) -> Identity:
        name = properties.get("ApplicationName") or place.generated_name()
        if properties.get("ComputePlatform", "Server") != "Lambda":
            raise ResourceTypeError("Only applications for the Lambda compute platform are modelled")
        if name in _applications:
            raise ResourceTypeError(f"Application {name} already exists")
        _applications[name] = True
        return name, {}

    def update(self, place: Place, ref: str, _old: Properties, new: Properties) -> Identity:
        name = new.get("ApplicationName") or place.generated_name()
        return (ref, {}) if name == ref else self.create(place, new)

    def delete(self, ref: str, _properties: Properties) -> None:
        _applications.pop(ref, None)


def _keep(name: str, properties: Properties) -> None:
    """Keep a configuration, if CodeDeploy would."""
    plan_of(properties)
    _configs[name] = properties


class _DeploymentConfig:
    def create(self, place: Place, properties: Properties) -> Identity:
        name = properties.get("DeploymentConfigName") or place.generated_name()
        if name in _configs:
            raise ResourceTypeError(f"Deployment configuration {name} already exists")
        _keep(name, properties)
        return name, {}

    def update(self, place: Place, ref: str, _old: Properties, new: Properties) -> Identity:
        name = new.get("DeploymentConfigName") or place.generated_name()
        if name != ref:
            return self.create(place, new)
        if new.get("DeploymentConfigName"):
            raise ResourceTypeError(
                "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
                f"Rename {name} and update the stack again."
            )
        _keep(name, new)
        return name, {}

    def delete(self, ref: str, _properties: Properties) -> None:
        _configs.pop(ref, None)


class _DeploymentGroup:
    def create(self, place: Place, properties: Properties) -> Identity:
        name = properties.get("DeploymentGroupName") or place.generated_name()
        group = _checked(name, properties)
        if (group.application, name) in _groups:
            raise ResourceTypeError(f"Deployment group {name} already exists")
        _groups[group.application, name] = group
        return name, {}

    def update(self, place: Place, ref: str, old: Properties, new: Properties) -> Identity:
        name = new.get("DeploymentGroupName") or place.generated_name()
        if name != ref:
            return self.create(place, new)
        group = _checked(name, new)
        self.delete(ref, old)
        _groups[group.application, name] = group
        return name, {}

    def delete(self, ref: str, properties: Properties) -> None:
        _groups.pop((properties.get("ApplicationName", ""), ref), None)


def _checked(name: str, properties: Properties) -> Group:
    group = Group.from_properties(name, properties)
    if group.application not in _applications:
        raise ResourceTypeError(f"No application found for name: {group.application}")
    if group.plan() is None:
        raise ResourceTypeError(f"No deployment configuration found for name: {group.config_name}")
    if not role_is_assumable(group):
        raise ResourceTypeError(
            f"AWS CodeDeploy does not have the permissions required to assume the role {group.role_arn}."
        )
    style = properties.get("DeploymentStyle") or {}
    if {key: style.get(key) for key in _STYLE} != _STYLE:
        raise ResourceTypeError(
            "For Lambda deployment group, deployment type can be set to BLUE_GREEN and deployment option "
            "can be set to WITH_TRAFFIC_CONTROL"
        )
    if len(group.alarms) > _MOST_ALARMS:
        raise ResourceTypeError(f"A deployment group can have at most {_MOST_ALARMS} alarms")
    return group
