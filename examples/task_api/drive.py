"""The requests to the task API and their expected responses, for any endpoint.

The first half is pure: bad requests, expectations, and the outcome from the responses. Only `Driver`, at the
end, sends requests.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin

from examples.differences import differences
from lambda_constructs_emulator.kit.http import JSON, Caller, Response

LIMIT = 6 * 1024 * 1024
"""Maximum size of an event for Lambda, in bytes."""

STEPS = {
    "create": 201,
    "read": 200,
    "update": 200,
    "update, stale": 409,
    "delete, stale": 409,
    "delete": 204,
    "read, deleted": 404,
    "delete again": 404,
}
"""The steps of one task, with the expected status of each response."""

_INTERNALS = ("Traceback", "stackTrace", "errorType", "botocore", "arn:aws")
"""Internals that responses must not contain: stack traces, names of libraries and resources."""

_NOBODY = "0" * 32


@dataclass(frozen=True, kw_only=True)
class Bad:
    """A bad request, and the expected status of its response."""

    label: str
    status: int
    method: str = "GET"
    path: str = "tasks"
    body: bytes = b""
    content_type: str = "application/json"
    signed: bool = True


def bad_requests(endpoint: str) -> list[Bad]:
    """One bad request of each kind, whose path is sent unchanged."""
    # For an unknown path a REST API responds as for a missing signature.
    no_route = 403 if endpoint == "rest-api" else 404
    wrong = json.dumps({"title": "tea", "due": "tomorrow", "colour": "green"}).encode()
    return [
        Bad(label="not signed", status=403, signed=False),
        Bad(label="unknown path", status=no_route, path="users"),
        Bad(label="unknown id", status=404, path=f"tasks/{_NOBODY}"),
        Bad(label="id of 3,000 letters", status=404, path=f"tasks/{'a' * 3000}"),
        Bad(label="id with a NUL", status=404, path="tasks/%00"),
        Bad(label="../../etc/passwd", status=no_route, path="tasks/../../etc/passwd"),
        Bad(label="the same, encoded", status=no_route, path="tasks/%2e%2e%2f%2e%2e%2fetc%2fpasswd"),
        Bad(label="another method", status=405, method="PATCH", path=f"tasks/{_NOBODY}"),
        Bad(label="limit of 0", status=400, path="tasks?limit=0"),
        Bad(label="unknown page token", status=400, path="tasks?next=tomorrow"),
        Bad(label="malformed JSON", status=400, method="POST", body=b'{"title": '),
        Bad(label="nested too deeply", status=400, method="POST", body=b"[" * 100_000),
        Bad(label="no task", status=422, method="POST", body=wrong),
        Bad(label="a form", status=415, method="POST", body=b"title=tea", content_type="text/plain"),
        Bad(label="6 MB and a byte", status=413, method="POST", body=b"0" * (LIMIT + 1)),
    ]


@dataclass(frozen=True)
class Refusal:
    """The response to a bad request, and whether it contains internals."""

    status: int
    message: str
    leaks: bool


def refusal(response: Response) -> Refusal:
    """The response to a bad request, as the client sees it."""
    text = response.body.decode()
    found = {name.lower(): value for name, value in json.loads(text).items()}
    reasons = [f"{name} {reason}" for name, reason in sorted(found.get("errors", {}).items())]
    message = "; ".join([found["message"], *reasons])
    return Refusal(response.status, message, any(word in text for word in _INTERNALS))


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The outcome of several tasks, one of which was changed and deleted."""

    statuses: Mapping[str, int]
    pages: Sequence[int]
    """Number of tasks on each page."""
    listed: Mapping[str, int]
    """How often each task was on a page, by title."""
    refused: Mapping[str, int]
    """Status of the response to each bad request."""
    leaks: Sequence[str] = ()
    """The bad requests whose responses contain internals."""


