"""`ops redrive` on deployed workloads: 5,000 dead letters with the command killed at random moments."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from time import sleep
from typing import Final

import aws_cdk as cdk
import pytest
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk.aws_lambda import Code, Runtime

from lambda_constructs import AllAtOnce, SqsWorker
from lambda_constructs_emulator.kit import Aws

pytestmark = [pytest.mark.deploy, pytest.mark.slow]

LETTERS: Final = 5_000
SEED: Final = 17
PATIENCE: Final = 300.0  # seconds
HANDLER: Final = """
import os

import boto3

dynamodb = boto3.client("dynamodb")


def handler(event, context):
    for record in event["Records"]:
        key = {"TableName": os.environ["TABLE"], "Key": {"id": {"S": record["body"]}}}
        one = {"ExpressionAttributeValues": {":one": {"N": "1"}}}
        dynamodb.update_item(**key, UpdateExpression="ADD delivered :one", **one)
        try:
            once = {"ConditionExpression": "attribute_not_exists(done)"}
            dynamodb.update_item(**key, UpdateExpression="ADD done :one", **one, **once)
        except dynamodb.exceptions.ConditionalCheckFailedException:
            pass
"""


def stack(code: Path) -> cdk.Stack:
    """A worker whose handler does each order once."""
    (code / "app.py").write_text(HANDLER)
    found = cdk.Stack(cdk.App(analytics_reporting=False), "Shop")
    key = dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING)
    table = dynamodb.Table(found, "Orders", partition_key=key)
    worker = SqsWorker(
        found,
        "Worker",
        code=Code.from_asset(str(code)),
        handler="app.handler",
        runtime=Runtime.PYTHON_3_13,
        rollout=AllAtOnce(),
        environment={"TABLE": table.table_name},
    )
    table.grant_read_write_data(worker)
    cdk.RemovalPolicies.of(found).destroy()
    return found


def command(aws: Aws, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "lambda_constructs", "ops", "redrive", "Worker", "--yes", *more],
        env=aws.emulator.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_no_dead_letter_is_lost_or_processed_twice_though_the_command_is_killed(
    aws: Aws, tmp_path: Path
) -> None:
    deployed = aws.deploy(stack(tmp_path))
    dead = deployed.queue("Worker").dead_letters
    dead.send(*(f"order-{number}" for number in range(LETTERS)))
    moments, kills = random.Random(SEED), 0  # noqa: S311 - not a secret

    while dead.depth():
        running = command(aws)
        try:
            output, _ = running.communicate(timeout=moments.uniform(1, 6))
            assert running.returncode == 0, output
            sleep(5)  # those that the last killed command had received are hidden for a minute
        except subprocess.TimeoutExpired:
            running.kill()
            running.communicate()
            kills += 1
    deployed.until_settled(timeout=PATIENCE)

    items = {each["id"]: each for each in deployed.table("Orders").items()}
    delivered = sum(int(each["delivered"]) for each in items.values())
    print(f"{len(items)} of {LETTERS}, {kills} kills, {delivered - LETTERS} delivered twice")
    assert kills >= 5
    assert items.keys() == {f"order-{number}" for number in range(LETTERS)}
    assert {each["done"] for each in items.values()} == {1}
