"""EventBridge Scheduler starts functions by the clock, with the role of the schedule."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from botocore.exceptions import ClientError

from emulator.tests.fidelity import Fidelity
from emulator.tests.stacks import stack
from emulator.tests.support import eventually, policy, statement, total
from emulator.tests.targets import Target
from lambda_constructs_emulator.clients import REGION
from lambda_constructs_emulator.process import ACCOUNT

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "Amazon EventBridge Scheduler",
    "https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule.html",
)

GROUPS = f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule-group"
INPUT = {
    "at": "<aws.scheduler.scheduled-time>",
    "of": "<aws.scheduler.schedule-arn>",
    "attempt": "<aws.scheduler.attempt-number>",
    "shop": "north",
}
QUIET = 1.5
"""Seconds: more than two starts of what runs every minute here."""
TICK = 15.0
"""Seconds: ministack itself looks every ten."""


class Scheduled:
    """A schedule of a target's alias, and the role that it acts with."""

    def __init__(self, target: Target, *, group: str = "default") -> None:
        self.target = target
        self.alias = target.publish()
        self.group = group
        self.client = target.emulator.client("scheduler")
        self.arn = f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/{group}/{target.name}"
        self.role_arn = f"arn:aws:iam::{ACCOUNT}:role/{target.name}-schedule"
        self._iam = target.emulator.client("iam")

    def trust(self, service: str = "scheduler.amazonaws.com", *, group: str = "") -> None:
        """Have a role that trusts the service for schedules of a group."""
        source = {"aws:SourceAccount": ACCOUNT, "aws:SourceArn": f"{GROUPS}/{group or self.group}"}
        trusted = {"Principal": {"Service": service}, "Condition": {"StringEquals": source}}
        allowed = {"Effect": "Allow", "Action": "sts:AssumeRole"}
        document = json.dumps(policy({**allowed, **trusted}))
        name = self.role_arn.rpartition("/")[2]
        if self._roles() & {name}:
            self._iam.update_assume_role_policy(RoleName=name, PolicyDocument=document)
        else:
            self._iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)

    def allow(self, *statements: Mapping[str, Any]) -> None:
        """Let the role do that, and nothing else."""
        self._iam.put_role_policy(
            RoleName=self.role_arn.rpartition("/")[2],
            PolicyName="schedule",
            PolicyDocument=json.dumps(policy(*statements)),
        )

    def settings(self, expression: str, *, dead_letters: str = "", **more: Any) -> dict[str, Any]:
        """What an API call or a template says of the schedule."""
        target: dict[str, Any] = {"Arn": self.alias, "RoleArn": self.role_arn, "Input": json.dumps(INPUT)}
        if dead_letters:
            target["DeadLetterConfig"] = {"Arn": dead_letters}
        window = {"FlexibleTimeWindow": {"Mode": "OFF"}, "GroupName": self.group}
        names = {"Name": self.target.name, "ScheduleExpression": expression, "Target": target}
        return {**names, **window, **more}

    def create(self, expression: str, **settings: Any) -> None:
        self.client.create_schedule(**self.settings(expression, **settings))

    def starts(self) -> list[str]:
        """The times that the runs so far were scheduled for."""
        return [run["event"]["at"] for run in self.target.runs()]

    def _roles(self) -> set[str]:
        return {each["RoleName"] for each in self._iam.list_roles()["Roles"]}


def permitted(target: Target, **more: str) -> Scheduled:
    """A schedule whose role may do what it needs to."""
    scheduled = Scheduled(target, **more)
    scheduled.trust()
    scheduled.allow(statement("lambda:InvokeFunction", resource=scheduled.alias))
    return scheduled


def once(*, minutes: float, time_zone: str = "UTC") -> str:
    """A one-time expression for a time from now."""
    start = datetime.now(ZoneInfo(time_zone)) + timedelta(minutes=minutes)
    return f"at({start:%Y-%m-%dT%H:%M:%S})"


