"""Rules for the table of processed events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .rule import Words, rule

IDEMPOTENCY_KEY: Final = "id"  # Powertools' default
TEXT_TYPE: Final = "S"  # DynamoDB's type of strings


@rule(
    "idempotency-table-key",
    why="Powertools writes items with the key `id`: DynamoDB refuses every one of them, and every invocation "
    "fails.",
    source="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html",
)
def idempotency_table_key(_: Words, keys: Sequence[str], types: Sequence[str]) -> str | None:
    """The table has the partition key `id`, a string, and no sort key."""
    if list(keys) == [IDEMPOTENCY_KEY] and list(types) == [TEXT_TYPE]:
        return None
    found = " and ".join(f"{key} ({kind})" for key, kind in zip(keys, types, strict=False))
    return (
        f"idempotency.table has the key {found}, Powertools expects {IDEMPOTENCY_KEY} ({TEXT_TYPE}); pass "
        "another table, or leave it out"
    )
