"""What the task API's handler answers, behind each endpoint; its table is proven by tests/deploy."""

import base64
import importlib
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from examples.packages import install
from tests.examples.task_endpoints import Api, Memory, function_url, http_api, rest_api

HANDLER = Path(__file__).parents[2] / "examples" / "task_api" / "handler"
NOBODY = "0" * 32


@pytest.fixture(scope="module")
def app() -> Iterator[ModuleType]:
    """The handler as Lambda imports it, with its packages."""
    own = [path.stem for path in HANDLER.glob("*.py")]
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(install(HANDLER))
        patch.syspath_prepend(HANDLER)
        for name in own:
            patch.delitem(sys.modules, name, raising=False)
        patch.setenv("TASKS_TABLE", "tasks")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield importlib.import_module("app")
        for name in own:
            sys.modules.pop(name, None)


@pytest.fixture(params=[http_api, rest_api, function_url], ids=lambda event: event.__name__)
def api(app: ModuleType, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Api:
    monkeypatch.setattr(app, "store", Memory(app))
    return Api(app, request.param)


@pytest.fixture
def one(app: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Api:
    """The handler behind an HTTP API, for what no endpoint changes."""
    monkeypatch.setattr(app, "store", Memory(app))
    return Api(app, http_api)


def test_a_task_is_created_read_changed_and_deleted(api: Api) -> None:
    created = api.send("POST", "/tasks", {"title": "milk", "due": "2026-12-31"})
    assert created["status"] == 201
    task = created["document"]
    assert task == {"id": task["id"], "title": "milk", "done": False, "due": "2026-12-31", "version": 1}
    assert created["headers"]["location"] == f"tasks/{task['id']}"
    path = f"/tasks/{task['id']}"
    assert api.send("GET", path)["document"] == task

    changed = api.send("PUT", path, {**task, "done": True, "due": None})

    assert (changed["status"], changed["document"]) == (
        200,
        {**task, "done": True, "due": None, "version": 2},
    )
    assert api.send("GET", path)["document"] == changed["document"]
    assert (api.send("DELETE", path)["status"], api.send("DELETE", path)["status"]) == (204, 404)
    assert api.send("GET", path)["status"] == 404


def test_every_answer_names_the_version_that_gave_it(api: Api) -> None:
    answers = [api.send("GET", "/tasks"), api.send("POST", "/tasks"), api.send("GET", "/nothing")]

    assert [answer["headers"]["x-version"] for answer in answers] == ["7", "7", "7"]


def test_a_change_of_what_the_caller_has_not_read_is_refused_with_the_version_that_is_there(api: Api) -> None:
    task = api.create("milk")
    path = f"/tasks/{task['id']}"
    api.send("PUT", path, {**task, "done": True})

    answers = [api.send("PUT", path, {**task, "title": "bread"}), api.send("DELETE", path, version="1")]

    for answer in answers:
        assert answer["status"] == 409
        assert answer["document"] == {"message": "the task was changed meanwhile", "version": 2}
    assert api.send("GET", path)["document"]["title"] == "milk"
    assert api.send("DELETE", path, version="2")["status"] == 204


def test_pages_show_every_task_once(api: Api) -> None:
    titles = {api.create(f"task {number}")["title"] for number in range(5)}
    seen: list[str] = []
    page = api.send("GET", "/tasks", limit="2")["document"]
    sizes = [len(page["tasks"])]
    seen += [task["title"] for task in page["tasks"]]
    while page["next"] is not None:
        page = api.send("GET", "/tasks", limit="2", next=page["next"])["document"]
        sizes.append(len(page["tasks"]))
        seen += [task["title"] for task in page["tasks"]]

    assert sizes == [2, 2, 1]
    assert sorted(seen) == sorted(titles)


def test_a_page_has_twenty_tasks_by_default(one: Api) -> None:
    for number in range(21):
        one.create(f"task {number}")

    assert len(one.send("GET", "/tasks")["document"]["tasks"]) == 20
    assert len(one.send("GET", "/tasks", limit="100")["document"]["tasks"]) == 21


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.5", "+5", " 5", "1_0", "٣", "x", "", "9" * 5000])
def test_a_bad_limit_is_refused(api: Api, limit: str) -> None:
    answer = api.send("GET", "/tasks", limit=limit)

    assert (answer["status"], answer["document"]) == (400, {"message": "limit must be 1 to 100"})


@pytest.mark.parametrize("token", ["", "x", "a" * 23, "a" * 21 + "=", "../../etc/passwd", "ü" * 22])
def test_a_bad_token_is_refused(api: Api, token: str) -> None:
    answer = api.send("GET", "/tasks", next=token)

    assert answer["status"] == 400
    assert answer["document"] == {"message": "next must be the token that came with a page"}


@pytest.mark.parametrize("version", ["0", "-1", "x", str(2**53), "9" * 5000])
def test_a_bad_version_in_the_query_is_refused(one: Api, version: str) -> None:
    assert one.send("DELETE", f"/tasks/{NOBODY}", version=version)["status"] == 400


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/task",
        "/tasks/a/b",
        "/tasks/../../etc/passwd",
        "/tasks/%2e%2e%2f",
        "/tasks/..",
        "/tasks/\0",
        "/tasks/" + "a" * 5000,
        f"/tasks/{NOBODY}",
        f"/tasks/{NOBODY.replace('0', 'A')}",
        "/tasks/٣",
    ],
)
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_what_is_not_there_is_not_found(api: Api, method: str, path: str) -> None:
    answer = api.send(method, path)

    assert answer["status"] == 404
    assert answer["document"].keys() == {"message"}


