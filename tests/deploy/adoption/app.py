"""An app with a plain function that reads a queue; a context value lets a worker adopt both."""

import sys
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_sqs as sqs

# The CDK CLI runs this file as a script; the library is imported from the repository's root.
sys.path.insert(0, str(Path(__file__).parents[3]))

from lambda_constructs import AllAtOnce, SqsWorker

STACK = "Adoption"
HANDLER = """
import json

def handler(event, context):
    for record in event["Records"]:
        invoked = context.invoked_function_arn.rpartition(":")[2]
        print(json.dumps({"body": record["body"], "invoked": invoked}))
"""


class Adoption(cdk.Stack):
    """The function and the queue, before or after they are adopted."""

    def __init__(self, scope: cdk.App) -> None:
        super().__init__(scope, STACK)
        function = lambda_.Function(
            self,
            "Function",
            code=lambda_.Code.from_inline(HANDLER),
            handler="index.handler",
            runtime=lambda_.Runtime.PYTHON_3_13,
        )
        letters = sqs.Queue(self, "Letters", retention_period=cdk.Duration.days(14))
        queue = sqs.Queue(
            self,
            "Queue",
            visibility_timeout=cdk.Duration.seconds(300),
            dead_letter_queue=sqs.DeadLetterQueue(queue=letters, max_receive_count=5),
        )
        if self.node.try_get_context("adopted"):
            SqsWorker(self, "Worker", function=function, queue=queue, rollout=AllAtOnce())
        else:
            function.add_event_source(sources.SqsEventSource(queue))
        outputs = {
            "FunctionName": function.function_name,
            "FunctionArn": function.function_arn,
            "QueueUrl": queue.queue_url,
        }
        for name, value in outputs.items():
            cdk.CfnOutput(self, name, value=value)


if __name__ == "__main__":
    app = cdk.App()
    Adoption(app)
    app.synth()
