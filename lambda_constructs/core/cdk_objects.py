"""Cheaper ways to create CDK objects and to read their attributes.

Every call into CDK is a message to another process. The Python classes of CDK's options cost more still: each
names types that Python's `typing` remembers the last 128 of, and one workload needs more than that.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, TypeVar, cast

import aws_cdk as cdk
import jsii
from aws_cdk import aws_iam as iam
from constructs import Construct

T = TypeVar("T")
_KNOWN: Final = "_lambda_constructs_known"


def make(kind: type[T], /, *args: object, **options: object) -> T:
    """Create a CDK object; the options are CDK's own, and nested structures are dicts with CDK's own keys.

    The options are already checked, and a test compares their names with those of the class.
    """
    made: Any = kind.__new__(kind)
    keys = _keys(cast(Any, kind))
    given = {keys[name]: value for name, value in options.items() if value is not None}
    jsii.create(kind, made, [*args, given] if given else [*args])
    return cast(T, made)


def call(thing: object, method: str, *args: object) -> Any:  # noqa: ANN401 - whatever the method returns
    """Call a method of a CDK object, which has CDK's own name, with arguments that are already checked."""
    return jsii.invoke(thing, method, list(args))


@cache
def _keys(kind: type) -> Mapping[str, str]:
    """The names that CDK gives to options that Python writes with underscores."""
    of_cdk = next(each for each in kind.__mro__ if vars(each).get("__jsii_declared_type__"))
    properties = getattr(sys.modules[of_cdk.__module__], f"{of_cdk.__name__}Props")
    return cast(Mapping[str, str], properties.__jsii_name_mapping__)


def known_of(thing: object) -> dict[str, Any]:
    """The attributes of a CDK object that are known without a message."""
    return cast(dict[str, Any], vars(thing).setdefault(_KNOWN, {}))


def ask(thing: object, attribute: str) -> Any:  # noqa: ANN401 - whatever the attribute is
    """An attribute of a CDK object that never changes: it is read at most once."""
    known = known_of(thing)
    if attribute not in known:
        known[attribute] = getattr(thing, attribute)
    return known[attribute]


def tell(thing: object, attribute: str, value: object) -> None:
    """Remember an attribute of a CDK object that is already known."""
    known_of(thing)[attribute] = value


def stack_of(scope: Construct) -> cdk.Stack:
    """The stack that a construct is in, or is; a stack needs no message."""
    return scope if isinstance(scope, cdk.Stack) else cdk.Stack.of(scope)


@cache
def seconds(number: int) -> cdk.Duration:
    """A duration, created once."""
    duration = cdk.Duration.seconds(number)
    tell(duration, "milliseconds", number * 1000)
    return duration


def milliseconds(duration: cdk.Duration) -> float | None:
    """The length of a duration, read once; None if it is known only at deployment."""
    known = known_of(duration)
    if "milliseconds" not in known:
        known["milliseconds"] = None if duration.is_unresolved() else duration.to_milliseconds()
    return cast(float | None, known["milliseconds"])


def part_of_arn(arn: str, separator: str, index: int) -> str:
    """One part of an ARN; of a text that CDK has still to look up, the text itself."""
    if separator in arn:
        return arn.split(separator)[index]
    return cdk.Fn.select(index, cdk.Fn.split(separator, arn)) if "${Token[" in arn else arn


@cache
def service(name: str) -> iam.ServicePrincipal:
    """A service principal, created once."""
    return iam.ServicePrincipal(name)
