"""`plan`: the input for Lambda Power Tuning, against a deployed function or its alias."""

from __future__ import annotations

import argparse
import json
import re

from ...rules.ranges import memory_size_range
from .. import defaults, limits
from ..checks import memory as arguments_rules
from ..checks import plan as rules
from ..files import File
from ..findings import check, refuse
from ..json_values import Json, parse_json

_ARN = re.compile(r"arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]+(:[A-Za-z0-9$_-]+)?")
# Of a function; an eighth one is its version or alias, which Power Tuning refuses (its issue 166).
_ARN_PARTS = 7
# At once more than an account may run, one after the other more than the tool waits.
_SAMPLES_MAXIMUM = 1_000


def add(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("arn", metavar="ARN", help="the function's, or that of its alias")
    parser.add_argument("--payload", metavar="FILE", help="JSON of an event; without it the event is {}")
    parser.add_argument("--sizes", type=_sizes, default=defaults.PLAN_SIZES, metavar="MB,MB,...")
    parser.add_argument(
        "--samples",
        type=int,
        default=defaults.PLAN_SAMPLES,
        metavar="NUMBER",
        help="invocations per size (default: %(default)s)",
    )


def run(arguments: argparse.Namespace) -> str:
    """The JSON."""
    return json.dumps(plan(arguments.arn, arguments.payload, arguments.sizes, arguments.samples), indent=2)


def plan(arn: str, payload: str | None, sizes: tuple[int, ...], samples: int) -> dict[str, Json]:
    """What to measure: one invocation after the other, changing nothing in the end.

    Args:
        arn: The function's, or that of its alias. Power Tuning only takes the former: it measures what was
            deployed last, which is what the alias points at once a rollout has ended.
        payload: A file with the event.
        sizes: MB.
        samples: Invocations per size.

    Raises:
        ConfigurationError: The ARN is none of a function, the payload is no JSON, or there are fewer samples
            than the tool takes.
    """
    where = "plan"
    found = _ARN.fullmatch(arn)
    check(where, rules.plan_function, arn, known=found is not None)
    least = limits.TUNING_SAMPLES_MINIMUM
    check(where, arguments_rules.sizing_argument, "samples", samples, least, _SAMPLES_MAXIMUM, whole=True)
    low, high = memory_size_range.low, memory_size_range.high
    for size in sizes:
        check(where, arguments_rules.sizing_argument, "sizes", size, low, high, whole=True)
    return {
        "lambdaARN": ":".join(arn.split(":")[:_ARN_PARTS]),
        "powerValues": list(sizes),
        "num": samples,
        "payload": {} if payload is None else _payload(payload),
        "parallelInvocation": False,
        "strategy": "cost",
        "includeOutputResults": True,
        "autoOptimize": False,
    }


def _payload(path: str) -> Json:
    text = File(path).text()
    try:
        return parse_json(text)
    except ValueError as error:
        refuse(path, rules.plan_payload, str(error))


def _sizes(text: str) -> tuple[int, ...]:
    """Sizes from an argument."""
    return tuple(int(part) for part in text.split(","))
