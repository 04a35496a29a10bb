"""Values that are known in parts: as texts, and to compare."""

from __future__ import annotations

from lambda_constructs.template.values import Reference, Text, Unknown, Value, flat, is_known, text_of
from tests.for_each import for_each

STAGE = Unknown("parameter Stage")
QUEUE = Reference("Queue", "Arn")


@for_each(
    ("parts", "text"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "ab"),
        (["n", 1, 2.5, True, False], "n12.5truefalse"),
        ([QUEUE], QUEUE),
        ([STAGE], STAGE),
        (["a", "b", STAGE, "c", "d"], Text(("ab", STAGE, "cd"))),
        ([Text(("a", STAGE)), Text((QUEUE, "b")), "c"], Text(("a", STAGE, QUEUE, "bc"))),
        (["a", None], Unknown("a part that is not a string")),
        (["a", ["b"]], Unknown("a part that is not a string")),
        (["a", {"b": "c"}], Unknown("a part that is not a string")),
    ],
)
def test_text_of_parts(parts: list[Value], text: Value) -> None:
    assert text_of(parts) == text


@for_each(
    ("value", "text"),
    [
        ("a", "a"),
        (1, "1"),
        (True, "true"),
        (STAGE, "<parameter Stage>"),
        (Unknown("Fn::ImportValue", "'Shop-Queue'"), "<Fn::ImportValue 'Shop-Queue'>"),
        (Reference("Queue"), "<Queue>"),
        (QUEUE, "<Queue.Arn>"),
        (Reference("Function", "Arn", 6), "<Function.Arn[6]>"),
        (Text(("a", STAGE, "b")), "a<parameter Stage>b"),
        (["a"], "<?>"),
        (None, "<?>"),
    ],
)
def test_flat_text_names_what_is_not_known(value: Value, text: str) -> None:
    assert flat(value) == text


@for_each("value", ["a", 1, None, ["a", {"b": [1]}], {}])
def test_known(value: Value) -> None:
    assert is_known(value)


@for_each("value", [STAGE, QUEUE, Text(("a", STAGE)), ["a", STAGE], {"b": [{"c": QUEUE}]}])
def test_not_known(value: Value) -> None:
    assert not is_known(value)
