"""An API for tasks that only one role can invoke, with rollbacks of releases that return errors."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from examples.packages import code
from examples.tables import create_table
from lambda_constructs import (
    Canary,
    FunctionUrlEndpoint,
    HttpApiEndpoint,
    HttpFunction,
    MemorySize,
    RestApiEndpoint,
    SmokeTest,
    Timeout,
)

HANDLER = Path(__file__).parent / "handler"
# Illustrative numbers in Power Tuning's format: nothing was measured on AWS.
MEASUREMENTS = Path(__file__).parent / "measurements"
PROFILE = MEASUREMENTS / "task_api.profile.json"
MARGIN = 30
"""Multiple of the 99th percentile: 11 seconds. If the table hangs, the handler ends its second attempt after
10 seconds, which the default of 3 would cut off."""

ENDPOINTS = {
    "http-api": HttpApiEndpoint,
    "rest-api": RestApiEndpoint,
    "function-url": FunctionUrlEndpoint,
}
# ANY, because the handler responds to other methods with 405. The API responds to other paths with 404.
ROUTES = ["ANY /tasks", "ANY /tasks/{id}"]
# The handler treats this as a request from an HTTP API, whatever the endpoint is.
SMOKE_TEST = SmokeTest(
    payload={
        "version": "2.0",
        "rawPath": "/tasks",
        "queryStringParameters": {"limit": "1"},
        "headers": {},
        "requestContext": {"stage": "$default", "http": {"method": "GET", "path": "/tasks"}},
    },
    expect={"statusCode": 200},
)


class TaskApiStack(cdk.Stack):
    """A table, its API, and the role that can invoke the API.

    Context: `endpoint` (http-api, rest-api or function-url), `architecture` (arm64 or x86_64),
    `removal-policy` (retain or destroy), `release` (a name that the handler logs; changing it publishes a new
    version), `handler` (app.handler, or faulty.read_only, a bad release), `canary-minutes`.
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        """Create the table and the API, and grant a role of this account to invoke it."""
        super().__init__(scope, construct_id)
        architecture = self.node.try_get_context("architecture") or "arm64"
        minutes = int(self.node.try_get_context("canary-minutes") or "5")
        endpoint = self.node.try_get_context("endpoint") or "http-api"
        tasks = create_table(self, "Tasks", "id")

        api = HttpFunction(
            self,
            "Api",
            endpoint=ENDPOINTS[endpoint](),
            routes=None if endpoint == "function-url" else ROUTES,
            code=code(HANDLER),
            handler=self.node.try_get_context("handler") or "app.handler",
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.custom(architecture),
            memory_size=MemorySize.measured(MEASUREMENTS / "task_api.tuning.json", profile=PROFILE),
            timeout=Timeout.from_profile(PROFILE, margin=MARGIN),
            environment={
                "TASKS_TABLE": tasks.table_name,
                "RELEASE": str(self.node.try_get_context("release") or "1"),
            },
            rollout=Canary(interval=cdk.Duration.minutes(minutes), before_traffic=SMOKE_TEST),
        )
        tasks.grant(api, "dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:DeleteItem", "dynamodb:Scan")
        caller = iam.Role(self, "Caller", assumed_by=iam.AccountRootPrincipal())
        api.grant_invoke_endpoint(caller)
        outputs = {"Endpoint": endpoint, "Url": api.url, "CallerRole": caller.role_arn}
        for name, value in outputs.items():
            cdk.CfnOutput(self, name, value=value)
