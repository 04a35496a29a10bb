"""Rules for the filters of SNS subscriptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod
from typing import Final

from .event_pattern import pattern_fault
from .rule import Words, rule

_POLICY_URL: Final = "https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html"
POLICY_KEYS_MAXIMUM: Final = 5  # _POLICY_URL
POLICY_COMBINATIONS_MAXIMUM: Final = 150  # _POLICY_URL


@rule("topic-filter", why="SNS refuses the subscription, or no message matches it.", source=_POLICY_URL)
def topic_filter(_: Words, option: str, policy: Mapping[str, object]) -> str | None:
    """1 to 5 keys, lists of conditions that are not empty, and at most 150 combinations of them."""
    if (fault := pattern_fault(policy) or ("a key is empty" if "" in policy else None)) is not None:
        return f"source.{option}: {fault}; pass conditions, such as string_filter(allowlist=['order'])"
    if len(policy) > POLICY_KEYS_MAXIMUM:
        return f"source.{option} has {len(policy)} keys, SNS allows {POLICY_KEYS_MAXIMUM}; use fewer"
    combinations = prod(_combinations(policy, 1))
    if combinations <= POLICY_COMBINATIONS_MAXIMUM:
        return None
    return (
        f"source.{option} has {combinations} combinations of values, SNS allows "
        f"{POLICY_COMBINATIONS_MAXIMUM}; use fewer values"
    )


def _combinations(policy: Mapping[str, object], depth: int) -> Iterator[int]:
    """The factors of the number of combinations: the values of each key, times its depth."""
    for value in policy.values():
        if isinstance(value, Mapping):
            yield from _combinations(value, depth + 1)
        elif isinstance(value, list):
            yield depth * len(value)
