"""What is watched of a stream consumer."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_s3 as s3

from lambda_constructs import Alarms, AllAtOnce
from tests.event_sources.streams import ALARM, MAPPING, QUEUE, of_table
from tests.support import alarm, new_stack, only, resources

EVERY_ALARM = {
    "DeadLettersAlarm",
    "DroppedEventsAlarm",
    "ErrorsAlarm",
    "FailedEventsAlarm",
    "IteratorAgeAlarm",
}


@pytest.fixture(scope="module")
def stack() -> cdk.Stack:
    stack = new_stack()
    of_table(stack)
    return stack


def test_failing_records_are_watched_as_a_share_and_by_name(stack: cdk.Stack) -> None:
    (mapping,) = resources(stack, MAPPING)
    failed_events = alarm(stack, "FailedEvents")
    group = only(stack, "AWS::CodeDeploy::DeploymentGroup")

    dimensions = [
        each["MetricStat"]["Metric"]["Dimensions"]
        for each in failed_events["Metrics"]
        if "MetricStat" in each
    ]
    assert dimensions == [[{"Name": "EventSourceMappingUUID", "Value": {"Ref": mapping}}]] * 2
    assert failed_events["Threshold"] == 5
    assert {"Name": "Shop/Orders/FailedEvents"} in group["AlarmConfiguration"]["Alarms"]


def test_lost_records_and_the_depth_of_the_failure_queue_are_watched(stack: cdk.Stack) -> None:
    (mapping,) = resources(stack, MAPPING)
    (queue,) = resources(stack, QUEUE)
    dropped, dead_letters = alarm(stack, "DroppedEvents"), alarm(stack, "DeadLetters")

    assert dropped["MetricName"] == "DroppedEventCount"
    assert dropped["Dimensions"] == [{"Name": "EventSourceMappingUUID", "Value": {"Ref": mapping}}]
    assert dead_letters["MetricName"] == "ApproximateNumberOfMessagesVisible"
    assert dead_letters["Dimensions"][0]["Value"] == {"Fn::GetAtt": [queue, "QueueName"]}
    assert dropped["Threshold"] == dead_letters["Threshold"] == 1


def test_what_reaches_a_destination_that_is_no_queue_is_watched_all_the_same() -> None:
    stack = new_stack()

    of_table(stack, on_failure=s3.Bucket.from_bucket_arn(stack, "Failed", "arn:aws:s3:::failed"))

    (mapping,) = resources(stack, MAPPING)
    delivered = alarm(stack, "DeadLetters")
    assert delivered["MetricName"] == "OnFailureDestinationDeliveredEventCount"
    assert delivered["Dimensions"] == [{"Name": "EventSourceMappingUUID", "Value": {"Ref": mapping}}]


@pytest.mark.parametrize(
    ("options", "seconds"),
    [
        ({}, 900),
        ({"max_record_age": cdk.Duration.minutes(10)}, 300),
        ({"alarms": Alarms(iterator_age_threshold=cdk.Duration.hours(1))}, 3600),
    ],
    ids=["default", "half of the record age", "chosen"],
)
def test_waiting_records_are_watched(options: dict[str, Any], seconds: int) -> None:
    stack = new_stack()

    of_table(stack, **options)

    (function,) = resources(stack, "AWS::Lambda::Function")
    age = alarm(stack, "IteratorAge")
    expression, metric = age["Metrics"]
    assert expression["Expression"] == "milliseconds/1000"
    assert metric["MetricStat"]["Stat"] == "Maximum"
    assert metric["MetricStat"]["Metric"] == {
        "Namespace": "AWS/Lambda",
        "MetricName": "IteratorAge",
        "Dimensions": [{"Name": "FunctionName", "Value": {"Ref": function}}],
    }
    assert age["Threshold"] == seconds


@pytest.mark.parametrize(
    ("alarms", "off"),
    [
        (Alarms(errors=False), "ErrorsAlarm"),
        (Alarms(failed_events=False), "FailedEventsAlarm"),
        (Alarms(dropped_events=False), "DroppedEventsAlarm"),
        (Alarms(dead_letters=False), "DeadLettersAlarm"),
        (Alarms(iterator_age=False), "IteratorAgeAlarm"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_alarm_can_be_turned_off(alarms: Alarms, off: str) -> None:
    orders = of_table(new_stack(), alarms=alarms)

    assert {each.node.id for each in orders.alarms} == EVERY_ALARM - {off}


def test_alarms_none_has_none() -> None:
    stack = new_stack()

    of_table(stack, alarms=Alarms.NONE, rollout=AllAtOnce())

    assert resources(stack, ALARM) == {}
