"""The table that remembers what was worked on."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms

from lambda_constructs import Idempotency
from tests.support import assert_refused, function, new_stack, only, resources, role_statements, worker

TABLE = "AWS::DynamoDB::Table"
ITEM_ACTIONS = ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]


@pytest.fixture(scope="module")
def stack() -> cdk.Stack:
    stack = new_stack()
    function(stack, idempotency=Idempotency())
    return stack


def test_the_table_is_what_powertools_expects(stack: cdk.Stack) -> None:
    table = only(stack, TABLE)

    assert table["KeySchema"] == [{"AttributeName": "id", "KeyType": "HASH"}]
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expiration", "Enabled": True}
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_the_function_is_told_the_table(stack: cdk.Stack) -> None:
    (table,) = resources(stack, TABLE)

    assert only(stack, "AWS::Lambda::Function")["Environment"]["Variables"] == {
        "IDEMPOTENCY_TABLE": {"Ref": table}
    }


def test_the_role_may_do_what_powertools_does_with_this_table_only(stack: cdk.Stack) -> None:
    (table,) = resources(stack, TABLE)
    (statement,) = (each for each in role_statements(stack) if "dynamodb:PutItem" in each["Action"])

    assert statement["Action"] == ITEM_ACTIONS
    assert statement["Resource"] == {"Fn::GetAtt": [table, "Arn"]}


def test_every_workload_has_the_option() -> None:
    stack = new_stack()

    orders = worker(stack, idempotency=Idempotency())

    assert orders.idempotency_table.table_arn
    assert len(resources(stack, TABLE)) == 1


def test_a_given_table_is_used() -> None:
    stack = new_stack()
    key = dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING)
    table = dynamodb.Table(stack, "Table", partition_key=key)

    made = function(stack, idempotency=Idempotency(table=table))

    assert made.idempotency_table is table
    assert len(resources(stack, TABLE)) == 1
    assert role_statements(stack)[1]["Action"] == ITEM_ACTIONS


def test_none_is_made_unless_it_is_asked_for() -> None:
    stack = new_stack()

    made = function(stack)

    with pytest.raises(AttributeError, match="pass idempotency"):
        _ = made.idempotency_table
    assert resources(stack, TABLE) == {}
    assert "Environment" not in only(stack, "AWS::Lambda::Function")


def test_the_key_of_the_workload_encrypts_the_table_and_the_role_may_use_it() -> None:
    stack = new_stack()

    function(stack, idempotency=Idempotency(), encryption_key=kms.Key(stack, "Key"))

    assert only(stack, TABLE)["SSESpecification"]["SSEType"] == "KMS"
    assert any("kms:GenerateDataKey" in statement["Action"] for statement in role_statements(stack))


@pytest.mark.parametrize("value", [True, "table", Idempotency(table="table")])  # type: ignore[arg-type]
def test_refuses_what_is_no_choice(value: Any) -> None:
    assert_refused(function, "option-type", "idempotency", idempotency=value)


def test_refuses_a_variable_that_is_set_twice() -> None:
    assert_refused(
        function,
        "environment-key-twice",
        "IDEMPOTENCY_TABLE",
        idempotency=Idempotency(),
        environment={"IDEMPOTENCY_TABLE": "mine"},
    )
