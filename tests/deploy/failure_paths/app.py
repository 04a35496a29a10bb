"""One workload for each way in which work reaches a function, all with the same handler."""

import sys
from collections.abc import Mapping
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk.aws_scheduler import ScheduleExpression

# The CDK CLI runs this file as a script; the library is imported from the repository's root.
sys.path.insert(0, str(Path(__file__).parents[3]))

from lambda_constructs import (
    Alarms,
    AllAtOnce,
    BucketNotification,
    CognitoTrigger,
    EventHandler,
    EventRule,
    FunctionOptions,
    HttpFunction,
    LogSubscription,
    Preset,
    ProductionFunction,
    ScheduledJob,
    SqsWorker,
    StreamConsumer,
    TopicSubscription,
)

STACK = "FailurePaths"
HANDLER = Path(__file__).parent / "handler"
RETRIES = 1


class FailurePaths(cdk.Stack):
    """The workloads, and a table in which their handler counts."""

    def __init__(self, scope: cdk.App) -> None:
        super().__init__(scope, STACK)
        text = dynamodb.AttributeType.STRING
        key = dynamodb.Attribute(name="id", type=text)
        attempts = dynamodb.Table(self, "Attempts", partition_key=key)
        table = dynamodb.Table(self, "Orders", partition_key=key, stream=dynamodb.StreamViewType.NEW_IMAGE)
        stream, bus = kinesis.Stream(self, "Data", shard_count=1), events.EventBus(self, "Bus")
        topic, bucket = sns.Topic(self, "News"), s3.Bucket(self, "Files")
        lines = logs.LogGroup(self, "Lines", log_group_name="/failure-paths/lines")
        common: FunctionOptions = {
            "code": lambda_.Code.from_asset(str(HANDLER)),
            "handler": "app.handler",
            "runtime": lambda_.Runtime.PYTHON_3_13,
            # The most that Cognito waits, so that a slow machine starts ten environments within it.
            "timeout": cdk.Duration.seconds(5),
            "environment": {"ATTEMPTS_TABLE": attempts.table_name},
            "rollout": AllAtOnce(),
            # The emulator shortens what AWS waits for, and not what the function does: times mean nothing.
            "preset": Preset(
                alarms=Alarms(message_age=False, event_age=False, iterator_age=False, latency=False)
            ),
        }
        worker = SqsWorker(self, "Queue", max_receive_count=3, **common)
        others: dict[str, StreamConsumer | EventHandler | ScheduledJob] = {
            "Table": StreamConsumer(self, "Table", source=table, retry_attempts=RETRIES, **common),
            "Stream": StreamConsumer(self, "Stream", source=stream, retry_attempts=RETRIES, **common),
        }
        pattern = events.EventPattern(source=["shop"])
        sources: dict[str, EventRule | TopicSubscription | BucketNotification | LogSubscription] = {
            "Rule": EventRule(pattern=pattern, bus=bus, delivery_retry_attempts=0),
            "Topic": TopicSubscription(topic=topic),
            "Bucket": BucketNotification(bucket=bucket),
            "Logs": LogSubscription(log_group=lines),
        }
        for name, source in sources.items():
            others[name] = EventHandler(self, name, source=source, retry_attempts=RETRIES, **common)
        # Paused: one-time copies of its schedule start it, each with an order.
        daily = ScheduleExpression.rate(cdk.Duration.days(1))
        job = ScheduledJob(self, "Schedule", schedule=daily, enabled=False, retry_attempts=RETRIES, **common)
        others["Schedule"] = job
        http = HttpFunction(self, "Http", routes=["POST /orders"], **common)
        http.grant_invoke_endpoint(customer := iam.User(self, "Customer"))
        users = cognito.UserPool(self, "Users", self_sign_up_enabled=True)
        app = users.add_client("App")
        signup = CognitoTrigger(
            self, "Signup", user_pool=users, operation=cognito.UserPoolOperation.PRE_SIGN_UP, **common
        )
        workloads: dict[str, ProductionFunction] = {
            "Queue": worker,
            **others,
            "Http": http,
            "Signup": signup,
        }
        for workload in workloads.values():
            attempts.grant(workload, "dynamodb:UpdateItem")
        cdk.RemovalPolicies.of(self).destroy()
        self._tell(
            {
                "ScheduleName": job.schedule.ref,
                "ScheduleInvokerRole": job.schedule_role.role_name,
                "HttpUrl": http.url,
                "CustomerName": customer.user_name,
                "SignupClient": app.user_pool_client_id,
            },
            workloads,
        )

    def _tell(self, outputs: Mapping[str, str], workloads: Mapping[str, ProductionFunction]) -> None:
        for name, value in outputs.items():
            cdk.CfnOutput(self, name, value=value)
        for name, workload in workloads.items():
            cdk.CfnOutput(self, f"{name}Role", value=workload.role.role_name)
            cdk.CfnOutput(self, f"{name}Logs", value=workload.log_group.log_group_name)


if __name__ == "__main__":
    app = cdk.App()
    FailurePaths(app)
    app.synth()
