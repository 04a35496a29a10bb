"""Rules for Application Load Balancers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ..template.template import Template, number, value_at
from ..template.trigger_kinds import TARGET_GROUP
from ..template.triggers import triggers_by_function
from ..template.values import Unknown
from .function import TIMEOUT_DEFAULT
from .rule import Place, Words, at, rule, warning
from .urls import LISTENER_RULE_URL

IDLE_TIMEOUT_DEFAULT: Final = 60  # seconds: botocore, elbv2 LoadBalancerAttribute
# A rule has one condition of each of these kinds: LISTENER_RULE_URL
_CONDITIONS_ONCE: Final = frozenset({"host-header", "http-request-method", "path-pattern", "source-ip"})


@warning(
    why="The load balancer answers with 504 when the connection was idle for too long, while the function "
    "is still running.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",
    names={"timeout": ("timeout", "Timeout")},
)
def timeout_above_idle_timeout(words: Words, timeout: int, idle: int = IDLE_TIMEOUT_DEFAULT) -> str | None:
    """The function's timeout is at most the idle timeout of its load balancer, by default 60 seconds."""
    if timeout <= idle:
        return None
    return (
        f"{words.timeout} is {timeout} seconds, but the idle timeout of the load balancer is {idle} seconds; "
        f"raise the idle timeout, or lower {words.timeout}"
    )


@timeout_above_idle_timeout.in_template
def _(template: Template) -> Iterator[Place]:
    for triggers in triggers_by_function(template).values():
        if groups := [each.resource for each in triggers if each.name == TARGET_GROUP]:
            function = triggers[0].target.function
            timeout = function.integer("Timeout", default=TIMEOUT_DEFAULT)
            yield at(function, "Timeout", timeout, _idle_timeout(template), about=groups)


def _idle_timeout(template: Template) -> int | Unknown:
    """The idle timeout of the only load balancer of the template."""
    balancers = template.of_type("AWS::ElasticLoadBalancingV2::LoadBalancer")
    if len(balancers) != 1:
        return Unknown("the load balancer")
    attributes = balancers[0].get("LoadBalancerAttributes")
    if isinstance(attributes, Unknown):
        return attributes
    for each in attributes if isinstance(attributes, list) else []:
        if isinstance(unknown := value_at(each, "Key"), Unknown):
            return unknown
        if value_at(each, "Key") == "idle_timeout.timeout_seconds":
            value = number(value_at(each, "Value"))
            return value if isinstance(value, int | Unknown) else Unknown("a number that is not whole")
    return IDLE_TIMEOUT_DEFAULT


@rule(why="The load balancer refuses the rule.", source=LISTENER_RULE_URL)
def listener_conditions(_: Words, conditions: int) -> str | None:
    """At least one condition."""
    if conditions:
        return None
    return "endpoint.conditions is empty; pass at least ListenerCondition.path_patterns(['/*'])"


@rule(why="The load balancer refuses the rule.", source=LISTENER_RULE_URL)
def listener_condition_repeated(_: Words, fields: Sequence[str]) -> str | None:
    """At most one condition of each kind, except header and query string conditions."""
    repeated = [each for each in sorted(_CONDITIONS_ONCE) if fields.count(each) > 1]
    if not repeated:
        return None
    return (
        f"endpoint.conditions has {' and '.join(repeated)} more than once; pass one condition with all the "
        "values"
    )