def test_a_schedule_starts_the_alias_with_its_role(target: Target, plain_target: Target) -> None:
    plain = Scheduled(plain_target)
    plain.create(once(minutes=0))
    scheduled = permitted(target)
    url, destination = target.queue("done")
    target.configure("live", DestinationConfig={"OnSuccess": {"Destination": destination}})
    scheduled.create("rate(1 minute)")

    def minutes_between() -> list[timedelta]:
        times = sorted(map(datetime.fromisoformat, scheduled.starts()))[:3]
        return [later - earlier for earlier, later in pairwise(times)]

    # Runs do not wait for each other, so a later one may be there first.
    assert eventually(lambda: minutes_between() == [timedelta(minutes=1)] * 2)
    event = target.runs()[0]["event"]
    assert {**event, "at": ""} == {"at": "", "of": scheduled.arn, "attempt": "1", "shop": "north"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", event["at"])
    # The record shows that the start went through the asynchronous path, and to the alias.
    record = target.record(url)
    assert record["requestContext"]["functionArn"] == f"{target.arn}:live"
    assert record["responseContext"]["executedVersion"] == "1"

    # No role of that name is there, and nobody fills in the time.
    assert eventually(lambda: bool(plain_target.runs()), patience=TICK)
    assert plain_target.runs()[0]["event"] == INPUT


def alone(target: Target) -> Scheduled:
    """In a separate group: a start of the test before may still be counted in the other group."""
    scheduled = Scheduled(target, group=target.name)
    scheduled.client.create_schedule_group(Name=scheduled.group)
    return scheduled


def refused(scheduled: Scheduled, *, allowed: bool) -> str:
    """A start that the role is not allowed, with a queue for it that the role may send to or not."""
    url, arn = scheduled.target.queue("dead", allowed=False)
    scheduled.trust()
    scheduled.allow(statement("sqs:SendMessage" if allowed else "sqs:ReceiveMessage", resource=arn))
    scheduled.create(once(minutes=1), dead_letters=arn)
    return url


def metrics(scheduled: Scheduled) -> dict[str, float]:
    """What Scheduler counted for the group."""
    names = (
        "InvocationAttemptCount",
        "TargetErrorCount",
        "InvocationsSentToDeadLetterCount",
        "InvocationsFailedToBeSentToDeadLetterCount",
    )
    dimensions = {"ScheduleGroup": scheduled.group}
    emulator = scheduled.target.emulator
    return {name: value for name in names if (value := total(emulator, "AWS/Scheduler", name, dimensions))}


@pytest.mark.parametrize(
    ("exists", "code"), [(True, "AccessDeniedException"), (False, "ResourceNotFoundException")]
)
def test_what_the_role_may_not_do_goes_to_the_dead_letter_queue(
    target: Target, *, exists: bool, code: str
) -> None:
    scheduled = alone(target)
    url = refused(scheduled, allowed=True)
    if not exists:
        invoke = statement("lambda:InvokeFunction", resource=scheduled.alias)
        scheduled.allow(invoke, statement("sqs:SendMessage"))
        target.client.delete_alias(FunctionName=target.name, Name="live")

    message = target.message(url)

    assert message is not None
    attributes = {name: each["StringValue"] for name, each in message["MessageAttributes"].items()}
    body = json.loads(message["Body"])
    assert body == {**INPUT, "at": attributes["SCHEDULED_TIME"], "of": scheduled.arn, "attempt": "1"}
    assert (attributes["ERROR_CODE"], attributes["RETRY_ATTEMPTS"]) == (code, "0")
    assert (attributes["SCHEDULE_ARN"], attributes["TARGET_ARN"]) == (scheduled.arn, scheduled.alias)
    counted = {"InvocationAttemptCount": 1, "TargetErrorCount": 1, "InvocationsSentToDeadLetterCount": 1}
    assert eventually(lambda: metrics(scheduled) == counted)
    assert target.runs() == []


@pytest.mark.parametrize("trusted", [True, False])
def test_the_role_sends_the_dead_letter_or_it_is_lost(target: Target, *, trusted: bool) -> None:
    scheduled = alone(target)
    url = refused(scheduled, allowed=not trusted)
    if not trusted:
        scheduled.trust("events.amazonaws.com")

    lost = {
        "InvocationAttemptCount": 1,
        "TargetErrorCount": 1,
        "InvocationsFailedToBeSentToDeadLetterCount": 1,
    }
    assert eventually(lambda: metrics(scheduled) == lost)
    assert target.message(url, patience=0) is None
    assert target.runs() == []


def test_a_role_must_trust_scheduler_for_the_group(target: Target, plain_target: Target) -> None:
    scheduled = Scheduled(target, group="reports")
    scheduled.client.create_schedule_group(Name="reports")
    for trust in ({"service": "lambda.amazonaws.com"}, {"group": "default"}):
        scheduled.trust(**trust)
        with pytest.raises(ClientError, match="must allow AWS EventBridge Scheduler to assume the role"):
            scheduled.create("rate(1 minute)")
    scheduled.trust()
    scheduled.allow(statement("lambda:InvokeFunction", resource=scheduled.alias))
    scheduled.create("rate(1 minute)")
    assert eventually(lambda: bool(target.runs()))

    plain = Scheduled(plain_target)
    plain.trust("lambda.amazonaws.com")
    plain.create("rate(1 minute)")


def test_a_one_time_schedule_starts_once(target: Target) -> None:
    scheduled = permitted(target)
    expression = once(minutes=1)
    scheduled.create(expression, ActionAfterCompletion="DELETE")
    assert eventually(lambda: bool(target.runs()))
    assert not eventually(lambda: len(target.runs()) > 1, patience=QUIET)
    assert scheduled.starts() == [f"{expression[3:-1]}Z"]
    assert scheduled.client.list_schedules()["Schedules"] == []


def test_a_disabled_schedule_lets_its_starts_pass(target: Target) -> None:
    scheduled = permitted(target)
    scheduled.create("rate(1 minute)", State="DISABLED")
    assert not eventually(lambda: bool(target.runs()), patience=QUIET)
    before = datetime.now(UTC)
    scheduled.client.update_schedule(**scheduled.settings("rate(1 minute)"))
    assert eventually(lambda: bool(target.runs()))
    # It did not catch up: the first start is the next one by the schedule's clock.
    assert datetime.fromisoformat(scheduled.starts()[0]) > before + timedelta(minutes=2)


def test_a_template_has_a_schedule_in_its_time_zone(target: Target) -> None:
    scheduled = Scheduled(target)
    zone = ZoneInfo("Asia/Kolkata")
    start = datetime.now(zone) + timedelta(minutes=4)
    daily = scheduled.settings(
        f"cron({start.minute} {start.hour} * * ? *)", ScheduleExpressionTimezone=zone.key
    )
    resources = {"Schedule": {"Type": "AWS::Scheduler::Schedule", "Properties": daily}}
    with stack(target.emulator, "untrusted") as made:
        assert made.create(resources) == "ROLLBACK_COMPLETE"
        assert "must allow AWS EventBridge Scheduler to assume the role" in made.reasons()
    scheduled.trust()
    scheduled.allow(statement("lambda:InvokeFunction", resource=scheduled.alias))
    with stack(target.emulator, "scheduled") as made:
        assert made.create(resources) == "CREATE_COMPLETE", made.reasons()
        assert eventually(lambda: bool(target.runs()))
        started = datetime.fromisoformat(scheduled.starts()[0]).astimezone(zone)
        assert started == start.replace(second=0, microsecond=0)

        resources["Schedule"]["Properties"] = {**daily, "ScheduleExpression": "rate(2 minutes)"}
        assert made.update(resources) == "UPDATE_COMPLETE", made.reasons()
        assert eventually(lambda: len(target.runs()) >= 3)
        first, second = (datetime.fromisoformat(each) for each in scheduled.starts()[1:3])
        assert second - first == timedelta(minutes=2)
    assert scheduled.client.list_schedules()["Schedules"] == []
