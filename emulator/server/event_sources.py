"""EventBridge, SNS and S3 invoke a function only if its resource policy says so, and asynchronously.

ministack delivers whether or not the function, or the alias that is the target, allows the service;
and what EventBridge and SNS deliver, it runs once, without the retries and destinations that an
asynchronous invocation has on AWS. Here a delivery without permission does not happen, and the journal
gets an `invoke-denied` with service, source and target.

    https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
    https://docs.aws.amazon.com/lambda/latest/dg/with-s3.html
"""

import contextvars
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from emulator.server import hooks, journal, permissions

Document = Mapping[str, Any]
Result = dict[str, Any]

_events = hooks.module("services.eventbridge")
_lambda = hooks.module("services.lambda_svc")
_s3 = hooks.module("services.s3")
_sns = hooks.module("services.sns")
_find_function: Callable[[str], Any] = hooks.attribute(_lambda, "_get_func_record_for_ref")
_execution_record: Callable[[Any, Any], Any] = hooks.attribute(_lambda, "_execution_record_for_config")

_EVENTS: Final = "events.amazonaws.com"
_SNS: Final = "sns.amazonaws.com"
_S3: Final = "s3.amazonaws.com"

_rule_arn: contextvars.ContextVar[str | None] = contextvars.ContextVar("rule_arn", default=None)
_pushing: contextvars.ContextVar[bool] = contextvars.ContextVar("pushing", default=False)


def install() -> None:
    """Ask the resource policy, and send what may go through the asynchronous path.

    Raises:
        hooks.HookError: a function of ministack that delivers to Lambda is gone.
    """
    hooks.attribute(_lambda, "invoke_async_with_retry")
    hooks.wrap(_events, "_invoke_target", _remember_rule)
    hooks.wrap(_events, "_dispatch_to_lambda", _from_rule)
    hooks.wrap(_sns, "_deliver_to_lambda", _from_topic)
    hooks.wrap(_s3, "_deliver_event_to_lambda", _from_bucket)
    hooks.wrap(_lambda, "_execute_function_with_config_scope", _queue_what_is_pushed)


def _remember_rule(
    original: Callable[..., None], target: Document, event: Document, rule: Document, *view: object
) -> None:
    token = _rule_arn.set(rule.get("Arn"))
    try:
        original(target, event, rule, *view)
    finally:
        _rule_arn.reset(token)


def _from_rule(original: Callable[[str, str], None], function_arn: str, payload: str) -> None:
    rule = _rule_arn.get()
    if rule is None:
        # Not a rule's: a schedule of EventBridge Scheduler acts with a role instead.
        original(function_arn, payload)
        return
    if not _allowed(function_arn, _EVENTS, rule):
        return
    function, config, _name = _find_function(function_arn)
    if function is not None:
        _lambda.invoke_async_with_retry(_execution_record(function, config), json.loads(payload))


def _from_topic(
    original: Callable[..., None], function_arn: str, envelope: str, topic_arn: str, *more: object
) -> None:
    if not _allowed(function_arn, _SNS, topic_arn):
        return
    token = _pushing.set(True)
    try:
        original(function_arn, envelope, topic_arn, *more)
    finally:
        _pushing.reset(token)


def _from_bucket(
    original: Callable[[str, Document, str], None], function_arn: str, payload: Document, region: str
) -> None:
    bucket = payload["Records"][0]["s3"]["bucket"]["name"] if "Records" in payload else payload["Bucket"]
    if _allowed(function_arn, _S3, f"arn:aws:s3:::{bucket}"):
        original(function_arn, payload, region)


def _queue_what_is_pushed(
    original: Callable[[Document, object], Result], record: Document, event: object
) -> Result:
    """SNS's delivery runs the function itself; queue the event instead."""
    if not _pushing.get():
        return original(record, event)
    _pushing.set(False)
    _lambda.invoke_async_with_retry(record, event)
    return {"body": None}


def _allowed(function_arn: str, service: str, source_arn: str) -> bool:
    if permissions.function_policy_allows(function_arn, service, source_arn):
        return True
    journal.note("invoke-denied", service=service, source=source_arn, target=function_arn)
    return False
