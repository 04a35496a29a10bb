"""Deployment configurations for Lambda: which share of the traffic moves at what time.

Predefined configurations by their exact names, and `AWS::CodeDeploy::DeploymentConfig` resources.

    https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
    https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-codedeploy-deploymentconfig.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from ..cloudformation.resource_types import ResourceTypeError

_PREFIX: Final = "CodeDeployDefault."
_LONGEST_MINUTES: Final = 2_880


@dataclass(frozen=True)
class Step:
    """Move traffic, then wait.

    Attributes:
        percent: share of the new version from now on.
        minutes: AWS's minutes until the next step.
    """

    percent: int
    minutes: int


Plan = tuple[Step, ...]

ALL_AT_ONCE: Final[Plan] = (Step(100, 0),)


def canary(percent: int, minutes: int) -> Plan:
    """A first share, then all."""
    return Step(percent, minutes), Step(100, 0)


def linear(percent: int, minutes: int) -> Plan:
    """Equal shares, one after the other."""
    return *(Step(share, minutes) for share in range(percent, 100, percent)), Step(100, 0)


def _predefined(kind: str, minutes: int) -> Mapping[str, Any]:
    """The properties of a configuration of AWS, all of which move a tenth."""
    name = f"TimeBased{kind}"
    return _for_lambda({"Type": name, name: {f"{kind}Percentage": 10, f"{kind}Interval": minutes}})


def _for_lambda(routing: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"ComputePlatform": "Lambda", "TrafficRoutingConfig": routing}


PREDEFINED: Final[Mapping[str, Mapping[str, Any]]] = {
    f"{_PREFIX}LambdaAllAtOnce": _for_lambda({"Type": "AllAtOnce"}),
    **{
        f"{_PREFIX}LambdaCanary10Percent{wait}Minutes": _predefined("Canary", wait)
        for wait in (5, 10, 15, 30)
    },
    f"{_PREFIX}LambdaLinear10PercentEvery1Minute": _predefined("Linear", 1),
    **{
        f"{_PREFIX}LambdaLinear10PercentEvery{wait}Minutes": _predefined("Linear", wait)
        for wait in (2, 3, 10)
    },
}


def plan_of(properties: Mapping[str, Any]) -> Plan:
    """Read a configuration from a template.

    Raises:
        ResourceTypeError: it is none for Lambda, or outside of CodeDeploy's limits.
    """
    if properties.get("ComputePlatform") != "Lambda":
        raise ResourceTypeError("Only deployment configurations for the Lambda compute platform are modelled")
    if str(properties.get("DeploymentConfigName", "")).startswith(_PREFIX):
        raise ResourceTypeError(f"Deployment configuration names must not start with {_PREFIX}")
    routing = properties.get("TrafficRoutingConfig") or {}
    match routing.get("Type"):
        case "AllAtOnce":
            return ALL_AT_ONCE
        case "TimeBasedCanary":
            values = routing.get("TimeBasedCanary") or {}
            plan = canary(_percentage(values, "CanaryPercentage"), _minutes(values, "CanaryInterval"))
        case "TimeBasedLinear":
            values = routing.get("TimeBasedLinear") or {}
            plan = linear(_percentage(values, "LinearPercentage"), _minutes(values, "LinearInterval"))
        case other:
            raise ResourceTypeError(f"A TrafficRoutingConfig of type {other} is not valid for Lambda")
    total = sum(earlier.minutes for earlier, _later in pairwise(plan))
    if total > _LONGEST_MINUTES:
        raise ResourceTypeError(
            f"First and last traffic shift must be at most {_LONGEST_MINUTES} minutes apart, not {total}"
        )
    return plan


def _percentage(values: Mapping[str, Any], name: str) -> int:
    percentage = int(values.get(name, 0))
    if not 1 <= percentage <= 99:
        raise ResourceTypeError(f"{name} must be between 1 and 99, not {percentage}")
    return percentage


def _minutes(values: Mapping[str, Any], name: str) -> int:
    minutes = int(values.get(name, 0))
    if minutes < 1:
        raise ResourceTypeError(f"{name} must be at least 1 minute, not {minutes}")
    return minutes
