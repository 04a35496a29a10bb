"""Resources of other stacks of the app: what works, and what is refused because it would be a circle."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, Final

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from lambda_constructs import (
    BucketNotification,
    ConfigurationError,
    EventHandler,
    LogSubscription,
    MailReceipt,
    TopicSubscription,
)
from lambda_constructs.events.source import EventSource
from tests.created import CREATED, MORE
from tests.support import basics, new_stack, only, resources
from tests.test_bad_values import build
from tests.test_locations import ACCOUNT, HOME, REGION, cases, given
from tests.workloads import NEEDED, rule

US: Final = cdk.Environment(account=ACCOUNT, region="us-east-1")
PARTNER: Final = cdk.Environment(account="210987654321", region=REGION)


def stacks() -> tuple[cdk.Stack, cdk.Stack]:
    """The stack of the workloads and another one of the same app."""
    shop = new_stack()
    return shop, cdk.Stack(cdk.App.of(shop), "Shared")


def role(scope: Construct) -> iam.Role:
    return iam.Role(scope, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))


def test_a_bucket_of_another_stack_notifies_handlers_which_read_it() -> None:
    shop, shared = stacks()
    bucket = s3.Bucket(shared, "Bucket")
    for name in ("In", "Out"):
        source = BucketNotification(bucket=bucket, prefix=f"{name}/")
        handler = EventHandler(
            shop, name, source=source, environment={"BUCKET": bucket.bucket_name}, **basics()
        )
        bucket.grant_read(handler)

    assert {each["Type"] for each in resources(shared).values()} == {"AWS::S3::Bucket"}
    (notifications,) = resources(shop, "Custom::S3BucketNotifications").values()
    configured = notifications["Properties"]["NotificationConfiguration"]["LambdaFunctionConfigurations"]
    assert len(configured) == 2
    assert notifications["Properties"]["Managed"] is False
    assert {*resources(shop, "AWS::Lambda::Permission")} <= {*notifications["DependsOn"]}


def test_nested_stacks_do_not_set_the_notifications_of_their_parents_bucket_at_the_same_time() -> None:
    shop, _ = stacks()
    bucket = s3.Bucket(shop, "Bucket")
    for name in ("In", "Out"):
        source = BucketNotification(bucket=bucket, prefix=f"{name}/")
        bucket.grant_read(EventHandler(cdk.NestedStack(shop, name), "Orders", source=source, **basics()))

    (notifications,) = resources(shop, "Custom::S3BucketNotifications").values()
    assert notifications["Properties"]["Managed"] is True


def test_the_stack_of_a_bucket_does_not_delete_the_notifications_of_another_stack() -> None:
    shop, shared = stacks()
    bucket = s3.Bucket(shared, "Bucket")
    EventHandler(shop, "Orders", source=BucketNotification(bucket=bucket), **basics())
    bucket.enable_event_bridge_notification()

    with pytest.raises(RuntimeError, match=r"\[notifications-of-two-stacks\]"):
        assertions.Template.from_stack(shop)


def test_a_queue_of_another_stack_gets_events_that_a_rule_cannot_deliver() -> None:
    shop, shared = stacks()
    EventHandler(shop, "Orders", source=rule(shop), on_failure=sqs.Queue(shared, "Failed"), **basics())

    (statement,) = only(shared, "AWS::SQS::QueuePolicy")["PolicyDocument"]["Statement"]
    assert statement["Condition"] == {
        "ArnLike": {
            "aws:SourceArn": {
                "Fn::Join": [
                    "",
                    [
                        "arn:",
                        {"Ref": "AWS::Partition"},
                        ":events:",
                        {"Ref": "AWS::Region"},
                        ":",
                        {"Ref": "AWS::AccountId"},
                        ":rule/*",
                    ],
                ]
            }
        }
    }


def test_what_a_nested_stack_shares_with_its_parent_is_no_circle() -> None:
    for inner in (True, False):
        shop, _ = stacks()
        nested = cdk.NestedStack(shop, "Nested")
        mine, other = (nested, shop) if inner else (shop, nested)
        source = BucketNotification(bucket=s3.Bucket(other, "Bucket"))
        EventHandler(mine, "In", source=source, **basics())
        if inner:
            EventHandler(mine, "Out", source=rule(mine), on_failure=sqs.Queue(other, "Failed"), **basics())
        assertions.Template.from_stack(shop)


def test_a_failure_queue_of_a_nested_stack_is_not_judged() -> None:
    shop, _ = stacks()
    queue = sqs.Queue(cdk.NestedStack(shop, "Nested"), "Failed")
    EventHandler(shop, "Orders", source=rule(shop), on_failure=queue, **basics())
    assertions.Template.from_stack(shop)


def nested(scope: Construct) -> cdk.Stack:
    """A nested stack below a new stack."""
    return cdk.NestedStack(cdk.Stack(scope, "Parent", env=HOME), "Nested")


def queue(scope: Construct) -> sqs.Queue:
    """A queue with a dead-letter queue."""
    letters = sqs.DeadLetterQueue(queue=sqs.Queue(scope, "Letters"), max_receive_count=3)
    long = cdk.Duration.minutes(10)
    return sqs.Queue(scope, "Orders", dead_letter_queue=letters, visibility_timeout=long)


def stack(scope: Construct, name: str = "Shared", env: cdk.Environment | None = HOME) -> cdk.Stack:
    """Another stack of the app."""
    return cdk.Stack(scope, name, env=env)


def beyond(scope: Construct, env: cdk.Environment, *, cross: bool = False) -> tuple[cdk.Stack, cdk.Stack]:
    """A stack here, and one in another environment."""
    shop, there = (
        cdk.Stack(scope, name, env=each, cross_region_references=cross)
        for name, each in (("Shop", HOME), ("There", env))
    )
    return shop, there


def parent(scope: Construct) -> tuple[cdk.Stack, cdk.Stack]:
    """A nested stack and its parent."""
    inner = nested(scope)
    return inner, cdk.Stack.of(inner.node.scope)  # type: ignore[arg-type]  # a nested stack has one


# The stack of the workload, and that of the resource.
PLACES: Final[dict[str, Callable[[Construct], tuple[cdk.Stack, cdk.Stack]]]] = {
    "own": lambda scope: (shop := stack(scope), shop),
    "another": lambda scope: (stack(scope, "Shop"), stack(scope)),
    "another, both agnostic": lambda scope: (stack(scope, "Shop", None), stack(scope, env=None)),
    "nested": lambda scope: parent(scope)[::-1],
    "parent": parent,
    "region": lambda scope: beyond(scope, US),
    "region, referenced": lambda scope: beyond(scope, US, cross=True),
    "account": lambda scope: beyond(scope, PARTNER),
}
REFUSALS: Final = {"resource-region", "resource-account", "resource-unnamed", "secret-account-key"}
SOURCES: Final[dict[str, Callable[[Any], EventSource]]] = {
    "Bucket": lambda each: BucketNotification(bucket=each),
    "LogGroup": lambda each: LogSubscription(log_group=each),
    "ReceiptRuleSet": lambda each: MailReceipt(rule_set=each),
    "Topic": lambda each: TopicSubscription(topic=each),
    "encrypted Topic": lambda each: TopicSubscription(topic=each),
}
FAILURES: Final = ("encrypted Queue", "Queue", "encrypted Topic", "Bucket")


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_an_option_takes_a_resource_of_any_stack_or_refuses_it_by_name(place: str) -> None:
    app, wrong = cdk.App(analytics_reporting=False), {}
    for number, (option, kind) in enumerate(cases()):
        for each in (kind, *MORE.get(kind, ())):
            if each not in CREATED:
                continue
            shop, there = PLACES[place](Construct(app, f"{each}{number}"))
            names = {"queue_name": option, "topic_name": option}  # two workloads must not read one queue
            resource = CREATED[each](Construct(there, "Of"))
            workload, chosen = given(shop, option, resource)
            if option == "sqs_worker.queue":
                chosen = {"queue": queue(Construct(there, "Queues"))}
            named = {
                name: f"{value}.{each[:3]}"
                for name, value in names.items()
                if name in NEEDED.get(workload, ())
            }
            try:
                build(workload, shop, named | chosen)
            except ConfigurationError as refusal:
                elsewhere = place.startswith(("region", "account"))
                if (
                    not elsewhere
                    or refusal.code not in REFUSALS
                    or option.rpartition(".")[2] not in str(refusal)
                ):
                    wrong[option, each] = str(refusal)

    assert wrong == {}
    app.synth()


@pytest.mark.slow
def test_a_source_and_a_failure_destination_of_any_two_stacks_are_no_circle() -> None:
    app = cdk.App(analytics_reporting=False)
    failures = itertools.cycle(FAILURES)
    for kind, first, second in itertools.product(SOURCES, range(5), range(5)):
        scope = Construct(app, f"{kind}-{first}-{second}")
        shop, inner = parent(scope)[::-1]
        places = shop, inner, stack(scope, "One"), stack(scope, "Two"), nested(Construct(scope, "Far"))
        source = CREATED[kind](Construct(places[first], "Source"))
        failed = CREATED[next(failures)](Construct(places[second], "Failed"))
        EventHandler(shop, "Orders", source=SOURCES[kind](source), on_failure=failed, **basics())

    app.synth()
