"""One mistake, as a program with the mistake and the same program without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol, cast

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

from lambda_constructs import FunctionOptions


class Plain(Protocol):
    """Makes the program with CDK's own constructs, with or without the mistake."""

    def __call__(self, stack: cdk.Stack, /, *, wrong: bool) -> None:
        """Add the constructs to a stack."""
        ...


Ours = Callable[[cdk.Stack], object]


@dataclass(frozen=True)
class Mistake:
    """A mistake that would hurt in production.

    Attributes:
        title: What is wrong.
        plain: Makes the program with CDK's own constructs, with or without the mistake.
        ours: Makes the mistake with a construct of this library; None if that is impossible.
        instead: What the constructs do instead if the mistake is impossible.
    """

    title: str
    plain: Plain
    ours: Ours | None = None
    instead: str = ""


MISTAKES: Final[list[Mistake]] = []


def mistake(title: str, ours: Ours | None = None, *, instead: str = "") -> Callable[[Plain], Plain]:
    """Register the decorated function as a mistake."""

    def enter(plain: Plain) -> Plain:
        MISTAKES.append(Mistake(title, plain, ours, instead))
        return plain

    return enter


def _given(more: dict[str, Any]) -> dict[str, Any]:
    code = lambda_.Code.from_inline("def handler(event, context): ...")
    return {"code": code, "handler": "index.handler", "runtime": lambda_.Runtime.PYTHON_3_14, **more}


def options(**more: Any) -> FunctionOptions:
    """The options that every workload needs, and more."""
    return cast(FunctionOptions, _given(more))


def function(stack: cdk.Stack, construct_id: str = "Function", **more: Any) -> lambda_.Function:
    """A function made with CDK's own construct."""
    return lambda_.Function(stack, construct_id, **_given(more))


def alias(of: lambda_.Function, **more: Any) -> lambda_.Alias:
    """The alias `live` of the function's current version."""
    return lambda_.Alias(of.stack, "Live", alias_name="live", version=of.current_version, **more)


def queue(
    stack: cdk.Stack, *, timeout: int = 30, receives: int = 5, kept: int = 14, **more: Any
) -> sqs.Queue:
    """A correct queue for a function with this timeout in seconds, which keeps dead letters for some days."""
    dead = sqs.Queue(stack, "Dead", retention_period=cdk.Duration.days(kept))
    given: dict[str, Any] = {
        "visibility_timeout": cdk.Duration.seconds(6 * timeout),
        "dead_letter_queue": sqs.DeadLetterQueue(queue=dead, max_receive_count=receives),
        **more,
    }
    return sqs.Queue(stack, "Queue", **given)


def seconds(count: int) -> cdk.Duration:
    """A duration."""
    return cdk.Duration.seconds(count)
