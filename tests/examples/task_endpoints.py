"""The endpoints of the task API without AWS: what events they make of requests; a table in memory."""

import json
from collections.abc import Callable
from types import ModuleType
from typing import Any, TypeAlias
from urllib.parse import urlencode

Document: TypeAlias = dict[str, Any]
Event: TypeAlias = Callable[..., Document]


class Context:
    """What Lambda says about an invocation."""

    function_name = "task-api"
    function_version = "7"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:111122223333:function:task-api:live"
    aws_request_id = "b1c8f2ce"


def http_api(method: str, path: str, *, query: Document, headers: Document, body: Any) -> Document:
    """A request in payload format 2.0."""
    return {
        "version": "2.0",
        "routeKey": "ANY /tasks",
        "rawPath": path,
        "rawQueryString": urlencode(query),
        "queryStringParameters": query,
        "headers": headers,
        "requestContext": {"stage": "$default", "http": {"method": method, "path": path}},
        "isBase64Encoded": False,
        **({} if body is None else {"body": body}),
    }


def function_url(method: str, path: str, **request: Any) -> Document:
    """The same of a function URL, which has no routes."""
    return {**http_api(method, path, **request), "routeKey": "$default"}


def rest_api(method: str, path: str, *, query: Document, headers: Document, body: Any) -> Document:
    """A request in payload format 1.0; names of headers are as the client wrote them."""
    return {
        "resource": "/tasks",
        "path": path,
        "httpMethod": method,
        "queryStringParameters": query or None,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} or None,
        "headers": {name.title(): value for name, value in headers.items()} or None,
        "multiValueHeaders": {name.title(): [value] for name, value in headers.items()} or None,
        "requestContext": {"stage": "live", "path": f"/live{path}"},
        "isBase64Encoded": False,
        "body": body,
    }


class Memory:
    """Stands in for the table: tasks in the order of their ids."""

    def __init__(self, app: ModuleType) -> None:
        self._app = app
        self.tasks: Document = {}

    def add(self, task: Any) -> None:
        self.tasks[task.task_id] = task

    def get(self, task_id: str) -> Any:
        if task_id not in self.tasks:
            raise self._app.UnknownTaskError(task_id)
        return self.tasks[task_id]

    def replace(self, task: Any) -> None:
        self._check(task.task_id, task.version - 1)
        self.add(task)

    def delete(self, task_id: str, *, version: int | None) -> None:
        self._check(task_id, self.get(task_id).version if version is None else version)
        del self.tasks[task_id]

    def page(self, *, limit: int, after: str | None) -> tuple[list[Any], str | None]:
        ids = [task_id for task_id in sorted(self.tasks) if task_id > (after or "")]
        shown = [self.tasks[task_id] for task_id in ids[:limit]]
        return shown, ids[limit - 1] if len(ids) > limit else None

    def _check(self, task_id: str, version: int) -> None:
        if self.get(task_id).version != version:
            raise self._app.StaleVersionError(self.tasks[task_id].version)


class Api:
    """The handler behind an endpoint."""

    def __init__(self, app: ModuleType, event: Event) -> None:
        self._app, self.event = app, event

    def send(self, method: str, path: str, document: object = None, **query: str) -> Document:
        """Send a request; returns the answer with its document, and its headers in lower case."""
        if document is None:
            return self.send_body(method, path, None, **query)
        return self.send_body(method, path, json.dumps(document), **query)

    def send_body(self, method: str, path: str, body: Any, **query: str) -> Document:
        headers = {} if body is None else {"content-type": "application/json"}
        return self.answer(self.event(method, path, query=query, headers=headers, body=body))

    def answer(self, event: Document) -> Document:
        found = self._app.handler(event, Context())
        headers = found.get("headers") or {
            name: values[0] for name, values in found["multiValueHeaders"].items()
        }
        return {
            "status": found["statusCode"],
            "headers": {name.lower(): value for name, value in headers.items()},
            "document": json.loads(found["body"]) if found["body"] else None,
        }

    def create(self, title: str) -> Document:
        document: Document = self.send("POST", "/tasks", {"title": title})["document"]
        return document
