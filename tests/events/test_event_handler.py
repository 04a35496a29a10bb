"""A function that handles events later: its retries, its destinations, its alarms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_events as events
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from lambda_constructs import (
    Alarms,
    BucketNotification,
    EventHandler,
    EventRule,
    ProductionFunction,
    SqsWorker,
)
from tests.support import Resource, alarm, basics, new_stack, only, resources, role_statements, warnings
from tests.workloads import build

ORDERS = EventRule(pattern=events.EventPattern(source=["shop"]))
QUEUE = "AWS::SQS::Queue"
CONFIG = "AWS::Lambda::EventInvokeConfig"


def handler(scope: Construct, **options: Any) -> EventHandler:
    """A handler of a rule's events, with options beside the basic ones."""
    return EventHandler(scope, "Orders", **{"source": ORDERS, **basics(), **options})


@pytest.fixture(scope="module")
def stack() -> cdk.Stack:
    stack = new_stack()
    handler(stack)
    return stack


def failure_queue(stack: cdk.Stack) -> tuple[str, Resource]:
    ((name, queue),) = resources(stack, QUEUE).items()
    return name, queue["Properties"]


def test_the_alias_keeps_what_failed_with_its_retries_and_its_age_written_down(stack: cdk.Stack) -> None:
    (config,) = resources(stack, CONFIG).values()
    (alias,) = resources(stack, "AWS::Lambda::Alias")

    assert config["Properties"] == {
        "FunctionName": {"Ref": next(iter(resources(stack, "AWS::Lambda::Function")))},
        "Qualifier": "live",
        "MaximumRetryAttempts": 2,
        "MaximumEventAgeInSeconds": 21_600,
        "DestinationConfig": {"OnFailure": {"Destination": {"Fn::GetAtt": [failure_queue(stack)[0], "Arn"]}}},
    }
    # The qualifier is a name: without this the settings could come before the alias that they are for.
    assert config["DependsOn"] == [alias]


def test_nothing_is_let_in_before_what_fails_is_kept(stack: cdk.Stack) -> None:
    (permission,) = resources(stack, "AWS::Lambda::Permission").values()

    assert permission["DependsOn"] == [next(iter(resources(stack, CONFIG)))]


def test_the_function_has_no_dead_letter_queue(stack: cdk.Stack) -> None:
    assert "DeadLetterConfig" not in only(stack, "AWS::Lambda::Function")


