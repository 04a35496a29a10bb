"""The tables of the stacks of all examples."""

from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct


def create_table(
    scope: Construct,
    construct_id: str,
    key: str,
    *,
    sort_key: str | None = None,
    stream: dynamodb.StreamViewType | None = None,
    time_to_live_attribute: str | None = None,
) -> dynamodb.Table:
    """An on-demand table with string keys, which can be restored to any second of the last 35 days."""
    text = dynamodb.AttributeType.STRING
    return dynamodb.Table(
        scope,
        construct_id,
        partition_key=dynamodb.Attribute(name=key, type=text),
        sort_key=None if sort_key is None else dynamodb.Attribute(name=sort_key, type=text),
        stream=stream,
        billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
        point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
            point_in_time_recovery_enabled=True
        ),
        time_to_live_attribute=time_to_live_attribute,
    )
