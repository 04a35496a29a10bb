"""Handlers as others publish them run unchanged behind five kinds of workloads.

They use Powertools for AWS Lambda as the examples of its documentation do:
https://docs.aws.amazon.com/powertools/python/latest/
"""

from __future__ import annotations

import importlib.metadata
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_ssm as ssm

from emulator.tests.support import observed
from lambda_constructs import (
    BucketNotification,
    EventHandler,
    EventRule,
    FunctionOptions,
    HttpApiEndpoint,
    HttpFunction,
    PublicAccess,
    RestApiEndpoint,
    ScheduledJob,
    SqsWorker,
    StreamConsumer,
)
from lambda_constructs_emulator.kit import Aws, Deployed

pytestmark = [pytest.mark.deploy, pytest.mark.slow]

PUBLISHED = Path(__file__).parent / "published"
PACKAGES = ("aws-lambda-powertools", "jmespath", "typing-extensions")


def packaged(folder: Path) -> Path:
    """The handlers, with the packages that they import."""
    shutil.copytree(PUBLISHED, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for package in PACKAGES:
        distribution = importlib.metadata.distribution(package)
        for top in {file.parts[0] for file in distribution.files or () if file.suffix == ".py"} - {".."}:
            source = Path(str(distribution.locate_file(top)))
            if source.is_dir():
                shutil.copytree(source, folder / top, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, folder)
    return folder


def shop(code: Path) -> cdk.Stack:
    """A stack with each handler behind a workload."""
    stack = cdk.Stack(cdk.App(analytics_reporting=False), "Published")
    key = dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING)
    orders = dynamodb.TableV2(
        stack, "Orders", partition_key=key, dynamo_stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES
    )
    done = dynamodb.TableV2(stack, "Done", partition_key=key)
    stream, bucket = kinesis.Stream(stack, "Clicks"), s3.Bucket(stack, "Uploads")
    parameter = ssm.StringParameter(stack, "Parameter", string_value="nightly")

    def options(module: str, **environment: str) -> FunctionOptions:
        return {
            "code": lambda_.Code.from_asset(str(code)),
            "handler": f"{module}.handler",
            "runtime": lambda_.Runtime.PYTHON_3_13,
            "environment": {
                "POWERTOOLS_SERVICE_NAME": module,
                "POWERTOOLS_METRICS_NAMESPACE": "Shop",
                **environment,
            },
        }

    everyone = PublicAccess()
    http = HttpApiEndpoint(authorizer=everyone)
    HttpFunction(stack, "Http", endpoint=http, routes=["GET /todos/{id}"], **options("http_api"))
    rest = RestApiEndpoint(authorizer=everyone)
    HttpFunction(stack, "Rest", endpoint=rest, routes=["POST /todos"], **options("rest_api"))
    SqsWorker(stack, "Worker", **options("sqs_batch"))
    StreamConsumer(stack, "Changes", source=orders, **options("dynamodb_stream"))
    StreamConsumer(stack, "Click", source=stream, **options("kinesis_stream"))
    rule = EventRule(pattern=events.EventPattern(source=["shop"]))
    once = EventHandler(stack, "Once", source=rule, **options("event_bus", TABLE=done.table_name))
    done.grant_read_write_data(once)
    upload = EventHandler(stack, "Upload", source=BucketNotification(bucket=bucket), **options("bucket"))
    bucket.grant_read(upload)
    hourly = scheduler.ScheduleExpression.rate(cdk.Duration.hours(1))
    named = options("schedule", PARAMETER=parameter.parameter_name)
    parameter.grant_read(ScheduledJob(stack, "Nightly", schedule=hourly, **named))
    return stack


def logged(deployed: Deployed, workload: str) -> list[dict[str, Any]]:
    """What the handler of a workload logged, in JSON."""
    name = deployed.function(workload).name
    settings = deployed.aws.client("lambda").get_function_configuration(FunctionName=name)["LoggingConfig"]
    logs = deployed.aws.client("logs")
    if not logs.describe_log_streams(logGroupName=settings["LogGroup"])["logStreams"]:
        return []
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=settings["LogGroup"])
    lines = [each["message"] for page in pages for each in page["events"]]
    documents = [json.loads(line) for line in lines if line.startswith("{")]
    return [each for each in documents if "order" in each or "todo" in each]


def test_eight_published_handlers_run_behind_five_kinds_of_workloads(aws: Aws, tmp_path: Path) -> None:
    deployed = aws.deploy(shop(packaged(tmp_path / "code")))

    read = deployed.api("Http").get("/todos/7")
    assert (read.status, json.loads(read.body)) == (200, {"todo": "7"})
    assert deployed.api("Http").get("/todos/0").status == 404
    created = deployed.api("Rest").post("/todos", {"title": "milk"})
    assert (created.status, created.body) == (201, b"milk")
    work: dict[str, Callable[[], object]] = {
        "Worker": lambda: deployed.queue("Worker").send({"id": "queue"}, "poison"),
        "Changes": lambda: deployed.table("Orders").put({"id": "table"}),
        "Click": lambda: deployed.stream("Clicks").put({"id": "stream"}, key="one"),
        "Once": lambda: deployed.events().put("shop", "OrderPlaced", {"id": "event"}),
        "Upload": lambda: deployed.bucket("Uploads").upload("key", "object"),
        "Nightly": deployed.run_schedule,
    }
    for send in (*work.values(), work["Once"]):
        send()
    deployed.until_settled()

    expected = {
        "Http": ["7"],
        "Worker": ["queue"],
        "Changes": ["table"],
        "Click": ["stream"],
        "Once": ["event"],
        "Upload": ["object"],
        "Nightly": ["nightly"],
    }

    def found() -> dict[str, list[str]]:
        return {
            name: [each.get("order") or each["todo"] for each in logged(deployed, name)] for name in expected
        }

    assert observed(found, lambda seen: seen == expected, 60) == expected
    deployed.assert_dead_lettered("Worker", "poison")
    metrics = aws.client("cloudwatch").list_metrics(Namespace="Shop", MetricName="TodosRead")["Metrics"]
    assert [each["Dimensions"] for each in metrics] == [[{"Name": "service", "Value": "http_api"}]]
