"""The runbooks of docs/how-to/runbooks.md: each alarm fires, the commands of its section run, and it clears.

Failing work makes the alarms fire where the emulator has the metric; the others get a data point of it.
"""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

import aws_cdk as cdk
import pytest
from aws_cdk import aws_events as events
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk.aws_scheduler import ScheduleExpression
from botocore.exceptions import ClientError

from emulator.tests.support import eventually
from lambda_constructs import (
    ActiveMqBroker,
    AllAtOnce,
    EventHandler,
    EventRule,
    HttpFunction,
    KafkaConsumer,
    MqConsumer,
    MskCluster,
    ProvisionedConcurrency,
    ScheduledJob,
    SqsWorker,
    StreamConsumer,
)
from lambda_constructs.ops import clients
from lambda_constructs.ops.command import main
from lambda_constructs_emulator.kit import Aws
from lambda_constructs_emulator.kit.deployed import Deployed
from tests.runbooks import commands, sections

pytestmark = [pytest.mark.deploy, pytest.mark.slow]

HANDLER: Final = """
import os


def handler(event, context):
    if os.environ["RELEASE"] == "2":
        raise RuntimeError("release 2 is bad")
    return {"batchItemFailures": []}
"""
PATIENCE: Final = 240.0  # seconds
CLUSTER: Final = "arn:aws:kafka:us-east-1:000000000000:cluster/shop/0a1b2c3d-4"
BROKER: Final = "arn:aws:mq:us-east-1:000000000000:broker:shop:b-0a1b2c3d"
# The permissions whose loss keeps Lambda from reading.
LOST: Final = {"polling-errors": "kafka-cluster:ReadData", "stalled": "secretsmanager:GetSecretValue"}
WORKLOADS: Final = {
    "errors": "Worker",
    "failed-events": "Worker",
    "dead-letters": "Worker",
    "message-age": "Worker",
    "spillover": "Warm",
    "iterator-age": "Data",
    "offset-lag": "Topic",
    "polling-errors": "Topic",
    "stalled": "Broker",
    "dropped-events": "Handler",
    "delivery-failures": "Handler",
    "event-age": "Handler",
    "missed-run": "Job",
    "latency": "Api",
    "throttles": "Api",
}
"""A workload with each kind of alarm."""


def stack(code: Path, release: str) -> cdk.Stack:
    (code / "app.py").write_text(HANDLER)
    found = cdk.Stack(cdk.App(analytics_reporting=False), "Shop")
    common: dict[str, Any] = {
        "code": lambda_.Code.from_asset(str(code)),
        "handler": "app.handler",
        "runtime": lambda_.Runtime.PYTHON_3_13,
        "rollout": AllAtOnce(),
    }
    environment = {"RELEASE": "1"}
    SqsWorker(found, "Worker", environment={"RELEASE": release}, max_receive_count=3, **common)
    warm = ProvisionedConcurrency(minimum=1, maximum=2)
    SqsWorker(found, "Warm", environment=environment, provisioned_concurrency=warm, **common)
    stream = kinesis.Stream(found, "Stream", shard_count=1)
    StreamConsumer(found, "Data", source=stream, environment=environment, **common)
    msk = MskCluster(cluster=CLUSTER)
    topic: dict[str, Any] = {"cluster": msk, "topic_name": "orders", "offset_lag_threshold": 5}
    KafkaConsumer(found, "Topic", environment=environment, **topic, **common)
    broker = ActiveMqBroker(broker=BROKER, credentials=secretsmanager.Secret(found, "Credentials"))
    MqConsumer(found, "Broker", broker=broker, queue_name="orders", environment=environment, **common)
    rule = EventRule(pattern=events.EventPattern(source=["shop"]))
    EventHandler(found, "Handler", source=rule, environment=environment, **common)
    hourly = ScheduleExpression.rate(cdk.Duration.hours(1))
    ScheduledJob(found, "Job", schedule=hourly, environment=environment, **common)
    HttpFunction(found, "Api", routes=["GET /orders"], environment=environment, **common)
    return found


