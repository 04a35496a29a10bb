"""Sends a record of an invocation, or an event that Lambda discarded, to another service.

Lambda uses the function's execution role, which needs `sqs:SendMessage`, `sns:Publish`,
`lambda:InvokeFunction`, `events:PutEvents`, or `s3:PutObject` and `s3:ListBucket`. Without the permission
or the target, the record is lost, as on AWS, and the journal gets a `delivery-failed`.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

import json
import logging
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ..core import hooks, journal
from ..iam import permissions

_events = hooks.module("services.eventbridge")
_lambda = hooks.module("services.lambda_svc")
_s3 = hooks.module("services.s3")
_sns = hooks.module("services.sns")
_sqs = hooks.module("services.sqs")
_find_function: Callable[[str], Any] = hooks.attribute(_lambda, "_get_func_record_for_ref")
_execution_record: Callable[[Any, Any], Any] = hooks.attribute(_lambda, "_execution_record_for_config")
_queue_url: Callable[[str], str] = hooks.attribute(_sqs, "_queue_url")
_topics: Any = hooks.attribute(_sns, "_topics")
_fan_out: Callable[..., None] = hooks.attribute(_sns, "_fanout")
_put_events: Callable[..., Any] = hooks.attribute(_events, "_put_events")
_put_object: Callable[..., Any] = hooks.attribute(_s3, "_put_object")
_pin_request_origin: Callable[[str, bool], None] = hooks.attribute(
    hooks.module("core.iam_evaluator"), "pin_request_origin"
)

_ACTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "sqs": ("sqs:SendMessage",),
    "sns": ("sns:Publish",),
    "lambda": ("lambda:InvokeFunction",),
    "events": ("events:PutEvents",),
    "s3": ("s3:PutObject", "s3:ListBucket"),
}
_OK_STATUS: Final = 200

_log = logging.getLogger(__name__)


class DeliveryError(RuntimeError):
    """The target is not there, or does not take the record."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """A message to deliver, with the values that only some of the services need.

    Attributes:
        function_arn: the qualified function that it is about.
        body: the document.
        attributes: name to type and value, for a message.
        outcome: `Success` or `Failure`, for an event.
        folder: the start of the key, for an object.
    """

    function_arn: str
    body: str
    attributes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    outcome: str = "Failure"
    folder: str = "aws/lambda"


def deliver(role_arn: str, target_arn: str, record: Record) -> bool:
    """Deliver a record in the account and region of the request, and say whether it arrived."""
    service = target_arn.split(":")[2]
    # Lambda delivers over TLS, also from a thread without a request: policies may require it.
    _pin_request_origin("127.0.0.1", True)
    try:
        if missing := lacking(role_arn, target_arn, record.folder):
            raise DeliveryError(f"{role_arn} does not allow {missing[0]} on {target_arn}")  # noqa: TRY301
        _SENDERS[service](target_arn, record)
    except Exception as error:  # noqa: BLE001 - whatever went wrong, on AWS it is one lost record
        _log.warning("%s did not get a record of %s", target_arn, record.function_arn, exc_info=True)
        journal.note(
            "delivery-failed", function=record.function_arn, target=target_arn, why=str(error) or repr(error)
        )
        return False
    return True


def lacking(role_arn: str, target_arn: str, folder: str = Record.folder) -> Sequence[str]:
    """The actions that a role needs to send to a target, and lacks."""
    return [
        action
        for action in _ACTIONS.get(target_arn.split(":")[2], ())
        if not permissions.role_allows(
            role_arn, action, f"{target_arn}/{folder}/object" if action == "s3:PutObject" else target_arn
        )
    ]


def _send_message(target_arn: str, record: Record) -> None:
    name = target_arn.rsplit(":", 1)[-1]
    _sqs._act_send_message(
        {"MessageBody": record.body, "MessageAttributes": _message_attributes(record)}, _queue_url(name)
    )


def _publish(target_arn: str, record: Record) -> None:
    if target_arn not in _topics:
        raise DeliveryError(f"{target_arn} does not exist")
    _fan_out(target_arn, str(uuid.uuid4()), record.body, "", "", _message_attributes(record))


def _message_attributes(record: Record) -> dict[str, dict[str, str]]:
    return {
        name: {"DataType": kind, "StringValue": value} for name, (kind, value) in record.attributes.items()
    }


def _invoke(target_arn: str, record: Record) -> None:
    function, config, _name = _find_function(target_arn)
    if function is None:
        raise DeliveryError(f"{target_arn} does not exist")
    _lambda.invoke_async_with_retry(_execution_record(function, config), json.loads(record.body))


def _put_event(target_arn: str, record: Record) -> None:
    entry = {
        "Source": "lambda",
        "DetailType": f"Lambda Function Invocation Result - {record.outcome}",
        "Detail": record.body,
        "EventBusName": target_arn,
        "Resources": [target_arn, record.function_arn],
    }
    _status, _headers, body = _put_events({"Entries": [entry]})
    if json.loads(body).get("FailedEntryCount"):
        raise DeliveryError(str(body))


def _store(target_arn: str, record: Record) -> None:
    stamp = time.strftime("%Y/%m/%d/%Y-%m-%dT%H.%M.%S", time.gmtime())
    key = f"{record.folder}/{stamp}-{uuid.uuid4()}"
    bucket = target_arn.rpartition(":::")[2]
    status, _headers, body = _put_object(bucket, key, record.body.encode(), {})
    if status != _OK_STATUS:
        raise DeliveryError(str(body))


_SENDERS: Final[Mapping[str, Callable[[str, Record], None]]] = {
    "sqs": _send_message,
    "sns": _publish,
    "lambda": _invoke,
    "events": _put_event,
    "s3": _store,
}
