"""The table, continued: event patterns, filters of mappings and of topics."""

from __future__ import annotations

from typing import Final

from lambda_constructs.rules import event, event_pattern, filter_pattern
from lambda_constructs.template.sources import SourceKind
from tests.rules.case import Case, accept, refuse


def patterns_of(operators: tuple[dict[str, object], ...]) -> list[dict[str, object]]:
    return [{"detail": {"a": [each]}} for each in operators]


OPERATORS: Final[tuple[dict[str, object], ...]] = (
    {"prefix": "o"},
    {"suffix": {"equals-ignore-case": ".PNG"}},
    {"equals-ignore-case": "o"},
    {"wildcard": r"*/a\*\\/*.jpg"},
    {"exists": False},
    {"cidr": "10.0.0.1/24"},
    {"cidr": "2001:db8::/32"},
    {"numeric": ["=", 5]},
    {"numeric": ["<=", -5e9]},
    {"numeric": [">", 0, "<=", 5.5]},
    {"anything-but": "o"},
    {"anything-but": 5},
    {"anything-but": [5, 6]},
    {"anything-but": ["a", "b"]},
    {"anything-but": {"prefix": "a"}},
    {"anything-but": {"wildcard": ["*a", "b*"]}},
)
BAD_OPERATORS: Final[tuple[dict[str, object], ...]] = (
    {},
    {"begins": "o"},
    {"Prefix": "o"},
    {"prefix": "o", "suffix": "r"},
    {"prefix": 5},
    {"prefix": ["o"]},
    {"prefix": None},
    {"prefix": {"equals-ignore-case": 5}},
    {"prefix": {"equals-ignore-case": "a", "prefix": "b"}},
    {"suffix": {"prefix": "a"}},
    {"equals-ignore-case": ["o"]},
    {"wildcard": "a**b"},
    {"wildcard": r"a\b"},
    {"wildcard": "a\\"},
    {"wildcard": 5},
    {"exists": "true"},
    {"cidr": "10.0.0.0"},
    {"cidr": "10.0.0.0/33"},
    {"cidr": "shop/24"},
    {"cidr": 10},
    {"numeric": 5},
    {"numeric": []},
    {"numeric": [">"]},
    {"numeric": ["==", 5]},
    {"numeric": [">", "5"]},
    {"numeric": [">", True]},
    {"numeric": ["=", 5.1e9]},
    {"numeric": [">", 5, "<", 5]},
    {"numeric": ["<", 5, ">", 0]},
    {"numeric": [">", 0, ">", 1]},
    {"numeric": [">", 0, "<", 1, "=", 5]},
    {"anything-but": []},
    {"anything-but": ["a", 5]},
    {"anything-but": True},
    {"anything-but": None},
    {"anything-but": [["a"]]},
    {"anything-but": {"prefix": ""}},
    {"anything-but": {"prefix": []}},
    {"anything-but": {"prefix": 5}},
    {"anything-but": {"exists": True}},
    {"anything-but": {"prefix": "a", "suffix": "b"}},
    {"anything-but": {"wildcard": "**"}},
)
PATTERNS: Final[tuple[dict[str, object], ...]] = (
    {"source": ["shop"]},
    {"detail": {"total": [{"numeric": [">", 5]}], "kind": ["order", None, True, 5]}},
    {"detail": {"$or": [{"a": ["b"]}, {"c": [{"exists": False}]}]}},
    {"detail": {"known only at deployment": object(), "in an operator": [{"prefix": object()}, object()]}},
    {"detail": object(), "account": ["123456789012"], "source": object()},
    {"$or": [{"source": ["a"]}, {"detail-type": ["b"]}]},
    *patterns_of(OPERATORS),
)
BAD_PATTERNS: Final[tuple[dict[str, object], ...]] = (
    {},
    {"detail-type": []},
    {"detail": {}},
    {"detail": {"total": 5}},
    {"detail": {"kind": "order"}},
    {"detail": {"kind": None}},
    {"detail": {"kind": [["order"]]}},
    *patterns_of(BAD_OPERATORS),
    {"detail": {"$or": {"a": ["b"]}}},
    {"detail": {"$or": []}},
    {"detail": {"$or": [{"a": []}]}},
    {"detail": {"$or": ["a", "b"]}},
    {"detail": {"$or": [{"a": ["b"]}]}},
    {"detail": [{"exists": True}]},
    {"detail": ["a"]},
    {"account": [123456789012]},
    {"source": [None]},
    {"resources": [True]},
    {"detailType": ["a"]},
    {"detail_type": ["a"]},
    {"$or": [{"source": ["a"]}, {"Source": ["b"]}]},
)
# By the kind of their source.
FILTERS: Final[dict[SourceKind, tuple[str, ...]]] = {
    "queue": (
        '{"body": {"kind": ["order"]}}',
        '{"body": ["order", 5, null]}',
        '{"body": [{"prefix": "order"}]}',
        '{"$or": [{"body": ["a"]}, {"body": {"b": ["{not json"]}}]}',
        '{"body": {"$or": [{"a": ["b"]}, {"c": ["d"]}]}}',
    ),
    "kinesis": ('{"data": {"kind": ["order"]}}',),
    "table": (
        '{"eventName": ["INSERT"]}',
        '{"eventName": [{"anything-but": "REMOVE"}]}',
        '{"eventName": ["REMOVE"], "userIdentity": {"type": ["Service"]}}',
        '{"dynamodb": {"Keys": {"id": {"S": ["a"]}}, "SizeBytes": [{"numeric": ["<", 9]}]}}',
        '{"dynamodb": {"NewImage": {"n": {"N": ["5", {"exists": true}]}, "b": {"BOOL": [true]}}}}',
        '{"dynamodb": {"NewImage": {"m": {"M": {"a": {"NULL": [true]}}}, "l": {"L": {"S": ["a"]}}}}}',
        '{"dynamodb": {"OldImage": [{"exists": false}]}}',
        '{"dynamodb": {"NewImage": {"a": [{"exists": false}]}}}',
        '{"dynamodb": {"NewImage": {"$or": [{"a": {"S": ["b"]}}, {"c": {"S": ["d"]}}]}}}',
    ),
    "kafka": ('{"value": {"kind": ["order"]}}', '{"value": [{"anything-but": ["error"]}]}'),
    "broker": ('{"data": {"timeout": [{"numeric": [">", 0]}]}}', '{"data": [{"prefix": "Result: "}]}'),
    "other": ('{"anything": ["a"]}',),
}
BAD_FILTERS: Final[dict[SourceKind, tuple[str, ...]]] = {
    "queue": (
        "",
        "{}",
        "[]",
        "null",
        "body",
        '"{}"',
        '"{\\"body\\": [\\"a\\"]}"',
        '{"Body": {"kind": ["order"]}}',
        '{"kind": ["order"]}',
        '{"data": {"kind": ["order"]}}',
        '{"Records": {"body": ["order"]}}',
        '{"body": {"kind": "order"}}',
        '{"body": {"kind": []}}',
        '{"body": {}}',
        '{"body": "order"}',
        '{"body": "{\\"kind\\": [\\"order\\"]}"}',
        '{"body": ["{\\"kind\\": \\"order\\"}"]}',
        '{"body": ["[1]"]}',
        '{"body": {"kind": [{"wildcard": "*a"}]}}',
        '{"body": {"kind": [{"anything-but": {"prefix": "a"}}]}}',
        '{"body": {"kind": [{"begins": "a"}]}}',
        '{"$or": [{"body": ["a"]}, {"Body": ["b"]}]}',
        '{"$or": [{"body": ["a"]}]}',
    ),
    "kinesis": ('{"data": ["order"]}', '{"data": [{"prefix": "order"}]}', '{"body": {"kind": ["order"]}}'),
    "table": (
        '{"eventName": ["Insert"]}',
        '{"NewImage": {"id": {"S": ["a"]}}}',
        '{"dynamodb": ["a"]}',
        '{"dynamodb": {"newImage": {"id": {"S": ["a"]}}}}',
        '{"dynamodb": {"NewImage": [{"exists": true}]}}',
        '{"dynamodb": {"NewImage": {"id": ["a"]}}}',
        '{"dynamodb": {"NewImage": {"id": [{"exists": true}]}}}',
        '{"dynamodb": {"NewImage": {"id": {"s": ["a"]}}}}',
        '{"dynamodb": {"NewImage": {"id": {"N": [5]}}}}',
        '{"dynamodb": {"NewImage": {"id": {"N": [{"numeric": [">", 5]}]}}}}',
        '{"dynamodb": {"NewImage": {"id": {"BOOL": ["true"]}}}}',
        '{"dynamodb": {"NewImage": {"id": {"M": {"a": ["b"]}}}}}',
    ),
    "kafka": ('{"Value": ["a"]}', '{"body": ["a"]}', '{"value": ["{}"]}'),
    "broker": ('{"body": ["a"]}', '{"anything": ["a"]}'),
    "other": ("body",),
}
METADATA: Final[tuple[tuple[SourceKind, str], ...]] = (
    ("queue", '{"messageAttributes": {"a": ["b"]}}'),
    ("kinesis", '{"partitionKey": ["1"]}'),
    ("table", '{"eventID": ["1"]}'),
    ("kafka", '{"key": ["a"]}'),
    ("broker", '{"$or": [{"data": ["a"]}, {"messageType": ["b"]}]}'),
)
POLICIES: Final[tuple[dict[str, object], ...]] = (
    {"kind": ["order", {"prefix": "a"}]},
    {"a": {"b": ["c"] * 5}, "d": ["e"] * 15},
    {"a": object()},
)
BAD_POLICIES: Final[tuple[dict[str, object], ...]] = (
    {},
    {"kind": []},
    {"": ["order"]},
    {"a": {}},
    {"a": [{"numeric": [">=", 5, "<=", 1]}]},
    {"a": {"b": ["c"] * 5}, "d": ["e"] * 16},
    {f"key{number}": ["a"] for number in range(6)},
)
CASES: Final[tuple[Case, ...]] = (
    *(accept(event_pattern.event_pattern_form, each) for each in PATTERNS),
    *(refuse(event_pattern.event_pattern_form, each) for each in BAD_PATTERNS),
    accept(event_pattern.event_pattern_length, 2_048),
    refuse(event_pattern.event_pattern_length, 2_049),
    *(
        accept(each, pattern, kind)
        for kind, patterns in FILTERS.items()
        for pattern in patterns
        for each in (filter_pattern.filter_pattern_form, filter_pattern.filter_metadata)
    ),
    *(
        refuse(filter_pattern.filter_pattern_form, pattern, kind)
        for kind, patterns in BAD_FILTERS.items()
        for pattern in patterns
    ),
    *(accept(filter_pattern.filter_pattern_form, pattern, kind) for kind, pattern in METADATA),
    *(refuse(filter_pattern.filter_metadata, pattern, kind) for kind, pattern in METADATA),
    *(accept(event.topic_filter, "filter_policy", each) for each in POLICIES),
    *(refuse(event.topic_filter, "filter_policy", each) for each in BAD_POLICIES),
)
