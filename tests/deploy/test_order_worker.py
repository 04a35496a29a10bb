"""The order worker, deployed by the real CDK CLI, driven, updated, broken and destroyed."""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from emulator.tests.support import eventually
from examples.order_worker import drive
from examples.order_worker.demo import EXAMPLE, MAX_RECEIVE_COUNT
from lambda_constructs_emulator.cdk import Cdk
from lambda_constructs_emulator.clients import Client
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy

PATIENCE = 120.0
"""Seconds: far beyond what a drain takes, so that only a message that is stuck reaches it."""


@dataclass
class Worker:
    """The deployed stack as the tests use it."""

    emulator: Emulator
    cdk: Cdk
    context: dict[str, str] = field(default_factory=lambda: {"removal-policy": "destroy"})
    outputs: dict[str, str] = field(default_factory=dict)

    def deploy(self, **context: str) -> None:
        self.context |= context
        self.outputs = self.cdk.deploy(EXAMPLE.stack, self.context)
        self.driver = drive.Driver(self.emulator.client, self.outputs)

    def run(self, messages: Sequence[drive.Message], *, dead_letters: int) -> drive.Outcome:
        self.driver.send(messages)
        self.driver.wait_until_drained(dead_letters=dead_letters, timeout=PATIENCE)
        return self.driver.collect(messages)


@pytest.fixture(scope="module")
def worker(shared_emulator: Emulator, cdk: Cdk) -> Worker:
    EXAMPLE.build()
    deployed = Worker(shared_emulator, cdk)
    deployed.deploy()
    return deployed


def test_every_order_ends_where_it_must(worker: Worker) -> None:
    orders = drive.hundred_orders()

    found = worker.run(orders, dead_letters=4)

    wanted = drive.expected(orders, max_receive_count=MAX_RECEIVE_COUNT)
    assert drive.mismatches(wanted, found) == []
    # Once more without the driver's own reading: literal ids, and the table as it is.
    assert sorted(found.dead_lettered) == [
        "order-011 (not JSON)",
        "order-033 (no customer)",
        "order-050 (quantity 0)",
        "order-099 (negative price)",
    ]
    poison_and_repeated = {11, 33, 50, 99, 25, 55, 95}
    assert stored_ids(worker) == [
        f"order-{number:03}" for number in range(100) if number not in poison_and_repeated
    ]
    assert found.handled_by == dict.fromkeys(wanted.totals, "version 1, release 1")


def test_an_unchanged_app_has_no_difference(worker: Worker) -> None:
    assert not worker.cdk.has_difference(EXAMPLE.stack, worker.context)


@pytest.mark.slow
def test_an_update_is_a_difference_and_then_the_version_that_is_served(worker: Worker) -> None:
    assert worker.cdk.has_difference(EXAMPLE.stack, {**worker.context, "release": "2"})
    before = worker.driver.served_version()

    worker.deploy(release="2")

    after = worker.driver.served_version()
    assert int(after) > int(before)
    orders = drive.valid_orders(10, prefix="updated")
    found = worker.run(orders, dead_letters=0)
    wanted = drive.expected(orders, max_receive_count=MAX_RECEIVE_COUNT)
    assert drive.mismatches(wanted, found) == []
    assert set(found.handled_by.values()) == {f"version {after}, release 2"}


def test_without_its_grant_on_the_table_every_order_is_dead_lettered(worker: Worker) -> None:
    orders = drive.valid_orders(3, prefix="forbidden")

    with without(worker, "dynamodb:PutItem", worker.outputs["OrdersTable"]):
        found = worker.run(orders, dead_letters=len(orders))

    assert found.dead_lettered == {order.label: MAX_RECEIVE_COUNT for order in orders}
    assert not {order.order_id for order in orders} & set(stored_ids(worker))
    # Other failures may stand there too: two deliveries of one order that meet, of which one comes again.
    denied = [line for line in failures(worker) if "AccessDeniedException" in line["exception"]]
    assert len(denied) == len(orders) * MAX_RECEIVE_COUNT
    assert all("PutItem" in line["exception"] for line in denied)

    # The grant was the only thing missing.
    again = drive.valid_orders(3, prefix="allowed")
    found = worker.run(again, dead_letters=0)
    wanted = drive.expected(again, max_receive_count=MAX_RECEIVE_COUNT)
    assert drive.mismatches(wanted, found) == []


