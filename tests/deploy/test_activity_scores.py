"""The activity scores: exact under poison, crashes and redelivery, deployed by the real CDK CLI."""

import json
from typing import Any

import pytest

from examples.activity_scores import drive
from examples.activity_scores.demo import EXAMPLE, UNRELIABLE
from lambda_constructs_emulator.kit import Aws, Deployed
from tests.deploy.inventory import assert_destroyed

pytestmark = [pytest.mark.deploy, pytest.mark.slow]

PATIENCE = 60.0


@pytest.fixture(scope="module")
def deployed(shared_aws: Aws) -> Deployed:
    return EXAMPLE.deploy(shared_aws)


@pytest.fixture(scope="module")
def driver(deployed: Deployed) -> drive.Driver:
    return drive.Driver(deployed)


def count(driver: drive.Driver, activities: list[drive.Activity]) -> drive.Outcome:
    driver.write(activities)
    driver.wait_until_settled(timeout=PATIENCE)
    return driver.collect(activities)


def test_poison_is_set_aside_alone_and_all_others_count_in_order(driver: drive.Driver) -> None:
    activities = drive.with_poison(200, prefix="user")

    found = count(driver, activities)

    assert drive.mismatches(drive.expected(activities), found) == []
    # Once more without the driver's own reading: who failed, after how many attempts, and one score.
    assert found.failed == {"user-0/00050": 4, "user-0/00150": 4}
    minutes = [(number, 10 + number % 50) for number in range(7, 200, 10)]
    points = {0: 10, 1: 4, 2: 12}
    assert found.scores["user-7"] == drive.Score(sum(points[n % 3] * m for n, m in minutes), 20, "00197")


def test_a_record_that_comes_again_counts_nothing(deployed: Deployed, driver: drive.Driver) -> None:
    activities = drive.activities(1, prefix="again")
    before = count(driver, activities)
    assert before.counted_before == 0

    record = json.loads(json.dumps(last_record(deployed), default=str))
    response = deployed.function("Counter").invoke({"Records": [record]})

    assert response == {"batchItemFailures": []}
    after = driver.collect(activities)
    assert after.scores == before.scores
    assert after.counted_before == 1


def test_an_unchanged_app_has_no_difference(deployed: Deployed) -> None:
    assert not deployed.has_difference()


def test_a_release_that_crashes_neither_loses_nor_doubles(deployed: Deployed, driver: drive.Driver) -> None:
    assert deployed.release(context=UNRELIABLE).error == ""
    activities = drive.activities(300, prefix="crashing")

    found = count(driver, activities)

    assert found.scores == drive.expected(activities).scores
    assert found.disorder == []
    assert found.counted_before >= 1


def test_destroy_leaves_nothing_of_the_stack(deployed: Deployed) -> None:
    assert_destroyed(EXAMPLE, deployed, at_least=7)


def last_record(deployed: Deployed) -> dict[str, Any]:
    """The newest record of the stream, as the function gets it."""
    table = deployed.table("Activities").name
    stream = deployed.aws.client("dynamodb").describe_table(TableName=table)["Table"]["LatestStreamArn"]
    streams = deployed.aws.client("dynamodbstreams")
    shard = streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = streams.get_shard_iterator(StreamArn=stream, ShardId=shard, ShardIteratorType="TRIM_HORIZON")[
        "ShardIterator"
    ]
    record: dict[str, Any] = streams.get_records(ShardIterator=iterator)["Records"][-1]
    return {**record, "eventSourceARN": stream}
