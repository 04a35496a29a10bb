"""Rules for Lambda@Edge: functions that CloudFront runs in its locations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ..template.policies import role_of
from ..template.targets import FUNCTION
from ..template.template import Resource, Template
from ..template.trigger_kinds import DISTRIBUTION, EDGE
from ..template.triggers import Trigger, triggers, triggers_by_function
from ..template.values import Unknown, Value
from ..template.views import places
from .function import ARCHITECTURE_DEFAULT, TIMEOUT_DEFAULT
from .rule import Place, Words, at, rule

_RESTRICTIONS_URL: Final = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html"
_QUOTAS_URL: Final = (
    "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html"
)
# "Quotas on Lambda@Edge": _QUOTAS_URL
VIEWER_TIMEOUT: Final = 5  # seconds
ORIGIN_TIMEOUT: Final = 30  # seconds
VIEWER_MEMORY: Final = 128  # MB
EDGE_STORAGE: Final = 512  # MB, of /tmp: _RESTRICTIONS_URL
_VIEWER: Final = ("viewer-request", "viewer-response")
_PRINCIPAL: Final = "edgelambda.amazonaws.com"
_RUNTIMES: Final = ("nodejs", "python")
# The features that Lambda@Edge lacks, each with the property that turns it on: _RESTRICTIONS_URL
_FEATURES: Final[Mapping[str, tuple[str, ...]]] = {
    "environment variables": ("Environment", "Variables"),
    "a VPC": ("VpcConfig",),
    "layers": ("Layers",),
    "a dead-letter queue": ("DeadLetterConfig",),
    "a file system": ("FileSystemConfigs",),
    "a customer managed key": ("KmsKeyArn",),
}


@rule(
    why="CloudFront refuses the distribution: it copies a numbered version to its locations.",
    source=_RESTRICTIONS_URL,
)
def edge_qualifier(_: Words, qualifier: str, *, version: bool) -> str | None:
    """A distribution names a version of its function."""
    if version:
        return None
    return f"the distribution names {qualifier}, but Lambda@Edge needs a version; publish one and name it"


@edge_qualifier.in_template
def _(template: Template) -> Iterator[Place]:
    for trigger in triggers(template):
        if trigger.name == EDGE:
            target = trigger.target
            version = target.is_version or (
                isinstance(target.qualifier, str) and target.qualifier.isdecimal()
            )
            about = [target.function]
            yield at(trigger.resource, trigger.location, target.invoked, version=version, about=about)


@rule(
    why="CloudFront refuses the distribution, because Lambda@Edge lacks these features.",
    source=_RESTRICTIONS_URL,
)
def edge_features(_: Words, features: Sequence[str]) -> str | None:
    """A Lambda@Edge function uses only features that Lambda@Edge has."""
    if not features:
        return None
    return f"Lambda@Edge does not support {', '.join(features)}; configure the function without"


@edge_features.in_template
def _(template: Template) -> Iterator[Place]:
    for function, invoked in _functions(template):
        found = list(_features(function))
        known = [name for name, used in found if used is True]
        unknown = [used for _, used in found if isinstance(used, Unknown)]
        about = [each.resource for each in invoked]
        yield at(function, "", known if known or not unknown else unknown[0], about=about)


@rule(why="CloudFront refuses the distribution.", source=_QUOTAS_URL)
def edge_timeout(_: Words, timeout: int, *, viewer: bool) -> str | None:
    """At most 30 seconds for origin events, at most 5 for viewer events."""
    maximum = VIEWER_TIMEOUT if viewer else ORIGIN_TIMEOUT
    if timeout <= maximum:
        return None
    return (
        f"Timeout is {timeout} seconds, Lambda@Edge allows {maximum} for {_events(viewer=viewer)}; lower it"
    )


@edge_timeout.in_template
def _(template: Template) -> Iterator[Place]:
    for function, invoked in _functions(template):
        timeout = function.integer("Timeout", default=TIMEOUT_DEFAULT)
        about = [each.resource for each in invoked]
        yield at(function, "Timeout", timeout, viewer=_of_viewer(invoked), about=about)


@rule(why="CloudFront refuses the distribution.", source=_QUOTAS_URL)
def edge_memory(_: Words, memory: int) -> str | None:
    """At most 128 MB for viewer events."""
    if memory <= VIEWER_MEMORY:
        return None
    events = _events(viewer=True)
    return f"MemorySize is {memory} MB, Lambda@Edge allows {VIEWER_MEMORY} for {events}; lower it"


@edge_memory.in_template
def _(template: Template) -> Iterator[Place]:
    for function, invoked in _functions(template):
        if _of_viewer(invoked):
            memory = function.integer("MemorySize", default=VIEWER_MEMORY)
            yield at(function, "MemorySize", memory, about=[each.resource for each in invoked])


def _functions(template: Template) -> Iterator[tuple[Resource, Sequence[Trigger]]]:
    """The functions that a distribution invokes; without one, those whose role Lambda@Edge can assume.

    The Serverless Framework adds a distribution, and lets all functions of the app share such a role.
    """
    elsewhere = not template.of_type(DISTRIBUTION)
    for function in template.of_type(FUNCTION):
        invoked = [each for each in triggers_by_function(template).get(function.id, ()) if each.name == EDGE]
        if invoked or (elsewhere and _is_trusted(template, function)):
            yield function, invoked


def _is_trusted(template: Template, function: Resource) -> bool:
    role = role_of(template, function)
    if role is None:
        return False
    path = ("AssumeRolePolicyDocument", "Statement", "*", "Principal", "Service")
    named = [value for _, value in places(role, *path)]
    return any(_PRINCIPAL in (value if isinstance(value, list) else [value]) for value in named)


def _of_viewer(invoked: Sequence[Trigger]) -> bool:
    """Whether a distribution invokes the function before it answers a viewer, from its cache or not."""
    return any(trigger.get("EventType") in _VIEWER for trigger in invoked)


def _features(function: Resource) -> Iterator[tuple[str, bool | Unknown]]:
    """The features, and whether the function uses them."""
    for name, path in _FEATURES.items():
        yield name, _is_used(function.get(*path))
    for name, found, usual in (
        ("arm64", function.get("Architectures", 0), ARCHITECTURE_DEFAULT),
        ("container images", function.get("PackageType"), "Zip"),
        ("X-Ray", function.get("TracingConfig", "Mode"), "PassThrough"),
    ):
        yield name, found if isinstance(found, Unknown) else found not in (None, usual)
    storage = function.integer("EphemeralStorage", "Size", default=EDGE_STORAGE)
    yield "more ephemeral storage", storage if isinstance(storage, Unknown) else storage > EDGE_STORAGE
    runtime = function.text("Runtime")
    other = isinstance(runtime, str) and not runtime.startswith(_RUNTIMES)
    yield f"runtime {runtime}", runtime if isinstance(runtime, Unknown) else other


def _is_used(value: Value) -> bool | Unknown:
    """Whether a property is set to something that is not empty."""
    if isinstance(value, Unknown):
        return value
    parts = list(value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value])
    if parts and all(isinstance(each, Unknown) and each.optional for each in parts):
        return Unknown("whether it is empty")
    return value not in (None, {}, [])


def _events(*, viewer: bool) -> str:
    return "viewer events" if viewer else "origin events"
