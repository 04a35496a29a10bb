"""Mistakes with functions and their permissions."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_notifications as notifications
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as scheduler_targets
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_apigatewayv2_integrations import HttpLambdaIntegration
from aws_cdk.aws_lambda_event_sources import DynamoEventSource, SqsDlq

from benchmarks.mistakes.mistake import Ours, function, mistake, options, seconds
from lambda_constructs import (
    BucketNotification,
    Cors,
    EventHandler,
    HttpFunction,
    ProductionFunction,
    ScheduledJob,
    StreamConsumer,
)

PLAIN_SECRET = "correct-horse-battery-staple"  # noqa: S105 - that is the mistake


def asked(**more: Any) -> Ours:
    """Make a function with options."""
    return lambda stack: ProductionFunction(stack, "Orders", **options(**more))


def kept(stack: cdk.Stack, **more: Any) -> lambda_.Function:
    """A function whose log group expires."""
    lines = logs.LogGroup(stack, "Lines", retention=logs.RetentionDays.ONE_MONTH)
    return function(stack, log_group=lines, **more)


@mistake("plaintext secret in the environment", asked(environment={"DB_PASSWORD": PLAIN_SECRET}))
def plain_secret(stack: cdk.Stack, *, wrong: bool) -> None:
    kept(stack, environment={"DB_PASSWORD": PLAIN_SECRET} if wrong else {"TABLE": "orders"})


@mistake(
    "value of a secret in the environment: everybody who can see the function can read it",
    lambda stack: ProductionFunction(
        stack,
        "Orders",
        **options(environment={"DB": secretsmanager.Secret(stack, "Secret").secret_value.unsafe_unwrap()}),
    ),
)
def unwrapped_secret(stack: cdk.Stack, *, wrong: bool) -> None:
    secret = secretsmanager.Secret(stack, "Secret")
    kept(stack, environment={"DB": secret.secret_value.unsafe_unwrap() if wrong else secret.secret_arn})


@mistake("environment of more than 4 KB", asked(environment={"RULES": "x" * 4096}))
def environment_size(stack: cdk.Stack, *, wrong: bool) -> None:
    kept(stack, environment={"RULES": "x" * (4096 if wrong else 4000)})


@mistake("environment key that is reserved for Lambda", asked(environment={"AWS_REGION": "eu-west-1"}))
def reserved_key(stack: cdk.Stack, *, wrong: bool) -> None:
    kept(stack, environment={"AWS_REGION" if wrong else "REGION": "eu-west-1"})


@mistake("timeout of 20 minutes", asked(timeout=cdk.Duration.minutes(20)))
def timeout(stack: cdk.Stack, *, wrong: bool) -> None:
    kept(stack, timeout=cdk.Duration.minutes(20 if wrong else 15))


@mistake("memory of 64 MB", asked(memory_size=64))
def memory(stack: cdk.Stack, *, wrong: bool) -> None:
    kept(stack, memory_size=64 if wrong else 128)


@mistake("six layers", lambda stack: ProductionFunction(stack, "Orders", **options(layers=layers(stack, 6))))
def six_layers(stack: cdk.Stack, *, wrong: bool) -> None:
    kept(stack, layers=layers(stack, 6 if wrong else 5))


def layers(stack: cdk.Stack, count: int) -> list[lambda_.ILayerVersion]:
    """A number of layers."""
    arn = "arn:aws:lambda:eu-west-1:123456789012:layer:tools:{}"
    return [
        lambda_.LayerVersion.from_layer_version_arn(stack, f"Layer{number}", arn.format(number))
        for number in range(1, count + 1)
    ]


@mistake("logs never expire", asked(log_retention=logs.RetentionDays.INFINITE))
def logs_for_ever(stack: cdk.Stack, *, wrong: bool) -> None:
    days = logs.RetentionDays.INFINITE if wrong else logs.RetentionDays.ONE_MONTH
    function(stack, log_group=logs.LogGroup(stack, "Lines", retention=days))


@mistake(
    "function has administrator permissions",
    instead="the role only has the statements that the workload needs; the audit checks your own role",
)
def administrator(stack: cdk.Stack, *, wrong: bool) -> None:
    statement = iam.PolicyStatement(actions=["*" if wrong else "sqs:SendMessage"], resources=["*"])
    kept(stack).add_to_role_policy(statement)


@mistake(
    "function behind an HTTP API with a longer timeout than the API",
    lambda stack: HttpFunction(stack, "Orders", **options(timeout=seconds(60))),
)
def endpoint(stack: cdk.Stack, *, wrong: bool) -> None:
    handler = kept(stack, timeout=seconds(60 if wrong else 20))
    api = apigatewayv2.HttpApi(stack, "Api")
    api.add_routes(path="/orders", integration=HttpLambdaIntegration("Orders", handler))


@mistake(
    "CORS allows credentials from all origins",
    lambda stack: HttpFunction(
        stack, "Orders", cors=Cors(allow_origins=["*"], allow_credentials=True), **options()
    ),
)
def cookies(stack: cdk.Stack, *, wrong: bool) -> None:
    origin = "*" if wrong else "https://shop.example"
    apigatewayv2.HttpApi(
        stack,
        "Api",
        cors_preflight=apigatewayv2.CorsPreflightOptions(allow_origins=[origin], allow_credentials=True),
    )


@mistake(
    "an AWS service can invoke the function for any account",
    instead="each permission names the source and the account",
)
def confused_deputy(stack: cdk.Stack, *, wrong: bool) -> None:
    lambda_.CfnPermission(
        stack,
        "Permission",
        action="lambda:InvokeFunction",
        function_name=kept(stack).function_arn,
        principal="s3.amazonaws.com",
        source_arn=None if wrong else "arn:aws:s3:::orders",
        source_account=None if wrong else "123456789012",
    )


@mistake("public function URL", instead="callers need IAM permissions unless you pass `PublicAccess()`")
def public_url(stack: cdk.Stack, *, wrong: bool) -> None:
    auth = lambda_.FunctionUrlAuthType
    kept(stack).add_function_url(auth_type=auth.NONE if wrong else auth.AWS_IAM)


def write_back(stack: cdk.Stack) -> None:
    """A handler that can write to the bucket that triggers it."""
    bucket = s3.Bucket(stack, "Bucket")
    bucket.grant_put(EventHandler(stack, "Orders", source=BucketNotification(bucket=bucket), **options()))


@mistake("function writes to the bucket that triggers it", write_back)
def bucket_loop(stack: cdk.Stack, *, wrong: bool) -> None:
    bucket, handler = s3.Bucket(stack, "Bucket"), kept(stack)
    bucket.add_event_notification(s3.EventType.OBJECT_CREATED, notifications.LambdaDestination(handler))
    if wrong:
        bucket.grant_put(handler)


def table(stack: cdk.Stack) -> dynamodb.Table:
    """A table with a stream."""
    key = dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING)
    return dynamodb.Table(stack, "Table", partition_key=key, stream=dynamodb.StreamViewType.NEW_IMAGE)


@mistake(
    "stream with Lambda's defaults: one bad record blocks its shard for a day, and is lost",
    instead="retries are limited, batches are bisected, and failed records go to a destination",
)
def stream_defaults(stack: cdk.Stack, *, wrong: bool) -> None:
    position = lambda_.StartingPosition.TRIM_HORIZON
    careful: dict[str, Any] = {
        "bisect_batch_on_error": True,
        "retry_attempts": 3,
        "max_record_age": cdk.Duration.hours(12),
        "on_failure": SqsDlq(sqs.Queue(stack, "Failed")),
        "report_batch_item_failures": True,
    }
    source = DynamoEventSource(table(stack), starting_position=position, **({} if wrong else careful))
    kept(stack).add_event_source(source)


@mistake(
    "records are retried for longer than the stream keeps them",
    lambda stack: StreamConsumer(
        stack, "Orders", table=table(stack), max_record_age=cdk.Duration.days(2), **options()
    ),
)
def record_age(stack: cdk.Stack, *, wrong: bool) -> None:
    source = DynamoEventSource(
        table(stack),
        starting_position=lambda_.StartingPosition.TRIM_HORIZON,
        bisect_batch_on_error=True,
        retry_attempts=3,
        max_record_age=cdk.Duration.hours(48 if wrong else 12),
        on_failure=SqsDlq(sqs.Queue(stack, "Failed")),
        report_batch_item_failures=True,
    )
    kept(stack).add_event_source(source)


@mistake(
    "job starts every minute and can run for five",
    lambda stack: ScheduledJob(
        stack,
        "Orders",
        schedule=scheduler.ScheduleExpression.rate(cdk.Duration.minutes(1)),
        **options(timeout=cdk.Duration.minutes(5)),
    ),
)
def overlap(stack: cdk.Stack, *, wrong: bool) -> None:
    job = kept(stack, timeout=cdk.Duration.minutes(5))
    scheduler.Schedule(
        stack,
        "Schedule",
        schedule=scheduler.ScheduleExpression.rate(cdk.Duration.minutes(1 if wrong else 10)),
        target=scheduler_targets.LambdaInvoke(
            job, dead_letter_queue=sqs.Queue(stack, "Failed"), retry_attempts=2
        ),
    )
