"""The stack of tests/deploy/failure_paths: sends orders by every trigger and looks where they end."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from lambda_constructs_emulator.clients import Client
from lambda_constructs_emulator.kit import Deployed
from lambda_constructs_emulator.kit.alarms import firing
from tests.deploy import callers

STACK = "FailurePaths"
MAPPED = ("Queue", "Table", "Stream")
ASYNCHRONOUS = ("Rule", "Topic", "Bucket", "Logs", "Schedule")
KEEPING = ("Table", "Stream", *ASYNCHRONOUS)
"""Those with a failure queue."""
TRIGGERS = (*MAPPED, *ASYNCHRONOUS, *callers.TRIGGERS)
LINES = "/failure-paths/lines"
POLICY = "Workload"
"""The name of the execution roles' policy with what the library needs; what users grant is in another."""
SCHEDULE_POLICY = "Schedule"
"""The name of the policy of the role that invokes the job."""
PATIENCE = 120.0
"""Seconds, on the slowest machine; on others all is seen long before."""
CALM = 1.5
"""Seconds: more than two alarm periods here, so what has a reason to fire has fired."""


@dataclass
class Seen:
    """What came of the order of one trigger."""

    ended: str = "lost"
    tried: int = 0
    alarms: set[str] = field(default_factory=set)

    def __str__(self) -> str:
        times = {0: "never tried", 1: "tried once", 2: "tried twice"}.get(
            self.tried, f"tried {self.tried} times"
        )
        return f"{self.ended}, {times}; {', '.join(sorted(self.alarms)) or 'no alarm'}"


