"""What the task API's handler takes for a task, and for a change of one."""

import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

HANDLER = Path(__file__).parents[2] / "examples" / "task_api" / "handler"
SOME, OTHER = "0" * 32, "f" * 32
TITLE = "must be a string of 1 to 200 characters without control characters"
DUE = "must be a date such as 2026-12-31, or null"
VERSION = "must be the number that the task was read with"
TASK = {"id": SOME, "title": "milk", "done": False, "due": None, "version": 1}


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The handler's own module, imported as Lambda does: with the handler's directory first."""
    monkeypatch.syspath_prepend(HANDLER)
    return importlib.import_module("tasks")


def test_a_new_task_has_a_unique_id(tasks: ModuleType) -> None:
    one, other = (tasks.Task.new({"title": "milk", "due": "2026-12-31"}) for _ in range(2))

    assert one.document() == {
        "id": one.task_id,
        "title": "milk",
        "done": False,
        "due": "2026-12-31",
        "version": 1,
    }
    assert tasks.is_id(one.task_id)
    assert one.task_id != other.task_id


def test_a_change_names_the_version_that_it_replaces(tasks: ModuleType) -> None:
    changed = tasks.Task.next(SOME, {**TASK, "done": True})

    assert changed.document() == {**TASK, "done": True, "version": 2}
    without_id = {name: value for name, value in TASK.items() if name != "id"}
    assert tasks.Task.next(SOME, without_id).document() == {**TASK, "version": 2}


@pytest.mark.parametrize(
    ("data", "errors"),
    [
        ([], {"body": "must be a JSON object"}),
        (7, {"body": "must be a JSON object"}),
        (None, {"body": "must be a JSON object"}),
        ({}, {"title": "is missing"}),
        ({"title": None}, {"title": TITLE}),
        ({"title": 7}, {"title": TITLE}),
        ({"title": " \t"}, {"title": TITLE}),
        ({"title": "a" * 201}, {"title": TITLE}),
        ({"title": "a\0b"}, {"title": TITLE}),
        ({"title": "\ud800"}, {"title": TITLE}),
        ({"title": "a", "done": 1}, {"done": "must be true or false"}),
        ({"title": "a", "done": None}, {"done": "must be true or false"}),
        ({"title": "a", "due": ""}, {"due": DUE}),
        ({"title": "a", "due": "2026-02-30"}, {"due": DUE}),
        ({"title": "a", "due": "20261231"}, {"due": DUE}),
        ({"title": "a", "due": "2026-12-31T00:00"}, {"due": DUE}),
        ({"title": "a", "due": 20261231}, {"due": DUE}),
        ({"title": "a", "version": 1}, {"version": "is unknown here"}),
        ({"title": "a", "id": SOME}, {"id": "is unknown here"}),
        ({"due": "x", "colour": "red"}, {"title": "is missing", "due": DUE, "colour": "is unknown here"}),
    ],
)
def test_what_is_no_task_is_refused_with_every_field_and_its_reason(
    tasks: ModuleType, data: object, errors: dict[str, str]
) -> None:
    with pytest.raises(tasks.InvalidTaskError) as refusal:
        tasks.Task.new(data)

    assert refusal.value.errors == errors


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"version": 0}, {"version": VERSION}),
        ({"version": True}, {"version": VERSION}),
        ({"version": 1.0}, {"version": VERSION}),
        ({"version": "1"}, {"version": VERSION}),
        ({"version": 2**53}, {"version": VERSION}),
        ({"id": OTHER}, {"id": "must be the one in the path"}),
        ({"id": 7}, {"id": "must be a string"}),
    ],
)
def test_a_change_that_is_none_is_refused(
    tasks: ModuleType, changed: dict[str, Any], errors: dict[str, str]
) -> None:
    with pytest.raises(tasks.InvalidTaskError) as refusal:
        tasks.Task.next(SOME, {**TASK, **changed})

    assert refusal.value.errors == errors


@pytest.mark.parametrize("field", ["title", "done", "due", "version"])
def test_a_change_names_every_field(tasks: ModuleType, field: str) -> None:
    with pytest.raises(tasks.InvalidTaskError) as refusal:
        tasks.Task.next(SOME, {name: value for name, value in TASK.items() if name != field})

    assert refusal.value.errors == {field: "is missing"}


@pytest.mark.parametrize("title", ["a", "a" * 200, "Übung 3: 牛乳 🥛", "non\u00a0breaking"])
def test_titles_are_kept_as_they_are(tasks: ModuleType, title: str) -> None:
    assert tasks.Task.new({"title": title}).title == title


@pytest.mark.parametrize("task_id", [SOME, OTHER, "0123456789abcdef" * 2])
def test_a_token_stands_for_a_task(tasks: ModuleType, task_id: str) -> None:
    assert tasks.id_before(tasks.token(task_id)) == task_id
    assert task_id not in tasks.token(task_id)


@pytest.mark.parametrize("token", ["", "x", "a" * 21, "a" * 23, "a" * 21 + "=", "../../etc/passwd", "ü" * 22])
def test_other_texts_are_no_tokens(tasks: ModuleType, token: str) -> None:
    assert tasks.id_before(token) is None


@pytest.mark.parametrize(
    "text", ["", "x", "A" * 32, "0" * 31, "0" * 33, f"{SOME}\n", "../../etc/passwd", "٣" * 32]
)
def test_other_texts_are_no_ids(tasks: ModuleType, text: str) -> None:
    assert not tasks.is_id(text)
