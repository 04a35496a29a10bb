"""The grammar of AWS IoT SQL, as far as the clauses of a statement and its topic filter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from .rule import Words, rule, texts

# https://docs.aws.amazon.com/general/latest/gr/iot-core.html, quotas of the message broker
TOPIC_FILTER_MAXIMUM: Final = 256  # bytes
_SLASHES_MAXIMUM: Final = 7
_TOKEN: Final = re.compile(r"'[^']*'|\"[^\"]*\"|--|[\w@$]+|\S")
_BRACKETS: Final = {"(": ")", "[": "]", "{": "}"}
_CLAUSES: Final = ("SELECT", "FROM", "WHERE")


@rule(
    "iot-sql",
    why="AWS IoT refuses the rule, or the rule matches no message.",
    source="https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-reference.html",
    names={"sql": ("source.sql", "Sql")},
)
def iot_sql_form(words: Words, sql: str) -> str | None:
    """SELECT, FROM with a topic filter, and WHERE, in this order; quotes and brackets are closed."""
    fault = _fault(_TOKEN.findall(sql))
    if fault is None:
        return None
    return f"{words.sql} is {sql!r}, which {fault}; correct the statement"


iot_sql_form.in_template(texts("AWS::IoT::TopicRule", "TopicRulePayload/Sql"))


def _fault(tokens: Sequence[str]) -> str | None:
    """What is wrong with the tokens of a statement, or None."""
    outer = _outside_of_brackets(tokens)
    if outer is None or {"'", '"'} & set(tokens):
        return "has a quote or a bracket that is not closed"
    if {";", "--"} & set(tokens):
        return "has a semicolon or a comment"
    starts = [
        index
        for index, token in enumerate(outer)
        # A field can have the name of a clause: `a.from`, `b AS where`.
        if token.upper() in _CLAUSES and not (index and outer[index - 1].upper() in (".", "AS"))
    ]
    clauses = {
        outer[start].upper(): outer[start + 1 : end]
        for start, end in zip(starts, [*starts[1:], None], strict=False)
    }
    if "SELECT" not in clauses or (starts[0] and outer[0].upper() != "SET"):
        return "does not begin with SELECT"
    if list(clauses) != sorted(clauses, key=_CLAUSES.index) or len(clauses) < len(starts):
        return "does not have SELECT, FROM and WHERE in this order"
    empty = [clause for clause, part in clauses.items() if not part]
    if empty:
        return f"has an empty {empty[0]}"
    return _topic_fault(clauses["FROM"]) if "FROM" in clauses else None


def _outside_of_brackets(tokens: Sequence[str]) -> list[str] | None:
    """The tokens that are not between brackets; the brackets stay. None if a bracket is not closed."""
    found: list[str] = []
    open_: list[str] = []
    for token in tokens:
        if token in _BRACKETS.values() and (not open_ or open_.pop() != token):
            return None
        if not open_:
            found.append(token)
        if token in _BRACKETS:
            open_.append(_BRACKETS[token])
    return None if open_ else found


def _topic_fault(part: Sequence[str]) -> str | None:
    """What is wrong with a FROM clause: one topic filter in quotes."""
    quoted = part[0]
    if len(part) > 1 or quoted[0] not in "'\"":
        return "does not have one topic filter in quotes after FROM"
    topic = quoted[1:-1]
    levels = topic.split("/")
    if not topic or len(topic.encode(errors="replace")) > TOPIC_FILTER_MAXIMUM:
        return f"has a topic filter that is empty or longer than {TOPIC_FILTER_MAXIMUM} bytes"
    if len(levels) > _SLASHES_MAXIMUM + 1 and levels[0] != "$aws":
        return f"has a topic filter with more than {_SLASHES_MAXIMUM} slashes"
    wild = [level for level in levels if {"#", "+"} & set(level)]
    if any(level not in ("#", "+") for level in wild) or "#" in levels[:-1]:
        return "has a topic filter whose + is not a whole level, or whose # is not the last one"
    return None