class Paths:
    """The deployed stack."""

    def __init__(self, deployed: Deployed) -> None:
        self._client: Callable[[str], Client] = deployed.aws.client
        self._journal, self._read = deployed.aws.emulator.journal, 0
        self._deployed, self._outputs = deployed, deployed.outputs
        self._functions = {name: deployed.function(name).name for name in TRIGGERS}
        self._attempts, self._queue = deployed.table("Attempts"), deployed.queue("Queue")
        self._failures = {"Queue": self._queue.dead_letters}
        self._failures |= {name: deployed.failures(name) for name in KEEPING}
        self.callers = callers.Callers(deployed)
        self._client("logs").create_log_stream(logGroupName=LINES, logStreamName="till")

    def warm(self, triggers: Iterable[str] = TRIGGERS) -> None:
        """Start an environment of each function, one after the other: many at once outlast the timeout."""
        client = self._client("lambda")
        for trigger in triggers:
            client.invoke(FunctionName=self._functions[trigger], Qualifier="live", Payload=b"{}")

    def send(self, trigger: str, *orders: dict[str, str]) -> None:
        """Send orders in one batch, where the trigger has batches."""
        texts = [json.dumps(order) for order in orders]
        match trigger:
            case "Queue":
                self._queue.send(*texts)
            case "Table":
                table = self._deployed.table("Orders").name
                puts = [{"Put": {"TableName": table, "Item": _item(order)}} for order in orders]
                self._client("dynamodb").transact_write_items(TransactItems=puts)
            case "Stream":
                records = [{"Data": text.encode(), "PartitionKey": "till"} for text in texts]
                stream = self._deployed.stream("Data")
                stream.kinesis.put_records(StreamName=stream.name, Records=records)
            case "Rule":
                bus = self._deployed.events("Bus")
                event = {"Source": "shop", "DetailType": "order", "EventBusName": bus.name}
                bus.events.put_events(Entries=[{**event, "Detail": text} for text in texts])
            case "Topic":
                self._deployed.topic("News").publish(*texts)
            case "Bucket":
                for order in orders:
                    self._deployed.bucket("Files").upload(f"{order['do']}/{order['id']}", b"")
            case "Logs":
                now = int(time.time() * 1000)
                lines = [{"timestamp": now, "message": text} for text in texts]
                self._client("logs").put_log_events(logGroupName=LINES, logStreamName="till", logEvents=lines)
            case "Schedule":
                for order in orders:
                    self._start(order)
            case _:
                self.callers.send(trigger, *orders)

    def _start(self, order: dict[str, str]) -> None:
        """Start the job once and soon, with a copy of its schedule whose input is an order."""
        client = self._client("scheduler")
        deployed = client.get_schedule(Name=self._outputs["ScheduleName"])
        client.create_schedule(
            Name=order["id"],
            ScheduleExpression=f"at({datetime.now(UTC) + timedelta(minutes=1):%Y-%m-%dT%H:%M:%S})",
            ActionAfterCompletion="DELETE",
            FlexibleTimeWindow=deployed["FlexibleTimeWindow"],
            Target={**deployed["Target"], "Input": json.dumps({"detail": order})},
        )

    def count(self, order_id: str, what: str) -> int:
        """How often an order was tried, or done."""
        found = self._attempts.dynamodb.get_item(
            TableName=self._attempts.name, Key={"id": {"S": order_id}}, ConsistentRead=True
        )
        return int(found.get("Item", {}).get(what, {"N": "0"})["N"])

    def library_actions(self, trigger: str) -> list[str]:
        """The actions that the library put into the execution role."""
        document = self._client("iam").get_role_policy(
            RoleName=self._outputs[f"{trigger}Role"], PolicyName=POLICY
        )["PolicyDocument"]
        return [action for each in document["Statement"] for action in _texts(each["Action"])]

    def shared_actions(self, trigger: str) -> set[str]:
        """The actions of the managed policies, which the workloads of a stack share."""
        iam = self._client("iam")
        found: set[str] = set()
        role = self._outputs[f"{trigger}Role"]
        for attached in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
            arn = attached["PolicyArn"]
            version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
            document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
            found |= {action for each in document["Statement"] for action in _texts(each["Action"])}
        return found

    def logged(self, trigger: str, order_id: str) -> bool:
        """Whether the function wrote a line about an order."""
        pages = self._client("logs").get_paginator("filter_log_events")
        found = pages.paginate(logGroupName=self._outputs[f"{trigger}Logs"])
        return any(f"order {order_id}" in event["message"] for page in found for event in page["events"])

    def ended(self, trigger: str, order_id: str) -> str:
        """Where an order ended; an empty text as long as it has not."""
        if self.count(order_id, "done"):
            return "done"
        if trigger in callers.TRIGGERS:
            return self.callers.told(order_id)
        if self._failures[trigger].depth():
            return "dead-letter queue" if trigger == "Queue" else "failure queue"
        return ""

    def watch(
        self, orders: Mapping[str, str], wanted: Mapping[str, str], *, lost_after: float = CALM
    ) -> dict[str, str]:
        """Look until what is wanted has come, and longer for what is not; returns what came.

        Args:
            orders: Their ids, by trigger.
            wanted: What is to be seen, by trigger, among others perhaps.
            lost_after: Seconds after that, in which an order that is to be lost must not appear.
        """
        patience, calm = time.monotonic() + PATIENCE, 0.0
        found: dict[str, str] = {}
        while not calm or time.monotonic() < calm:
            time.sleep(0.3)
            fired = set(self._fired())
            found = {trigger: str(self._look(trigger, orders[trigger], fired)) for trigger in orders}
            as_wanted = all(found[trigger] == wanted[trigger] for trigger in orders)
            if not calm and (as_wanted or time.monotonic() > patience):
                calm = time.monotonic() + lost_after
        return found

    def _look(self, trigger: str, order_id: str, fired: set[tuple[str, str]]) -> Seen:
        """What came of an order so far, and which alarms of its trigger fired."""
        return Seen(
            ended=self.ended(trigger, order_id) or "lost",
            tried=self.count(order_id, "tried"),
            alarms={alarm for owner, alarm in fired if owner == trigger},
        )

    def _fired(self) -> Iterator[tuple[str, str]]:
        """The trigger and the name of each alarm that has fired since all was calm, also for a moment."""
        for entry in self._journal()[self._read :]:
            if entry["kind"] == "alarm" and entry["new"] == "ALARM":
                yield _owner(entry["name"])

    def forget(self) -> None:
        """Empty the queues of what failed and wait until no alarm fires."""
        deadline = time.monotonic() + PATIENCE
        self.purge()
        while names := firing(self._deployed.aws.emulator):
            assert time.monotonic() < deadline, names
            time.sleep(0.2)
            self.purge()  # again: what was on its way comes late
        self._read = len(self._journal())

    def purge(self) -> None:
        """Empty the queues of what failed."""
        for queue in self._failures.values():
            self._client("sqs").purge_queue(QueueUrl=queue.url)

    @contextmanager
    def busy(self, triggers: Sequence[str], seconds: float) -> Iterator[None]:
        """Leave each function one invocation at a time, and keep that one busy for a while."""
        client = self._client("lambda")
        functions = [self._functions[trigger] for trigger in triggers]
        event = json.dumps({"detail": {"id": "busy", "do": "sleep", "seconds": seconds}}).encode()
        with ThreadPoolExecutor(len(functions)) as pool:
            for name in functions:
                client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)
                pool.submit(client.invoke, FunctionName=name, Qualifier="live", Payload=event)
            time.sleep(seconds / 4)
            yield
        for name in functions:
            client.delete_function_concurrency(FunctionName=name)

    @contextmanager
    def stopped(self, triggers: Sequence[str]) -> Iterator[None]:
        """Leave the functions no concurrency at all."""
        client = self._client("lambda")
        functions = [self._functions[trigger] for trigger in triggers]
        for name in functions:
            client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
        yield
        for name in functions:
            client.delete_function_concurrency(FunctionName=name)

    @contextmanager
    def without(self, action: str, trigger: str) -> Iterator[None]:
        """Take an action from the execution role."""
        with self._role_without(action, self._outputs[f"{trigger}Role"], POLICY):
            yield

    @contextmanager
    def _role_without(self, action: str, role: str, policy: str) -> Iterator[None]:
        iam = self._client("iam")
        document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]

        def put(statements: list[dict[str, Any]]) -> None:
            text = json.dumps({**document, "Statement": statements})
            iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=text)

        rest = [
            {**each, "Action": [name for name in _texts(each["Action"]) if name != action]}
            for each in document["Statement"]
        ]
        assert rest != document["Statement"], f"{role} has no {action}"
        put([each for each in rest if each["Action"]])
        try:
            yield
        finally:
            put(document["Statement"])

    @contextmanager
    def uninvited(self, trigger: str) -> Iterator[None]:
        """Take the trigger's permission to invoke the alias, or that of the schedule's role."""
        if trigger == "Schedule":
            role = self._outputs["ScheduleInvokerRole"]
            with self._role_without("lambda:InvokeFunction", role, SCHEDULE_POLICY):
                yield
            return
        client = self._client("lambda")
        alias = {"FunctionName": self._functions[trigger], "Qualifier": "live"}
        (statement,) = json.loads(client.get_policy(**alias)["Policy"])["Statement"]
        equal = statement["Condition"].get("StringEquals", {})
        client.remove_permission(StatementId=statement["Sid"], **alias)
        try:
            yield
        finally:
            client.add_permission(
                StatementId=statement["Sid"],
                Action=statement["Action"],
                Principal=statement["Principal"]["Service"],
                SourceArn=statement["Condition"]["ArnLike"]["AWS:SourceArn"],
                **{name.removeprefix("AWS:"): value for name, value in equal.items()},
                **alias,
            )


def _owner(alarm_name: str) -> tuple[str, str]:
    """The trigger that an alarm belongs to, and what it is called there."""
    found = re.fullmatch(rf"{STACK}[-/]([A-Z][a-z]+)/?([A-Za-z]+?)(Alarm.*)?", alarm_name)
    assert found is not None, alarm_name
    return found[1], found[2]


def _item(order: dict[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"S": value} for name, value in order.items()}


def _texts(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
