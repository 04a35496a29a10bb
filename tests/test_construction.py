"""What a constructor does with ids and scopes that nothing can be built of, and with any exception."""

from __future__ import annotations

from typing import Any, Final, cast

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from lambda_constructs import (
    BucketNotification,
    ConfigurationError,
    EventHandler,
    EventRule,
    ProvisionedConcurrency,
)
from tests.support import basics, function, new_stack, worker
from tests.test_bad_values import WORKLOADS, build, fault, parameter

IDS: Final = ("My Orders", "Bestellung Ä", "it's", '"quoted"', "a\nb", "x" * 300, "1", "a.b", "a/b", "Ä")


@pytest.mark.slow
def test_every_workload_takes_every_id_that_cdk_takes() -> None:
    for kind, needed in WORKLOADS.items():
        for construct_id in IDS:
            for scope_id in ("", "Team Ä"):
                stack = new_stack()
                scope = Construct(stack, scope_id) if scope_id else stack
                options = {name: make(stack) for name, make in needed.items()}
                kind(scope, construct_id, **{**basics(), **options})
                assertions.Template.from_stack(stack)


def test_an_id_that_cdk_does_not_take_is_refused() -> None:
    for construct_id in ("", " ", cdk.Aws.REGION):
        stack = new_stack()
        with pytest.raises(ConfigurationError):
            worker(stack, construct_id)
        assert stack.node.children == []


def test_a_workload_outside_of_a_stack_is_refused() -> None:
    app = cdk.App(analytics_reporting=False)
    for scope in (app, cdk.Stage(app, "Prod"), Construct(app, "Team")):
        with pytest.raises(ConfigurationError, match="scope is not part of a stack") as refusal:
            worker(scope)
        assert refusal.value.code == "scope-without-stack"
        assert scope.node.try_find_child("Orders") is None


def test_an_id_that_is_taken_is_refused_and_the_other_construct_stays() -> None:
    stack = new_stack()
    first = worker(stack)
    with pytest.raises(ConfigurationError, match="has a construct with the id 'Orders' already") as refusal:
        worker(stack)

    assert refusal.value.code == "construct-id-taken"
    assert stack.node.find_child("Orders") is first


def test_any_exception_leaves_nothing_behind_and_stays_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("a fault of this library")

    for kind in WORKLOADS:
        monkeypatch.setattr(kind, "_describe", fail)
        stack = new_stack()
        with pytest.raises(KeyError):
            build(kind, stack, {})
        assert stack.node.try_find_child("Orders") is None, kind
        assert stack.node.try_find_child("LambdaConstructs") is None, kind
        monkeypatch.undo()


def test_a_failure_keeps_what_other_workloads_share() -> None:
    stack = new_stack()
    first = function(stack, "First")
    with pytest.raises(ConfigurationError):
        function(stack, "First")
    function(stack, "Second")

    assert stack.node.find_child("First") is first
    assertions.Template.from_stack(stack)


def test_code_that_does_not_exist_is_refused() -> None:
    stack = new_stack()
    with pytest.raises(ConfigurationError, match=r"code is '(.*/)?nowhere', which does not exist"):
        worker(stack, code=lambda_.Code.from_asset("nowhere"))

    assert stack.node.children == []


def test_lambda_insights_is_refused_in_a_region_without_it() -> None:
    stack = new_stack(env=cdk.Environment(account="123456789012", region="xx-north-1"))
    with pytest.raises(ConfigurationError, match="does not know for arm64 in xx-north-1"):
        worker(stack, insights_version="1.0.498.0")

    assert stack.node.children == []


def test_an_event_pattern_is_read_as_far_as_it_is_known() -> None:
    bad = [{"detail": {"a": 5}}, {"detail": {"a": []}}, {"detail_type": []}, {"detail": {"a": [{"x": 1}]}}]
    for pattern in bad:
        source = EventRule(pattern=events.EventPattern(**cast(dict[str, Any], pattern)))
        with pytest.raises(ConfigurationError) as refusal:
            build(EventHandler, new_stack(), {"source": source})
        assert refusal.value.code == "event-pattern", pattern
    matches = events.EventPattern(detail={"a": events.Match.prefix("x"), "b": [cdk.Aws.REGION]})
    assert fault(EventHandler, "source", lambda _: EventRule(pattern=matches)) == ""


def test_a_key_filter_of_a_bucket_has_the_length_of_a_key() -> None:
    for option in ("prefix", "suffix"):
        stack = new_stack()
        source = BucketNotification(bucket=s3.Bucket(stack, "Bucket"), **cast(Any, {option: "x" * 1025}))
        with pytest.raises(ConfigurationError, match=f"source.{option} has 1025 bytes"):
            build(EventHandler, stack, {"source": source})


def test_a_token_switches_off_only_the_part_of_a_rule_that_needs_it() -> None:
    stack = new_stack()
    least = parameter(stack, "Number").value_as_number
    with pytest.raises(ConfigurationError, match=r"provisioned_concurrency\.maximum is 0; pass at least 1"):
        function(stack, provisioned_concurrency=ProvisionedConcurrency(minimum=cast(int, least), maximum=0))
