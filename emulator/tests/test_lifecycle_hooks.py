"""CodeDeploy's hooks: a deployment goes on only when they report success."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from emulator.tests.fidelity import Fidelity
from emulator.tests.releases import SHIFTING, Release, alarm, release, turn
from emulator.tests.support import policy, printed
from emulator.tests.versions import logging_function
from lambda_constructs_emulator.clients import REGION, Client
from lambda_constructs_emulator.process import ACCOUNT, Emulator

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "AWS CodeDeploy",
    "https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html",
)

REPORTS = """
import boto3, json
def handler(event, context):
    print(json.dumps(event))
    boto3.client("codedeploy").put_lifecycle_event_hook_execution_status(
        deploymentId=event["DeploymentId"],
        lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
        status={status!r},
    )
"""
RAISES = "def handler(event, context):\n    raise RuntimeError('it does not work')\n"
SILENT = "def handler(event, context):\n    pass\n"

SUCCEEDS = REPORTS.format(status="Succeeded")
FAILS = REPORTS.format(status="Failed")
PUT_STATUS = "codedeploy:PutLifecycleEventHookExecutionStatus"


@contextmanager
def hook(emulator: Emulator, name: str, source: str, *, reports_on: str = "*") -> Iterator[str]:
    """A function that may report on the deployments of a group."""
    iam = emulator.client("iam")
    statement = {"Effect": "Allow", "Action": PUT_STATUS, "Resource": reports_on}
    with logging_function(emulator, name, source) as role:
        iam.put_role_policy(RoleName=role, PolicyName="report", PolicyDocument=json.dumps(policy(statement)))
        try:
            yield name
        finally:
            iam.delete_role_policy(RoleName=role, PolicyName="report")


def group_arn(release_name: str) -> str:
    """The group of a release in any application: the application's name is generated."""
    return f"arn:aws:codedeploy:{REGION}:{ACCOUNT}:deploymentgroup:*/{release_name}-group"


def hooked(ready: Release) -> list[tuple[str, str]]:
    return [(entry["event"], entry["outcome"]) for entry in ready.journal() if entry["kind"] == "hook"]


def test_hooks_run_before_and_after_traffic_moves(emulator: Emulator) -> None:
    with (
        hook(emulator, "checks", SUCCEEDS, reports_on=group_arn("hooked")) as checks,
        release(
            emulator, name="hooked", hooks={"BeforeAllowTrafficHook": checks, "AfterAllowTrafficHook": checks}
        ) as ready,
    ):
        assert ready.update() == "UPDATE_COMPLETE", ready.reasons()
        assert ready.kinds() == ["deployment-started", "hook", "shift", "hook", "succeeded"]
        assert hooked(ready) == [("BeforeAllowTraffic", "Succeeded"), ("AfterAllowTraffic", "Succeeded")]


@pytest.mark.parametrize("event", ["BeforeAllowTraffic", "AfterAllowTraffic"])
@pytest.mark.parametrize(
    ("source", "outcome"), [(FAILS, "Failed"), (RAISES, "the function failed and reported nothing")]
)
def test_a_hook_that_does_not_succeed_fails_the_deployment(
    emulator: Emulator, event: str, source: str, outcome: str
) -> None:
    with (
        hook(emulator, "objects", source) as objects,
        release(emulator, hooks={f"{event}Hook": objects}) as ready,
    ):
        assert ready.update() == "UPDATE_ROLLBACK_COMPLETE"
        assert hooked(ready) == [(event, outcome)]
        assert f"The following validations failed: {event}" in ready.reasons()
        assert ("shift" in ready.kinds()) == (event == "AfterAllowTraffic")
        assert ready.kinds()[-2:] == ["stopped", "rollback"]
        assert ready.alias() == ("1", {})


