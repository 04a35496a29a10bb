"""Rules for the visibility timeout of a queue that a function reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..template.sources import consumers
from ..template.template import Template
from ..template.values import Unknown
from .derive import visibility_timeout as enough
from .function import TIMEOUT_DEFAULT
from .rule import Place, Words, at, rule
from .urls import SQS_SOURCE_URL

VISIBILITY_TIMEOUT_DEFAULT: Final = 30  # seconds, when a queue sets none: SQS_QUEUE_URL

_NAMES = {
    "visibility": ("visibility_timeout", "VisibilityTimeout"),
    "timeout": ("timeout", "Timeout"),
    "window": ("max_batching_window", "MaximumBatchingWindowInSeconds"),
}


@rule(
    accepted=True,
    why="SQS delivers a message again when it becomes visible before the function has processed it.",
    source=SQS_SOURCE_URL,
    names=_NAMES,
)
def visibility_below_timeout(words: Words, visibility: int, *, timeout: int, window: int) -> str | None:
    """At least six times the function's timeout plus the batching window."""
    needed = enough(timeout, window)
    if visibility >= needed:
        return None
    fix = words(
        f"set visibility_timeout=Duration.seconds({needed}) on the queue",
        f"set VisibilityTimeout to {needed}",
    )
    return (
        f"{words.visibility} of the queue is {visibility} seconds, but a {words.timeout} of {timeout} and a "
        f"{words.window} of {window} need 6 x {timeout} + {window} = {needed}; {fix}, or lower "
        f"{words.timeout}"
    )


@rule(why="Lambda refuses the mapping.", source=SQS_SOURCE_URL, names=_NAMES)
def visibility_below_function_timeout(
    words: Words, visibility: int, *, timeout: int, window: int
) -> str | None:
    """At least the function's timeout."""
    if visibility >= timeout:
        return None
    return (
        f"{words.visibility} of the queue is {visibility} seconds, but {words.timeout} is {timeout}; "
        f"set {words.visibility} to {enough(timeout, window)}, or lower {words.timeout}"
    )


@visibility_below_timeout.in_template
def _(template: Template) -> Iterator[Place]:
    return (each for each in _visibilities(template) if not _is_refused(each))


@visibility_below_function_timeout.in_template
def _(template: Template) -> Iterator[Place]:
    return filter(_is_refused, _visibilities(template))


def _is_refused(place: Place) -> bool:
    """Whether Lambda refuses it, so that the first rule need not be asked."""
    visibility, timeout = place.values[0], place.named["timeout"]
    return isinstance(visibility, int) and isinstance(timeout, int) and visibility < timeout


def _visibilities(template: Template) -> Iterator[Place]:
    for consumer in consumers(template):
        if consumer.kind != "queue" or consumer.idle:
            continue
        queue, mapping = consumer.source, consumer.mapping
        functions = [] if consumer.target is None else [consumer.target.function]
        named = {
            "timeout": consumer.of_function("Timeout", default=TIMEOUT_DEFAULT),
            "window": mapping.integer("MaximumBatchingWindowInSeconds", default=0),
        }
        if queue is None:
            yield at(mapping, "EventSourceArn", Unknown("the queue"), about=functions, **named)
        else:
            visibility = queue.integer("VisibilityTimeout", default=VISIBILITY_TIMEOUT_DEFAULT)
            yield at(queue, "VisibilityTimeout", visibility, about=[mapping, *functions], **named)


@rule(
    why="CDK does not know the visibility timeout of an imported queue. If it is too short, SQS delivers "
    "messages again while the function processes them.",
    source=SQS_SOURCE_URL,
)
def visibility_unknown(_: Words, timeout: int, window: int) -> str | None:
    """An imported queue needs its visibility timeout as an option."""
    return (
        "the queue is imported and its visibility timeout is unknown; pass the one it has as "
        f"visibility_timeout=..., at least 6 x {timeout} + {window} = {enough(timeout, window)} seconds"
    )
