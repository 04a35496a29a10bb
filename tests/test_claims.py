"""What only one workload of an app can have: the second is refused, in any stack, with the name of both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import aws_cdk as cdk
import pytest
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_events as events
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from lambda_constructs import (
    ActiveMqBroker,
    BucketNotification,
    ConfigurationError,
    CustomDomain,
    EventHandler,
    EventRule,
    HttpApiEndpoint,
    HttpFunction,
    KafkaConsumer,
    LoadBalancerEndpoint,
    LogSubscription,
    MqConsumer,
    MskCluster,
    ProductionFunction,
    RestApiEndpoint,
    ScheduledJob,
    SqsWorker,
    StreamConsumer,
)
from tests.requests.endpoints import load_balancer
from tests.support import basics, new_stack, warnings
from tests.workloads import ARN, NEEDED

HOME: Final = cdk.Environment(account="123456789012", region="eu-west-1")
Options = Callable[[Construct], dict[str, Any]]


def domain(endpoint: Callable[..., Any]) -> Options:
    def options(scope: Construct) -> dict[str, Any]:
        there = "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d"
        certificate = acm.Certificate.from_certificate_arn(scope, "Certificate", there)
        return {
            "endpoint": endpoint(domain=CustomDomain(domain_name="a.shop.example", certificate=certificate))
        }

    return options


def read(scope: Construct) -> dict[str, Any]:
    queue = sqs.Queue.from_queue_arn(scope, "Inbox", ARN.format("sqs", "inbox"))
    letters = sqs.Queue.from_queue_arn(scope, "Letters", ARN.format("sqs", "letters"))
    return {"queue": queue, "dead_letter_queue": letters, "visibility_timeout": cdk.Duration.minutes(5)}


def broker(scope: Construct) -> dict[str, Any]:
    found: Any = NEEDED[MqConsumer]["broker"](scope)
    return {"broker": ActiveMqBroker(broker=found.broker, credentials=found.credentials)}


def named_rule() -> EventRule:
    return EventRule(pattern=events.EventPattern(source=["shop"]), rule_name="orders")


# How many of a kind one thing can have, and the code of the refusal of one more.
CLAIMS: Final[list[tuple[type[ProductionFunction], Options, int, str]]] = [
    (HttpFunction, domain(HttpApiEndpoint), 1, "name-taken"),
    (HttpFunction, domain(RestApiEndpoint), 1, "name-taken"),
    (HttpFunction, lambda scope: {"endpoint": load_balancer(scope)}, 1, "listener-priority-taken"),
    (SqsWorker, lambda _: {"queue_name": "orders"}, 1, "name-taken"),
    (ScheduledJob, lambda _: {"schedule_name": "orders"}, 1, "name-taken"),
    (EventHandler, lambda _: {"source": named_rule()}, 1, "name-taken"),
    (SqsWorker, read, 1, "queue-shared"),
    (MqConsumer, lambda scope: {**broker(scope), "queue_name": "orders"}, 1, "queue-shared"),
    (
        KafkaConsumer,
        lambda _: {
            "cluster": MskCluster(cluster=ARN.format("kafka", "cluster/shop/0a1b2c3d-4")),
            "topic_name": "orders",
            "consumer_group_id": "shop",
        },
        1,
        "consumer-group-shared",
    ),
    (
        EventHandler,
        lambda scope: {
            "source": LogSubscription(
                log_group=logs.LogGroup.from_log_group_name(scope, "Group", "shop"),
            )
        },
        2,
        "subscription-filters-maximum",
    ),
    (
        EventHandler,
        lambda scope: {
            "source": BucketNotification(bucket=s3.Bucket.from_bucket_name(scope, "Bucket", "shop")),
        },
        1,
        "notification-overlap",
    ),
]


def build(kind: type[ProductionFunction], scope: Construct, options: dict[str, Any]) -> ProductionFunction:
    needed = {name: make(scope) for name, make in NEEDED.get(kind, {}).items() if name not in options}
    return kind(scope, "Orders", **{**basics(), **needed, **options})


@pytest.mark.parametrize("number", range(len(CLAIMS)))
def test_one_more_is_refused_in_another_stack_and_in_the_same(number: int) -> None:
    kind, options, maximum, code = CLAIMS[number]
    first = new_stack(env=HOME)
    for place in range(maximum):
        scope = Construct(first, f"Team{place}")
        build(kind, scope, options(scope))
    for other in (cdk.Stack(first.node.root, "Other", env=HOME), first):  # type: ignore[arg-type]
        scope = Construct(other, "Late")
        with pytest.raises(ConfigurationError, match="Shop/Team0/Orders") as refusal:
            build(kind, scope, options(scope))
        assert refusal.value.code == code
        assert scope.node.try_find_child("Orders") is None


def test_another_environment_has_names_of_its_own() -> None:
    for env in (None, cdk.Environment(account="123456789012", region="us-east-1")):
        first = new_stack(env=env)
        build(SqsWorker, first, {"queue_name": "orders"})
        other = cdk.Stack(first.node.root, "Other", env=HOME)  # type: ignore[arg-type]
        build(SqsWorker, other, {"queue_name": "orders"})


def test_a_workload_that_failed_claims_nothing() -> None:
    stack = new_stack()
    with pytest.raises(ConfigurationError):
        build(SqsWorker, stack, {"queue_name": "orders", "batch_size": 0})
    build(SqsWorker, Construct(stack, "Team"), {"queue_name": "orders"})


@pytest.mark.slow
def test_a_workload_that_is_removed_from_the_tree_claims_nothing() -> None:
    stack = new_stack(env=HOME)
    for number, (kind, options, maximum, code) in enumerate(CLAIMS):
        if code == "notification-overlap":  # the bucket keeps the notification
            continue
        given = options(Construct(stack, f"Given{number}"))
        for place in range(maximum + 1):
            scope = Construct(stack, f"Team{number}.{place}")
            build(kind, scope, given)
            assert scope.node.try_remove_child("Orders")


def test_an_added_trigger_keeps_its_claim() -> None:
    stack = new_stack(env=HOME)
    group = logs.LogGroup.from_log_group_name(stack, "Group", "shop")
    bucket = s3.Bucket.from_bucket_name(stack, "Bucket", "shop")
    worker = build(SqsWorker, Construct(stack, "Worker"), {})
    handler = build(EventHandler, Construct(stack, "Handler"), {})
    assert isinstance(worker, SqsWorker)
    assert isinstance(handler, EventHandler)
    worker.add_queue("More", queue_name="orders")
    for number in range(2):
        pattern = logs.FilterPattern.any_term(f"E{number}")
        handler.add_source(f"Logs{number}", source=LogSubscription(log_group=group, filter_pattern=pattern))
    handler.add_source("Bucket", source=BucketNotification(bucket=bucket))

    late: list[tuple[type[ProductionFunction], dict[str, Any], str]] = [
        (SqsWorker, {"queue_name": "orders"}, "name-taken"),
        (EventHandler, {"source": LogSubscription(log_group=group)}, "subscription-filters-maximum"),
        (EventHandler, {"source": BucketNotification(bucket=bucket)}, "notification-overlap"),
    ]
    for number, (kind, options, code) in enumerate(late):
        with pytest.raises(ConfigurationError, match=code):
            build(kind, Construct(stack, f"Late{number}"), options)


def test_a_workload_that_is_off_does_not_read() -> None:
    stack = new_stack()
    for place, enabled in (("One", True), ("Two", False)):
        scope = Construct(stack, place)
        build(SqsWorker, scope, {**read(scope), "enabled": enabled})


def test_another_priority_or_domain_is_free() -> None:
    stack = new_stack()
    listener = load_balancer(stack).listener
    for priority in (1, 2):
        paths = elbv2.ListenerCondition.path_patterns(["/orders"])
        endpoint = LoadBalancerEndpoint(listener=listener, priority=priority, conditions=[paths])
        build(HttpFunction, Construct(stack, f"Team{priority}"), {"endpoint": endpoint})


def test_notifications_of_other_keys_or_events_are_free() -> None:
    stack = new_stack()
    bucket = s3.Bucket(stack, "Bucket")
    late = cdk.CfnParameter(stack, "Prefix").value_as_string
    removed = [s3.EventType.OBJECT_REMOVED]
    for number, source in enumerate(
        (
            BucketNotification(bucket=bucket, prefix="in/", suffix=".jpg"),
            BucketNotification(bucket=bucket, prefix="in/", suffix=".png"),
            BucketNotification(bucket=bucket, prefix="in/", suffix=".jpg", events=removed),
            BucketNotification(bucket=bucket, prefix=late),
        )
    ):
        build(EventHandler, Construct(stack, f"Team{number}"), {"source": source})

    created = [s3.EventType.OBJECT_CREATED_PUT]
    more = BucketNotification(bucket=bucket, prefix="in/old/", events=created)
    with pytest.raises(ConfigurationError, match=r"OBJECT_CREATED of 'in/'...'.jpg' for Shop/Team0/Orders"):
        build(EventHandler, Construct(stack, "Late"), {"source": more})


def test_the_third_reader_of_a_table_warns() -> None:
    stack = new_stack()
    table = dynamodb.Table(
        stack,
        "Table",
        partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
        stream=dynamodb.StreamViewType.NEW_IMAGE,
    )
    removed = Construct(stack, "Removed")
    build(StreamConsumer, removed, {"source": table})
    removed.node.try_remove_child("Orders")
    for number in range(3):
        assert warnings(stack) == []
        build(StreamConsumer, Construct(stack, f"Team{number}"), {"source": table})
    build(StreamConsumer, Construct(stack, "Fourth"), {"source": table})

    assert warnings(stack) == ["lambda-constructs:table-readers"]


def test_the_dead_letter_queue_of_a_worker_with_a_name_takes_no_other_dead_letters() -> None:
    stack = new_stack()
    first: Any = build(SqsWorker, Construct(stack, "One"), {"queue_name": "orders"})
    with pytest.raises(ConfigurationError, match="redrive allow policy") as refusal:
        build(SqsWorker, Construct(stack, "Two"), {"dead_letter_queue": first.dead_letter_queue})
    assert refusal.value.code == "dead-letters-not-allowed"
    shared: Any = build(SqsWorker, Construct(stack, "Three"), {})
    build(SqsWorker, Construct(stack, "Four"), {"dead_letter_queue": shared.dead_letter_queue})
