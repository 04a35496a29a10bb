"""Topic rules with a function: require its permission, and invoke it asynchronously.

A rule whose action is refused runs its error action. ministack invokes without permission, and only once.

    https://docs.aws.amazon.com/iot/latest/developerguide/lambda-rule-action.html
    https://docs.aws.amazon.com/lambda/latest/dg/services-iot.html
"""

import contextvars
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from typing import Final

from ..core import hooks
from ..lambda_ import deliveries

_iot = hooks.module("services.iot")
_rule_arn: Callable[[str], str] = hooks.attribute(_iot, "_topic_rule_arn")
_request_scope: Callable[[str, str], AbstractContextManager[None]] = hooks.attribute(
    hooks.module("core.responses"), "request_scope"
)

_SERVICE: Final = "iot.amazonaws.com"

_rule: contextvars.ContextVar[str] = contextvars.ContextVar("rule", default="")


def install() -> None:
    """Check the permission, and invoke asynchronously.

    Raises:
        hooks.HookError: ministack runs the actions of rules in another way now.
    """
    hooks.wrap(_iot, "_dispatch_rule_action", _remember)
    hooks.wrap(_iot, "_dispatch_rule_to_lambda", _deliver)


async def _remember(
    original: Callable[..., Awaitable[None]], account: str, region: str, rule: str, *action: object
) -> None:
    token = _rule.set(rule)
    try:
        await original(account, region, rule, *action)
    finally:
        _rule.reset(token)


def _deliver(
    _original: Callable[..., None], account: str, region: str, function_arn: str, event: object
) -> None:
    with _request_scope(account, region):
        deliveries.push(function_arn, _SERVICE, _rule_arn(_rule.get()), event)
