"""Two asynchronous handlers: invoices for orders on a bus, and stored deliveries from a topic."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from constructs import Construct

from examples.packages import code
from examples.tables import create_table
from lambda_constructs import EventHandler, EventRule, TopicSubscription

HANDLER = Path(__file__).parent / "handler"
ORDERS = events.EventPattern(source=["shop"], detail_type=["OrderPlaced"])
DELIVERIES = {"kind": sns.SubscriptionFilter.string_filter(allowlist=["Delivered"])}


class EventFanoutStack(cdk.Stack):
    """A bus, a topic, and for each a handler with a table.

    Context: `removal-policy` (retain or destroy), `release` (a name that the handlers log; changing it
    publishes new versions), `handler` (app, or a bad release: faulty or unreliable), `reserved`
    (reserved concurrency of each handler).
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        """Create the sources, the tables and the handlers."""
        super().__init__(scope, construct_id)
        self._code = code(HANDLER)
        bus = events.EventBus(self, "Shop")
        topic = sns.Topic(self, "Carriers", enforce_ssl=True)
        invoices = create_table(self, "Invoices", "order_id")
        deliveries = create_table(self, "Deliveries", "parcel_id")

        self._handler("Billing", EventRule(bus=bus, pattern=ORDERS), invoices)
        self._handler("Tracking", TopicSubscription(topic=topic, filter_policy=DELIVERIES), deliveries)

    def _handler(
        self, construct_id: str, source: EventRule | TopicSubscription, table: dynamodb.Table
    ) -> None:
        """A handler of one type of event, which can put items into its table."""
        module = self.node.try_get_context("handler") or "app"
        reserved = self.node.try_get_context("reserved")
        handler = EventHandler(
            self,
            construct_id,
            source=source,
            code=self._code,
            handler=f"{module}.{construct_id.lower()}",
            runtime=lambda_.Runtime.PYTHON_3_13,
            timeout=cdk.Duration.seconds(10),
            reserved_concurrency=None if reserved is None else int(reserved),
            environment={
                "TABLE": table.table_name,
                "RELEASE": self.node.try_get_context("release") or "1",
            },
        )
        table.grant(handler, "dynamodb:PutItem")
