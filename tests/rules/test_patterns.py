"""Two patterns overlap if some text matches both."""

from __future__ import annotations

from lambda_constructs.rules.patterns import covers, overlap
from tests.for_each import for_each

OVERLAPPING = [
    ("", ""),
    ("*", ""),
    ("bucket/in/*", "bucket/in/a.png"),
    ("bucket/*", "bucket/in/*"),
    ("bucket/in/*.png", "bucket/*"),
    ("*.png", "in/*"),
    ("a?c", "abc"),
    ("a?c", "a*"),
    ("s3:Put*", "s3:PutObject"),
    ("*", "arn:aws:s3:::bucket"),
    ("*a*b*", "*b*a*"),
]
APART = [
    ("", "a"),
    ("in/*", "out/*"),
    ("*.png", "*.json"),
    ("a?c", "ac"),
    ("bucket/in/*", "bucket/in"),
    ("bucket", "bucket/*"),
    ("*a", "*b"),
]


@for_each(("one", "other"), OVERLAPPING)
def test_overlap(one: str, other: str) -> None:
    assert overlap(one, other)
    assert overlap(other, one)


@for_each(("one", "other"), APART)
def test_do_not_overlap(one: str, other: str) -> None:
    assert not overlap(one, other)
    assert not overlap(other, one)


def test_many_wildcards_take_no_time() -> None:
    assert not overlap("a*" * 60 + "b", "*a" * 60 + "c")


def test_long_patterns_are_no_deep_recursion() -> None:
    assert overlap("?" * 3_000, "*")


@for_each(
    ("pattern", "allowed"),
    [
        ("*", "*"),
        ("*", "bucket/a"),
        ("bucket/in/*", "bucket/in/new/*"),
        ("bucket/in/*", "bucket/in/a"),
        ("a", "a"),
    ],
)
def test_covers(pattern: str, allowed: str) -> None:
    assert covers(pattern, allowed)


@for_each(
    ("pattern", "allowed"),
    [("bucket/in/*", "bucket/*"), ("bucket/in/*", "*"), ("a", "*"), ("a", "ab"), ("in/*.png", "in/a.png")],
)
def test_does_not_cover(pattern: str, allowed: str) -> None:
    assert not covers(pattern, allowed)
