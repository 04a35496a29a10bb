"""An app with plain functions that read a queue and a stream; a context value lets workloads adopt them."""

import sys
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs

# The CDK CLI runs this file as a script; the library is imported from the repository's root.
sys.path.insert(0, str(Path(__file__).parents[3]))

from lambda_constructs import AllAtOnce, SqsWorker, StreamConsumer

STACK = "Adoption"
STREAM_MAPPING = "ScoresDynamoDBEventSourceAdoptionTableD47A170E9A684FD5"
"""The logical id that the mapping of the plain function has, as `cdk diff` shows it."""
BATCH_SIZES = {"true": 100, "changed": 50}
"""The options of the consumer, by the value of the context."""
HANDLER = """
import json

def handler(event, context):
    for record in event["Records"]:
        invoked = context.invoked_function_arn.rpartition(":")[2]
        body = record["body"] if "body" in record else record["dynamodb"]["Keys"]["id"]["S"]
        print(json.dumps({"body": body, "invoked": invoked}))
"""


class Adoption(cdk.Stack):
    """The functions, the queue and the table, before or after they are adopted."""

    def __init__(self, scope: cdk.App) -> None:
        super().__init__(scope, STACK)
        adopted = self.node.try_get_context("adopted")
        function, scores = self._function("Function"), self._function("Scores")
        letters = sqs.Queue(self, "Letters", retention_period=cdk.Duration.days(14))
        queue = sqs.Queue(
            self,
            "Queue",
            visibility_timeout=cdk.Duration.seconds(300),
            dead_letter_queue=sqs.DeadLetterQueue(queue=letters, max_receive_count=5),
        )
        table = dynamodb.Table(
            self,
            "Table",
            partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
            stream=dynamodb.StreamViewType.NEW_IMAGE,
        )
        start = lambda_.StartingPosition.TRIM_HORIZON
        if adopted:
            SqsWorker(self, "Worker", function=function, queue=queue, rollout=AllAtOnce())
            consumer = StreamConsumer(
                self,
                "Consumer",
                function=scores,
                source=table,
                starting_position=start,
                batch_size=BATCH_SIZES[adopted],
                rollout=AllAtOnce(),
            )
            consumer.event_source_mapping.override_logical_id(STREAM_MAPPING)
        else:
            function.add_event_source(sources.SqsEventSource(queue))
            scores.add_event_source(sources.DynamoEventSource(table, starting_position=start))
        outputs = {
            "FunctionName": function.function_name,
            "FunctionArn": function.function_arn,
            "QueueUrl": queue.queue_url,
            "ScoresName": scores.function_name,
            "ScoresArn": scores.function_arn,
            "TableName": table.table_name,
        }
        for name, value in outputs.items():
            cdk.CfnOutput(self, name, value=value)

    def _function(self, construct_id: str) -> lambda_.Function:
        return lambda_.Function(
            self,
            construct_id,
            code=lambda_.Code.from_inline(HANDLER),
            handler="index.handler",
            runtime=lambda_.Runtime.PYTHON_3_13,
        )


if __name__ == "__main__":
    app = cdk.App()
    Adoption(app)
    app.synth()
