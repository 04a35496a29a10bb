"""Every method that adds a trigger to a workload keeps the contract of a constructor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from lambda_constructs import (
    ConfigurationError,
    EventHandler,
    HttpFunction,
    ProductionFunction,
    ScheduledJob,
    SqsWorker,
    StreamConsumer,
    TopicSubscription,
)
from lambda_constructs.core.annotations import kinds_of
from tests.support import basics, code, new_stack, warnings
from tests.test_public_api import CONSTRUCTS
from tests.workloads import build


def topic(scope: Construct) -> TopicSubscription:
    return TopicSubscription(topic=sns.Topic(scope, "Topic"))


def stream(scope: Construct) -> kinesis.IStream:
    return kinesis.Stream(scope, "Stream")


def minutely(_: Construct) -> scheduler.ScheduleExpression:
    return scheduler.ScheduleExpression.rate(cdk.Duration.minutes(1))


Options = dict[str, Any]
Needed = dict[str, Callable[[Construct], object]]
ADDED: Final[dict[tuple[type[ProductionFunction], str], Needed]] = {
    (SqsWorker, "add_queue"): {},
    (StreamConsumer, "add_stream"): {"source": stream},
    (EventHandler, "add_source"): {"source": topic},
    (ScheduledJob, "add_schedule"): {"schedule": minutely},
    (HttpFunction, "add_function"): {
        "routes": lambda _: ["GET /orders/{id}"],
        "code": lambda _: code(),
        "handler": lambda _: "index.handler",
        "runtime": lambda _: lambda_.Runtime.PYTHON_3_14,
    },
}
"""What each method needs besides the id."""
BROKEN: Final[dict[tuple[type[ProductionFunction], str], str]] = {
    (SqsWorker, "add_queue"): "lambda_constructs.core.alarm_set.AlarmSet.add",
    (StreamConsumer, "add_stream"): "lambda_constructs.event_sources.stream_trigger.watch_records",
    (EventHandler, "add_source"): "lambda_constructs.events.topic_subscription.let_invoke",
    (ScheduledJob, "add_schedule"): "lambda_constructs.events.scheduled_job.watch_missed_run",
    (HttpFunction, "add_function"): "lambda_constructs.requests.api_function.watch_requests",
}
"""What each method calls late."""
TWICE: Final = ("source-twice", "route-twice", "stream-twice")
"""The rules that refuse the same trigger twice."""


def built(kind: type[ProductionFunction], method: str) -> tuple[cdk.Stack, ProductionFunction, Options]:
    """A workload, and the options of a trigger that is not yet added."""
    stack = new_stack()
    workload = kind(stack, "Orders", **basics()) if kind is HttpFunction else build(kind, stack)
    scope = Construct(stack, "Given")
    return stack, workload, {name: make(scope) for name, make in ADDED[kind, method].items()}


def template(stack: cdk.Stack) -> dict[str, Any]:
    return dict(assertions.Template.from_stack(stack).to_json())


def optional(kind: type[ProductionFunction], method: str) -> list[str]:
    options = kinds_of(vars(kind)[method].__wrapped__)
    return [name for name in options if name not in ("construct_id", "return", *ADDED[kind, method])]


def test_every_method_that_adds_a_trigger_is_looked_at() -> None:
    found = {
        (kind, name)
        for kind in CONSTRUCTS
        if kind is not ProductionFunction  # its methods are those of CDK's functions
        for name in vars(kind)
        if name.startswith("add_")
    }
    assert found == ADDED.keys() == BROKEN.keys()


def test_an_option_that_is_none_is_left_out() -> None:
    for kind, method in ADDED:
        templates = []
        for options in ({}, dict.fromkeys(optional(kind, method))):
            stack, workload, needed = built(kind, method)
            getattr(workload, method)("More", **needed, **options)
            templates.append(template(stack))
        assert templates[0] == templates[1], method


def test_what_is_refused_changes_nothing() -> None:
    for kind, method in ADDED:
        before = template(built(kind, method)[0])
        stack, workload, needed = built(kind, method)
        add, alarms = getattr(workload, method), len(workload.alarms)
        for name in (*needed, *optional(kind, method)):
            with pytest.raises(ConfigurationError, match=name) as refusal:
                add("More", **{**needed, name: object()})
            assert refusal.value.code == "option-type", (method, name)
            assert str(refusal.value).startswith("Shop/Orders/More: "), (method, name)
        for name in needed:
            with pytest.raises(ConfigurationError, match=f"{name} is (None|missing)"):
                add("More", **{**needed, name: None})
        with pytest.raises(TypeError, match="unexpected keyword argument 'nonsense'"):
            add("More", **needed, nonsense=1)
        for construct_id in ("", " ", None, 5, cdk.Aws.REGION, "Role"):
            with pytest.raises(ConfigurationError):
                add(construct_id, **needed)
        assert workload.node.try_find_child("Role") is workload.role, method
        assert (template(stack), len(workload.alarms)) == (before, alarms), method


def test_any_exception_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("a fault of this library")

    for (kind, method), broken in BROKEN.items():
        before = template(built(kind, method)[0])
        stack, workload, needed = built(kind, method)
        alarms = len(workload.alarms)
        monkeypatch.setattr(broken, fail)
        with pytest.raises(KeyError):
            getattr(workload, method)("More", **needed)
        monkeypatch.undo()
        assert (template(stack), len(workload.alarms)) == (before, alarms), method


def test_resources_of_elsewhere_are_judged_like_those_of_the_first_trigger() -> None:
    account = cdk.Environment(account="111111111111", region="eu-west-1")
    other = cdk.Environment(account="222222222222", region="eu-west-1")
    queue_arn = f"arn:aws:sqs:{other.region}:{other.account}:orders"
    for kind, method in ((SqsWorker, "add_queue"), (StreamConsumer, "add_stream")):
        verdicts = []
        for added in (False, True):
            stack = new_stack(env=account)
            queue = sqs.Queue.from_queue_arn(stack, "Queue", queue_arn)
            dead = sqs.Queue.from_queue_arn(stack, "Dead", f"{queue_arn}-dead")
            given: Options = {"on_failure": queue, "source": stream(stack)}
            if kind is SqsWorker:
                hidden = cdk.Duration.minutes(5)
                given = {"queue": queue, "dead_letter_queue": dead, "visibility_timeout": hidden}
            if added:
                getattr(build(kind, Construct(stack, "First")), method)("More", **given)
            else:
                build(kind, stack, **given)
            verdicts.append(sorted(warnings(stack)))
        assert verdicts[0] == verdicts[1], method


def test_an_id_that_is_taken_is_refused_and_what_has_it_stays() -> None:
    for kind, method in ADDED:
        stack, workload, needed = built(kind, method)
        getattr(workload, method)("More", **needed)
        other, twice, needed_twice = built(kind, method)
        getattr(twice, method)("More", **needed_twice)
        with pytest.raises(ConfigurationError) as refusal:
            getattr(twice, method)("More", **needed_twice)
        assert refusal.value.code in ("construct-id-taken", *TWICE), method
        assert template(stack) == template(other), method