class Shop:
    """The deployed stack and its alarms."""

    def __init__(self, deployed: Deployed) -> None:
        self.deployed, self.client = deployed, deployed.aws.client
        pages = self.client("cloudwatch").get_paginator("describe_alarms").paginate()
        self.alarms: dict[tuple[str, str], Mapping[str, Any]] = {
            (
                each["AlarmDescription"].partition(": ")[0],
                each["AlarmDescription"].rpartition("#")[2][:-1],
            ): each
            for page in pages
            for each in page["MetricAlarms"]
        }

    def alarm(self, kind: str) -> Mapping[str, Any]:
        return self.alarms[f"Shop/{WORKLOADS[kind]}", kind]

    def states(self, kind: str, since: int) -> list[str]:
        """The states that an alarm got since an entry of the journal."""
        name = self.alarm(kind)["AlarmName"]
        entries = self.deployed.aws.emulator.journal()[since:]
        return [each["new"] for each in entries if each["kind"] == "alarm" and each["name"] == name]

    def fire(self, kind: str) -> None:
        """Do what makes an alarm fire."""
        match kind:
            case "errors" | "failed-events" | "dead-letters":
                self.deployed.queue("Worker").send("order")
            case "throttles":
                self._throttle()
            case "offset-lag":
                self.deployed.function("Topic").throttle()
                self.deployed.kafka_topic("Topic").write(*range(10))
            case "polling-errors" | "stalled":
                self.deployed.function(WORKLOADS[kind]).deny(LOST[kind])
                self.deployed.broker_queue("Broker").send("order")
            case "missed-run":
                self._pause()
            case _:
                self._measure(self.alarm(kind))

    def fix(self, kind: str) -> None:
        """Do what the page says of a cause that no command mends: concurrency or permissions."""
        if kind in ("offset-lag", *LOST):
            self.deployed.function(WORKLOADS[kind]).recover()

    def _pause(self) -> None:
        """Let nothing start the job."""
        scheduler = self.client("scheduler")
        for each in scheduler.list_schedules(State="ENABLED")["Schedules"]:
            found = scheduler.get_schedule(Name=each["Name"])
            names = ("Name", "ScheduleExpression", "FlexibleTimeWindow", "Target")
            scheduler.update_schedule(**{name: found[name] for name in names}, State="DISABLED")

    def _throttle(self) -> None:
        functions, name = self.client("lambda"), self.deployed.function("Api").name
        functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
        caller = self.deployed.aws.emulator.client("lambda", attempts=1)
        with pytest.raises(ClientError, match="TooManyRequests"):
            caller.invoke(FunctionName=name, Qualifier="live")
        functions.delete_function_concurrency(FunctionName=name)

    def _measure(self, alarm: Mapping[str, Any]) -> None:
        """Add a data point far above the threshold to the metrics of an alarm."""
        stats = [each["MetricStat"] for each in alarm.get("Metrics", []) if "MetricStat" in each]
        metrics = [each["Metric"] for each in stats] or [alarm]
        for metric in metrics:
            point = {"MetricName": metric["MetricName"], "Dimensions": metric["Dimensions"], "Value": 1e7}
            self.client("cloudwatch").put_metric_data(Namespace=metric["Namespace"], MetricData=[point])


@pytest.fixture
def shop(aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """The stack after its second release, which is bad."""
    aws.deploy(stack(tmp_path, "1"))
    found = Shop(aws.deploy(stack(tmp_path, "2")))
    monkeypatch.setattr(clients, "clients", lambda *_: aws.client)
    return found


def follow(command: str, workload: str) -> int:
    """Run a command of the page for a workload."""
    name, *words = shlex.split(command)
    assert name == "ops"
    arguments = [f"Shop/{workload}" if each == "Shop/Orders" else each for each in words]
    changes = arguments[0] in ("redrive", "rollback", "smoke", "unwedge")
    return main([*arguments, *(["--yes"] if changes else [])])


def until(shop: Shop, kind: str, state: str, since: int, act: Callable[[], None] = lambda: None) -> bool:
    """Whether an alarm gets a state in time."""

    def has() -> bool:
        act()
        time.sleep(0.2)
        return state in shop.states(kind, since)

    return eventually(has, patience=PATIENCE)


def test_each_alarm_fires_and_clears_when_its_runbook_is_followed(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    assert WORKLOADS.keys() == sections().keys()
    # Release 2 fails until it is rolled back; then its dead letters are sent again.
    for kind in ("errors", "failed-events", "dead-letters"):
        assert until(shop, kind, "ALARM", 0, partial(shop.fire, kind)), kind
    for kind in WORKLOADS:
        start = 0 if WORKLOADS[kind] in ("Job", "Worker") else len(shop.deployed.aws.emulator.journal())
        assert until(shop, kind, "ALARM", start, partial(shop.fire, kind)), kind
        fired = len(shop.deployed.aws.emulator.journal())
        for command in commands(kind):
            assert follow(command, WORKLOADS[kind]) < 2, (kind, command, capsys.readouterr().err)
        assert LOST.get(kind, "") in capsys.readouterr().out
        shop.fix(kind)
        name = shop.alarm(kind)["AlarmName"]
        now = shop.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["StateValue"]
        assert now == "OK" or until(shop, kind, "OK", fired), kind
