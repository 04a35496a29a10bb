"""A queue of an Amazon MQ broker and the function that works it off."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_amazonmq as amazonmq
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from lambda_constructs import Alarms, AllAtOnce, MqConsumer
from lambda_constructs.event_sources.mq import ActiveMqBroker, RabbitMqBroker
from tests.event_sources.streams import ALARM, MAPPING, QUEUE, statement
from tests.support import (
    Resource,
    alarm,
    assert_refused,
    basics,
    new_stack,
    only,
    resources,
    role_statements,
    warnings,
)

ARN = "arn:aws:mq:eu-west-1:123456789012:broker:shop:b-0a1b2c3d"
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:broker-a1b2c3"
ELSEWHERE = cdk.Stack(cdk.App(), "Elsewhere")
CREDENTIALS = secretsmanager.Secret.from_secret_complete_arn(ELSEWHERE, "Credentials", SECRET)


def active(**options: Any) -> ActiveMqBroker:
    return ActiveMqBroker(**{"broker": ARN, "credentials": CREDENTIALS, **options})


def rabbit(**options: Any) -> RabbitMqBroker:
    return RabbitMqBroker(**{"broker": ARN, "credentials": CREDENTIALS, **options})


def consumer(scope: Construct, **options: Any) -> MqConsumer:
    """A consumer of a queue of an ActiveMQ broker."""
    return MqConsumer(scope, "Orders", **{**basics(), "broker": active(), "queue_name": "orders", **options})


def metrics(alarm: Resource) -> dict[str, Resource]:
    """The metrics of an alarm by their ids, with the name of each beside its dimensions."""
    return {
        each["Id"]: {
            "MetricName": each["MetricStat"]["Metric"]["MetricName"],
            **{name["Name"]: name["Value"] for name in each["MetricStat"]["Metric"]["Dimensions"]},
        }
        for each in alarm["Metrics"]
        if "MetricStat" in each
    }


@pytest.fixture(scope="module")
def stack() -> cdk.Stack:
    stack = new_stack()
    consumer(stack)
    return stack


def test_the_mapping_reads_the_queue_in_small_batches(stack: cdk.Stack) -> None:
    (alias,) = resources(stack, "AWS::Lambda::Alias")

    assert only(stack, MAPPING) == {
        "Enabled": True,
        "FunctionName": {"Ref": alias},
        "EventSourceArn": ARN,
        "Queues": ["orders"],
        "BatchSize": 10,
        "SourceAccessConfigurations": [{"Type": "BASIC_AUTH", "URI": SECRET}],
    }
    assert resources(stack, QUEUE) == {}


def test_the_role_finds_its_broker_and_reads_its_secret(stack: cdk.Stack) -> None:
    assert statement(stack, "mq:DescribeBroker")["Resource"] == ARN
    assert statement(stack, "secretsmanager:GetSecretValue")["Resource"] == SECRET
    assert [each["Action"] for each in role_statements(stack)[1:]] == [
        "mq:DescribeBroker",
        "secretsmanager:GetSecretValue",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
    ]
    assert [each for each in role_statements(stack) if each["Resource"] == "*"] == []


def test_network_interfaces_are_limited_to_the_brokers_network_where_it_is_told() -> None:
    stack = new_stack()
    subnet = ec2.Subnet.from_subnet_attributes(
        stack, "Subnet", subnet_id="subnet-1", availability_zone="eu-west-1a", route_table_id="rtb-1"
    )
    group = ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-1")

    consumer(stack, broker=active(subnets=[subnet], security_groups=[group]))

    places = [
        place["Fn::Join"][1][-1] for place in statement(stack, "ec2:CreateNetworkInterface")["Resource"]
    ]
    assert places == [":network-interface/*", ":subnet/subnet-1", ":security-group/sg-1"]


@pytest.mark.parametrize(("options", "host"), [({}, "/"), ({"virtual_host": "shop"}, "shop")])
def test_rabbitmq_is_read_in_a_virtual_host(options: dict[str, Any], host: str) -> None:
    stack = new_stack()

    consumer(stack, broker=rabbit(**options), dead_letter_queue_name="orders.dead")

    assert only(stack, MAPPING)["SourceAccessConfigurations"] == [
        {"Type": "BASIC_AUTH", "URI": SECRET},
        {"Type": "VIRTUAL_HOST", "URI": host},
    ]
    assert warnings(stack) == []


def test_rabbitmq_warns_unless_it_is_known_where_messages_end_that_keep_failing() -> None:
    stack = new_stack()

    orders = consumer(stack, broker=rabbit())

    assert warnings(stack) == ["lambda-constructs:broker-dead-letters-unknown"]
    assert {each.node.id for each in orders.alarms} == {"ErrorsAlarm", "FailedEventsAlarm"}


def test_options_of_the_mapping_pass_through() -> None:
    stack = new_stack()

    consumer(
        stack,
        batch_size=1,
        max_batching_window=cdk.Duration.seconds(5),
        filters=[lambda_.FilterCriteria.filter({"data": {"kind": ["order"]}})],
        enabled=False,
    )

    mapping = only(stack, MAPPING)
    assert mapping["BatchSize"] == 1
    assert mapping["MaximumBatchingWindowInSeconds"] == 5
    assert mapping["FilterCriteria"] == {"Filters": [{"Pattern": '{"data":{"kind":["order"]}}'}]}
    assert mapping["Enabled"] is False


def test_failing_batches_are_watched_as_a_share_and_by_name(stack: cdk.Stack) -> None:
    (function,) = resources(stack, "AWS::Lambda::Function")
    failed = alarm(stack, "FailedEvents")
    group = only(stack, "AWS::CodeDeploy::DeploymentGroup")

    assert metrics(failed) == {
        "failed": {"MetricName": "Errors", "FunctionName": {"Ref": function}},
        "invoked": {"MetricName": "Invocations", "FunctionName": {"Ref": function}},
    }
    assert failed["Threshold"] == 5
    assert {"Name": "Shop/Orders/FailedEvents"} in group["AlarmConfiguration"]["Alarms"]


def test_dead_letters_of_activemq_are_watched_in_both_instances_of_the_broker(stack: cdk.Stack) -> None:
    dead = alarm(stack, "DeadLetters")

    assert metrics(dead) == {
        "dead1": {"MetricName": "QueueSize", "Broker": "shop-1", "Queue": "ActiveMQ.DLQ"},
        "dead2": {"MetricName": "QueueSize", "Broker": "shop-2", "Queue": "ActiveMQ.DLQ"},
    }
    assert dead["Metrics"][0]["Expression"] == "SUM([dead1, dead2])"
    assert dead["Threshold"] == 1


def test_dead_letters_of_rabbitmq_are_watched_where_they_are_said_to_be() -> None:
    stack = new_stack()

    consumer(stack, broker=rabbit(), dead_letter_queue_name="orders.dead")

    dead = alarm(stack, "DeadLetters")
    assert dead["MetricName"] == "MessageCount"
    assert {each["Name"]: each["Value"] for each in dead["Dimensions"]} == {
        "Broker": "shop",
        "VirtualHost": "/",
        "Queue": "orders.dead",
    }


def test_an_unread_activemq_queue_is_an_alarm_after_the_longest_invocation(
    stack: cdk.Stack,
) -> None:
    stalled = alarm(stack, "Stalled")

    assert {(each["MetricName"], each["Queue"]) for each in metrics(stalled).values()} == {
        ("QueueSize", "orders"),
        ("DequeueCount", "orders"),
    }
    assert stalled["Metrics"][0]["Expression"] == (
        "IF(SUM([waiting1, waiting2]) > 0 AND SUM([done1, done2]) < 1, 1, 0)"
    )
    assert stalled["EvaluationPeriods"] == 15


def test_the_name_of_a_broker_of_the_stack_is_taken_from_its_arn() -> None:
    stack = new_stack()
    broker = amazonmq.CfnBroker(
        stack,
        "Broker",
        broker_name="shop",
        deployment_mode="SINGLE_INSTANCE",
        engine_type="ACTIVEMQ",
        host_instance_type="mq.m5.large",
        publicly_accessible=False,
    )

    consumer(stack, broker=active(broker=broker.attr_arn))

    name = {"Fn::Select": [6, {"Fn::Split": [":", {"Fn::GetAtt": ["Broker", "Arn"]}]}]}
    assert metrics(alarm(stack, "DeadLetters"))["dead1"]["Broker"] == {"Fn::Join": ["", [name, "-1"]]}
    assert warnings(stack) == []


@pytest.mark.parametrize(
    ("alarms", "off"),
    [
        (Alarms(errors=False), "ErrorsAlarm"),
        (Alarms(failed_events=False), "FailedEventsAlarm"),
        (Alarms(dead_letters=False), "DeadLettersAlarm"),
        (Alarms(message_age=False), "StalledAlarm"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_alarm_can_be_turned_off(alarms: Alarms, off: str) -> None:
    orders = consumer(new_stack(), alarms=alarms)

    every = {"ErrorsAlarm", "FailedEventsAlarm", "DeadLettersAlarm", "StalledAlarm"}
    assert {each.node.id for each in orders.alarms} == every - {off}


def test_alarms_none_has_none() -> None:
    stack = new_stack()

    consumer(stack, alarms=Alarms.NONE, rollout=AllAtOnce())

    assert resources(stack, ALARM) == {}


CASES: list[tuple[str, dict[str, Any], str]] = [
    ("broker-arn", {"broker": active(broker="b-0a1b2c3d")}, "'b-0a1b2c3d'; pass the ARN"),
    ("source-name", {"queue_name": ""}, "queue_name is ''"),
    ("source-name", {"queue_name": "q" * 1001}, "1 to 1000 characters"),
    ("source-name", {"dead_letter_queue_name": ""}, "dead_letter_queue_name is ''"),
    ("source-name", {"broker": rabbit(virtual_host="my shop")}, "broker.virtual_host is 'my shop'"),
    ("source-batch-size", {"batch_size": 10_001}, "1 to 10000"),
    ("source-batching-window", {"max_batching_window": cdk.Duration.minutes(6)}, "360 seconds"),
    ("source-timeout", {"timeout": cdk.Duration.seconds(841)}, "Lambda allows 840"),
    ("option-type", {"broker": ARN}, "ActiveMqBroker(...) or RabbitMqBroker(...)"),
    ("option-type", {"broker": active(credentials=None)}, "broker.credentials is a NoneType"),
    ("option-type", {"queue_name": 7}, "7 (int); pass a string"),
    ("option-type", {"broker": active(subnets=2.5)}, "broker.subnets is 2.5 (float); pass a list"),
    ("option-type", {"broker": active(security_groups=[None])}, "broker.security_groups[0] is None"),
    ("option-type", {"enabled": "no"}, "'no' (str); pass True or False"),
]


@pytest.mark.parametrize(
    ("code", "options", "fragment"), CASES, ids=[f"{n}-{case[0]}" for n, case in enumerate(CASES)]
)
def test_refuses(code: str, options: dict[str, Any], fragment: str) -> None:
    assert_refused(consumer, code, fragment, **options)


def test_tokens_are_warnings() -> None:
    stack = new_stack()
    number = cdk.CfnParameter(stack, "Number", type="Number").value_as_number
    name = cdk.CfnParameter(stack, "Name").value_as_string

    consumer(stack, queue_name=name, batch_size=number, timeout=cdk.Duration.seconds(number))

    assert only(stack, MAPPING)["Queues"] == [{"Ref": "Name"}]
    assert [each.removeprefix("lambda-constructs:") for each in warnings(stack)] == [
        "source-batch-size",
        "source-name",
        "source-timeout",
        "timeout-range",
        "version-unpublished",
    ]
