"""The idempotency table that Powertools for AWS Lambda expects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from constructs import Construct

from ..core import acknowledgements
from ..core.execution_role import Statement
from ..core.guard import Guard
from ..core.permissions import KEY_ACTIONS
from ..rules import defaults
from ..rules.options import TEXT_TYPE, idempotency_table_key

_ACTIONS: Final = ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]


@dataclass(frozen=True, kw_only=True)
class Idempotency:
    """Record processed events, so that the function does not process them twice.

    The environment variable IDEMPOTENCY_TABLE contains the name of the table:
    `DynamoDBPersistenceLayer(table_name=os.environ["IDEMPOTENCY_TABLE"])`.
    https://docs.powertools.aws.dev/lambda/python/latest/utilities/idempotency/

    Args:
        table: Table to use. It replaces a new one, which is kept with its records. Default: a new one on
            demand, with the key `id` and the time-to-live attribute `expiration` that Powertools expects,
            encrypted, restorable to any second of the last 35 days
    """

    table: dynamodb.Table | dynamodb.ITable | None = None


def check_table(guard: Guard, idempotency: Idempotency | None) -> None:
    """Check the key of a table of this app; imported ones do not tell."""
    if idempotency is None or idempotency.table is None:
        return
    resource = idempotency.table.node.default_child
    schema = getattr(resource, "key_schema", None)
    if isinstance(schema, list):
        defined = getattr(resource, "attribute_definitions", None)  # CDK writes those of a TableV2 later
        listed = defined if isinstance(defined, list) else []
        types = {each.attribute_name: each.attribute_type for each in listed}
        names = [each.attribute_name for each in schema]
        guard.check(idempotency_table_key, names, [types.get(name, TEXT_TYPE) for name in names])


def idempotency_keys(idempotency: Idempotency | None) -> list[str]:
    """The environment keys that idempotency sets."""
    return [] if idempotency is None else [defaults.IDEMPOTENCY_VARIABLE]


def resolve_table(
    scope: Construct,
    idempotency: Idempotency | None,
    key: kms.IKey | None,
    removal_policy: cdk.RemovalPolicy,
) -> dynamodb.ITable | None:
    """The given table, or a new one."""
    if idempotency is None:
        return None
    return idempotency.table or _create_table(scope, key, removal_policy)


def table_statements(table: dynamodb.ITable | None) -> list[Statement]:
    """The statements for the role: to read and write single items of the table, and to use its key.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
    """
    if table is None:
        return []
    statements: list[Statement] = [(_ACTIONS, [table.table_arn])]
    if (key := table.encryption_key) is not None:
        statements.append((KEY_ACTIONS, [key.key_arn]))
    return statements


def table_variable(table: dynamodb.ITable | None) -> dict[str, str]:
    """The environment variable with the name of the table."""
    return {} if table is None else {defaults.IDEMPOTENCY_VARIABLE: table.table_name}


def _create_table(
    scope: Construct, key: kms.IKey | None, removal_policy: cdk.RemovalPolicy
) -> dynamodb.Table:
    table = dynamodb.Table(
        scope,
        "Idempotency",
        partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
        time_to_live_attribute="expiration",
        billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
        encryption=dynamodb.TableEncryption.DEFAULT
        if key is None
        else dynamodb.TableEncryption.CUSTOMER_MANAGED,
        encryption_key=key,
        removal_policy=removal_policy,
        point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
            point_in_time_recovery_enabled=True
        ),
    )
    acknowledgements.acknowledge(table, acknowledgements.IDEMPOTENCY_TABLE)
    return table