@pytest.mark.parametrize("action", ["dynamodb:PutItem", "dynamodb:UpdateItem"])
def test_without_an_action_on_the_idempotency_table_orders_are_dead_lettered(
    worker: Worker, action: str
) -> None:
    orders = drive.valid_orders(2, prefix=f"without-{action[9:]}")

    with without(worker, action, worker.outputs["IdempotencyTable"]):
        found = worker.run(orders, dead_letters=len(orders))

    assert found.dead_lettered == {order.label: MAX_RECEIVE_COUNT for order in orders}


@pytest.mark.parametrize("deletes", [True, False])
def test_an_order_that_failed_once_is_stored_later_only_if_it_can_be_forgotten(
    worker: Worker, *, deletes: bool
) -> None:
    """Powertools forgets an order that raised. `GetItem` it documents too, but needs it only at times."""
    orders = drive.valid_orders(2, prefix="again" if deletes else "stuck")
    with ExitStack() as stack:
        if not deletes:
            stack.enter_context(without(worker, "dynamodb:DeleteItem", worker.outputs["IdempotencyTable"]))
        with without(worker, "dynamodb:PutItem", worker.outputs["OrdersTable"]):
            failed = len(failures(worker))
            worker.driver.send(orders)
            assert eventually(lambda: len(failures(worker)) >= failed + len(orders))
        worker.driver.wait_until_drained(dead_letters=0 if deletes else len(orders), timeout=PATIENCE)
        found = worker.driver.collect(orders)

    assert len(found.totals) == (len(orders) if deletes else 0)


def test_destroy_leaves_nothing_of_the_stack(worker: Worker) -> None:
    client, outputs = worker.emulator.client, worker.outputs
    assert worker.cdk.exists(EXAMPLE.stack)

    worker.cdk.destroy(EXAMPLE.stack)

    assert not worker.cdk.exists(EXAMPLE.stack)
    functions = client("lambda").list_functions()["Functions"]
    assert outputs["FunctionName"] not in [function["FunctionName"] for function in functions]
    assert not {outputs["QueueUrl"], outputs["DeadLetterQueueUrl"]} & set(
        client("sqs").list_queues().get("QueueUrls", [])
    )
    assert not {outputs["OrdersTable"], outputs["IdempotencyTable"]} & set(
        client("dynamodb").list_tables()["TableNames"]
    )


def stored_ids(worker: Worker) -> list[str]:
    pages = (
        worker.emulator.client("dynamodb")
        .get_paginator("scan")
        .paginate(TableName=worker.outputs["OrdersTable"])
    )
    return sorted(item["order_id"]["S"] for page in pages for item in page["Items"])


def policy_for(worker: Worker, table: str) -> tuple[str, str, dict[str, Any]]:
    """The role, the name and the document of the inline policy that grants access to a table."""
    iam = worker.emulator.client("iam")
    function = worker.emulator.client("lambda").get_function_configuration(
        FunctionName=worker.outputs["FunctionName"]
    )
    role = function["Role"].rsplit("/", 1)[-1]
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        if any(names(statement, table) for statement in document["Statement"]):
            return role, name, document
    raise AssertionError(f"no inline policy of {role} names {table}")


@contextmanager
def without(worker: Worker, action: str, table: str) -> Iterator[None]:
    """Take an action on a table from the role."""
    iam = worker.emulator.client("iam")
    role, policy, document = policy_for(worker, table)
    rest = []
    for statement in document["Statement"]:
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        kept = [each for each in actions if each != action or not names(statement, table)]
        rest += [{**statement, "Action": kept}] if kept else []
    assert rest != document["Statement"]
    if rest:
        put_policy(iam, role, policy, {**document, "Statement": rest})
    else:
        iam.delete_role_policy(RoleName=role, PolicyName=policy)
    try:
        yield
    finally:
        put_policy(iam, role, policy, document)


def failures(worker: Worker) -> list[dict[str, Any]]:
    """The lines about failed deliveries."""
    return [line for line in log_lines(worker) if line.get("message") == "order failed"]


def names(statement: dict[str, Any], table: str) -> bool:
    return f":table/{table}" in json.dumps(statement["Resource"])


def put_policy(iam: Client, role: str, name: str, document: dict[str, Any]) -> None:
    iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))


def log_lines(worker: Worker) -> Iterator[dict[str, Any]]:
    function = worker.emulator.client("lambda").get_function_configuration(
        FunctionName=worker.outputs["FunctionName"]
    )
    pages = (
        worker.emulator.client("logs")
        .get_paginator("filter_log_events")
        .paginate(logGroupName=function["LoggingConfig"]["LogGroup"])
    )
    for page in pages:
        for event in page["events"]:
            if event["message"].startswith("{"):
                yield json.loads(event["message"])