def test_a_hook_that_never_reports_fails_the_deployment_after_an_hour() -> None:
    with (
        Emulator(time_scale=0.0005) as emulator,
        hook(emulator, "silent", SILENT) as silent,
        release(emulator, hooks={"BeforeAllowTrafficHook": silent}) as ready,
    ):
        assert ready.update() == "UPDATE_ROLLBACK_COMPLETE"
        assert hooked(ready) == [("BeforeAllowTraffic", "no report within an hour")]
        started, waited = (entry["at"] for entry in ready.journal()[:2])
        assert waited - started >= 3600 * 0.0005


def test_an_alarm_stops_a_deployment_that_waits_for_a_hook(emulator: Emulator) -> None:
    with (
        hook(emulator, "waits", SILENT) as waits,
        alarm(emulator, "red-meanwhile") as red,
        release(
            emulator,
            alarms={"Enabled": True, "Alarms": [{"Name": red}]},
            hooks={"BeforeAllowTrafficHook": waits},
        ) as ready,
    ):
        ready.start()
        ready.until("deployment-started")
        turn(emulator, red, "ALARM")
        assert ready.settled() == "UPDATE_ROLLBACK_COMPLETE"
        assert "Activated alarms: red-meanwhile" in ready.reasons()
        assert ready.kinds() == ["deployment-started", "stopped", "rollback"]


def test_a_hook_may_report_only_on_the_groups_that_its_role_allows(emulator: Emulator) -> None:
    with (
        hook(emulator, "elsewhere", SUCCEEDS, reports_on=group_arn("another")) as elsewhere,
        release(emulator, hooks={"BeforeAllowTrafficHook": elsewhere}) as ready,
    ):
        assert ready.update() == "UPDATE_ROLLBACK_COMPLETE"
        assert hooked(ready) == [("BeforeAllowTraffic", "the function failed and reported nothing")]
        assert "shift" not in ready.kinds()


def test_the_role_of_the_group_must_be_allowed_to_invoke_the_hook(emulator: Emulator) -> None:
    rest = [action for action in SHIFTING if action != "lambda:InvokeFunction"]
    with (
        hook(emulator, "locked", SUCCEEDS) as locked,
        release(emulator, may=rest, hooks={"BeforeAllowTrafficHook": locked}) as ready,
    ):
        assert ready.update() == "UPDATE_ROLLBACK_COMPLETE"
        assert "not authorized to perform: lambda:InvokeFunction on resource: " in ready.reasons()
        assert "hook" not in ready.kinds()


def test_a_hook_that_does_not_exist_fails_the_deployment(emulator: Emulator) -> None:
    with release(emulator, hooks={"BeforeAllowTrafficHook": "nobody"}) as ready:
        assert ready.update() == "UPDATE_ROLLBACK_COMPLETE"
        assert "The BeforeAllowTraffic hook nobody does not exist" in ready.reasons()


def test_a_report_is_taken_once_and_only_for_a_hook_that_runs(emulator: Emulator) -> None:
    client = emulator.client("codedeploy")
    with (
        hook(emulator, "told", SUCCEEDS) as told,
        release(emulator, hooks={"BeforeAllowTrafficHook": told}) as ready,
    ):
        assert ready.update() == "UPDATE_COMPLETE"
        deadline = time.monotonic() + 30
        while not (events := printed(emulator, told)):  # The log comes after the report.
            assert time.monotonic() < deadline, "no log"
            time.sleep(0.1)
    (event,) = events
    ids = {
        "deploymentId": event["DeploymentId"],
        "lifecycleEventHookExecutionId": event["LifecycleEventHookExecutionId"],
    }
    errors = client.exceptions
    for refusal, change in (
        (errors.LifecycleEventAlreadyCompletedException, {}),
        (errors.InvalidLifecycleEventHookExecutionIdException, {"lifecycleEventHookExecutionId": "other"}),
        (errors.InvalidLifecycleEventHookExecutionStatusException, {"status": "Pending"}),
        (errors.DeploymentDoesNotExistException, {"deploymentId": "d-OTHER"}),
    ):
        with pytest.raises(refusal):
            report(client, **{**ids, "status": "Failed", **change})


def report(client: Client, **parameters: str) -> None:
    client.put_lifecycle_event_hook_execution_status(**parameters)
