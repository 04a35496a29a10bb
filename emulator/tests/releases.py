"""A stack with an alias that CodeDeploy moves, small and made of the API's own words."""

import itertools
import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from emulator.tests import workers
from emulator.tests.stacks import settled, typed
from emulator.tests.support import statement
from emulator.tests.versions import ALIAS, TELLS_ITS_VERSION, two_versions
from lambda_constructs_emulator.process import ACCOUNT, Emulator

Entry = dict[str, Any]

SHIFTING = ("lambda:GetAlias", "lambda:UpdateAlias", "cloudwatch:DescribeAlarms", "lambda:InvokeFunction")
AT_ONCE = {"Type": "AllAtOnce"}
ROLLS_BACK = {"Enabled": True, "Events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]}

_numbers = itertools.count()


def canary(percent: int, minutes: int) -> dict[str, Any]:
    shares = {"CanaryPercentage": percent, "CanaryInterval": minutes}
    return {"Type": "TimeBasedCanary", "TimeBasedCanary": shares}


def linear(percent: int, minutes: int) -> dict[str, Any]:
    shares = {"LinearPercentage": percent, "LinearInterval": minutes}
    return {"Type": "TimeBasedLinear", "TimeBasedLinear": shares}


@dataclass(kw_only=True)
class Settings:
    """What differs between the tests' deployment groups."""

    routing: Mapping[str, Any] = field(default_factory=lambda: AT_ONCE)
    config: str = ""
    alarms: Mapping[str, Any] | None = None
    rollback: Mapping[str, Any] = field(default_factory=lambda: ROLLS_BACK)
    hooks: Mapping[str, str] = field(default_factory=dict)


class Release:
    """A function with two versions, and a stack whose alias is on the first one."""

    def __init__(self, emulator: Emulator, name: str, settings: Settings) -> None:
        self.emulator = emulator
        self.name = name
        self.settings = settings
        self._client = emulator.client("cloudformation")
        self._stack = ""

    def create(self) -> None:
        body = self._template("1")
        self._stack = self._client.create_stack(StackName=self.name, TemplateBody=body)["StackId"]
        assert self.settled() == "CREATE_COMPLETE", self.reasons()

    def start(self, version: str = "2", **others: Any) -> None:
        """Begin to move the alias to another version."""
        self._client.update_stack(StackName=self.name, TemplateBody=self._template(version, **others))

    def update(self, version: str = "2", **others: Any) -> str:
        """Move the alias to another version; returns the state in which the stack ends."""
        self.start(version, **others)
        return self.settled()

    def delete(self) -> None:
        self._client.delete_stack(StackName=self.name)
        assert self.settled() == "DELETE_COMPLETE", self.reasons()

    def settled(self) -> str:
        return settled(self.emulator, self._stack)

    def reasons(self) -> str:
        """Why resources of the stack failed."""
        events = self._client.describe_stack_events(StackName=self._stack)["StackEvents"]
        return "\n".join(
            event["ResourceStatusReason"]
            for event in events
            if event["ResourceStatus"].endswith("_FAILED") and "ResourceStatusReason" in event
        )

    def alias(self) -> tuple[str, dict[str, float]]:
        """The version of the alias and its additional weights."""
        client = self.emulator.client("lambda")
        found = client.get_alias(FunctionName=self.name, Name=f"stack-{ALIAS}")
        return found["FunctionVersion"], found.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})

    def journal(self) -> list[Entry]:
        """What the emulator noted about deployments of this function."""
        entries = self.emulator.journal()
        own = {
            each["deployment"]
            for each in entries
            if each.get("function") == self.name and "deployment" in each
        }
        return [
            each for each in entries if each.get("function") == self.name or each.get("deployment") in own
        ]

    def kinds(self) -> list[str]:
        return [entry["kind"] for entry in self.journal()]

    def until(self, kind: str) -> Entry:
        """Wait for an entry of the journal."""
        deadline = time.monotonic() + 30
        while True:
            for entry in self.journal():
                if entry["kind"] == kind:
                    return entry
            assert time.monotonic() < deadline, f"did not come: {kind}\n{self.reasons()}"
            time.sleep(0.1)

    def _template(self, version: str, **others: Any) -> str:
        settings = self.settings
        group = {
            "ApplicationName": {"Ref": "Application"},
            "DeploymentGroupName": f"{self.name}-group",
            "DeploymentConfigName": settings.config or {"Ref": "Config"},
            "ServiceRoleArn": f"arn:aws:iam::{ACCOUNT}:role/{self.name}-deploys",
            "DeploymentStyle": {
                "DeploymentType": "BLUE_GREEN",
                "DeploymentOption": "WITH_TRAFFIC_CONTROL",
            },
            "AutoRollbackConfiguration": settings.rollback,
            **({"AlarmConfiguration": settings.alarms} if settings.alarms else {}),
        }
        config = {"ComputePlatform": "Lambda", "TrafficRoutingConfig": settings.routing}
        alias = {"FunctionName": self.name, "Name": f"stack-{ALIAS}", "FunctionVersion": version}
        policy = {
            "ApplicationName": {"Ref": "Application"},
            "DeploymentGroupName": {"Ref": "Group"},
            **settings.hooks,
        }
        resources = {
            "Alias": {
                **typed("AWS::Lambda::Alias", alias),
                "UpdatePolicy": {"CodeDeployLambdaAliasUpdate": policy},
            },
            "Application": typed("AWS::CodeDeploy::Application", {"ComputePlatform": "Lambda"}),
            "Config": typed("AWS::CodeDeploy::DeploymentConfig", config),
            "Group": typed("AWS::CodeDeploy::DeploymentGroup", group),
        }
        return json.dumps({"Resources": {**resources, **others}})


@contextmanager
def release(
    emulator: Emulator,
    *,
    may: Iterable[str] = SHIFTING,
    name: str = "",
    source: str = TELLS_ITS_VERSION,
    **settings: Any,
) -> Iterator[Release]:
    """A release that is ready to be made; `may` is what CodeDeploy's role is allowed."""
    name = name or f"release-{next(_numbers)}"
    with two_versions(emulator, name, source), role(emulator, f"{name}-deploys", "codedeploy", may):
        ready = Release(emulator, name, Settings(**settings))
        ready.create()
        try:
            yield ready
        finally:
            ready.delete()


def role(
    emulator: Emulator, name: str, service: str, may: Iterable[str], *, on: str = "*"
) -> AbstractContextManager[str]:
    """A role of a service with one inline policy."""
    trusted = f"{service}.amazonaws.com"
    return workers.role(emulator, name, [statement(*may, resource=on)], trusted=trusted)


@contextmanager
def alarm(emulator: Emulator, name: str, state: str = "OK") -> Iterator[str]:
    """An alarm that keeps its state, because it has no data and ignores that."""
    cloudwatch = emulator.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace="Test",
        MetricName=name,
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="ignore",
    )
    turn(emulator, name, state)
    try:
        yield name
    finally:
        cloudwatch.delete_alarms(AlarmNames=[name])


def turn(emulator: Emulator, alarm_name: str, state: str) -> None:
    client = emulator.client("cloudwatch")
    client.set_alarm_state(AlarmName=alarm_name, StateValue=state, StateReason="a test")
