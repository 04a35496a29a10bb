"""Which letters `ops redrive` sends, in which order, and which stay: with places and targets in memory."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from types import SimpleNamespace
from typing import Any, Final

import pytest

from lambda_constructs.ops.failed_work import Letter
from lambda_constructs.ops.redrive import Redrive
from lambda_constructs.ops.redrive_targets import Alias, SourceQueue
from lambda_constructs.ops.workloads import Workload

FUNCTION: Final = "arn:aws:lambda:eu-west-1:123456789012:function:orders"
WORKLOAD: Final = Workload(
    stack="Shop",
    path="Shop/Orders",
    kind="SqsWorker",
    function="orders",
    resources={"alias": f"{FUNCTION}:live"},
    alarms=(),
    application="",
)
STREAM: Final = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders"
QUEUE: Final = "arn:aws:sqs:eu-west-1:123456789012:orders"
TOPIC: Final = "arn:aws:sns:eu-west-1:123456789012:news"
RULE = "arn:aws:events:eu-west-1:123456789012:rule/"


class Shelf:
    """A place in memory. Letters that were received come again after all others, as after a minute."""

    name = "shelf"

    def __init__(self, *letters: Letter, undeletable: int = 0) -> None:
        self.letters, self.received, self.released = list(letters), 0, list[str]()
        self._undeletable = undeletable

    def count(self) -> int:
        return len(self.letters)

    def receive(self, maximum: int) -> list[Letter]:
        self.received += 1
        assert self.received < 100, "it does not end"
        found, rest = self.letters[:maximum], self.letters[maximum:]
        self.letters = rest + found
        return found

    def delete(self, letters: Sequence[Letter]) -> list[Letter]:
        if letters and self._undeletable:
            self._undeletable -= 1
            return list(letters)
        self.letters = [each for each in self.letters if each not in letters]
        return []

    def release(self, letters: Sequence[Letter]) -> None:
        self.released += [each.id for each in letters]


class Recorder:
    """A target that records what it accepts, and refuses some; it stops at one."""

    name = "recorder"

    def __init__(self, *refused: str, batch: int = 10, stops_at: str = "") -> None:
        self.sent, self.refused, self.batch, self._stops_at = list[str](), refused, batch, stops_at

    def refusal(self, letter: Letter) -> str:
        return "bad" if letter.id in self.refused else ""

    def send(self, letters: Sequence[Letter]) -> dict[str, str]:
        if any(each.id == self._stops_at for each in letters):
            raise KeyboardInterrupt
        self.sent += [each.id for each in letters]
        return {}


def letters(count: int, group: str = "") -> list[Letter]:
    system = {"MessageGroupId": group, "MessageDeduplicationId": "1"} if group else {}
    return [Letter(id=f"{group}{n}", body=f"order {n}", system=system) for n in range(count)]


def redrive(shelf: Shelf, target: Any, **options: Any) -> Redrive:
    matches: Callable[[Letter], bool] = options.pop("matches", lambda _: True)
    one = Redrive(shelf, target, matches, options.pop("limit", 1000), **options)
    one.run()
    return one


def test_all_are_sent_once_and_what_stays_is_released() -> None:
    shelf, target = Shelf(*letters(45)), Recorder("3", "44")

    found = redrive(shelf, target)

    assert target.sent == [str(n) for n in range(45) if n not in (3, 44)]
    assert sorted(each.id for each in shelf.letters) == shelf.released == ["3", "44"]
    assert (found.sent, found.stay) == (43, {"bad": 2})


def test_a_limit_a_filter_and_a_check_leave_the_rest() -> None:
    shelf, target = Shelf(*letters(30)), Recorder()
    assert redrive(shelf, target, limit=12, matches=lambda each: each.id != "2").sent == 12
    assert target.sent == ["0", "1", *map(str, range(3, 13))]
    assert (len(shelf.letters), shelf.released) == (18, ["2"])

    checked = redrive(shelf, Recorder("2"), check=True)
    assert (checked.sent, checked.stay) == (17, {"bad": 1})
    assert len(shelf.letters) == 18


def test_what_fails_again_during_the_run_is_not_sent_again() -> None:
    later = str(int((time.time() + 3_600) * 1000))
    again = Letter(id="again", body="", system={"SentTimestamp": later})
    shelf, target = Shelf(*letters(2), again), Recorder()

    found = redrive(shelf, target)

    assert target.sent == ["0", "1"]
    assert "after the start" in next(iter(found.stay))


def test_the_rate_is_kept() -> None:
    started = time.monotonic()
    redrive(Shelf(*letters(20)), Recorder(), rate=100)

    assert time.monotonic() - started >= 0.2


def test_an_interruption_releases_what_was_not_sent_and_loses_nothing() -> None:
    shelf = Shelf(*letters(12))
    with pytest.raises(KeyboardInterrupt):
        redrive(shelf, Recorder(batch=1, stops_at="5"))

    assert [each.id for each in shelf.letters] == ["10", "11", "5", "6", "7", "8", "9"]
    assert shelf.released == ["5", "6", "7", "8", "9"]


def test_a_letter_that_could_not_be_deleted_is_deleted_when_it_comes_again_and_not_sent_again() -> None:
    shelf, target = Shelf(*letters(3), undeletable=1), Recorder()
    redrive(shelf, target)

    assert target.sent == ["0", "1", "2"]
    assert shelf.letters == []


def test_a_message_group_keeps_its_order() -> None:
    shelf, target = Shelf(*letters(3, "a"), *letters(3, "b")), Recorder("a1", batch=1)
    found = redrive(shelf, target)

    assert target.sent == ["a0", "b0", "b1", "b2"]
    assert (found.skipped, found.stay) == (1, {"bad": 1})


class Sqs:
    """Queues with a limit of one request."""

    exceptions = SimpleNamespace(BatchRequestTooLong=OverflowError)

    def __init__(self) -> None:
        self.sent = list[dict[str, Any]]()

    def get_queue_url(self, **_: str) -> dict[str, str]:
        return {"QueueUrl": "url"}

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - boto3's
        assert QueueUrl == "url"
        if sum(len(each["MessageBody"]) for each in Entries) > 100:
            raise OverflowError("too long")
        self.sent += [each for each in Entries if each["MessageBody"] != "refused"]
        failed = [each["Id"] for each in Entries if each["MessageBody"] == "refused"]
        return {"Failed": [{"Id": each, "Code": "InternalError"} for each in failed]}


def test_dead_letters_keep_their_attributes_and_long_batches_are_split() -> None:
    sqs = Sqs()
    attributes = {"kind": {"DataType": "String", "StringValue": "express"}}
    found = [
        Letter(id="1", body="x" * 60, attributes=attributes, system={"MessageGroupId": "tenant"}),
        Letter(id="2", body="y" * 60),
        Letter(id="3", body="z" * 200),
        Letter(id="4", body="refused"),
    ]

    assert SourceQueue(sqs, QUEUE).send(found) == {"3": "too long", "4": "InternalError"}
    first, second = sqs.sent
    assert (first["MessageAttributes"], first["MessageGroupId"]) == (attributes, "tenant")
    assert second.keys() == {"Id", "MessageBody"}


def test_a_fifo_message_waits_until_its_queue_forgot_its_deduplication_id() -> None:
    queue, now = SourceQueue(Sqs(), f"{QUEUE}.fifo"), time.time()

    def refusal(age: float, **system: str) -> str:
        sent = {"SentTimestamp": str(int((now - age) * 1000)), **system}
        return queue.refusal(Letter(id="1", body="", system=sent))

    assert queue.batch == 1
    assert "less than 6 minutes" in refusal(200, MessageDeduplicationId="1")
    assert refusal(400, MessageDeduplicationId="1") == ""
    assert SourceQueue(Sqs(), QUEUE).refusal(Letter(id="1", body="", system={"SentTimestamp": "1"})) == ""
    assert "it comes from the queue other" in refusal(400, DeadLetterQueueSourceArn="other")


class Aws:
    """The services that an alias needs; a shard has records 1 to 9."""

    exceptions = SimpleNamespace(
        RequestTooLargeException=OverflowError, InvalidRequestContentException=ValueError
    )

    def __init__(self, answer: str = "null", **more: str) -> None:
        self.invoked = list[tuple[str, Any]]()
        self._answer, self._more = answer, more

    def __call__(self, _: str) -> Aws:
        return self

    def invoke(self, FunctionName: str, InvocationType: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - boto3's
        assert FunctionName == f"{FUNCTION}:live"
        if len(Payload) > 5000:
            raise OverflowError("too large")
        self.invoked.append((InvocationType, json.loads(Payload)))
        return {"Payload": BytesIO(self._answer.encode()), **self._more}

    def get_function_configuration(self, **_: str) -> dict[str, str]:
        return {"Role": "role"}

    def get_shard_iterator(self, **request: str) -> dict[str, str]:
        assert "AT_SEQUENCE_NUMBER" in request.values()
        return {"ShardIterator": request.get("StartingSequenceNumber") or request["SequenceNumber"]}

    def get_records(self, ShardIterator: str, Limit: int, **_: str) -> dict[str, Any]:  # noqa: N803 - boto3's
        assert Limit
        first = int(ShardIterator)
        now = datetime.fromtimestamp(1_700_000_000, UTC)
        records = [
            {
                "SequenceNumber": str(n),
                "PartitionKey": "till",
                "Data": b"data",
                "ApproximateArrivalTimestamp": now,
                "dynamodb": {"SequenceNumber": str(n), "NewImage": {"id": {"B": b"1"}, "all": {"L": []}}},
                "userIdentity": {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"},
            }
            for n in range(first, min(first + 2, 10))
        ]
        return {"Records": records, "NextShardIterator": str(first + 2)}

    def list_targets_by_rule(self, Rule: str, EventBusName: str = "default") -> dict[str, Any]:  # noqa: N803 - boto3's
        of_other = {"Arn": "another", "Input": "{}"}
        inputs = {"detail": {"InputPath": "$.detail"}, "whole": {}, "shop": {"Input": EventBusName}}[Rule]
        return {"Targets": [of_other, {"Arn": f"{FUNCTION}:live", **inputs}]}

    def get_paginator(self, operation: str) -> Any:
        assert operation == "list_subscriptions_by_topic"
        return SimpleNamespace(paginate=self._subscriptions)

    def _subscriptions(self, TopicArn: str) -> Iterator[dict[str, Any]]:  # noqa: N803 - boto3's
        endpoint = f"{FUNCTION}:live" if TopicArn == TOPIC else "another"
        yield {"Subscriptions": [{"Endpoint": endpoint, "SubscriptionArn": f"{TopicArn}:1"}]}


def invoke(aws: Aws, body: object, **attributes: str) -> str:
    """Send a letter to the alias; returns why it stays."""
    typed = {name: {"StringValue": value} for name, value in attributes.items()}
    text = body if isinstance(body, str) else json.dumps(body)
    letter, alias = Letter(id="1", body=text, attributes=typed), Alias(aws, WORKLOAD)
    return alias.refusal(letter) or alias.send([letter]).get("1", "")


def record(function: str = f"{FUNCTION}:live", **more: object) -> dict[str, object]:
    return {"requestContext": {"functionArn": function}, **more}


def batch(first: int, last: int, size: int) -> dict[str, object]:
    return {
        "shardId": "shard-1",
        "startSequenceNumber": str(first),
        "endSequenceNumber": str(last),
        "batchSize": size,
        "streamArn": STREAM,
    }


def test_each_envelope_becomes_the_event_that_the_function_got() -> None:
    event = {"detail": {"id": "1"}}
    aws = Aws()
    assert invoke(aws, record(requestPayload=event)) == ""
    assert invoke(aws, record(FUNCTION, requestPayload=event)) == ""
    assert invoke(aws, event, TARGET_ARN=f"{FUNCTION}:live") == ""
    assert invoke(aws, event, TARGET_ARN=f"{FUNCTION}:live", RULE_ARN=f"{RULE}whole") == ""
    assert aws.invoked == [("Event", event)] * 4

    aws = Aws()
    sns = {"TopicArn": TOPIC, "MessageId": "7", "Message": "news", "UnsubscribeURL": "https://"}
    assert invoke(aws, sns) == ""
    ((kind, found),) = aws.invoked
    (one,) = found["Records"]
    assert (kind, one["EventSubscriptionArn"]) == ("Event", f"{TOPIC}:1")
    assert one["Sns"]["UnsubscribeUrl"] == "https://"


def test_batches_of_streams_are_read_again_and_awaited() -> None:
    aws = Aws()
    assert invoke(aws, record(payload=json.dumps({"Records": [1]}))) == ""
    assert invoke(aws, record(KinesisBatchInfo=batch(2, 6, 5))) == ""
    assert invoke(aws, record(DDBStreamBatchInfo=batch(3, 3, 1))) == ""

    assert {kind for kind, _ in aws.invoked} == {"RequestResponse"}
    in_bucket, kinesis, dynamodb = (event["Records"] for _, event in aws.invoked)
    assert in_bucket == [1]
    assert [each["eventID"] for each in kinesis] == [f"shard-1:{n}" for n in range(2, 7)]
    assert kinesis[0]["kinesis"]["data"] == base64.b64encode(b"data").decode()
    assert kinesis[0]["kinesis"]["approximateArrivalTimestamp"] == 1_700_000_000
    assert dynamodb[0]["dynamodb"]["NewImage"]["id"] == {"B": base64.b64encode(b"1").decode()}
    assert dynamodb[0]["userIdentity"] == {"principalId": "dynamodb.amazonaws.com", "type": "Service"}
    assert dynamodb[0]["eventSourceARN"] == STREAM


def test_what_is_not_sent_says_why() -> None:
    other = "arn:aws:lambda:eu-west-1:123456789012:function:other:live"
    for body, attributes, reason in (
        ("what is this?", {}, "neither an invocation record"),
        ("null", {"TARGET_ARN": FUNCTION}, "neither"),
        ([], {}, "neither"),
        ({"requestContext": {}}, {}, "neither"),
        (record(other, requestPayload={}), {}, f"it is an event of {other}"),
        ({}, {"TARGET_ARN": other}, f"it is an event of {other}"),
        ({"TopicArn": "x", "MessageId": "1"}, {}, "the topic x does not invoke"),
        (record(KafkaBatchInfo={}), {}, "only a failure bucket keeps those of Kafka"),
        (record(KinesisBatchInfo=batch(8, 12, 5)), {}, "has 2 records from the first to the last"),
        (record(requestPayload="x" * 5000), {}, "too large"),
        ({}, {"TARGET_ARN": f"{FUNCTION}:live", "RULE_ARN": f"{RULE}detail"}, "the rule detail does not"),
        ({}, {"TARGET_ARN": f"{FUNCTION}:live", "RULE_ARN": f"{RULE}bus/shop"}, "the rule shop does not"),
    ):
        aws = Aws()
        assert reason in invoke(aws, body, **attributes), body
        assert aws.invoked == []
    stream = record(payload="{}")
    assert "the function failed: boom" in invoke(Aws("boom", FunctionError="Unhandled"), stream)
    assert "reports 1 failed" in invoke(Aws('{"batchItemFailures": [{}]}'), stream)
    for answer in ("", "[]", "no JSON", '{"batchItemFailures": []}'):
        assert invoke(Aws(answer), stream) == "", answer
