"""`plan`: print the input of Lambda Power Tuning for a deployed function."""

from __future__ import annotations

import argparse
import json
import re

from ..advice import check
from ..files import File
from ..json_values import Json
from ..rules.arguments import sizing_argument
from ..rules.plan import plan_function, plan_payload
from .answer import Answer
from .options import check_memory_size

_ARN = re.compile(r"arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]+(:[A-Za-z0-9$_-]+)?")
# The ARN of a function has seven parts. Power Tuning does not support an eighth part, the version or alias:
# https://github.com/alexcasalboni/aws-lambda-power-tuning/issues/166
_ARN_PARTS = 7
# From the least memory to that of two CPUs, with smaller steps where CPU is scarce.
_SIZES = (128, 256, 512, 768, 1_024, 1_536, 1_769, 3_008)
_SAMPLES = 50  # per size; Power Tuning discards two fifths
# `validateInput` in lambda/initializer.js of Power Tuning.
_SAMPLES_MINIMUM = 5
# More samples exceed an account's concurrency in parallel, and the tool's timeout sequentially.
_SAMPLES_MAXIMUM = 1_000


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("arn", metavar="ARN", help="ARN of the function or of its alias")
    parser.add_argument("--payload", metavar="FILE", help="JSON file with an event (default: {})")
    parser.add_argument("--sizes", type=_sizes, default=_SIZES, metavar="MB,MB,...")
    parser.add_argument(
        "--samples",
        type=int,
        default=_SAMPLES,
        metavar="NUMBER",
        help="invocations per size (default: %(default)s)",
    )


def run(arguments: argparse.Namespace) -> Answer:
    """The input of a sequential measurement that does not change the function's memory size.

    Power Tuning does not support an alias: it measures what was deployed last, which is what the alias points
    at after the rollout.
    """
    arn, samples = arguments.arn, arguments.samples
    check("plan", plan_function, arn, known=_ARN.fullmatch(arn) is not None)
    check("plan", sizing_argument, "samples", samples, _SAMPLES_MINIMUM, _SAMPLES_MAXIMUM, whole=True)
    for size in arguments.sizes:
        check_memory_size("plan", size)
    asked: dict[str, Json] = {
        "lambdaARN": ":".join(arn.split(":")[:_ARN_PARTS]),
        "powerValues": list(arguments.sizes),
        "num": samples,
        "payload": {} if arguments.payload is None else File(arguments.payload).json(plan_payload),
        "parallelInvocation": False,
        "strategy": "cost",
        "includeOutputResults": True,
        "autoOptimize": False,
    }
    return Answer(text=json.dumps(asked, indent=2), data=asked)


def _sizes(text: str) -> tuple[int, ...]:
    """Parse the sizes of an argument."""
    try:
        return tuple(dict.fromkeys(int(part) for part in text.split(",")))
    except ValueError as error:
        problem = f"{text!r} is not a list such as 512,1024"
        raise argparse.ArgumentTypeError(problem) from error
