"""A worker stores each order of a queue exactly once, and poison messages go to the dead-letter queue."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from examples.packages import code
from examples.tables import create_table
from lambda_constructs import (
    Alarms,
    Canary,
    Idempotency,
    MemorySize,
    ProvisionedConcurrency,
    SmokeTest,
    SqsWorker,
)

HANDLER = Path(__file__).parent / "handler"
# Illustrative numbers in Power Tuning's format: nothing was measured on AWS.
MEASUREMENTS = Path(__file__).parent / "measurements"
# The handler must report this message, which is not an order. Powertools does not accept an empty batch.
NO_ORDER = {
    "messageId": "smoke-test",
    "eventSource": "aws:sqs",
    "body": "no order",
    "attributes": {"ApproximateReceiveCount": "1"},
}
SMOKE_TEST = SmokeTest(
    payload={"Records": [NO_ORDER]}, expect={"batchItemFailures": [{"itemIdentifier": "smoke-test"}]}
)


class OrderWorkerStack(cdk.Stack):
    """A worker on a queue, and a table for the orders.

    Context: `architecture` (arm64 or x86_64), `removal-policy` (retain or destroy), `release` (a name that
    the handler logs; changing it publishes a new version), `handler` (app.handler, or one of the bad releases
    in faulty.py), `canary-minutes`, `failed-events-percentage` (share that stops a rollout, or `off`),
    `provisioned` (provisioned concurrency), `reserved` (reserved concurrency).
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        """Create the tables and the worker."""
        super().__init__(scope, construct_id)
        architecture = self.node.try_get_context("architecture") or "arm64"
        orders = create_table(self, "Orders", "order_id")

        minutes = int(self.node.try_get_context("canary-minutes") or "5")
        provisioned = self.node.try_get_context("provisioned")
        reserved = self.node.try_get_context("reserved")

        worker = SqsWorker(
            self,
            "Worker",
            code=code(HANDLER),
            handler=self.node.try_get_context("handler") or "app.handler",
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.custom(architecture),
            timeout=cdk.Duration.seconds(10),
            memory_size=MemorySize.measured(
                MEASUREMENTS / "orders.tuning.json", profile=MEASUREMENTS / "orders.profile.json"
            ),
            environment={
                "ORDERS_TABLE": orders.table_name,
                "RELEASE": str(self.node.try_get_context("release") or "1"),
            },
            idempotency=Idempotency(),
            rollout=Canary(interval=cdk.Duration.minutes(minutes), before_traffic=SMOKE_TEST),
            alarms=alarms(self.node.try_get_context("failed-events-percentage")),
            reserved_concurrency=None if reserved is None else int(reserved),
            provisioned_concurrency=(
                None
                if provisioned is None
                else ProvisionedConcurrency(minimum=int(provisioned), maximum=int(provisioned))
            ),
        )
        orders.grant(worker, "dynamodb:PutItem")


def alarms(failed_events_percentage: str | None) -> Alarms:
    """All alarms with this percentage of failing messages; `off` disables the alarm on failing messages."""
    if failed_events_percentage == "off":
        return Alarms(failed_events=False)
    if failed_events_percentage is None:
        return Alarms()
    return Alarms(failed_events_percentage=float(failed_events_percentage))
