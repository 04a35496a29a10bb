"""What counts as an activity, and how the driver judges scores; the AWS side is proven by tests/deploy."""

import importlib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from examples.activity_scores import drive
from examples.activity_scores.drive import Activity, Outcome, Score
from tests.examples.deployments import deployed_on

HANDLER = Path(drive.__file__).parent / "handler"
ITEM = {"user_id": "u-1", "activity_id": "00001", "kind": "run", "minutes": Decimal(30)}


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The handler's own module, imported as Lambda does: with the handler's directory first."""
    monkeypatch.syspath_prepend(HANDLER)
    return importlib.import_module("activities")


def as_read(activity: Activity) -> dict[str, Any]:
    """The item of an activity, as the handler reads it from the stream."""
    values = {name: Decimal(v) if isinstance(v, int) else v for name, v in dict(activity.item).items()}
    return {"user_id": activity.user_id, "activity_id": activity.activity_id, **values}


def test_points_are_minutes_by_kind(handler: ModuleType) -> None:
    activity = handler.Activity.from_item(ITEM)

    assert (activity.user_id, activity.activity_id, activity.points) == ("u-1", "00001", 300)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"kind": "chess"}, "kind must be one of"),
        ({"kind": None}, "kind must be one of"),
        ({"minutes": "an hour"}, "not an hour"),
        ({"minutes": Decimal("1.5")}, "whole number"),
        ({"minutes": Decimal(0)}, "from 1 to 1440, not 0"),
        ({"minutes": Decimal(1441)}, "from 1 to 1440"),
        ({"minutes": True}, "not True"),
    ],
)
def test_what_cannot_be_counted_is_rejected(
    handler: ModuleType, changed: dict[str, Any], reason: str
) -> None:
    with pytest.raises(handler.InvalidActivityError, match=reason):
        handler.Activity.from_item({**ITEM, **changed})


def test_the_handler_counts_what_the_driver_expects(handler: ModuleType) -> None:
    for activity in drive.activities(60, prefix="u"):
        assert handler.Activity.from_item(as_read(activity)).points == activity.points


def test_the_handler_rejects_each_poison_for_a_reason_of_its_own(handler: ModuleType) -> None:
    reasons = set()
    for activity in drive.with_poison(300, prefix="u"):
        if activity.points is None:
            with pytest.raises(handler.InvalidActivityError) as error:
                handler.Activity.from_item(as_read(activity))
            reasons.add(str(error.value))
    assert len(reasons) == 3


WRITTEN = [
    Activity("u-0", "00000", (), 10),
    Activity("u-1", "00001", (), 20),
    Activity("u-0", "00002", (), None),
    Activity("u-0", "00003", (), 5),
]
WANTED = Outcome(
    scores={"u-0": Score(15, 2, "00003"), "u-1": Score(20, 1, "00001")},
    counted={"u-0/00000", "u-0/00003", "u-1/00001"},
    disorder=[],
    failed={"u-0/00002": drive.ATTEMPTS},
)
SCORES = [
    {"user_id": "u-0", "points": "15", "activities": "2", "last_activity": "00003"},
    {"user_id": "u-1", "points": "20", "activities": "1", "last_activity": "00001"},
    {"user_id": "of another run", "points": "7", "activities": "1", "last_activity": "00009"},
]
FAILED = [({"Keys": {"user_id": {"S": "u-0"}, "activity_id": {"S": "00002"}}}, drive.ATTEMPTS)]


def line(user: int, number: int, message: str = "activity counted", request: str = "r-1") -> dict[str, Any]:
    return {
        "message": message,
        "user_id": f"u-{user}",
        "activity_id": f"{number:05}",
        "function_request_id": request,
    }


LOG = [line(0, 0), line(1, 1, request="r-2"), line(0, 3), line(0, 3, "activity was counted before")]


def outcome(**changed: Any) -> Outcome:
    evidence: dict[str, Any] = {"written": WRITTEN, "scores": SCORES, "log": LOG, "failed": FAILED}
    return drive.outcome(**evidence | changed)


def test_the_expectation_is_what_a_right_run_leaves_behind() -> None:
    assert drive.expected(WRITTEN) == WANTED
    found = outcome()
    assert drive.mismatches(WANTED, found) == []
    assert replace(WANTED, invocations=2, counted_before=1) == found


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"scores": [{**SCORES[0], "points": "20"}, SCORES[1]]},
            (
                "expected scores: {'u-0': Score(points=15, activities=2, last_activity='00003')}, "
                "found: {'u-0': Score(points=20, activities=2, last_activity='00003')}"
            ),
        ),
        ({"failed": []}, "expected failed: {'u-0/00002': 4}, found: {}"),
        (
            {"log": LOG[1:]},
            ("expected counted: ['u-0/00000', 'u-0/00003', 'u-1/00001'], found: ['u-0/00003', 'u-1/00001']"),
        ),
        ({"log": [LOG[2], LOG[1], LOG[0]]}, "expected counted too late: [], found: ['u-0/00000']"),
    ],
)
def test_each_kind_of_mismatch_is_told_with_what_was_expected(changed: dict[str, Any], said: str) -> None:
    assert drive.mismatches(WANTED, outcome(**changed)) == [said]


class Table:
    """Stands in for DynamoDB: takes batches."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    def batch_write_item(self, *, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803 - AWS's
        items = [request["PutRequest"]["Item"] for request in RequestItems["Activities"]]
        self.batches.append([item["user_id"]["S"] for item in items])
        return {"UnprocessedItems": {}}


@pytest.mark.parametrize(("users", "sizes"), [(3, [3, 3, 1]), (25, [7])])
def test_no_batch_holds_two_activities_of_one_user(users: int, sizes: list[int]) -> None:
    table = Table()
    driver = drive.Driver(deployed_on(table))

    driver.write(drive.activities(7, prefix="u", users=users))

    assert [len(batch) for batch in table.batches] == sizes
    assert all(len(set(batch)) == len(batch) for batch in table.batches)
