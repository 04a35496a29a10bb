"""Event source mappings on streams: what is tried again, what is given up, and who hears of it."""

import base64
import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.tests.consumers import (
    ACCOUNT_AND_REGION,
    HALF,
    SLOW,
    SLOWNESS,
    Consumer,
    Kinesis,
    Stream,
    Table,
)
from emulator.tests.fidelity import Fidelity
from emulator.tests.support import eventually
from lambda_constructs_emulator.kit import Bucket
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "Kinesis and DynamoDB streams",
    "https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html",
)


@pytest.mark.parametrize("kind", [Table, Kinesis])
def test_a_batch_is_discarded_after_its_retries(
    consumer: Consumer, plain_consumer: Consumer, kind: type[Stream]
) -> None:
    def run(each: Consumer) -> Stream:
        stream = kind(each)
        stream.put("bad1", "bad2")
        each.map(stream, MaximumRetryAttempts=2, DestinationConfig=each.on_failure)
        return stream

    run(plain_consumer)
    stream = run(consumer)

    record = consumer.lost()
    assert record is not None
    assert consumer.batches() == [["bad1", "bad2"]] * 3
    context = record["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == ("RetryAttemptsExhausted", 3)
    assert context["functionArn"] == f"arn:aws:lambda:{ACCOUNT_AND_REGION}:function:{consumer.name}"
    response = {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}
    assert record["responseContext"] == response
    batch = record[stream.info]
    assert batch["streamArn"] == stream.arn
    assert batch["batchSize"] == 2
    assert int(batch["startSequenceNumber"]) < int(batch["endSequenceNumber"])
    stream.put("good")
    assert eventually(lambda: consumer.batches()[3:] == [["good"]])
    discards = [entry for entry in consumer.emulator.journal() if entry["kind"] == "stream-discard"]
    assert [entry["records"] for entry in discards if consumer.name in entry["function"]] == [2]

    assert eventually(lambda: len(plain_consumer.batches()) > 3)
    assert plain_consumer.lost(patience=0) is None


def test_a_mapping_can_begin_at_a_time(emulator: Emulator) -> None:
    consumer = Consumer(emulator)
    stream = Kinesis(consumer)
    stream.put("before")
    begin = time.time()
    stream.put("after")
    consumer.map(stream, StartingPosition="AT_TIMESTAMP", StartingPositionTimestamp=begin)
    assert eventually(lambda: consumer.batches() == [["after"]])


def test_a_batch_is_bisected(consumer: Consumer, plain_consumer: Consumer) -> None:
    def run(each: Consumer) -> None:
        stream = Table(each)
        stream.put("a1", "bad2", "c3", "d4")
        settings: dict[str, Any] = {"MaximumRetryAttempts": 1, "DestinationConfig": each.on_failure}
        each.map(stream, BisectBatchOnFunctionError=True, **settings)

    run(plain_consumer)
    run(consumer)

    record = consumer.lost()
    assert record is not None
    assert record["requestContext"]["approximateInvokeCount"] == 2
    assert record["DDBStreamBatchInfo"]["batchSize"] == 1
    whole = ["a1", "bad2", "c3", "d4"]
    expected = [whole, whole[:2], ["a1"], ["bad2"], ["bad2"], ["c3", "d4"]]
    assert eventually(lambda: consumer.batches() == expected)

    assert eventually(lambda: len(plain_consumer.batches()) > 1)
    assert all(batch == whole for batch in plain_consumer.batches())


def test_a_partial_batch_is_tried_again_from_the_first_failure(emulator: Emulator, plain: Emulator) -> None:
    def run(each: Emulator) -> Consumer:
        consumer = Consumer(each, raises=False)
        stream = Kinesis(consumer)
        stream.put("a1", "bad2", "c3")
        settings: dict[str, Any] = {"MaximumRetryAttempts": 1, "DestinationConfig": consumer.on_failure}
        consumer.map(stream, FunctionResponseTypes=["ReportBatchItemFailures"], **settings)
        return consumer

    consumer, plain_consumer = run(emulator), run(plain)
    record = consumer.lost()
    assert record is not None
    assert record["KinesisBatchInfo"]["batchSize"] == 2
    assert "functionError" not in record["responseContext"]
    assert consumer.batches() == [["a1", "bad2", "c3"], ["bad2", "c3"]]

    assert eventually(lambda: plain_consumer.batches() == [["a1", "bad2", "c3"]])
    assert plain_consumer.lost(patience=1) is None
    assert plain_consumer.batches() == [["a1", "bad2", "c3"]]


def test_a_record_can_be_too_old(consumer: Consumer, plain_consumer: Consumer) -> None:
    def run(each: Consumer) -> None:
        stream = Kinesis(each)
        stream.put("bad")
        each.map(stream, MaximumRecordAgeInSeconds=60, DestinationConfig=each.on_failure)

    run(plain_consumer)
    run(consumer)

    record = consumer.lost()
    assert record is not None
    assert record["requestContext"]["condition"] == "RecordAgeExceeded"
    assert plain_consumer.lost(patience=1) is None


def fail_into_a_bucket(consumer: Consumer) -> str:
    """Lose a record to a bucket of the consumer's name; returns the id of the mapping."""
    consumer.emulator.client("s3").create_bucket(Bucket=consumer.name)
    bucket = f"arn:aws:s3:::{consumer.name}"
    consumer.allow("s3:ListBucket", bucket)
    consumer.allow("s3:PutObject", f"{bucket}/*")
    stream = Kinesis(consumer)
    stream.put("bad")
    destination = {"OnFailure": {"Destination": bucket}}
    return consumer.map(stream, MaximumRetryAttempts=0, DestinationConfig=destination)


def test_a_bucket_gets_the_events(consumer: Consumer, plain_consumer: Consumer) -> None:
    fail_into_a_bucket(plain_consumer)
    identifier = fail_into_a_bucket(consumer)

    bucket = Bucket(consumer.emulator.client("s3"), consumer.name)
    assert eventually(lambda: bool(bucket.keys()))
    (key,) = bucket.keys()
    assert key.startswith(f"aws/lambda/{identifier}/shardId-000000000000/20")
    document = json.loads(bucket.download(key))
    (event,) = json.loads(document["payload"])["Records"]
    assert base64.b64decode(event["kinesis"]["data"]) == b"bad"
    assert document["KinesisBatchInfo"]["batchSize"] == 1

    assert eventually(lambda: len(plain_consumer.batches()) > 1)
    assert Bucket(plain_consumer.emulator.client("s3"), plain_consumer.name).keys() == []


def test_a_batch_blocks_its_own_shard_only(consumer: Consumer, plain_consumer: Consumer) -> None:
    def block_one(each: Consumer) -> Kinesis:
        stream = Kinesis(each, shards=2)
        stream.put(SLOW)
        each.map(stream)
        assert eventually(lambda: [SLOW] in each.batches())
        return stream

    for stream in [block_one(consumer), block_one(plain_consumer)]:
        stream.put("good", hash_key=HALF)

    assert eventually(lambda: ["good"] in consumer.batches(), patience=SLOWNESS - 1)
    assert plain_consumer.batches() == [[SLOW]]


def test_a_mapping_starts_at_a_time(consumer: Consumer) -> None:
    stream = Kinesis(consumer)
    stream.put("early")
    time.sleep(0.02)
    start = datetime.now(tz=UTC)
    stream.put("late")
    consumer.map(stream, StartingPosition="AT_TIMESTAMP", StartingPositionTimestamp=start)

    assert eventually(lambda: consumer.batches() == [["late"]])


def test_the_role_must_be_allowed_to_read(consumer: Consumer, plain_consumer: Consumer) -> None:
    stream = Table(consumer)
    with pytest.raises(ClientError, match=r"Cannot access stream .*GetShardIterator"):
        consumer.map(stream, allowed=False)
    consumer.map(stream)
    stream.put("one")
    assert eventually(lambda: consumer.batches() == [["one"]])

    consumer.emulator.client("iam").delete_role_policy(RoleName=consumer.role, PolicyName="stream")
    stream.put("two")
    assert not eventually(lambda: len(consumer.batches()) > 1, patience=1)
    consumer.allow(stream.actions, stream.arn, name="stream")
    assert eventually(lambda: consumer.batches() == [["one"], ["two"]])

    plain_stream = Table(plain_consumer)
    plain_consumer.map(plain_stream, allowed=False)
    plain_stream.put("one")
    assert eventually(lambda: plain_consumer.batches() == [["one"]])
