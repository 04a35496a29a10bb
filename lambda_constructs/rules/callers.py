"""Rules for callers that wait for a function for a fixed time: AppSync, Connect, Firehose, SES and others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from ..template import trigger_kinds as kinds
from ..template.template import Template
from ..template.triggers import Trigger, triggers_by_function
from ..template.values import Unknown, flat
from .endpoint import is_web_socket
from .function import TIMEOUT_DEFAULT
from .rule import Place, Rule, Severity, Words, at, enter
from .urls import HTTP_API_QUOTAS_URL

# The words with which the code of a resolver asks AppSync not to wait.
_EVENT: Final = ("invocationType", "Event")
# The word with which a flow asks Amazon Connect not to wait.
_ASYNCHRONOUS: Final = re.compile(r"\bASYNCHRONOUS\b")


def waits(
    code: str,
    seconds: int,  # how long it waits
    caller: str,  # the caller in messages
    kind: str,  # the name of its triggers
    when: Callable[[Template, Trigger], bool] | None = None,  # whether such a trigger waits. Default: always
    *,
    why: str,  # what happens when the function takes longer
    source: str,  # where AWS documents it
    accepted: bool = False,  # whether constructs refuse a longer timeout. Default: it is a warning
) -> Rule[[int]]:
    """Declare that a caller waits for so many seconds, which cannot be raised."""

    def check(words: Words, timeout: int) -> str | None:
        if timeout <= seconds:
            return None
        return (
            f"{words.timeout} is {timeout} seconds, but {caller} waits {seconds}; lower it and move longer "
            "work to a queue"
        )

    def places(template: Template) -> Iterator[Place]:
        for triggers in triggers_by_function(template).values():
            waiting = [
                each.resource
                for each in triggers
                if each.name == kind and (when is None or when(template, each))
            ]
            if waiting:
                function = triggers[0].target.function
                timeout = function.integer("Timeout", default=TIMEOUT_DEFAULT)
                yield at(function, "Timeout", timeout, about=dict.fromkeys(waiting))

    check.__name__ = code.replace("-", "_")
    check.__doc__ = f"At most {seconds} seconds, as long as {caller} waits."
    names = {"timeout": ("timeout", "Timeout")}
    severity: Severity = "error" if accepted else "warning"
    return enter(Rule(code, severity, why, source, check, names=names, accepted=accepted, places=places))


def _of_http_api(template: Template, trigger: Trigger) -> bool:
    resource = trigger.resource
    return resource.type.startswith("AWS::ApiGatewayV2::") and not is_web_socket(template, resource)


def _is_synchronous(_: Template, trigger: Trigger) -> bool:
    return not trigger.asynchronous


def _is_awaited(template: Template, trigger: Trigger) -> bool:
    """Whether AppSync waits for a data source: unless the code of its resolver asks for an event."""
    codes = [
        each.get(name)
        for each in template.of_type("AWS::AppSync::Resolver", "AWS::AppSync::FunctionConfiguration")
        if template.referred(each.get("DataSourceName")) in (trigger.resource, None)
        for name in ("Code", "RequestMappingTemplate")
    ]
    return not any(isinstance(code, Unknown) or all(word in flat(code) for word in _EVENT) for code in codes)


def _is_in_flow(template: Template, _: Trigger) -> bool:
    """Whether Amazon Connect waits: unless a flow or a module of the template asks it not to."""
    contents = [
        each.get("Content")
        for each in template.of_type("AWS::Connect::ContactFlow", "AWS::Connect::ContactFlowModule")
    ]
    return not any(isinstance(each, Unknown) or _ASYNCHRONOUS.search(flat(each)) for each in contents)


timeout_above_appsync = waits(
    "timeout-above-appsync",
    30,  # "Request execution time"
    "AppSync",
    kinds.DATA_SOURCE,
    _is_awaited,
    why="AppSync answers with an error while the function is still running, and the client asks again.",
    source="https://docs.aws.amazon.com/general/latest/gr/appsync.html",
)
timeout_above_appsync_authorizer = waits(
    "timeout-above-appsync-authorizer",
    10,
    "AppSync",
    kinds.APPSYNC_AUTHORIZER,
    why="AppSync refuses the request while the function is still running.",
    source="https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html",
)
timeout_above_http_api_authorizer = waits(
    "timeout-above-http-api-authorizer",
    10,
    "an HTTP API that asks an authorizer",
    kinds.AUTHORIZER,
    _of_http_api,
    why="The API answers with an error while the function is still running.",
    source=HTTP_API_QUOTAS_URL,
)
timeout_above_connect = waits(
    "timeout-above-connect",
    8,  # of synchronous invocations
    "Amazon Connect",
    kinds.CONNECT,
    _is_in_flow,
    why="The contact takes the error branch of the flow while the function is still running.",
    source="https://docs.aws.amazon.com/connect/latest/adminguide/invoke-lambda-function-block.html",
)
timeout_above_firehose = waits(
    "timeout-above-firehose",
    300,  # "Lambda invocation duration"
    "Firehose",
    kinds.TRANSFORMATION,
    why="Firehose counts the batch as failed and invokes the function again, while it is still running.",
    source="https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html",
)
timeout_above_object_lambda = waits(
    "timeout-above-object-lambda",
    60,
    "S3 Object Lambda",
    kinds.OBJECT_LAMBDA,
    why="The caller gets an error or a part of the object while the function is still running.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/olap-best-practices.html",
)
timeout_above_receipt_rule = waits(
    "timeout-above-receipt-rule",
    30,  # of RequestResponse invocations
    "SES",
    kinds.RECEIPT_RULE,
    _is_synchronous,
    why="SES goes on without the decision of the function about the mail.",
    source="https://docs.aws.amazon.com/ses/latest/APIReference/API_LambdaAction.html",
)
