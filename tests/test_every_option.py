"""What holds for every option of every workload, and for every alarm."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import aws_cdk as cdk
import pytest
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_events as events
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from constructs import Construct

from lambda_constructs import (
    ActiveMqBroker,
    Alarms,
    AllAtOnce,
    BucketNotification,
    BusinessHours,
    Canary,
    ConfigurationError,
    Durable,
    EventHandler,
    EventRule,
    FunctionOptions,
    Idempotency,
    IotTopicRule,
    KafkaConsumer,
    KafkaPollers,
    Linear,
    LogSubscription,
    MailReceipt,
    MqConsumer,
    MskCluster,
    ProductionFunction,
    ProvisionedConcurrency,
    PythonCode,
    RabbitMqBroker,
    SaslScram,
    ScheduledConcurrency,
    ScheduledJob,
    SelfManagedKafka,
    SmokeTest,
    SqsWorker,
    StreamConsumer,
    TopicSubscription,
)
from tests.support import ROOT, new_stack, resources
from tests.test_public_api import BY_KEYWORD, CONSTRUCTS, documented_default, keywords
from tests.workloads import ARN, NEEDED, build

Template = dict[str, Any]
ASYNCHRONOUS = {"dropped_events", "delivery_failures", "event_age", "dead_letters"}
ALARMS: Final[dict[type[ProductionFunction], set[str]]] = {
    ProductionFunction: set(),
    SqsWorker: {"failed_events", "dead_letters", "message_age"},
    StreamConsumer: {"failed_events", "dropped_events", "dead_letters", "iterator_age"},
    KafkaConsumer: {"failed_events", "dropped_events", "dead_letters", "iterator_age"},
    MqConsumer: {"failed_events", "dead_letters", "message_age"},
    EventHandler: ASYNCHRONOUS,
    ScheduledJob: {*ASYNCHRONOUS, "missed_run"},
}
# They compare with a number of records and with nothing at all.
WITHOUT_THRESHOLD: Final = ((KafkaConsumer, "iterator_age_threshold"), (MqConsumer, "message_age_threshold"))
OF_ALL = ("errors", "spillover")
THRESHOLDS: Final[dict[str, Any]] = {
    "failed_events_percentage": 3,
    "message_age_threshold": cdk.Duration.hours(1),
    "event_age_threshold": cdk.Duration.hours(1),
    "iterator_age_threshold": cdk.Duration.hours(1),
    "latency_threshold": cdk.Duration.seconds(1),
    "missed_run_threshold": cdk.Duration.days(1),
}


def template(kind: type[ProductionFunction], **options: Any) -> Template:
    """The resources of a stack with one workload."""
    stack = new_stack()
    build(kind, stack, **{name: make(stack) if callable(make) else make for name, make in options.items()})
    return resources(stack)


def optional(kind: type[ProductionFunction]) -> list[str]:
    """The options of a workload that may be left out, those of all functions included."""
    found = [name for name, required in keywords(kind).items() if not required]
    shared = [name for name in FunctionOptions.__annotations__ if name not in ("code", "handler", "runtime")]
    return list(dict.fromkeys([*found, *shared]))


def literals(kind: type, names: Iterable[str]) -> dict[str, object]:
    """The defaults that a docstring states as a plain value, such as True or 5."""
    documented = {name: documented_default(kind, name) for name in names}
    plain = {
        name: re.match(r"(True|False|\d+(?:\.\d+)?)(?=$| \()", text) for name, text in documented.items()
    }
    return {name: ast.literal_eval(found[1]) for name, found in plain.items() if found}


def test_none_is_the_same_as_leaving_an_option_out() -> None:
    for kind in NEEDED:
        assert template(kind, **dict.fromkeys(optional(kind))) == template(kind), kind


def test_the_documented_default_is_the_same_as_leaving_an_option_out() -> None:
    for kind in NEEDED:
        own = [name for name in keywords(kind) if name in optional(kind)]
        given = literals(kind, own)
        assert given or kind is MqConsumer, kind
        assert template(kind, **given) == template(kind), kind


def test_what_every_function_needs_is_refused_when_it_is_none() -> None:
    for kind in NEEDED:
        for name in ("code", "handler", "runtime"):
            with pytest.raises(ConfigurationError, match=f"{name} is missing; pass {name}=") as refusal:
                template(kind, **{name: None})
            assert refusal.value.code == "option-missing"


def test_what_a_workload_needs_is_refused_when_it_is_none() -> None:
    for kind, needed in NEEDED.items():
        for name in needed:
            with pytest.raises(ConfigurationError, match=rf"{name} is None \(NoneType\); pass ") as refusal:
                template(kind, **{name: None})
            assert refusal.value.code == "option-type"


def secret(scope: Construct) -> secretsmanager.ISecret:
    return secretsmanager.Secret.from_secret_complete_arn(
        scope, "Credentials", ARN.format("secretsmanager", "secret:shop-a1b2c3")
    )


CLUSTER = ARN.format("kafka", "cluster/shop/0a1b2c3d-4")
BROKER = ARN.format("mq", "broker:shop:b-0a1b2c3d")
NIGHTS = ScheduledConcurrency(schedule=autoscaling.Schedule.cron(hour="22"), minimum=1, maximum=1)
DAYS = BusinessHours(minimum=2, maximum=9, time_zone=cdk.TimeZone.ETC_UTC)
DATACLASSES: Final[list[tuple[type[ProductionFunction], str, Callable[[Construct], Any]]]] = [
    (SqsWorker, "code", lambda _: PythonCode(str(ROOT / "tests" / "packaging" / "project"))),
    (SqsWorker, "rollout", lambda _: Canary()),
    (SqsWorker, "rollout", lambda _: Linear()),
    (SqsWorker, "rollout", lambda _: AllAtOnce()),
    (SqsWorker, "rollout", lambda _: Canary(before_traffic=SmokeTest())),
    (
        SqsWorker,
        "provisioned_concurrency",
        lambda _: ProvisionedConcurrency(minimum=1, maximum=2, schedules=[NIGHTS, DAYS]),
    ),
    (SqsWorker, "idempotency", lambda _: Idempotency()),
    (EventHandler, "durable", lambda _: Durable(execution_timeout=cdk.Duration.days(2))),
    (KafkaConsumer, "provisioned_pollers", lambda _: KafkaPollers(maximum=3)),
    (KafkaConsumer, "cluster", lambda _: MskCluster(cluster=CLUSTER)),
    (
        KafkaConsumer,
        "cluster",
        lambda scope: MskCluster(cluster=CLUSTER, authentication=SaslScram(secret=secret(scope))),
    ),
    (
        KafkaConsumer,
        "cluster",
        lambda scope: SelfManagedKafka(
            bootstrap_servers=["broker.shop.example:9096"], authentication=SaslScram(secret=secret(scope))
        ),
    ),
    (MqConsumer, "broker", lambda scope: ActiveMqBroker(broker=BROKER, credentials=secret(scope))),
    (MqConsumer, "broker", lambda scope: RabbitMqBroker(broker=BROKER, credentials=secret(scope))),
    (EventHandler, "source", lambda _: EventRule(pattern=events.EventPattern(source=["shop"]))),
    (EventHandler, "source", lambda scope: TopicSubscription(topic=sns.Topic(scope, "Topic"))),
    (EventHandler, "source", lambda scope: BucketNotification(bucket=s3.Bucket(scope, "Bucket"))),
    (EventHandler, "source", lambda scope: LogSubscription(log_group=logs.LogGroup(scope, "Logs"))),
    (EventHandler, "source", lambda _: IotTopicRule(sql="SELECT * FROM 'till'")),
    (EventHandler, "source", lambda scope: MailReceipt(rule_set=ses.ReceiptRuleSet(scope, "Mail"))),
]
"""Every dataclass that has options, with what it needs, and what it is an option of."""


def filled(value: Any) -> Any:
    """An option with the documented defaults of its fields given explicitly, also in what it holds."""
    if isinstance(value, list):
        return [filled(each) for each in value]
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return value
    fields = {each.name: filled(getattr(value, each.name)) for each in dataclasses.fields(value)}
    left_out = [name for name, given in fields.items() if given is None]
    return dataclasses.replace(value, **{**fields, **literals(type(value), left_out)})


def parts(value: object) -> Iterator[type]:
    """The dataclasses of an option and of what it holds."""
    if isinstance(value, list):
        for each in value:
            yield from parts(each)
    elif dataclasses.is_dataclass(value):
        yield type(value)
        for field in dataclasses.fields(value):
            yield from parts(getattr(value, field.name))


def test_the_documented_default_of_a_field_is_the_same_as_leaving_it_out() -> None:
    for kind, option, make in DATACLASSES:
        given = template(kind, **{option: lambda scope, make=make: filled(make(scope))})
        assert given == template(kind, **{option: make}), (kind, option)


def test_every_dataclass_with_options_is_looked_at() -> None:
    scope = new_stack()
    seen = {
        part
        for number, (*_, make) in enumerate(DATACLASSES)
        for part in parts(make(Construct(scope, f"{number}")))
    }
    known = {
        kind
        for kind in BY_KEYWORD
        if kind not in CONSTRUCTS
        and not all(keywords(kind).values())
        and not kind.__module__.startswith(("lambda_constructs.requests", "lambda_constructs.sizing"))
    }

    assert known - {Alarms} == seen & known


def alarm_options(**fields: Any) -> Alarms:
    """Alarms by the names of their fields."""
    return Alarms(**fields)


def alarm_option(name: str) -> str:
    """The alarm that an option is for."""
    return name.removesuffix("_threshold").removesuffix("_percentage")


def test_an_option_of_an_alarm_that_the_workload_lacks_is_refused() -> None:
    names = [each.name for each in dataclasses.fields(Alarms) if each.type == "OneAlarm | None"]
    assert len(names) > len(THRESHOLDS)
    for kind, available in ALARMS.items():
        lacking = [name for name in names if name not in (*OF_ALL, *available)]
        options: list[tuple[str, object]] = [(name, value) for name in lacking for value in (True, False)]
        options += [
            (name, value)
            for name, value in THRESHOLDS.items()
            if alarm_option(name) not in available or (kind, name) in WITHOUT_THRESHOLD
        ]
        for name, value in options:
            with pytest.raises(ConfigurationError) as refusal:
                template(kind, alarms=alarm_options(**{name: value}))
            assert refusal.value.code == "alarm-not-available", (kind, name)
            assert f"alarms.{name} is set, but {kind.__name__} does not use it" in str(refusal.value)


def alarms(found: Template) -> set[str]:
    """The logical ids of the alarms."""
    return {name for name, each in found.items() if each["Type"] == "AWS::CloudWatch::Alarm"}


def test_an_alarm_that_the_workload_has_is_on_unless_it_is_turned_off() -> None:
    warm = ProvisionedConcurrency(minimum=1, maximum=2)
    for kind, available in ALARMS.items():
        common: dict[str, Any] = {"provisioned_concurrency": warm, "rollout": AllAtOnce()}
        every = template(kind, **common)
        on = alarm_options(**dict.fromkeys((*OF_ALL, *available), True))
        assert template(kind, alarms=on, **common) == every, kind
        left = set(alarms(every))
        for name in (*OF_ALL, *available):
            without = alarms(template(kind, alarms=alarm_options(**{name: False}), **common))
            assert without < alarms(every), (kind, name)
            left &= without
        assert left == set(), (kind, left)


def test_a_threshold_of_an_alarm_that_the_workload_has_is_taken() -> None:
    for kind, available in ALARMS.items():
        usual = template(kind)
        for name, value in THRESHOLDS.items():
            if alarm_option(name) in available and (kind, name) not in WITHOUT_THRESHOLD:
                given = template(kind, alarms=alarm_options(**{name: value}))
                assert given != usual, (kind, name)


def test_no_alarms_is_accepted_by_every_workload() -> None:
    for kind in NEEDED:
        assert alarms(template(kind, alarms=Alarms.NONE, rollout=AllAtOnce())) == set(), kind
