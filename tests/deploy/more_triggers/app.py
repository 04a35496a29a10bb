"""A worker of two queues, and an API of two functions, each with public and signed routes."""

import sys
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

# The CDK CLI runs this file as a script; the library is imported from the repository's root.
sys.path.insert(0, str(Path(__file__).parents[3]))

from lambda_constructs import ApiRoute, HttpFunction, PublicAccess, SqsWorker

STACK = "MoreTriggers"
HANDLER = Path(__file__).parent / "handler"


class MoreTriggers(cdk.Stack):
    """The workloads, and a user who may call the signed routes of the second function."""

    def __init__(self, scope: cdk.App) -> None:
        super().__init__(scope, STACK)
        common: dict[str, Any] = {
            "code": lambda_.Code.from_asset(str(HANDLER)),
            "runtime": lambda_.Runtime.PYTHON_3_13,
        }
        worker = SqsWorker(self, "Worker", handler="app.process", max_receive_count=3, **common)
        returns = worker.add_queue("Returns", max_receive_count=3)
        common["handler"] = "app.answer"
        prices = ApiRoute(route="GET /prices", authorizer=PublicAccess())
        api = HttpFunction(
            self, "Api", routes=["GET /orders", prices], environment={"NAME": "first"}, **common
        )
        status = ApiRoute(route="GET /status/{id}", authorizer=PublicAccess())
        admin = api.add_function(
            "Admin", routes=["GET /admin", status], environment={"NAME": "second"}, **common
        )
        admin.grant_invoke_endpoint(user := iam.User(self, "User"))
        cdk.RemovalPolicies.of(self).destroy()
        outputs = {
            "Queue": worker.queue.queue_url,
            "DeadLetterQueue": worker.dead_letter_queue.queue_url,
            "Returns": returns.queue.queue_url,
            "ReturnsDeadLetterQueue": returns.dead_letter_queue.queue_url,
            "Url": api.url,
            "User": user.user_name,
            "AdminFunction": admin.function.function_name,
        }
        for name, value in outputs.items():
            cdk.CfnOutput(self, f"{name}Output", value=value).override_logical_id(name)


if __name__ == "__main__":
    app = cdk.App()
    MoreTriggers(app)
    app.synth()
