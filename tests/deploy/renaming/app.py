"""An app with a worker whose construct id, release and success are context values."""

import json
import sys
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_

# The CDK CLI runs this file as a script; the library is imported from the repository's root.
sys.path.insert(0, str(Path(__file__).parents[3]))

from lambda_constructs import AllAtOnce, SqsWorker
from tests.changes.recipe import keep_logical_ids

STACK = "Renaming"
HANDLER = """
import json

def handler(event, context):
    for record in event["Records"]:
        print(json.dumps({"body": record["body"], "release": RELEASE, "version": context.function_version}))
"""


class Renaming(cdk.Stack):
    """The worker, and a resource that fails after the worker's version is published."""

    def __init__(self, scope: cdk.App) -> None:
        super().__init__(scope, STACK)
        context = self.node.try_get_context
        release = context("release")
        worker = SqsWorker(
            self,
            context("name"),
            code=lambda_.Code.from_inline(f"RELEASE = {release!r}\n{HANDLER}"),
            handler="index.handler",
            runtime=lambda_.Runtime.PYTHON_3_13,
            enabled=context("enabled") != "false",
            rollout=AllAtOnce(),
        )
        if deployed := context("deployed"):
            keep_logical_ids()(worker, f"{STACK}/Orders", json.loads(Path(deployed).read_text()))
        if context("broken"):  # a version of what is published already
            second = lambda_.CfnVersion(self, "Second", function_name=worker.function.function_name)
            second.node.add_dependency(worker.version)
        outputs = {
            "FunctionName": worker.function.function_name,
            "LogGroup": worker.log_group.log_group_name,
            "QueueUrl": worker.queue.queue_url,
        }
        for name, value in outputs.items():
            cdk.CfnOutput(self, name, value=value)


if __name__ == "__main__":
    app = cdk.App()
    Renaming(app)
    app.synth()
