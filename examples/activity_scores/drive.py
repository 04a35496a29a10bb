"""The activities for the table and the expected scores, wherever the stack is deployed.

The first half is pure: activities, expectations, and the outcome from the evidence. Only `Driver`, at the
end, calls AWS.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any

from examples.differences import differences
from lambda_constructs_emulator.kit import Deployed, wait_until

USERS = 10
ATTEMPTS = 4
"""The consumer retries a record three times."""
COUNTED, BEFORE = "activity counted", "activity was counted before"
"""Messages in the handler's log."""
_BATCH = 25
"""The maximum number of items in one request to DynamoDB."""


@dataclass(frozen=True)
class Activity:
    """One activity to write; without points it is a poison record."""

    user_id: str
    activity_id: str
    item: tuple[tuple[str, str | int], ...]
    points: int | None

    @property
    def label(self) -> str:
        """A label for people."""
        return _label(self.user_id, self.activity_id)


@dataclass(frozen=True)
class Score:
    """The expected score of a user."""

    points: int
    activities: int
    last_activity: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The outcome of the activities of one run."""

    scores: Mapping[str, Score]
    counted: AbstractSet[str]
    disorder: Sequence[str]
    """Activities that were counted after a later one of the same user."""
    failed: Mapping[str, int]
    """Activities in the failure destination, with the number of attempts."""
    invocations: int = 0
    counted_before: int = 0
    """Deliveries of activities that had already been counted."""


def activities(count: int, *, prefix: str, users: int = USERS) -> list[Activity]:
    """Valid activities of several users in turn, the same in every call."""
    return [_activity(f"{prefix}-{number % users}", number) for number in range(count)]


def with_poison(count: int, *, prefix: str, users: int = USERS, every: int = 100) -> list[Activity]:
    """Activities with poison records at regular intervals, for different reasons."""
    made = activities(count, prefix=prefix, users=users)
    for position, number in enumerate(range(every // 2, count, every)):
        name, value = _POISON[position % len(_POISON)]
        made[number] = replace(made[number], item=(*made[number].item, (name, value)), points=None)
    return made


def _activity(user_id: str, number: int) -> Activity:
    kind, points_per_minute = _KINDS[number % len(_KINDS)]
    minutes = 10 + number % 50
    item = (("kind", kind), ("minutes", minutes))
    return Activity(user_id, f"{number:05}", item, points_per_minute * minutes)


_KINDS = (("run", 10), ("ride", 4), ("swim", 12))
_POISON: tuple[tuple[str, str | int], ...] = (("kind", "chess"), ("minutes", -5), ("minutes", "an hour"))


def expected(written: Sequence[Activity]) -> Outcome:
    """The expected outcome, without invocations and repetitions, which depend on timing."""
    scores: dict[str, Score] = {}
    for activity in written:
        if activity.points is not None:
            before = scores.get(activity.user_id, Score(0, 0, ""))
            points, count = before.points + activity.points, before.activities + 1
            scores[activity.user_id] = Score(points, count, activity.activity_id)
    return Outcome(
        scores=scores,
        counted={each.label for each in written if each.points is not None},
        disorder=[],
        failed={each.label: ATTEMPTS for each in written if each.points is None},
    )


def outcome(
    *,
    written: Sequence[Activity],
    scores: Iterable[Mapping[str, Any]],
    log: Iterable[Mapping[str, Any]],
    failed: Iterable[tuple[Mapping[str, Any], int]],
) -> Outcome:
    """Derive the outcome of the written activities from the scores, the log and the failure destination.

    Args:
        written: The activities.
        scores: Items of the table of scores.
        log: The handler's structured log lines about records.
        failed: Stream records in the failure destination, and their number of attempts.
    """
    users = {activity.user_id for activity in written}
    lines = list(log)
    # The first of these lines is missing if the function crashed between the count and the line.
    counted = [line for line in lines if line["message"] in {COUNTED, BEFORE} and line["user_id"] in users]
    return Outcome(
        scores={
            item["user_id"]: Score(int(item["points"]), int(item["activities"]), item["last_activity"])
            for item in scores
            if item["user_id"] in users
        },
        counted={_label(line["user_id"], line["activity_id"]) for line in counted},
        disorder=list(_disorder(line for line in counted if line["message"] == COUNTED)),
        failed={
            _label(keys["user_id"]["S"], keys["activity_id"]["S"]): attempts
            for record, attempts in failed
            if (keys := record["Keys"])["user_id"]["S"] in users
        },
        invocations=len({line["function_request_id"] for line in lines}),
        counted_before=sum(line["message"] == BEFORE for line in counted),
    )


def _disorder(counted: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    latest: dict[str, str] = {}
    for line in counted:
        user_id, activity_id = line["user_id"], line["activity_id"]
        if activity_id < latest.get(user_id, ""):
            yield _label(user_id, activity_id)
        latest[user_id] = max(activity_id, latest.get(user_id, ""))


def mismatches(wanted: Outcome, found: Outcome) -> list[str]:
    """Describe every relevant difference; empty if the run is correct."""
    return differences(
        {
            "scores": (dict(wanted.scores), dict(found.scores)),
            "counted": (sorted(wanted.counted), sorted(found.counted)),
            "counted too late": (list(wanted.disorder), list(found.disorder)),
            "failed": (dict(wanted.failed), dict(found.failed)),
        }
    )


def _label(user_id: str, activity_id: str) -> str:
    return f"{user_id}/{activity_id}"


class Driver:
    """Writes activities into the table of a deployed stack and collects their outcome."""

    def __init__(self, deployed: Deployed) -> None:
        self._clients = deployed.aws.client
        self._activities, self._scores = deployed.table("Activities").name, deployed.table("Scores")
        self._counted, self._function = deployed.table("Counted"), deployed.function("Counter")
        self._failures = deployed.failures("Counter")
        self._written = 0
        self._failed: dict[str, tuple[Mapping[str, Any], int]] = {}

    def write(self, written: Sequence[Activity], progress: Callable[[int], None] = lambda _: None) -> None:
        """Write the activities, and report to `progress` how many are in the table.

        DynamoDB may write a batch in any order, so a batch never has two activities of the same user.

        Raises:
            RuntimeError: The table rejected an activity.
        """
        size = min(_BATCH, len({activity.user_id for activity in written}))
        for start in range(0, len(written), size):
            batch = written[start : start + size]
            requests = [{"PutRequest": {"Item": _item(activity)}} for activity in batch]
            response = self._clients("dynamodb").batch_write_item(RequestItems={self._activities: requests})
            if response.get("UnprocessedItems"):
                raise RuntimeError(f"the table refused items: {response['UnprocessedItems']}")
            self._written += len(batch)
            progress(start + len(batch))

    def wait_until_settled(
        self, *, timeout: float, progress: Callable[[int, int], None] = lambda _counted, _failed: None
    ) -> None:
        """Wait until each activity is counted or in the failure destination.

        Args:
            timeout: Seconds.
            progress: Receives the number of counted and of failed activities.

        Raises:
            TimeoutError: It did not happen within the timeout.
        """

        def missing() -> str:
            self._failed.update(self._take_failed())
            counted = sum(int(item["activities"]) for item in self._scores.items())
            progress(counted, len(self._failed))
            if counted + len(self._failed) >= self._written and len(self._settled()) == self._written:
                return ""
            return f"{counted} activities counted and {len(self._failed)} failed, of {self._written} written"

        wait_until(missing, timeout=timeout)

    def collect(self, written: Sequence[Activity]) -> Outcome:
        """Return the outcome of these activities after they have settled."""
        return outcome(
            written=written,
            scores=self._scores.items(),
            log=self._function.log_lines("sequence_number"),
            failed=self._failed.values(),
        )

    def _settled(self) -> set[str]:
        """The ids of counted and of failed records; a record with enough attempts can be both."""
        return {item["id"] for item in self._counted.items()} | self._failed.keys()

    def _take_failed(self) -> Iterator[tuple[str, tuple[Mapping[str, Any], int]]]:
        """The records of the messages in the failure queue, by id. The messages only have their positions."""
        for message in self._failures.take():
            body = json.loads(message["Body"])
            attempts = body["requestContext"]["approximateInvokeCount"]
            for record in self._records(body["DDBStreamBatchInfo"]):
                yield record["eventID"], (record["dynamodb"], attempts)

    def _records(self, batch: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        streams = self._clients("dynamodbstreams")
        iterator = streams.get_shard_iterator(
            StreamArn=batch["streamArn"],
            ShardId=batch["shardId"],
            ShardIteratorType="AT_SEQUENCE_NUMBER",
            SequenceNumber=batch["startSequenceNumber"],
        )["ShardIterator"]
        records = streams.get_records(ShardIterator=iterator, Limit=batch["batchSize"])["Records"]
        last = int(batch["endSequenceNumber"])
        yield from (each for each in records if int(each["dynamodb"]["SequenceNumber"]) <= last)


def _item(activity: Activity) -> dict[str, dict[str, str]]:
    item = {"user_id": activity.user_id, "activity_id": activity.activity_id, **dict(activity.item)}
    return {
        name: {"N": str(value)} if isinstance(value, int) else {"S": value} for name, value in item.items()
    }
