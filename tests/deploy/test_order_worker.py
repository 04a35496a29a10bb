"""The order worker, deployed by the real CDK CLI, driven, updated, broken and destroyed."""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from emulator.tests.support import eventually
from examples.order_worker import drive
from examples.order_worker.demo import EXAMPLE, MAX_RECEIVE_COUNT
from lambda_constructs_emulator.kit import Aws, Deployed
from tests.deploy.inventory import assert_destroyed

pytestmark = pytest.mark.deploy

PATIENCE = 120.0
"""Seconds: far beyond what a drain takes, so that only a message that is stuck reaches it."""
ORDERS, IDEMPOTENCY = "Orders", "Worker/Idempotency"
"""The tables."""


@pytest.fixture(scope="module")
def deployed(shared_aws: Aws) -> Deployed:
    return EXAMPLE.deploy(shared_aws)


@pytest.fixture(scope="module")
def driver(deployed: Deployed) -> drive.Driver:
    return drive.Driver(deployed)


def run(driver: drive.Driver, messages: Sequence[drive.Message], *, dead_letters: int) -> drive.Outcome:
    driver.send(messages)
    driver.wait_until_drained(dead_letters=dead_letters, timeout=PATIENCE)
    return driver.collect(messages)


def test_every_order_ends_where_it_must(deployed: Deployed, driver: drive.Driver) -> None:
    orders = drive.hundred_orders()

    found = run(driver, orders, dead_letters=4)

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
    assert stored_ids(deployed) == [
        f"order-{number:03}" for number in range(100) if number not in poison_and_repeated
    ]
    assert found.handled_by == dict.fromkeys(wanted.totals, "version 1, release 1")


def test_an_unchanged_app_has_no_difference(deployed: Deployed) -> None:
    assert not deployed.has_difference()


@pytest.mark.slow
def test_an_update_is_a_difference_and_then_the_version_that_is_served(
    deployed: Deployed, driver: drive.Driver
) -> None:
    assert deployed.has_difference(context={"release": "2"})
    before = driver.served_version()

    assert deployed.release(context={"release": "2"}).error == ""

    after = driver.served_version()
    assert int(after) > int(before)
    orders = drive.valid_orders(10, prefix="updated")
    found = run(driver, orders, dead_letters=0)
    wanted = drive.expected(orders, max_receive_count=MAX_RECEIVE_COUNT)
    assert drive.mismatches(wanted, found) == []
    assert set(found.handled_by.values()) == {f"version {after}, release 2"}


def test_without_its_grant_on_the_table_every_order_is_dead_lettered(
    deployed: Deployed, driver: drive.Driver
) -> None:
    orders = drive.valid_orders(3, prefix="forbidden")

    with without(deployed, "dynamodb:PutItem", ORDERS):
        found = run(driver, orders, dead_letters=len(orders))

    assert found.dead_lettered == {order.label: MAX_RECEIVE_COUNT for order in orders}
    assert not {order.order_id for order in orders} & set(stored_ids(deployed))
    # Other failures may stand there too: two deliveries of one order that meet, of which one comes again.
    denied = [line for line in failures(deployed) if "AccessDeniedException" in line["exception"]]
    assert len(denied) == len(orders) * MAX_RECEIVE_COUNT
    assert all("PutItem" in line["exception"] for line in denied)

    # The grant was the only thing missing.
    again = drive.valid_orders(3, prefix="allowed")
    found = run(driver, again, dead_letters=0)
    wanted = drive.expected(again, max_receive_count=MAX_RECEIVE_COUNT)
    assert drive.mismatches(wanted, found) == []


@pytest.mark.parametrize("action", ["dynamodb:PutItem", "dynamodb:UpdateItem"])
def test_without_an_action_on_the_idempotency_table_orders_are_dead_lettered(
    deployed: Deployed, driver: drive.Driver, action: str
) -> None:
    orders = drive.valid_orders(2, prefix=f"without-{action[9:]}")

    with without(deployed, action, IDEMPOTENCY):
        found = run(driver, orders, dead_letters=len(orders))

    assert found.dead_lettered == {order.label: MAX_RECEIVE_COUNT for order in orders}


@pytest.mark.parametrize("deletes", [True, False])
def test_an_order_that_failed_once_is_stored_later_only_if_it_can_be_forgotten(
    deployed: Deployed, driver: drive.Driver, *, deletes: bool
) -> None:
    """Powertools forgets an order that raised. `GetItem` it documents too, but needs it only at times."""
    orders = drive.valid_orders(2, prefix="again" if deletes else "stuck")
    with ExitStack() as stack:
        if not deletes:
            stack.enter_context(without(deployed, "dynamodb:DeleteItem", IDEMPOTENCY))
        with without(deployed, "dynamodb:PutItem", ORDERS):
            failed = len(failures(deployed))
            driver.send(orders)
            assert eventually(lambda: len(failures(deployed)) >= failed + len(orders))
        driver.wait_until_drained(dead_letters=0 if deletes else len(orders), timeout=PATIENCE)
        found = driver.collect(orders)

    assert len(found.totals) == (len(orders) if deletes else 0)


def test_destroy_leaves_nothing_of_the_stack(deployed: Deployed) -> None:
    queue = deployed.queue("Worker")
    assert_destroyed(
        EXAMPLE,
        deployed,
        deployed.function("Worker").name,
        *(queue.url, queue.dead_letters.url),
        *(deployed.table(name).name for name in (ORDERS, IDEMPOTENCY)),
    )


def stored_ids(deployed: Deployed) -> list[str]:
    return sorted(item["order_id"] for item in deployed.table(ORDERS).items())


def policy_for(deployed: Deployed, table: str) -> tuple[str, str, dict[str, Any]]:
    """The role, the name and the document of the inline policy that grants access to a table."""
    iam, name = deployed.aws.client("iam"), deployed.function("Worker").name
    function = deployed.aws.client("lambda").get_function_configuration(FunctionName=name)
    role = function["Role"].rsplit("/", 1)[-1]
    for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
        if any(names(statement, table) for statement in document["Statement"]):
            return role, policy, document
    raise AssertionError(f"no inline policy of {role} names {table}")


@contextmanager
def without(deployed: Deployed, action: str, table: str) -> Iterator[None]:
    """Take an action on a table from the role."""
    iam, table = deployed.aws.client("iam"), deployed.table(table).name
    role, policy, document = policy_for(deployed, table)

    def put(statements: list[dict[str, Any]]) -> None:
        text = json.dumps({**document, "Statement": statements})
        iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=text)

    rest = []
    for statement in document["Statement"]:
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        kept = [each for each in actions if each != action or not names(statement, table)]
        rest += [{**statement, "Action": kept}] if kept else []
    assert rest != document["Statement"]
    if rest:
        put(rest)
    else:
        iam.delete_role_policy(RoleName=role, PolicyName=policy)
    try:
        yield
    finally:
        put(document["Statement"])


def failures(deployed: Deployed) -> list[dict[str, Any]]:
    """The lines about failed deliveries."""
    lines = deployed.function("Worker").log_lines("message")
    return [line for line in lines if line["message"] == "order failed"]


def names(statement: dict[str, Any], table: str) -> bool:
    return f":table/{table}" in json.dumps(statement["Resource"])
