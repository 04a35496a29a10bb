"""A consumer of a table's stream adds the points of each activity exactly once to the score of its user."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from examples.packages import code
from examples.tables import create_table
from lambda_constructs import StreamConsumer

HANDLER = Path(__file__).parent / "handler"
NEW_ACTIVITIES = lambda_.FilterCriteria.filter({"eventName": lambda_.FilterRule.is_equal("INSERT")})


class ActivityScoresStack(cdk.Stack):
    """A table with a stream, its consumer, a table of scores, and a table of the counted activities.

    Context: `removal-policy` (retain or destroy), `release` (a name that the handler logs; changing it
    publishes a new version), `handler` (app.handler, or the bad release in faulty.py).
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        """Create the tables and the consumer."""
        super().__init__(scope, construct_id)
        activities = create_table(
            self, "Activities", "user_id", sort_key="activity_id", stream=dynamodb.StreamViewType.NEW_IMAGE
        )
        scores = create_table(self, "Scores", "user_id")
        counted = create_table(self, "Counted", "id", time_to_live_attribute="expiration")

        consumer = StreamConsumer(
            self,
            "Counter",
            source=activities,
            filters=[NEW_ACTIVITIES],
            code=code(HANDLER),
            handler=self.node.try_get_context("handler") or "app.handler",
            runtime=lambda_.Runtime.PYTHON_3_13,
            timeout=cdk.Duration.seconds(30),
            environment={
                "SCORES_TABLE": scores.table_name,
                "COUNTED_TABLE": counted.table_name,
                "RELEASE": self.node.try_get_context("release") or "1",
            },
        )
        scores.grant(consumer, "dynamodb:UpdateItem")
        counted.grant(consumer, "dynamodb:PutItem")
