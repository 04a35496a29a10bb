"""Every rule answers with a sentence or with nothing, whatever the values: 100,000 of them."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

import lambda_constructs.rules.catalogue
import lambda_constructs.sizing.rules  # noqa: F401 - fills the catalogue
from lambda_constructs.rules.routes import Route
from lambda_constructs.rules.rule import CATALOGUE, Words

CALLS: Final = 100_000
TEXTS: Final = (
    "",
    "x",
    "GET /orders/{id}",
    "ANY /{proxy+}",
    "Canary",
    "$LATEST",
    "arn:aws:sqs:eu-west-1:123456789012:orders.fifo",
    "{{resolve:secretsmanager:x}}",
    "python3.12",
    "provided.al2023",
    "rate(1 hour)",
    "cron(0 8 ? * MON-FRI *)",
    "at(2027-01-31T03:00:00)",
    "https://shop.example",
    '{"a": [1]}',
    "\n",
    "é" * 300,
    "{" * 5000,
    "\ud800",
)
SIZES: Final = (0, 1, 2, 3, 8)
NUMBERS: Final = (0, 1, -1, 2, 3, 10, 59, 60, 99, 100, 128, 900, 901, 4096, 43_200, 86_400, 10**9, -(10**9))
FRACTIONS: Final = (*NUMBERS, 0.0, 0.1, 0.5, -0.0, 1e-9, 1.5, math.inf, -math.inf, math.nan)


PLAIN: Final[dict[object, tuple[object, ...]]] = {
    bool: (True, False),
    int: NUMBERS,
    float: FRACTIONS,
    str: TEXTS,
    object: (None, *TEXTS, *FRACTIONS),
    NoneType: (None,),
}


def drawn(kind: Any, chance: random.Random) -> object:
    """A value of an annotated type."""
    if kind in PLAIN:
        return chance.choice(PLAIN[kind])
    if kind is Route:
        return Route(chance.choice(("GET", "ANY", "")), chance.choice(TEXTS))
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType, Literal):
        return drawn(chance.choice(inner), chance) if origin is not Literal else chance.choice(inner)
    if origin is Mapping:
        return {drawn(inner[0], chance): drawn(inner[1], chance) for _ in range(chance.choice(SIZES))}
    if origin is tuple and ... not in inner:
        return tuple(drawn(each, chance) for each in inner)
    items = (drawn(inner[0], chance) for _ in range(chance.choice(SIZES)))
    return tuple(items) if origin is tuple else list(items)


def test_every_rule_answers_with_a_sentence_or_with_nothing() -> None:
    for rule in CATALOGUE.values():
        chance = random.Random(rule.code)  # noqa: S311 - not for secrets
        hints = get_type_hints(rule.check)
        assert hints.pop("return") == str | None
        assert hints.pop(next(iter(hints))) is Words
        for _ in range(-(-CALLS // len(CATALOGUE))):
            values = {name: drawn(kind, chance) for name, kind in hints.items()}
            if rule.names:  # the names of options are this library's, never a user's
                values |= {key: chance.choice([*rule.names]) for key in values.keys() & {"option", "options"}}
            violation = rule(**values)
            assert violation is None or (violation and isinstance(violation, str)), (rule.code, values)
