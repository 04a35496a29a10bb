"""A Kafka topic and the function that reads it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_

from lambda_constructs import Alarms, AllAtOnce, KafkaConsumer
from lambda_constructs.event_sources.kafka import KafkaPollers, SaslScram, SelfManagedKafka
from tests.event_sources.kafka import CLUSTER, of_brokers, of_msk, secret
from tests.event_sources.streams import ALARM, MAPPING, QUEUE
from tests.support import alarm, basics, new_stack, only, resources, warnings


@pytest.fixture(scope="module")
def stack() -> cdk.Stack:
    stack = new_stack()
    of_msk(stack)
    return stack


def test_the_mapping_reads_the_topic_from_its_beginning(stack: cdk.Stack) -> None:
    (alias,) = resources(stack, "AWS::Lambda::Alias")
    (queue,) = resources(stack, QUEUE)

    assert only(stack, MAPPING) == {
        "Enabled": True,
        "FunctionName": {"Ref": alias},
        "EventSourceArn": CLUSTER,
        "Topics": ["orders"],
        "StartingPosition": "TRIM_HORIZON",
        "BatchSize": 100,
        "DestinationConfig": {"OnFailure": {"Destination": {"Fn::GetAtt": [queue, "Arn"]}}},
        "MetricsConfig": {"Metrics": ["EventCount", "ErrorCount", "KafkaMetrics"]},
    }


def test_provisioned_pollers_isolate_what_fails() -> None:
    stack = new_stack()

    of_msk(stack, provisioned_pollers=KafkaPollers(maximum=10))

    mapping = only(stack, MAPPING)
    assert mapping["ProvisionedPollerConfig"] == {"MinimumPollers": 1, "MaximumPollers": 10}
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["MaximumRetryAttempts"] == 3
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert "MaximumRecordAgeInSeconds" not in mapping


def test_options_of_the_mapping_pass_through() -> None:
    stack = new_stack()

    of_msk(
        stack,
        starting_position=lambda_.StartingPosition.AT_TIMESTAMP,
        starting_position_timestamp=datetime(2026, 1, 1, tzinfo=UTC),
        batch_size=500,
        max_batching_window=cdk.Duration.seconds(0),
        provisioned_pollers=KafkaPollers(minimum=2, maximum=20, group_name="shop"),
        bisect_batch_on_error=False,
        retry_attempts=0,
        max_record_age=cdk.Duration.days(2),
        filters=[lambda_.FilterCriteria.filter({"value": {"kind": ["order"]}})],
        enabled=False,
    )

    mapping = only(stack, MAPPING)
    assert mapping["StartingPositionTimestamp"] == 1_767_225_600
    assert mapping["BatchSize"] == 500
    assert mapping["MaximumBatchingWindowInSeconds"] == 0
    assert mapping["ProvisionedPollerConfig"]["PollerGroupName"] == "shop"
    assert mapping["BisectBatchOnFunctionError"] is False
    assert mapping["MaximumRetryAttempts"] == 0
    assert mapping["MaximumRecordAgeInSeconds"] == 172_800
    assert mapping["FilterCriteria"] == {"Filters": [{"Pattern": '{"value":{"kind":["order"]}}'}]}
    assert mapping["Enabled"] is False


@pytest.mark.parametrize(
    ("options", "records"), [({}, 10_000), ({"batch_size": 5}, 500), ({"offset_lag_threshold": 42}, 42)]
)
def test_partitions_that_lag_behind_are_watched(options: dict[str, Any], records: int) -> None:
    stack = new_stack()

    of_msk(stack, **options)

    (mapping,) = resources(stack, MAPPING)
    lag = alarm(stack, "OffsetLag")
    assert lag["MetricName"] == "MaxOffsetLag"
    assert lag["Dimensions"] == [{"Name": "EventSourceMappingUUID", "Value": {"Ref": mapping}}]
    assert lag["EvaluationPeriods"] == 5
    assert lag["Threshold"] == records


def test_brokers_that_cannot_be_read_are_an_alarm(stack: cdk.Stack) -> None:
    (mapping,) = resources(stack, MAPPING)
    errors = alarm(stack, "PollingErrors")

    assert errors["MetricName"] == "PollingErrorCount"
    assert errors["Dimensions"] == [{"Name": "EventSourceMappingUUID", "Value": {"Ref": mapping}}]
    assert errors["EvaluationPeriods"] == 5


def test_failing_lost_and_kept_records_are_watched(stack: cdk.Stack) -> None:
    group = only(stack, "AWS::CodeDeploy::DeploymentGroup")

    assert alarm(stack, "DroppedEvents")["MetricName"] == "DroppedEventCount"
    assert alarm(stack, "DeadLetters")["MetricName"] == "ApproximateNumberOfMessagesVisible"
    assert alarm(stack, "FailedEvents")["AlarmName"] == "Shop/Orders/FailedEvents"
    assert {"Name": "Shop/Orders/FailedEvents"} in group["AlarmConfiguration"]["Alarms"]


@pytest.mark.parametrize(
    ("alarms", "off"),
    [
        (Alarms(failed_events=False), {"FailedEventsAlarm"}),
        (Alarms(dropped_events=False), {"DroppedEventsAlarm"}),
        (Alarms(dead_letters=False), {"DeadLettersAlarm"}),
        (Alarms(iterator_age=False), {"OffsetLagAlarm", "PollingErrorsAlarm"}),
    ],
    ids=["failed_events", "dropped_events", "dead_letters", "iterator_age"],
)
def test_each_alarm_can_be_turned_off(alarms: Alarms, off: set[str]) -> None:
    orders = of_msk(new_stack(), alarms=alarms)

    every = {
        "DeadLettersAlarm",
        "DroppedEventsAlarm",
        "ErrorsAlarm",
        "FailedEventsAlarm",
        "OffsetLagAlarm",
        "PollingErrorsAlarm",
    }
    assert {each.node.id for each in orders.alarms} == every - off


def test_alarms_none_has_none() -> None:
    stack = new_stack()

    of_msk(stack, alarms=Alarms.NONE, rollout=AllAtOnce())

    assert resources(stack, ALARM) == {}


def test_tokens_are_warnings() -> None:
    stack = new_stack()
    number = cast(int, cdk.CfnParameter(stack, "Number", type="Number").value_as_number)
    name = cdk.CfnParameter(stack, "Name").value_as_string

    of_brokers(
        stack,
        {"authentication": SaslScram(secret=secret(stack))},
        topic_name=name,
        consumer_group_id=name,
        batch_size=number,
        retry_attempts=number,
        offset_lag_threshold=number,
        provisioned_pollers=KafkaPollers(minimum=number, maximum=number),
        timeout=cdk.Duration.seconds(number),
    )

    assert only(stack, MAPPING)["Topics"] == [{"Ref": "Name"}]
    assert {each.removeprefix("lambda-constructs:") for each in warnings(stack)} >= {
        "kafka-pollers-range",
        "offset-lag-threshold",
        "source-batch-size",
        "source-name",
        "source-timeout",
        "stream-retries",
    }


@pytest.mark.parametrize("known", ["as text", "as list"])
def test_brokers_that_are_known_at_deployment_are_a_warning(known: str) -> None:
    stack = new_stack()
    text = cdk.CfnParameter(stack, "Brokers").value_as_string
    brokers = [text] if known == "as text" else cdk.Fn.split(",", text)
    cluster = SelfManagedKafka(bootstrap_servers=brokers, authentication=SaslScram(secret=secret(stack)))

    KafkaConsumer(stack, "Orders", cluster=cluster, topic_name="orders", **basics())

    assert warnings(stack) == ["lambda-constructs:bootstrap-servers"]
    assert only(stack, MAPPING)["SelfManagedEventSource"]["Endpoints"]["KafkaBootstrapServers"] in (
        [{"Ref": "Brokers"}],
        {"Fn::Split": [",", {"Ref": "Brokers"}]},
    )
