"""A job that runs by the clock: who may start it, where failures end, and who notices a missing run."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from lambda_constructs import Alarms, Canary, ScheduledJob
from tests.support import Resource, alarm, basics, new_stack, only, resources, role_statements, warnings
from tests.workloads import build

NIGHTLY = scheduler.ScheduleExpression.cron(minute="0", hour="3")
SCHEDULE = "AWS::Scheduler::Schedule"
CONFIG = "AWS::Lambda::EventInvokeConfig"
QUEUE = "AWS::SQS::Queue"


def job(scope: Construct, **options: Any) -> ScheduledJob:
    """A job at night, with options beside the basic ones."""
    return ScheduledJob(scope, "Orders", **{"schedule": NIGHTLY, **basics(), **options})


@pytest.fixture(scope="module")
def stack() -> cdk.Stack:
    stack = new_stack()
    job(stack)
    return stack


def schedule_role(stack: cdk.Stack) -> Resource:
    (role,) = (role for name, role in resources(stack, "AWS::IAM::Role").items() if "ScheduleRole" in name)
    properties: Resource = role["Properties"]
    return properties


def metric_name(alarm: Resource) -> str:
    """The metric that an alarm watches, by itself or in an expression."""
    name: str = alarm.get("MetricName") or alarm["Metrics"][-1]["MetricStat"]["Metric"]["MetricName"]
    return name


def missed_run(stack: cdk.Stack) -> list[Resource]:
    """The alarm on a missed run, if there is one."""
    return [
        each["Properties"]
        for name, each in resources(stack, "AWS::CloudWatch::Alarm").items()
        if "MissedRun" in name
    ]


def test_the_schedule_starts_the_alias_and_leaves_what_it_cannot_hand_over_in_the_queue(
    stack: cdk.Stack,
) -> None:
    (queue,) = resources(stack, QUEUE)
    (alias,) = resources(stack, "AWS::Lambda::Alias")
    (role,) = (name for name in resources(stack, "AWS::IAM::Role") if "ScheduleRole" in name)

    assert only(stack, SCHEDULE) == {
        "ScheduleExpression": "cron(0 3 * * ? *)",
        "ScheduleExpressionTimezone": "Etc/UTC",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "State": "ENABLED",
        "Target": {
            "Arn": {"Ref": alias},
            "RoleArn": {"Fn::GetAtt": [role, "Arn"]},
            "Input": '{"scheduled_time":"<aws.scheduler.scheduled-time>"}',
            "DeadLetterConfig": {"Arn": {"Fn::GetAtt": [queue, "Arn"]}},
        },
    }


def test_nothing_starts_before_what_fails_is_kept(stack: cdk.Stack) -> None:
    (schedule,) = resources(stack, SCHEDULE).values()

    assert schedule["DependsOn"] == [next(iter(resources(stack, CONFIG)))]


def test_the_role_is_assumed_for_schedules_of_the_group_in_this_account_only(stack: cdk.Stack) -> None:
    (statement,) = schedule_role(stack)["AssumeRolePolicyDocument"]["Statement"]
    conditions = statement["Condition"]["StringEquals"]

    assert statement["Principal"] == {"Service": "scheduler.amazonaws.com"}
    assert conditions["aws:SourceAccount"] == {"Ref": "AWS::AccountId"}
    assert conditions["aws:SourceArn"]["Fn::Join"][1][-1] == ":schedule-group/default"


def test_the_role_may_invoke_the_alias_and_write_to_the_queue_and_nothing_else(stack: cdk.Stack) -> None:
    (policy,) = schedule_role(stack)["Policies"]

    assert [(each["Action"], each["Resource"]) for each in policy["PolicyDocument"]["Statement"]] == [
        ("lambda:InvokeFunction", {"Ref": next(iter(resources(stack, "AWS::Lambda::Alias")))}),
        ("sqs:SendMessage", {"Fn::GetAtt": [next(iter(resources(stack, QUEUE))), "Arn"]}),
    ]
    # Scheduler invokes by its role; a permission on the function would let others in.
    assert resources(stack, "AWS::Lambda::Permission") == {}


def test_lambda_keeps_what_failed_in_the_same_queue_with_its_retries_and_its_age_written_down(
    stack: cdk.Stack,
) -> None:
    config = only(stack, CONFIG)
    queue = {"Fn::GetAtt": [next(iter(resources(stack, QUEUE))), "Arn"]}

    assert (config["MaximumRetryAttempts"], config["MaximumEventAgeInSeconds"]) == (2, 21_600)
    assert config["DestinationConfig"] == {"OnFailure": {"Destination": queue}}
    assert role_statements(stack)[1] == {
        "Action": "sqs:SendMessage",
        "Effect": "Allow",
        "Resource": queue,
    }


def test_all_traffic_moves_at_once_because_a_canary_of_minutes_would_not_see_a_run(stack: cdk.Stack) -> None:
    assert only(stack, "AWS::CodeDeploy::DeploymentGroup")["DeploymentConfigName"] == (
        "CodeDeployDefault.LambdaAllAtOnce"
    )


@pytest.mark.parametrize("given", [Canary(), Canary(percentage=20)])
def test_a_rollout_that_is_asked_for_is_made(given: Canary) -> None:
    stack = new_stack()

    job(stack, rollout=given)

    assert "Canary" in str(only(stack, "AWS::CodeDeploy::DeploymentGroup")["DeploymentConfigName"])


def test_alarms_watch_the_new_version_and_every_way_of_failing(stack: cdk.Stack) -> None:
    watched = {
        metric_name(properties): properties["Threshold"]
        for properties in (each["Properties"] for each in resources(stack, "AWS::CloudWatch::Alarm").values())
    }

    assert watched == {
        "Errors": 1,
        "AsyncEventsDropped": 1,
        "DestinationDeliveryFailures": 1,
        "AsyncEventAge": 2 * (3 * 30 + 60 + 120),  # in seconds
        "ApproximateNumberOfMessagesVisible": 1,
        "Invocations": 1,
    }


def test_a_missed_run_is_an_alarm_when_the_alias_was_not_invoked_for_longer_than_a_gap(
    stack: cdk.Stack,
) -> None:
    (found,) = missed_run(stack)

    assert [each["Name"] for each in found["Dimensions"]] == ["FunctionName", "Resource"]
    assert (found["ComparisonOperator"], found["TreatMissingData"]) == ("LessThanThreshold", "breaching")
    # A day, a timeout of 30 seconds and 5 minutes until the run is seen: 25 hours, evaluated each hour.
    assert (found["Period"], found["EvaluationPeriods"]) == (3_600, 25)
    assert found["WarmUpConfiguration"] == {"WarmUpPeriodDurationInMinutes": 24 * 60 + 6}


@pytest.mark.parametrize(
    ("options", "period", "periods"),
    [
        # 60 + 30 + 300 seconds are covered by two periods of five minutes.
        ({"schedule": scheduler.ScheduleExpression.rate(cdk.Duration.minutes(1))}, 300, 2),
        ({"schedule": scheduler.ScheduleExpression.rate(cdk.Duration.hours(1))}, 300, 14),
        ({"schedule": scheduler.ScheduleExpression.cron(minute="0", hour="*/6")}, 300, 74),
        # Three days from Friday to Monday.
        (
            {"schedule": scheduler.ScheduleExpression.cron(minute="0", hour="3", week_day="MON-FRI")},
            3_600,
            73,
        ),
        (
            {
                "schedule": scheduler.ScheduleExpression.cron(
                    minute="0", hour="3", time_zone=cdk.TimeZone.EUROPE_PARIS
                )
            },
            3_600,
            26,
        ),
        ({"timeout": cdk.Duration.minutes(10), "flexible_window": cdk.Duration.minutes(50)}, 3_600, 26),
        ({"alarms": Alarms(missed_run_threshold=cdk.Duration.hours(24))}, 300, 288),
        (
            {
                "schedule": scheduler.ScheduleExpression.cron(minute="0", hour="3", day="1/3"),
                "alarms": Alarms(missed_run_threshold=cdk.Duration.days(4)),
            },
            3_600,
            96,
        ),
    ],
)
def test_the_window_of_a_missed_run_follows_from_the_schedule(
    options: dict[str, Any], period: int, periods: int
) -> None:
    stack = new_stack()

    job(stack, **options)

    (found,) = missed_run(stack)
    assert (found["Period"], found["EvaluationPeriods"]) == (period, periods)
    assert warnings(stack) == []


@pytest.mark.parametrize(
    "options",
    [
        {"schedule": scheduler.ScheduleExpression.at(datetime(2027, 1, 31, 23, 59, tzinfo=UTC))},
        {"enabled": False},
        {"alarms": Alarms(missed_run=False)},
        {"alarms": Alarms.NONE, "rollout": None},
    ],
)
def test_no_run_is_missed_where_none_or_only_one_is_due_or_nobody_asks(options: dict[str, Any]) -> None:
    stack = new_stack()

    job(stack, **options)

    assert missed_run(stack) == []
    assert warnings(stack) == []


def test_a_pause_keeps_everything_but_the_starts() -> None:
    stack = new_stack()

    job(stack, enabled=False)

    assert only(stack, SCHEDULE)["State"] == "DISABLED"


def test_the_input_is_next_to_the_scheduled_time() -> None:
    stack = new_stack()

    job(stack, input={"kind": "daily", "run": scheduler.ContextAttribute.execution_id})

    assert only(stack, SCHEDULE)["Target"]["Input"] == (
        '{"scheduled_time":"<aws.scheduler.scheduled-time>","kind":"daily","run":"<aws.scheduler.execution-id>"}'
    )


def test_the_input_may_name_resources_of_the_stack() -> None:
    stack = new_stack()
    bucket = cdk.aws_s3.Bucket(stack, "Reports")

    job(stack, input={"bucket": bucket.bucket_name})

    parts = only(stack, SCHEDULE)["Target"]["Input"]["Fn::Join"][1]
    assert parts[1] == {"Ref": next(iter(resources(stack, "AWS::S3::Bucket")))}


def test_delivery_and_window_are_written_down_when_they_are_given() -> None:
    stack = new_stack()

    job(
        stack,
        flexible_window=cdk.Duration.minutes(15),
        schedule_name="hourly",
        delivery_retry_attempts=3,
        max_delivery_age=cdk.Duration.hours(1),
    )

    schedule = only(stack, SCHEDULE)
    assert schedule["FlexibleTimeWindow"] == {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15}
    assert schedule["Name"] == "hourly"
    assert schedule["Target"]["RetryPolicy"] == {
        "MaximumRetryAttempts": 3,
        "MaximumEventAgeInSeconds": 3_600,
    }


def test_a_group_is_the_one_that_the_role_is_assumed_for() -> None:
    stack = new_stack()
    group = scheduler.ScheduleGroup(stack, "Reports")

    job(stack, group=group)

    (name,) = resources(stack, "AWS::Scheduler::ScheduleGroup")
    (statement,) = schedule_role(stack)["AssumeRolePolicyDocument"]["Statement"]
    assert only(stack, SCHEDULE)["GroupName"] == only(stack, "AWS::Scheduler::ScheduleGroup")["Name"]
    assert statement["Condition"]["StringEquals"]["aws:SourceArn"] == {"Fn::GetAtt": [name, "Arn"]}


def test_without_overlap_there_is_one_run_at_once() -> None:
    stack = new_stack()

    job(stack, no_overlap=True)

    assert only(stack, "AWS::Lambda::Function")["ReservedConcurrentExecutions"] == 1


def test_a_given_queue_gets_everything_that_failed() -> None:
    stack = new_stack()
    queue = sqs.Queue(stack, "Failed")

    made = job(stack, on_failure=queue)

    arn = {"Fn::GetAtt": [next(iter(resources(stack, QUEUE))), "Arn"]}
    assert made.failure_queue is queue
    assert only(stack, SCHEDULE)["Target"]["DeadLetterConfig"] == {"Arn": arn}
    assert only(stack, CONFIG)["DestinationConfig"]["OnFailure"]["Destination"] == arn
    assert alarm(stack, "DeadLetters")


def test_beside_another_destination_the_schedule_has_a_queue_for_what_it_cannot_hand_over() -> None:
    stack = new_stack()

    job(stack, on_failure=sns.Topic(stack, "Failed"), on_success=events.EventBus(stack, "Done"))

    queue = {"Fn::GetAtt": [next(iter(resources(stack, QUEUE))), "Arn"]}
    destinations = only(stack, CONFIG)["DestinationConfig"]
    assert only(stack, SCHEDULE)["Target"]["DeadLetterConfig"] == {"Arn": queue}
    assert destinations["OnFailure"]["Destination"] == {
        "Ref": next(iter(resources(stack, "AWS::SNS::Topic")))
    }
    assert destinations["OnSuccess"]["Destination"]["Fn::GetAtt"][1] == "Arn"
    assert alarm(stack, "DeadLetters")["Dimensions"][0]["Value"]["Fn::GetAtt"][1] == "QueueName"


def test_a_key_encrypts_input_and_queue_and_the_role_may_use_it() -> None:
    stack = new_stack()

    job(stack, encryption_key=kms.Key(stack, "Key"))

    key = {"Fn::GetAtt": [next(iter(resources(stack, "AWS::KMS::Key"))), "Arn"]}
    (policy,) = schedule_role(stack)["Policies"]
    assert only(stack, SCHEDULE)["KmsKeyArn"] == key
    assert only(stack, QUEUE)["KmsMasterKeyId"] == key
    assert [each["Action"] for each in policy["PolicyDocument"]["Statement"] if each["Resource"] == key] == [
        ["kms:Decrypt", "kms:GenerateDataKey"],
        "kms:Decrypt",
    ]


def test_a_given_role_gets_the_statement_before_lambda_checks_it() -> None:
    stack = new_stack()
    role = iam.Role(stack, "Own", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))

    job(stack, role=role)

    (config,) = resources(stack, CONFIG).values()
    (policy,) = resources(stack, "AWS::IAM::Policy")
    assert policy in config["DependsOn"]


def test_every_alarm_can_be_turned_off_by_itself() -> None:
    for option in (
        "errors",
        "dropped_events",
        "delivery_failures",
        "event_age",
        "dead_letters",
        "missed_run",
    ):
        stack = new_stack()
        options: dict[str, Any] = {option: False}
        job(stack, alarms=Alarms(**options))
        assert len(resources(stack, "AWS::CloudWatch::Alarm")) == 5


def test_another_group_is_another_schedule() -> None:
    def schedule_in(name: str | None, *, imported: bool = False) -> str:
        stack = new_stack()
        group: scheduler.IScheduleGroup | None = None
        if name is not None and imported:
            group = scheduler.ScheduleGroup.from_schedule_group_name(stack, "Group", name)
        elif name is not None:
            group = scheduler.ScheduleGroup(stack, "Group", schedule_group_name=name)
        build(ScheduledJob, stack, group=group)
        (found,) = resources(stack, "AWS::Scheduler::Schedule")
        return found

    assert schedule_in(None) == schedule_in(None)
    for imported in (False, True):
        nightly = schedule_in("nightly", imported=imported)
        assert nightly == schedule_in("nightly", imported=imported)
        assert len({nightly, schedule_in("weekly", imported=imported), schedule_in(None)}) == 3
