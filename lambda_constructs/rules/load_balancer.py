"""Rules for Application Load Balancers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .rule import Words, rule
from .urls import LISTENER_RULE_URL

IDLE_TIMEOUT_DEFAULT: Final = 60  # seconds: botocore, elbv2 LoadBalancerAttribute
# A rule has one condition of each of these kinds: LISTENER_RULE_URL
_CONDITIONS_ONCE: Final = frozenset({"host-header", "http-request-method", "path-pattern", "source-ip"})


@rule(
    "timeout-above-idle-timeout",
    severity="warning",
    why="The load balancer answers with 504 when the connection was idle for too long, while the function "
    "is still running.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application"
    "/load-balancer-troubleshooting.html",
)
def timeout_above_idle_timeout(_: Words, timeout: int) -> str | None:
    """The function's timeout is at most the default idle timeout of a load balancer."""
    if timeout <= IDLE_TIMEOUT_DEFAULT:
        return None
    return (
        f"timeout is {timeout} seconds, but the idle timeout of a load balancer is {IDLE_TIMEOUT_DEFAULT} "
        "by default; raise the idle timeout, or lower timeout"
    )


@rule("listener-conditions", why="The load balancer refuses the rule.", source=LISTENER_RULE_URL)
def listener_conditions(_: Words, conditions: int) -> str | None:
    """At least one condition."""
    if conditions:
        return None
    return "endpoint.conditions is empty; pass at least ListenerCondition.path_patterns(['/*'])"


@rule("listener-condition-repeated", why="The load balancer refuses the rule.", source=LISTENER_RULE_URL)
def listener_condition_repeated(_: Words, fields: Sequence[str]) -> str | None:
    """At most one condition of each kind, except header and query string conditions."""
    repeated = [each for each in sorted(_CONDITIONS_ONCE) if fields.count(each) > 1]
    if not repeated:
        return None
    return (
        f"endpoint.conditions has {' and '.join(repeated)} more than once; pass one condition with all the "
        "values"
    )
