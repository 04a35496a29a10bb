"""Messages name a few of many resources, and count the others: a long list hides what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from lambda_constructs.rules.names import first_of
from tests.rules.case import Case
from tests.rules.cases import CASES

# What they list is to be corrected all at once, before the next synthesis.
COMPLETE: Final = {
    "hash-mismatch",
    "lock-remote-package",
    "lock-stale",
    "lock-without-hashes",
    "source-link-outside",
    "source-not-locked",
    "wheel-missing",
}
# Lists of options, kinds, features, runtimes or actions, of which there are few.
FEW: Final = {
    "destination-kind",
    "durable-checkpoints",
    "edge-features",
    "function-excludes",
    "idempotency-table-key",
    "image-excludes",
    "layer-incompatible",
    "lock-option",
    "python-code-runtime",
    "regulated-option-missing",
    "task-without-retry",
}


def names(number: int) -> list[str]:
    return [f"Shop/Workload{each:03}" for each in range(number)]


def longest(case: Case, number: int) -> int:
    """The longest message of a rule whose lists and mappings have this number of names."""

    def many(value: object) -> object:
        if isinstance(value, Mapping):
            item = next(iter(value.values()), "")
            return dict.fromkeys(names(number), item)
        is_names = isinstance(value, list | tuple | set | frozenset) and all(
            isinstance(each, str) for each in value
        )
        return names(number) if is_names and value else value

    args = tuple(map(many, case.args))
    other = replace(case, args=args, kwargs={key: many(value) for key, value in case.kwargs.items()})
    try:
        return max(len(other.verdict or ""), len(other.of_template or ""))
    except (LookupError, TypeError, ValueError):  # it needs names that it knows
        return 0


def test_no_message_grows_with_the_number_of_names() -> None:
    growing = {case.rule.code for case in CASES if longest(case, 60) > longest(case, 20) + 2}

    assert growing == COMPLETE | FEW


def test_names_and_the_number_of_the_others() -> None:
    assert first_of(["A"]) == "A"
    assert first_of("AB") == "A and B"
    assert first_of("ABCDE") == "A, B, C, D and E"
    assert first_of("ABCDEFG") == "A, B, C, D, E and 2 more"
