"""A worker with more than one queue: each has the guarantees of the first."""

from __future__ import annotations

from typing import Any, cast, get_type_hints

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs

from lambda_constructs import Alarms, AllAtOnce, Canary, ConfigurationError, SqsPollers, SqsWorker
from lambda_constructs import QueueTriggerOptions as Options
from tests.support import Resource, function, new_stack, resources, role_statements, warnings, worker


def of(stack: cdk.Stack, name: str) -> dict[str, Resource]:
    """The properties of the resources of one queue of `Orders`, without the hash in their ids."""
    prefix = f"Orders{name}"
    return {
        key.removeprefix(prefix)[:-8]: each["Properties"]
        for key, each in resources(stack).items()
        if key.startswith(prefix)
    }


def test_each_queue_has_a_mapping_dead_letters_and_alarms() -> None:
    stack = new_stack()
    first = worker(stack, visibility_timeout=cdk.Duration.minutes(5))
    second = first.add_queue("Returns", max_receive_count=8, batch_size=3)

    made = of(stack, "Returns")
    assert set(made) == {
        "Queue",
        "QueuePolicy",
        "DeadLetterQueue",
        "Mapping",
        "FailedEventsAlarm",
        "DeadLettersAlarm",
        "MessageAgeAlarm",
    }
    assert made["Queue"]["VisibilityTimeout"] == 180
    assert made["Queue"]["RedrivePolicy"]["maxReceiveCount"] == 8
    assert made["Mapping"]["BatchSize"] == 3
    assert made["Mapping"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    alias = stack.resolve(first.event_source_mapping.function_name)
    assert made["Mapping"]["FunctionName"] == alias
    assert len(made["QueuePolicy"]["Queues"]) == 2
    read = [each for each in role_statements(stack) if "sqs:ReceiveMessage" in each["Action"]]
    assert [each["Resource"] for each in read] == [
        stack.resolve(queue.queue_arn) for queue in (first.queue, second.queue)
    ]
    assert len(first.alarms) == 1 + 3 + 3
    assert warnings(stack) == []


def test_the_failing_events_of_each_queue_stop_a_rollout() -> None:
    stack = new_stack()
    worker(stack).add_queue("Returns")
    group, role = of(stack, "Rollout")[""], of(stack, "RolloutRole")[""]

    watched = {"Name": "Shop/Orders/Returns/FailedEvents"}
    assert watched in group["AlarmConfiguration"]["Alarms"]
    allowed = role["Policies"][0]["PolicyDocument"]["Statement"]
    assert "alarm:Shop/Orders/Returns/FailedEvents" in str(allowed)

    for options in ({"alarms": Alarms(failed_events=False)}, {"rollout": AllAtOnce()}):
        stack = new_stack()
        worker(stack, **options).add_queue("Returns")
        alarms = of(stack, "Rollout")[""].get("AlarmConfiguration", {}).get("Alarms", [])
        assert watched not in alarms, options
        assert "Returns/FailedEvents" not in str(of(stack, "RolloutRole")), options


def test_a_rollout_has_room_for_the_alarm_of_each_queue_or_refuses_it() -> None:
    stack = new_stack()
    others = [function(stack, f"Other{number}").alarms[0] for number in range(8)]
    full = worker(stack, rollout=Canary(alarms=others))
    with pytest.raises(ConfigurationError, match="11") as refusal:
        full.add_queue("Returns")
    assert refusal.value.code == "rollout-alarms-maximum"


def test_your_queue_and_its_key() -> None:
    stack = new_stack()
    key = kms.Key(stack, "Key")
    dead = sqs.Queue(stack, "Dead", retention_period=cdk.Duration.days(14))
    queue = sqs.Queue(
        stack,
        "Queue",
        encryption_master_key=key,
        visibility_timeout=cdk.Duration.minutes(5),
        dead_letter_queue=sqs.DeadLetterQueue(queue=dead, max_receive_count=5),
    )
    second = worker(stack).add_queue("Returns", queue=queue)

    assert (second.queue, second.dead_letter_queue) == (queue, dead)
    assert stack.resolve(key.key_arn) in [
        each["Resource"] for each in role_statements(stack) if each["Action"] == "kms:Decrypt"
    ]


def test_the_queues_share_the_reserved_concurrency() -> None:
    def concurrency(stack: cdk.Stack) -> object:
        return of(stack, "Returns")["Mapping"].get("ScalingConfig", {}).get("MaximumConcurrency")

    cases: list[tuple[dict[str, Any], dict[str, Any], object]] = [
        ({}, {}, None),
        ({"max_concurrency": 4}, {"max_concurrency": 900}, 900),
        ({"reserved_concurrency": 10, "max_concurrency": 4}, {}, 6),
        ({"reserved_concurrency": 10, "max_concurrency": 4}, {"max_concurrency": 5}, 5),
        ({"reserved_concurrency": 10}, {}, "can reach 12 concurrent"),
        (
            {"reserved_concurrency": 10, "max_concurrency": 4},
            {"max_concurrency": 7},
            "can reach 11 concurrent",
        ),
        ({"reserved_concurrency": 10, "enabled": False}, {"max_concurrency": 7}, 7),
        ({"reserved_concurrency": 10}, {"max_concurrency": 7, "enabled": False}, 7),
        (
            {"reserved_concurrency": 30, "max_concurrency": 11},
            {"provisioned_pollers": SqsPollers(minimum=2, maximum=2)},
            "can reach 31 concurrent",
        ),
    ]
    for first, second, expected in cases:
        stack = new_stack()
        orders = worker(stack, **first)
        if isinstance(expected, str):
            with pytest.raises(ConfigurationError, match=expected) as refusal:
                orders.add_queue("Returns", **second)
            assert refusal.value.code == "max-concurrency-above-reserved"
            assert orders.node.try_find_child("Returns") is None
        else:
            orders.add_queue("Returns", **second)
            assert concurrency(stack) == expected, (first, second)


def test_a_concurrency_that_is_known_at_deployment_warns() -> None:
    stack = new_stack()
    most = cdk.CfnParameter(stack, "Most", type="Number").value_as_number
    worker(stack, reserved_concurrency=10, max_concurrency=cast(int, most)).add_queue("Returns")

    assert "lambda-constructs:max-concurrency-above-reserved" in warnings(stack)
    assert "ScalingConfig" not in of(stack, "Returns")["Mapping"]


def test_a_queue_is_processed_once() -> None:
    stack = new_stack()
    orders = worker(stack, queue_name="orders")
    second = orders.add_queue("Returns")
    imported = sqs.Queue.from_queue_arn(stack, "One", "arn:aws:sqs:eu-west-1:123456789012:claims")
    same = sqs.Queue.from_queue_arn(stack, "Two", "arn:aws:sqs:eu-west-1:123456789012:claims")
    known: dict[str, Any] = {
        "dead_letter_queue": sqs.Queue(stack, "Dead"),
        "visibility_timeout": cdk.Duration.minutes(3),
    }
    orders.add_queue("Claims", queue=imported, **known)

    again: list[dict[str, Any]] = [
        {"queue": orders.queue},
        {"queue": second.queue},
        {"queue": same, **known},
        {"queue_name": "orders"},
    ]
    for options in again:
        with pytest.raises(ConfigurationError, match="already processes") as refusal:
            orders.add_queue("Again", **options)
        assert refusal.value.code == "queue-twice", options
    assert "Again" not in str(assertions.Template.from_stack(stack).to_json())


def test_a_given_role_gets_the_statements_of_each_queue() -> None:
    stack = new_stack()
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    second = worker(stack, role=role).add_queue("Returns")
    (policy,) = resources(stack, "AWS::IAM::Policy").items()

    assert stack.resolve(second.queue.queue_arn) in [
        each["Resource"] for each in policy[1]["Properties"]["PolicyDocument"]["Statement"]
    ]
    mapping = next(each for key, each in resources(stack).items() if key.startswith("OrdersReturnsMapping"))
    assert policy[0] in mapping["DependsOn"]


def test_the_options_of_each_queue_are_those_of_the_first() -> None:
    hints = SqsWorker.__init__.__annotations__
    options = Options.__annotations__
    assert {name: hints[name] for name in options} == {
        name: getattr(each, "__forward_arg__", each) for name, each in options.items()
    }
    assert get_type_hints(Options)
    of_function = ("scope", "construct_id", "allow_recursion", "function", "return")
    own = [name for name in hints if name not in of_function]
    assert own == list(options)
