"""An API for tasks behind an HTTP API, a REST API or a function URL.

    POST   /tasks                  {"title", "done"?, "due"?}            201 with Location
    GET    /tasks?limit=&next=     a page, and the token of the next one 200
    GET    /tasks/{id}                                                   200
    PUT    /tasks/{id}             {"title", "done", "due", "version"}   200
    DELETE /tasks/{id}?version=                                          204

Locking is optimistic: a change contains the version that the caller has read, in the body, or optionally in
the query of DELETE. If the task has a different version now, the response is 409 with that version, and
nothing changes. Every error is JSON with a `message`, and with `errors` by field if a task is invalid.
"""

import json
import os
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import (
    APIGatewayHttpResolver,
    APIGatewayRestResolver,
    Response,
    content_types,
)
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config
from store import StaleVersionError, Store, UnknownTaskError
from tasks import MAX_VERSION, InvalidTaskError, Task, id_before, is_id, token

RELEASE = os.environ.get("RELEASE", "1")
PAGE, MAX_PAGE = 20, 100
# int also accepts signs, spaces, underscores, digits of other scripts, and thousands of digits.
NUMBER = re.compile("[1-9][0-9]{0,15}")
METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")  # the methods of API Gateway's ANY
# Both attempts end before the function's timeout, so that callers get an error if the table hangs.
PATIENCE = Config(connect_timeout=1, read_timeout=4, retries={"total_max_attempts": 2, "mode": "standard"})

logger = Logger(service="task-api")
table = boto3.resource("dynamodb", config=PATIENCE).Table(os.environ["TASKS_TABLE"])
store = Store(table)
router = Router()


class RefusedError(Exception):
    """A bad request, with the status and the message of its response."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


def answer(
    status: HTTPStatus, document: object = None, headers: Mapping[str, str] | None = None
) -> Response[str]:
    """A response with the version of the function in a header."""
    logger.info("request answered", status=int(status))
    return Response(
        status_code=status,
        content_type=None if document is None else content_types.APPLICATION_JSON,
        body="" if document is None else json.dumps(document),
        headers={"X-Version": router.lambda_context.function_version, **(headers or {})},
    )


def refuse(status: HTTPStatus, message: str, **more: object) -> Response[str]:
    """The response to a bad request."""
    return answer(status, {"message": message, **more})


def body() -> object:
    """The JSON body of the request."""
    kind = router.current_event.headers.get("content-type", "")
    if kind.partition(";")[0].strip().lower() != content_types.APPLICATION_JSON:
        raise RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "the body must be application/json")
    try:
        return json.loads(router.current_event.decoded_body or "")
    except (ValueError, RecursionError) as error:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "the body is not JSON") from error


def number(name: str, *, maximum: int) -> int | None:
    """A number of 1 or more from the query; None without it."""
    text = router.current_event.query_string_parameters.get(name)
    if text is None:
        return None
    if not NUMBER.fullmatch(text) or int(text) > maximum:
        raise RefusedError(HTTPStatus.BAD_REQUEST, f"{name} must be 1 to {maximum}")
    return int(text)


def known(task_id: str) -> str:
    """The id in the path, if it can be the id of a task."""
    if not is_id(task_id):
        raise UnknownTaskError(task_id)
    return task_id


@router.post("/tasks")
def create() -> Response[str]:
    """Store a task with a new id."""
    task = Task.new(body())
    store.add(task)
    # Relative to /tasks, so that it is correct for any stage and domain.
    return answer(HTTPStatus.CREATED, task.document(), {"Location": f"tasks/{task.task_id}"})


@router.get("/tasks")
def page() -> Response[str]:
    """The tasks, page by page."""
    limit = number("limit", maximum=MAX_PAGE) or PAGE
    text = router.current_event.query_string_parameters.get("next")
    after = None if text is None else id_before(text)
    if text is not None and after is None:
        raise RefusedError(HTTPStatus.BAD_REQUEST, "next must be the token that came with a page")
    found, last = store.page(limit=limit, after=after)
    tasks = [task.document() for task in found]
    return answer(HTTPStatus.OK, {"tasks": tasks, "next": last and token(last)})


@router.get("/tasks/<task_id>")
def read(task_id: str) -> Response[str]:
    """One task."""
    return answer(HTTPStatus.OK, store.get(known(task_id)).document())


@router.put("/tasks/<task_id>")
def replace(task_id: str) -> Response[str]:
    """Replace a task if it is unchanged since the caller read it."""
    task = Task.next(known(task_id), body())
    store.replace(task)
    return answer(HTTPStatus.OK, task.document())


@router.delete("/tasks/<task_id>")
def delete(task_id: str) -> Response[str]:
    """Delete a task; if the query contains a version, only that version."""
    store.delete(known(task_id), version=number("version", maximum=MAX_VERSION))
    return answer(HTTPStatus.NO_CONTENT)


def refuse_other_methods(rule: str, allowed: Sequence[str]) -> None:
    """Respond to other methods."""

    @router.route(rule, method=[method for method in METHODS if method not in allowed])
    def refused(**_: str) -> Response[str]:
        names = ", ".join(allowed)
        return answer(
            HTTPStatus.METHOD_NOT_ALLOWED, {"message": f"the methods here are {names}"}, {"Allow": names}
        )


refuse_other_methods("/tasks", ("GET", "POST"))
refuse_other_methods("/tasks/<task_id>", ("DELETE", "GET", "PUT"))


@router.exception_handler(NotFoundError)
def no_route(_: NotFoundError) -> Response[str]:
    """Respond to an unknown path."""
    return refuse(HTTPStatus.NOT_FOUND, "there is nothing at this path")


@router.exception_handler(UnknownTaskError)
def no_task(_: UnknownTaskError) -> Response[str]:
    """Respond to an unknown task."""
    return refuse(HTTPStatus.NOT_FOUND, "there is no task of this id")


@router.exception_handler(StaleVersionError)
def stale(error: StaleVersionError) -> Response[str]:
    """Respond to a change of a stale version."""
    return refuse(HTTPStatus.CONFLICT, "the task was changed meanwhile", version=error.version)


@router.exception_handler(InvalidTaskError)
def invalid(error: InvalidTaskError) -> Response[str]:
    """Respond to an invalid task."""
    return refuse(HTTPStatus.UNPROCESSABLE_ENTITY, "this is not a task", errors=error.errors)


@router.exception_handler(RefusedError)
def refused(error: RefusedError) -> Response[str]:
    """Respond to a bad request."""
    return refuse(error.status, str(error))


@router.exception_handler(Exception)
def failed(error: Exception) -> Response[str]:
    """Respond to an error of this function. The log contains the error, the response where to find it."""
    logger.error("request failed", exc_info=error)
    return refuse(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "something went wrong here",
        request_id=router.lambda_context.aws_request_id,
    )


http_api, rest_api = APIGatewayHttpResolver(), APIGatewayRestResolver()
http_api.include_router(router)
rest_api.include_router(router)


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Handle a request: REST APIs send payload format 1.0, HTTP APIs and function URLs 2.0."""
    logger.append_keys(function_version=context.function_version, release=RELEASE)
    resolver = http_api if event.get("version") == "2.0" else rest_api
    found: dict[str, Any] = resolver.resolve(event, context)
    return found
