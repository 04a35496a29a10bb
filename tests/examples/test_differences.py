"""Differences that are told."""

from examples.differences import differences


def test_only_what_differs_is_told() -> None:
    many = {f"order-{number}": 1 for number in range(100)}

    assert differences({"orders": (many, {**many, "order-7": 2}), "failed": ([], [])}) == [
        "expected orders: {'order-7': 1}, found: {'order-7': 2}"
    ]
    assert differences({"failed": (list(many), list(many)[1:])}) == [
        "expected failed (beyond 99 in common): ['order-0'], found: []"
    ]
