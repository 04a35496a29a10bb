"""Cheaper ways to make CDK objects and to ask them.

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

T = TypeVar("T")
_KNOWN: Final = "_lambda_constructs_known"


def make(kind: type[T], /, *args: object, **options: object) -> T:
    """Create a CDK object; the options are CDK's own, and structures among them dicts with CDK's own keys.

    The options have passed a guard, and a test compares their names with the class's.
    """
    made: Any = kind.__new__(kind)
    keys = _keys(kind.__module__, kind.__name__)
    given = {keys[name]: value for name, value in options.items() if value is not None}
    jsii.create(kind, made, [*args, given] if given else [*args])
    return cast(T, made)


@cache
def _keys(module: str, name: str) -> Mapping[str, str]:
    """How CDK writes the options of a class that Python writes with underscores."""
    properties = getattr(sys.modules[module], f"{name}Props")
    return cast(Mapping[str, str], properties.__jsii_name_mapping__)


def known_of(thing: object) -> dict[str, Any]:
    """What is known of a CDK object without asking."""
    return cast(dict[str, Any], vars(thing).setdefault(_KNOWN, {}))


def ask(thing: object, attribute: str) -> Any:  # noqa: ANN401 - whatever the attribute is
    """An attribute of a CDK object that never changes: asked at most once."""
    known = known_of(thing)
    if attribute not in known:
        known[attribute] = getattr(thing, attribute)
    return known[attribute]


def tell(thing: object, attribute: str, value: object) -> None:
    """Remember what is known of a CDK object without asking."""
    known_of(thing)[attribute] = value


@cache
def seconds(number: int) -> cdk.Duration:
    """A duration, made once."""
    duration = cdk.Duration.seconds(number)
    tell(duration, "milliseconds", number * 1000)
    return duration


def milliseconds(duration: cdk.Duration) -> float | None:
    """The length of a duration, asked once; None if it is known only at deployment."""
    known = known_of(duration)
    if "milliseconds" not in known:
        known["milliseconds"] = None if duration.is_unresolved() else duration.to_milliseconds()
    return cast(float | None, known["milliseconds"])


@cache
def service(name: str) -> iam.ServicePrincipal:
    """A service as principal, made once."""
    return iam.ServicePrincipal(name)