@pytest.mark.parametrize(
    ("path", "allowed"), [("/tasks", ["GET", "POST"]), (f"/tasks/{NOBODY}", ["DELETE", "GET", "PUT"])]
)
def test_other_methods_are_told_which_there_are(api: Api, path: str, allowed: list[str]) -> None:
    everything = {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}
    for method in sorted(everything - set(allowed)):
        answer = api.send(method, path)
        assert (answer["status"], answer["headers"]["allow"]) == (405, ", ".join(allowed)), method


@pytest.mark.parametrize(
    "body", [None, "", "{", "title=milk", "\ufeff{}", "[" * 100_000, "1" * 5000, '{"title": "a"}x']
)
def test_a_body_that_is_not_json_is_refused(api: Api, body: str | None) -> None:
    event = api.event("POST", "/tasks", query={}, headers={"content-type": "application/json"}, body=body)

    answer = api.answer(event)

    assert (answer["status"], answer["document"]) == (400, {"message": "the body is not JSON"})


@pytest.mark.parametrize("sent", [b"\xff\xfe", b"{"])
def test_a_binary_body_that_is_not_json_is_refused(api: Api, sent: bytes) -> None:
    event = api.event("POST", "/tasks", query={}, headers={"content-type": "application/json"}, body="")

    answer = api.answer({**event, "isBase64Encoded": True, "body": base64.b64encode(sent).decode()})

    assert answer["status"] == 400


def test_a_body_that_comes_encoded_is_read(api: Api) -> None:
    event = api.event("POST", "/tasks", query={}, headers={"content-type": "application/json"}, body="")

    answer = api.answer(
        {**event, "isBase64Encoded": True, "body": base64.b64encode(b'{"title": "milk"}').decode()}
    )

    assert (answer["status"], answer["document"]["title"]) == (201, "milk")


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/json", 201),
        ("Application/JSON; charset=utf-8", 201),
        ("application/json5", 415),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("", 415),
        (None, 415),
    ],
)
def test_only_json_is_taken(api: Api, kind: str | None, status: int) -> None:
    headers = {} if kind is None else {"content-type": kind}

    answer = api.answer(
        api.event("POST", "/tasks", query={}, headers=headers, body=json.dumps({"title": "milk"}))
    )

    assert answer["status"] == status


def test_what_is_no_task_is_refused_with_every_field_and_its_reason(api: Api) -> None:
    answer = api.send("POST", "/tasks", {"done": 1, "colour": "green"})

    errors = {"title": "is missing", "done": "must be true or false", "colour": "is unknown here"}
    assert (answer["status"], answer["document"]) == (
        422,
        {"message": "this is not a task", "errors": errors},
    )


def test_a_change_that_is_none_is_refused(api: Api) -> None:
    task = api.create("milk")

    answer = api.send("PUT", f"/tasks/{task['id']}", {**task, "id": NOBODY})

    assert (answer["status"], answer["document"]["errors"]) == (422, {"id": "must be the one in the path"})


def test_what_went_wrong_is_told_to_the_log_and_not_to_the_caller(
    api: Api, app: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = io.StringIO()

    def fail(_: str) -> None:
        raise RuntimeError("the table arn:aws:dynamodb:us-east-1:111122223333:table/tasks is gone")

    monkeypatch.setattr(app.store, "get", fail)
    monkeypatch.setattr(app.logger.registered_handler, "stream", log)

    answer = api.send("GET", f"/tasks/{NOBODY}")

    assert answer["status"] == 500
    assert answer["document"] == {"message": "something went wrong here", "request_id": "b1c8f2ce"}
    assert "the table arn:aws" in log.getvalue()