def expected(titles: Sequence[str], *, limit: int, endpoint: str) -> Outcome:
    """The expected outcome of tasks with these titles in an empty table."""
    full, rest = divmod(len(titles), limit)
    return Outcome(
        statuses=STEPS,
        pages=[limit] * full + [rest] * (rest > 0),
        listed=dict.fromkeys(titles, 1),
        refused={bad.label: bad.status for bad in bad_requests(endpoint)},
    )


def outcome(
    *,
    statuses: Mapping[str, int],
    pages: Sequence[Sequence[Mapping[str, Any]]],
    refusals: Mapping[str, Refusal],
) -> Outcome:
    """Derive the outcome of the tasks from the responses.

    Args:
        statuses: Statuses of the responses about one task, by step.
        pages: The remaining tasks, page by page.
        refusals: Responses to bad requests, by label.
    """
    return Outcome(
        statuses=statuses,
        pages=[len(page) for page in pages],
        listed=Counter(task["title"] for page in pages for task in page),
        refused={label: answer.status for label, answer in refusals.items()},
        leaks=[label for label, answer in refusals.items() if answer.leaks],
    )


def mismatches(wanted: Outcome, found: Outcome) -> list[str]:
    """Describe every difference; empty if the run is correct."""
    return differences(
        {
            "answers": (dict(wanted.statuses), dict(found.statuses)),
            "pages": (list(wanted.pages), list(found.pages)),
            "listed": (dict(wanted.listed), dict(found.listed)),
            "refused": (dict(wanted.refused), dict(found.refused)),
            "leaks": (list(wanted.leaks), list(found.leaks)),
        }
    )


class Driver:
    """Sends requests to a deployed task API.

    Needs the caller and the outputs of the stack.
    """

    def __init__(self, caller: Caller, outputs: Mapping[str, str]) -> None:
        self._caller = caller
        self._url = outputs["Url"]
        self.endpoint = outputs["Endpoint"]

    def send(self, method: str, path: str, document: Mapping[str, Any] | None = None) -> Response:
        """Send a request to a path of the endpoint, optionally with a document."""
        body = b"" if document is None else json.dumps(document).encode()
        headers = {} if document is None else JSON
        return self._caller.send(method, urljoin(self._url, path), body=body, headers=headers)

    def create(self, title: str) -> Response:
        """Create a task.

        Raises:
            RuntimeError: The API rejected it.
        """
        response = self.send("POST", "tasks", {"title": title, "due": "2026-12-31"})
        if response.status != STEPS["create"]:
            raise RuntimeError(f"{title} was not created: {response.status} {response.body!r}")
        return response

    def walk(self) -> dict[str, int]:
        """Run all steps of one task and return the status of each response."""
        created = self.create("a life")
        task, version = created.json, created.json["version"]
        # The Location header is relative to the path of the request.
        place = urljoin("tasks", created.headers["location"])
        answers = [
            created,
            self.send("GET", place),
            self.send("PUT", place, {**task, "done": True}),
            self.send("PUT", place, {**task, "title": "another life"}),
            self.send("DELETE", f"{place}?version={version}"),
            self.send("DELETE", f"{place}?version={version + 1}"),
            self.send("GET", place),
            self.send("DELETE", place),
        ]
        return {step: answer.status for step, answer in zip(STEPS, answers, strict=True)}

    def pages(self, *, limit: int) -> Iterator[list[dict[str, Any]]]:
        """The tasks, page by page."""
        token: str | None = ""
        while token is not None:
            found = self.send("GET", f"tasks?limit={limit}{token and f'&next={token}'}").json
            yield found["tasks"]
            token = found["next"]

    def refusals(self) -> dict[str, Refusal]:
        """Send the bad requests and return the responses by label."""
        return {bad.label: refusal(self._send_bad(bad)) for bad in bad_requests(self.endpoint)}

    def _send_bad(self, bad: Bad) -> Response:
        caller = self._caller if bad.signed else replace(self._caller, credentials=None)
        # urljoin would resolve the dots.
        url = f"{self._url}{bad.path}"
        return caller.send(bad.method, url, body=bad.body, headers={"Content-Type": bad.content_type})
