"""Plain values around the limits: numbers, durations, texts, tokens, and what is none of these."""

from __future__ import annotations

from typing import Any

import aws_cdk as cdk
from constructs import Construct
from hypothesis import strategies as st

from tests.fuzz.recipes import Make, make, mostly, within

Values = st.SearchStrategy[Any]

JUNK: Values = st.sampled_from(
    [
        "",
        "x",
        "512",
        -1,
        0,
        1,
        2.5,
        float("nan"),
        float("-inf"),
        True,
        False,
        b"x",
        [],
        [None],
        {},
        {"x": 1},
        (),
        object,
    ]
)
"""Of the wrong type, for most options."""


def number_parameter(stack: cdk.Stack, construct_id: str) -> float:
    """A number that is known at deployment."""
    return cdk.CfnParameter(stack, construct_id, type="Number").value_as_number


def text_parameter(stack: cdk.Stack, construct_id: str) -> str:
    """A text that is known at deployment."""
    return cdk.CfnParameter(stack, construct_id).value_as_string


def unknown_seconds(stack: cdk.Stack, construct_id: str) -> cdk.Duration:
    """A duration that is known at deployment."""
    return cdk.Duration.seconds(number_parameter(stack, construct_id))


def region(stack: Construct, _: str) -> str:
    """The region of the stack, which this one does not know."""
    return cdk.Stack.of(stack).region


NUMBER_TOKEN: Values = st.just(within(number_parameter))
TEXT_TOKEN: Values = st.sampled_from([within(text_parameter), within(region)])


def integers(low: int, high: int, *more: int) -> Values:
    """Whole numbers of a range, often its ends; now and then beyond, unknown, or no number."""
    edges = st.sampled_from([low, high, *more])
    legal = st.one_of(edges, st.integers(low, high))
    return mostly(legal, st.sampled_from([low - 1, high + 1, 0, -1]), NUMBER_TOKEN, JUNK)


def numbers(low: float, high: float, *legal: float) -> Values:
    """Numbers of a range; now and then beyond, unknown, or no number."""
    return mostly(st.sampled_from(legal), st.sampled_from([low, high, -1.0, high * 10]), NUMBER_TOKEN, JUNK)


def durations(low: int, high: int, *more: int) -> Values:
    """Durations by their seconds; now and then beyond, with a fraction, unknown, or no duration."""
    legal = st.one_of(st.sampled_from([low, high, *more]), st.integers(low, high))
    beyond = st.sampled_from([max(low - 1, 0), high + 1, 0, high * 100])
    odd: Values = st.sampled_from([make(cdk.Duration.millis, 1500), within(unknown_seconds)])
    return mostly(legal.map(_seconds), beyond.map(_seconds), odd, JUNK)


def _seconds(count: int) -> Make:
    return make(cdk.Duration.seconds, count)


def texts(*legal: str, refused: tuple[str, ...] = ()) -> Values:
    """Texts; now and then odd, unknown, or no text."""
    odd = st.sampled_from(["", " ", "ä", "x" * 5000, "a\nb", "${x}", "{{resolve:ssm:x}}", *refused])
    return mostly(st.sampled_from(legal), odd, TEXT_TOKEN, JUNK)


def booleans() -> Values:
    """True, False, and now and then what is neither."""
    return mostly(st.booleans(), JUNK)


def choices(*legal: object) -> Values:
    """One of the legal values; now and then of the wrong type."""
    return mostly(st.sampled_from(legal), JUNK)


def several(each: Values, maximum: int = 3, *, minimum: int = 0) -> Values:
    """Lists; now and then something else."""
    return mostly(st.lists(each, min_size=minimum, max_size=maximum), JUNK)
