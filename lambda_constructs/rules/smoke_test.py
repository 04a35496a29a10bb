"""Rules for smoke tests."""

from __future__ import annotations

from .environment import environment_size
from .rule import Words, rule
from .urls import LAMBDA_QUOTAS_URL


@rule(
    "smoke-test-size",
    why="The smoke tests of a stack are in the environment of one function: Lambda refuses more than 4 KB.",
    source=LAMBDA_QUOTAS_URL,
)
def smoke_test_size(_: Words, option: str, size: int) -> str | None:
    """The payload and the expected response have at most 4,096 bytes as JSON."""
    if size <= environment_size.high:
        return None
    return (
        f"{option} has {size} bytes as JSON, Lambda allows {environment_size.high} for the smoke tests of a "
        "stack; pass a shorter payload, or your own function"
    )