def test_the_failure_queue_is_encrypted_tls_only_and_keeps_for_14_days(stack: cdk.Stack) -> None:
    name, queue = failure_queue(stack)
    policy = only(stack, "AWS::SQS::QueuePolicy")

    assert queue == {"MessageRetentionPeriod": 1_209_600, "SqsManagedSseEnabled": True}
    assert policy["Queues"] == [{"Ref": name}]
    deny = policy["PolicyDocument"]["Statement"][0]
    assert (deny["Effect"], deny["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_the_role_may_write_its_logs_and_to_the_failure_queue_and_nothing_else(stack: cdk.Stack) -> None:
    assert [statement["Action"] for statement in role_statements(stack)] == [
        ["logs:CreateLogStream", "logs:PutLogEvents"],
        "sqs:SendMessage",
    ]
    assert role_statements(stack)[1]["Resource"] == {"Fn::GetAtt": [failure_queue(stack)[0], "Arn"]}


def test_alarms_watch_the_function_for_which_lambda_publishes_these_metrics(stack: cdk.Stack) -> None:
    function = {
        "Name": "FunctionName",
        "Value": {"Ref": next(iter(resources(stack, "AWS::Lambda::Function")))},
    }
    watched = {
        name: (alarm(stack, name)["MetricName"], alarm(stack, name)["Threshold"])
        for name in ("DroppedEvents", "DeliveryFailures")
    }

    assert watched == {
        "DroppedEvents": ("AsyncEventsDropped", 1),
        "DeliveryFailures": ("DestinationDeliveryFailures", 1),
    }
    for name in watched:
        assert alarm(stack, name)["Dimensions"] == [function]
        assert alarm(stack, name)["TreatMissingData"] == "notBreaching"


def test_an_alarm_watches_the_failure_queue(stack: cdk.Stack) -> None:
    found = alarm(stack, "DeadLetters")

    assert (found["MetricName"], found["Threshold"]) == ("ApproximateNumberOfMessagesVisible", 1)
    assert found["Dimensions"] == [
        {"Name": "QueueName", "Value": {"Fn::GetAtt": [failure_queue(stack)[0], "QueueName"]}}
    ]


@pytest.mark.parametrize(
    ("options", "seconds"),
    [
        # Twice of three attempts of 30 seconds, with one and two minutes between them.
        ({}, 2 * (3 * 30 + 60 + 120)),
        ({"retry_attempts": 0}, 2 * 30),
        ({"retry_attempts": 1, "timeout": cdk.Duration.seconds(10)}, 2 * (2 * 10 + 60)),
        ({"max_event_age": cdk.Duration.seconds(300)}, 150),
        ({"alarms": Alarms(event_age_threshold=cdk.Duration.minutes(5))}, 300),
    ],
)
def test_the_age_that_is_an_alarm_follows_from_the_attempts(options: dict[str, Any], seconds: int) -> None:
    stack = new_stack()

    handler(stack, **options)

    found = alarm(stack, "EventAge")
    assert found["Threshold"] == seconds
    assert [each.get("Expression") for each in found["Metrics"]] == ["milliseconds/1000", None]
    assert found["Metrics"][1]["MetricStat"]["Metric"]["MetricName"] == "AsyncEventAge"


def test_every_alarm_can_be_turned_off_by_itself() -> None:
    for option, name in {
        "dropped_events": "DroppedEvents",
        "delivery_failures": "DeliveryFailures",
        "event_age": "EventAge",
        "dead_letters": "DeadLetters",
    }.items():
        stack = new_stack()
        options: dict[str, Any] = {option: False}
        handler(stack, alarms=Alarms(**options))
        assert not [key for key in resources(stack, "AWS::CloudWatch::Alarm") if name in key]
        assert len(resources(stack, "AWS::CloudWatch::Alarm")) == 4


@pytest.mark.parametrize(
    ("kind", "actions"),
    [
        ("queue", ["sqs:SendMessage", ["kms:Decrypt", "kms:GenerateDataKey"]]),
        ("topic", ["sns:Publish", ["kms:Decrypt", "kms:GenerateDataKey"]]),
        ("bus", ["events:PutEvents"]),
        ("function", ["lambda:InvokeFunction"]),
        ("bucket", ["s3:ListBucket", "s3:PutObject", ["kms:Decrypt", "kms:GenerateDataKey"]]),
    ],
)
def test_the_role_may_write_to_the_destination_that_is_given(kind: str, actions: list[object]) -> None:
    stack = new_stack()
    key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:eu-west-1:123456789012:key/1")
    makers: dict[str, Callable[[], Any]] = {
        "queue": lambda: sqs.Queue(stack, "Target", encryption_master_key=key),
        "topic": lambda: sns.Topic(stack, "Target", master_key=key),
        "bus": lambda: events.EventBus(stack, "Target"),
        "function": lambda: lambda_.Function.from_function_arn(
            stack, "Target", "arn:aws:lambda:eu-west-1:123456789012:function:target"
        ),
        "bucket": lambda: s3.Bucket(stack, "Target", encryption_key=key),
    }

    handler(stack, on_failure=makers[kind]())

    assert [statement["Action"] for statement in role_statements(stack)][1:] == actions


def test_a_bucket_gets_only_the_objects_that_lambda_names() -> None:
    stack = new_stack()

    handler(stack, on_failure=s3.Bucket(stack, "Target"))

    (statement,) = (each for each in role_statements(stack) if each["Action"] == "s3:PutObject")
    assert statement["Resource"]["Fn::Join"][1][1] == "/aws/lambda/*"


def test_on_success_gets_the_answers() -> None:
    stack = new_stack()

    handler(stack, on_success=events.EventBus(stack, "Done"))

    config = only(stack, CONFIG)
    assert config["DestinationConfig"]["OnSuccess"]["Destination"]["Fn::GetAtt"][1] == "Arn"
    assert "events:PutEvents" in [statement["Action"] for statement in role_statements(stack)]


def test_a_given_queue_gets_everything_that_failed() -> None:
    stack = new_stack()
    queue = sqs.Queue(stack, "Failed")

    made = handler(stack, on_failure=queue)

    assert made.failure_queue is queue
    assert len(resources(stack, QUEUE)) == 1
    assert only(stack, "AWS::Events::Rule")["Targets"][0]["DeadLetterConfig"] == {
        "Arn": {"Fn::GetAtt": [next(iter(resources(stack, QUEUE))), "Arn"]}
    }


def test_beside_another_destination_a_rule_has_a_queue_for_what_it_cannot_hand_over() -> None:
    stack = new_stack()

    made = handler(stack, on_failure=events.EventBus(stack, "Failed"))

    assert made.failure_queue.queue_arn != ""
    assert only(stack, CONFIG)["DestinationConfig"]["OnFailure"]["Destination"] != {
        "Fn::GetAtt": [failure_queue(stack)[0], "Arn"]
    }
    assert alarm(stack, "DeadLetters")


def test_beside_another_destination_a_bucket_has_no_queue_at_all() -> None:
    stack = new_stack()

    made = handler(
        stack,
        source=BucketNotification(bucket=s3.Bucket(stack, "In")),
        on_failure=sns.Topic(stack, "Failed"),
    )

    with pytest.raises(AttributeError, match="there is no failure_queue"):
        _ = made.failure_queue
    assert resources(stack, QUEUE) == {}


def test_a_given_role_gets_the_statement_before_lambda_checks_it() -> None:
    stack = new_stack()
    role = cdk.aws_iam.Role(stack, "Own", assumed_by=cdk.aws_iam.ServicePrincipal("lambda.amazonaws.com"))

    handler(stack, role=role)

    (config,) = resources(stack, CONFIG).values()
    (policy,) = resources(stack, "AWS::IAM::Policy")
    assert policy in config["DependsOn"]


def test_the_key_of_the_failure_queue_lets_eventbridge_use_it() -> None:
    stack = new_stack()

    handler(stack, encryption_key=kms.Key(stack, "Key"))

    statements = only(stack, "AWS::KMS::Key")["KeyPolicy"]["Statement"]
    (statement,) = (each for each in statements if each.get("Sid") == "LambdaConstructsEvents")
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    assert failure_queue(stack)[1]["KmsDataKeyReusePeriodSeconds"] == 300


def test_an_imported_queue_whose_policy_cannot_be_changed_is_a_warning() -> None:
    stack = new_stack()
    queue = sqs.Queue.from_queue_arn(stack, "Failed", "arn:aws:sqs:eu-west-1:123456789012:failed")

    handler(stack, on_failure=queue)

    assert warnings(stack) == ["lambda-constructs:queue-policy-not-changed"]


def test_recursion_is_allowed_by_name_and_then_lambda_does_not_stop_it() -> None:
    stack = new_stack()
    bus = events.EventBus(stack, "Bus")

    made = handler(
        stack, source=EventRule(pattern=events.EventPattern(source=["shop"]), bus=bus), allow_recursion=True
    )
    bus.grant_put_events_to(made)

    assert only(stack, "AWS::Lambda::Function")["RecursiveLoop"] == "Allow"


def test_ages_that_are_only_known_at_deployment_become_the_thresholds() -> None:
    stack = new_stack()
    parameter = cdk.CfnParameter(stack, "Age", type="Number")
    age = cdk.Duration.seconds(parameter.value_as_number)

    handler(stack, alarms=Alarms(event_age_threshold=age))

    assert alarm(stack, "EventAge")["Threshold"] == {"Ref": "Age"}


def test_allowing_recursion_publishes_no_version_because_a_version_does_not_contain_it() -> None:
    def version(kind: type[ProductionFunction], *, allowed: bool) -> list[str]:
        stack = new_stack()
        build(kind, stack, allow_recursion=allowed)
        return list(resources(stack, "AWS::Lambda::Version"))

    for kind in (EventHandler, SqsWorker):
        assert version(kind, allowed=True) == version(kind, allowed=False)
