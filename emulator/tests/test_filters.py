"""Filters of event source mappings: every operator, on messages that match and on messages that do not."""

import json
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import ClientError

from emulator.tests.fidelity import Fidelity
from emulator.tests.support import observed, printed
from emulator.tests.workers import PRINTS_BODIES, Queue, function
from lambda_constructs_emulator.process import Emulator

GUIDE = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html"

pytestmark = pytest.mark.deploy


class Operator(NamedTuple):
    """An operator in a pattern for the body of a message, and bodies that match it and that do not."""

    name: str
    pattern: Any
    matching: tuple[Any, ...]
    other: tuple[Any, ...]


def field(value: Any) -> dict[str, Any]:
    return {"a": value}


OPERATORS = (
    Operator("Equals", {"a": ["x"]}, (field("x"), field(["y", "x"])), (field("y"), {"b": "x"}, "x")),
    Operator("Null", {"a": [None]}, (field(None),), (field(""), {})),
    Operator("Empty", {"a": [""]}, (field(""),), (field(None), field(" "))),
    Operator("Equals, of numbers", {"a": [1]}, (field(1),), (field("1"), field(True))),
    Operator("Equals, without case", {"a": [{"equals-ignore-case": "aBc"}]}, (field("AbC"),), (field("ab"),)),
    Operator("And", {"a": ["x"], "b": ["y"]}, ({"a": "x", "b": "y"},), (field("x"), {"b": "y"})),
    Operator("Or of fields", {"$or": [{"a": ["x"]}, {"b": ["y"]}]}, (field("x"), {"b": "y"}), ({"b": "x"},)),
    Operator("Not", {"a": [{"anything-but": ["x"]}]}, (field("y"),), (field("x"), {"b": "y"})),
    Operator("Numeric", {"a": [{"numeric": [">", 0, "<=", 5]}]}, (field(5),), (field(0), field("5"))),
    Operator("Exists", {"a": [{"exists": True}]}, (field(None), field(0)), (field({"b": 1}), {"b": 1})),
    Operator("Does not exist", {"a": [{"exists": False}]}, ({"b": 1}, field({"b": 1})), (field(0),)),
    Operator("Begins with", {"a": [{"prefix": "x"}]}, (field("xy"),), (field("yx"), field(1))),
    Operator("Ends with", {"a": [{"suffix": "x"}]}, (field("yx"),), (field("xy"),)),
    Operator(
        "An address in a block", {"a": [{"cidr": "10.0.0.0/24"}]}, (field("10.0.0.9"),), (field("10.0.1.9"),)
    ),
    Operator(
        "A field of a field", {"a": {"b": ["x"]}}, (field({"b": "x"}), field([{"b": "x"}])), (field("x"),)
    ),
    Operator("A text", ["plain"], ("plain",), ("other", field("plain"))),
)
FIDELITY = Fidelity(
    "AWS Lambda: event filtering",
    GUIDE,
    {"test_every_operator": [(f"{each.name} filters the messages of a queue", GUIDE) for each in OPERATORS]},
)
NO_PATTERNS = (
    "text",
    "[]",
    '{"body": "x"}',
    '{"body": {"a": "x"}}',
    '{"body": {"a": []}}',
    '{"body": {"a": [{"unknown": 1}]}}',
    '{"body": {"a": [{"numeric": ["~", 1]}]}}',
    '{"body": {"a": [{"wildcard": "x*"}]}}',
    '{"body": {"$or": [{"a": [{"anything-but": {"prefix": "x"}}]}, {"b": [1]}]}}',
)


def body_of(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@pytest.mark.slow
def test_every_operator(emulator: Emulator) -> None:
    with function(emulator, "filters", PRINTS_BODIES) as client:
        expected = []
        for number, operator in enumerate(OPERATORS):
            queue = Queue(emulator, f"filtered-{number}", VisibilityTimeout="60")
            client.create_event_source_mapping(
                FunctionName="filters",
                EventSourceArn=queue.arn,
                BatchSize=1,
                FilterCriteria={"Filters": [{"Pattern": json.dumps({"body": operator.pattern})}]},
            )
            queue.send(*map(body_of, operator.other), *map(body_of, operator.matching))
            expected += [[body_of(each)] for each in operator.matching]

        found = observed(lambda: printed(emulator, "filters"), lambda found: len(found) >= len(expected), 30)

    assert sorted(found) == sorted(expected)


def test_a_filter_that_is_no_pattern_is_refused(emulator: Emulator) -> None:
    queue = Queue(emulator, "filtered")
    with function(emulator, "filters", PRINTS_BODIES) as client:
        accepted = []
        for pattern in NO_PATTERNS:
            filters = {"Filters": [{"Pattern": pattern}]}
            try:
                client.create_event_source_mapping(
                    FunctionName="filters", EventSourceArn=queue.arn, FilterCriteria=filters
                )
            except ClientError as error:
                assert "Invalid filter pattern definition." in str(error)  # noqa: PT017 - each of them
            else:
                accepted.append(pattern)

    assert accepted == []
