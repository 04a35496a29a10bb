"""What the driver expects of the task API, how it judges answers, and what traffic is made of."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from emulator.tests.support import eventually
from examples.task_api import drive
from examples.task_api.drive import STEPS, Outcome, Refusal, bad_requests
from examples.task_api.traffic import Answer, Traffic, by_version, figures, stored
from lambda_constructs_emulator.kit.http import Response

TITLES = ["a", "b", "c", "d", "e"]
REFUSED = {bad.label: Refusal(bad.status, "no", leaks=False) for bad in bad_requests("http-api")}
PAGES = [[{"title": "e"}, {"title": "b"}], [{"title": "a"}, {"title": "c"}], [{"title": "d"}]]
WANTED = drive.expected(TITLES, limit=2, endpoint="http-api")


def outcome(**changed: Any) -> Outcome:
    evidence: dict[str, Any] = {"statuses": STEPS, "pages": PAGES, "refusals": REFUSED}
    return drive.outcome(**evidence | changed)


def test_a_right_run_has_no_mismatch() -> None:
    assert WANTED.pages == [2, 2, 1]
    assert drive.mismatches(WANTED, outcome()) == []


def test_full_pages_have_no_empty_one_behind_them() -> None:
    assert drive.expected(TITLES[:4], limit=2, endpoint="http-api").pages == [2, 2]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"statuses": {**STEPS, "delete": 500}}, "expected answers: {'delete': 204}, found: {'delete': 500}"),
        ({"pages": [*PAGES, [{"title": "a"}]]}, "expected listed: {'a': 1}, found: {'a': 2}"),
        ({"pages": [PAGES[0] + PAGES[1], PAGES[2]]}, "expected pages: [2, 2, 1], found: [4, 1]"),
        (
            {"refusals": {**REFUSED, "a form": Refusal(200, "", leaks=False)}},
            "expected refused: {'a form': 415}, found: {'a form': 200}",
        ),
        (
            {"refusals": {**REFUSED, "no task": Refusal(422, "", leaks=True)}},
            "expected leaks: [], found: ['no task']",
        ),
    ],
)
def test_each_kind_of_mismatch_is_told_with_what_was_expected(changed: dict[str, Any], said: str) -> None:
    assert said in drive.mismatches(WANTED, outcome(**changed))


def test_bad_requests_are_one_of_each_kind() -> None:
    assert {bad.status for bad in bad_requests("http-api")} == {400, 403, 404, 405, 413, 415, 422}


def test_a_rest_api_answers_otherwise_where_it_has_no_route() -> None:
    http, rest = (
        {bad.label: bad.status for bad in bad_requests(endpoint)} for endpoint in ("http-api", "rest-api")
    )

    assert {label: status for label, status in rest.items() if status != http[label]} == {
        "unknown path": 403,
        "../../etc/passwd": 403,
        "the same, encoded": 403,
    }


@pytest.mark.parametrize(
    ("document", "wanted"),
    [
        ({"message": "no"}, Refusal(404, "no", leaks=False)),
        ({"Message": "Forbidden"}, Refusal(404, "Forbidden", leaks=False)),
        ({"message": "no", "errors": {"b": "2", "a": "1"}}, Refusal(404, "no; a 1; b 2", leaks=False)),
        ({"message": "Traceback"}, Refusal(404, "Traceback", leaks=True)),
        ({"message": "no", "stackTrace": []}, Refusal(404, "no", leaks=True)),
        ({"message": "no", "table": "arn:aws:dynamodb"}, Refusal(404, "no", leaks=True)),
    ],
)
def test_what_a_client_may_not_know_is_found(document: Mapping[str, Any], wanted: Refusal) -> None:
    assert drive.refusal(Response(404, {}, json.dumps(document).encode())) == wanted


def answer(title: str, step: str, status: int | None = None, *, seconds: float = 0.1) -> Answer:
    status = STEPS[step] if status is None else status
    return Answer(title=title, step=step, status=status, version="1", seconds=seconds)


def test_answers_promise_what_is_stored() -> None:
    answers = [
        *(answer("a", step) for step in ("create", "read", "update", "update, stale")),
        *(answer("b", "create"), answer("b", "read"), answer("b", "update", 500)),
        answer("c", "create", 500),
    ]

    assert stored(answers) == {"a": 2, "b": 1}


def test_figures_are_those_of_the_answers() -> None:
    answers = [answer("a", "read", seconds=number / 1000) for number in range(200)]

    found = figures([*answers[1:], answer("a", "read", 500, seconds=0)], seconds=4)

    assert (found.per_second, found.wrong, found.p50, found.p99) == (50, 1, 100, 198)


class Api:
    """Stands in for the driver of an API, which keeps tasks and fails where it is told to."""

    def __init__(self, fails: Callable[[int, str], bool] = lambda _number, _method: False) -> None:
        self.tasks: dict[str, dict[str, Any]] = {}
        self._fails = fails
        self._requests = 0
        self._lock = threading.Lock()

    def send(self, method: str, path: str, document: Mapping[str, Any] | None = None) -> Response:
        with self._lock:
            self._requests += 1
            if self._fails(self._requests, method):
                return Response(500, {"x-version": "2"}, b"{}")
            return self._answer(method, path, document or {})

    def _answer(self, method: str, path: str, document: Mapping[str, Any]) -> Response:
        status, task = 200, self.tasks.get(path, {})
        if method == "POST":
            status, task = 201, {"id": str(self._requests), "version": 1, **document}
        elif method == "PUT" and document["version"] != task["version"]:
            status = 409
        elif method == "PUT":
            task = {**document, "version": task["version"] + 1}
        self.tasks[f"tasks/{task['id']}"] = task
        return Response(status, {"x-version": "1"}, json.dumps(task).encode())


def test_traffic_gets_the_answers_that_it_must_get_and_ends_when_there_were_enough() -> None:
    api, left = Api(), threading.Event()

    def send(*request: Any) -> Response:
        left.wait()  # so that all requests are sent at the end of the block
        return api.send(*request)

    with Traffic(send, prefix="t", at_least=101) as traffic:
        traffic._over = left

    assert 101 <= len(traffic.answers) <= 102
    assert all(answer.right for answer in traffic.answers)
    assert by_version(traffic.answers) == {"1": len(traffic.answers)}
    assert {task["title"]: task["version"] for task in api.tasks.values()} == stored(traffic.answers)


def test_traffic_goes_on_as_long_as_the_block() -> None:
    with Traffic(Api().send, prefix="t", at_least=1) as traffic:
        assert eventually(lambda: len(traffic.answers) >= 300)

    assert len(traffic.answers) >= 300


def test_a_wrong_answer_is_kept_and_the_next_task_begins() -> None:
    api = Api(lambda number, method: method == "PUT" and number > 50)

    with Traffic(api.send, prefix="t", at_least=200) as traffic:
        pass

    wrong = [answer for answer in traffic.answers if not answer.right]
    assert wrong
    assert Counter(answer.title for answer in wrong).most_common(1)[0][1] == 1
    assert by_version(wrong) == {"2": len(wrong)}
    assert {task["title"]: task["version"] for task in api.tasks.values()} == stored(traffic.answers)


def test_a_request_without_an_answer_is_an_error_of_the_run() -> None:
    def fails(_number: int, _method: str) -> bool:
        raise ConnectionError("reset by peer")

    with (
        pytest.raises(RuntimeError, match="no answer after 0 requests"),
        Traffic(Api(fails).send, prefix="t", at_least=10),
    ):
        pass
