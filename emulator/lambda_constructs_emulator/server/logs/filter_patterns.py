"""Filter patterns of CloudWatch Logs, for terms, for JSON and for fields between spaces.

AWS does not say whether a term can be a part of a word; here it can. A comparison with a field that an event
does not have is false, also with `!=`.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
"""

import functools
import json
import operator
import re
from collections.abc import Callable, Sequence
from typing import Any, Final

Lookup = Callable[[str], Sequence[Any]]
"""The values of a field of an event, such as `$.latency` or `$bytes`; several for a wildcard."""
Condition = Callable[[Lookup], bool]
Matcher = Callable[[str], Lookup | None]
"""What looks up the fields of an event that matches; None for others."""

_TERM: Final = re.compile(r'([?-]?)(?:"((?:\\.|[^"\\])*)"|%((?:\\.|[^%\\])*)%|(\S+))')
_TOKEN: Final = re.compile(
    r'\s*(?:([()]|&&|\|\||!=|<=|>=|=|<|>)|("(?:\\.|[^"\\])*"|%(?:\\.|[^%\\])*%)'
    r"|(\$\.?(?:\[[^\]]*\]|[^\s()\[\]=!<>&|]+)+|[^\s()=!<>&|]+))"
)
_STEP: Final = re.compile(r"""\.?\[(?:'([^']*)'|"([^"]*)")\]|\[(\d+|\*)\]|\.?([^.\[\]]+)""")
_WORD: Final = re.compile(r'"([^"]*)"|\[([^\]]*)\]|(\S+)')
_ORDER: Final = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_STATES: Final = {"NULL": None, "TRUE": True, "FALSE": False}
_ELLIPSIS: Final = "..."


@functools.lru_cache(maxsize=1024)
def compiled(pattern: str) -> Matcher:
    """Return what matches events with a pattern.

    Raises:
        ValueError: It is not a pattern.
    """
    text = pattern.strip()
    match text[:1], text[-1:]:
        case "{", "}":
            return _of_json(text[1:-1])
        case "[", "]":
            return _of_fields(text[1:-1])
        case (("{" | "["), _):
            raise ValueError(f"{text[0]!r} is not closed")
    return _of_terms(text)


def _of_terms(text: str) -> Matcher:
    found: dict[str, list[Callable[[str], object]]] = {"": [], "?": [], "-": []}
    for sign, quoted, regex, word in _TERM.findall(text):
        term = word or quoted.replace('\\"', '"')
        found[sign].append(re.compile(regex).search if regex else functools.partial(_contains, term))
    required, excluded = found[""], found["-"]
    # Optional terms have no effect next to others.
    optional = [] if required or excluded else found["?"]

    def match(message: str) -> Lookup | None:
        holds = (
            all(each(message) for each in required)
            and not any(each(message) for each in excluded)
            and (not optional or any(each(message) for each in optional))
        )
        return (lambda _name: ()) if holds else None

    return match


def _contains(term: str, message: str) -> bool:
    return term in message


def _of_json(text: str) -> Matcher:
    condition = _Parser(text).condition()

    def match(message: str) -> Lookup | None:
        try:
            document = json.loads(message)
        except ValueError:
            return None
        lookup = functools.partial(_selected, document)
        return lookup if condition(lookup) else None

    return match


def _selected(document: object, selector: str) -> Sequence[Any]:
    values = [document]
    for single, double, index, name in _STEP.findall(selector[1:]):
        if index:
            lists = [each for each in values if isinstance(each, list)]
            values = [part for each in lists for part in (each if index == "*" else each[int(index) :][:1])]
        else:
            key = single or double or name
            values = [each[key] for each in values if isinstance(each, dict) and key in each]
    return values


def _of_fields(text: str) -> Matcher:
    parsers = [_Parser(each) for each in re.findall(r'(?:"[^"]*"|%[^%]*%|[^,"%])+', text)]
    names = [each.name() for each in parsers]
    conditions = [each.condition() for each in parsers if not each.is_at_end()]
    fixed = len(names) - (_ELLIPSIS in names)

    def match(message: str) -> Lookup | None:
        words = ["".join(parts) for parts in _WORD.findall(message)]
        if len(words) < fixed or (len(words) > fixed and _ELLIPSIS not in names):
            return None
        more = len(words) - fixed
        at = names.index(_ELLIPSIS) if _ELLIPSIS in names else len(names)
        fields = dict(zip(names[:at] + names[at + 1 :], words[:at] + words[at + more :], strict=True))

        def lookup(name: str) -> Sequence[str]:
            name = name.removeprefix("$")
            return [fields[name]] if name in fields else []

        return lookup if all(each(lookup) for each in conditions) else None

    return match


class _Parser:
    """Reads conditions: comparisons with `&&`, `||` and parentheses."""

    def __init__(self, text: str) -> None:
        self._tokens: list[str] = []
        at, text = 0, text.rstrip()
        while at < len(text):
            token = _TOKEN.match(text, at)
            if token is None:
                raise ValueError(f"unexpected {text[at:]!r}")
            self._tokens.append("".join(each or "" for each in token.groups()))
            at = token.end()
        self._at = 0

    def is_at_end(self) -> bool:
        """Whether nothing is left to read."""
        return self._at == len(self._tokens)

    def name(self) -> str:
        """The field of a condition that follows, which stays unread; of a field without one, also its end."""
        if not self._tokens:
            raise ValueError("a field has no name")
        self._at = 1 if len(self._tokens) == 1 else 0
        return next(each for each in self._tokens if each != "(")

    def condition(self) -> Condition:
        """All that is left, which must be a condition."""
        found = self._either()
        if not self.is_at_end():
            raise ValueError(f"unexpected {self._tokens[self._at]!r}")
        return found

    def _next(self) -> str:
        if self.is_at_end():
            raise ValueError("the pattern ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _takes(self, token: str) -> bool:
        found = not self.is_at_end() and self._tokens[self._at] == token
        self._at += found
        return found

    def _either(self) -> Condition:
        found = [self._both()]
        while self._takes("||"):
            found.append(self._both())
        return lambda lookup: any(each(lookup) for each in found)

    def _both(self) -> Condition:
        found = [self._one()]
        while self._takes("&&"):
            found.append(self._one())
        return lambda lookup: all(each(lookup) for each in found)

    def _one(self) -> Condition:
        if self._takes("("):
            found = self._either()
            if self._next() != ")":
                raise ValueError("a parenthesis is not closed")
            return found
        field, relation = self._next(), self._next()
        match relation, self._next():
            case "IS", ("NULL" | "TRUE" | "FALSE") as state:
                return lambda lookup: any(each is _STATES[state] for each in lookup(field))
            case "NOT", "EXISTS":
                return lambda lookup: not lookup(field)
            case (("=" | "!="), operand):
                equals = _equality(operand)
                return lambda lookup: any(equals(each) == (relation == "=") for each in lookup(field))
            case (("<" | "<=" | ">" | ">="), operand):
                compare, limit = _ORDER[relation], float(operand)
                return lambda lookup: any(
                    compare(each, limit) for each in map(number, lookup(field)) if each is not None
                )
        raise ValueError(f"unexpected {relation!r}")


def _equality(operand: str) -> Callable[[object], bool]:
    if operand.startswith("%"):
        found = re.compile(operand[1:-1]).search
        return lambda value: isinstance(value, str) and found(value) is not None
    text = operand[1:-1].replace('\\"', '"') if operand.startswith('"') else operand
    if text == "*":
        return lambda _value: True
    whole = re.compile(".*".join(map(re.escape, text.split("*"))), re.DOTALL).fullmatch
    limit = number(text)

    def equals(value: object) -> bool:
        if limit is not None and isinstance(value, (int, float)) and not isinstance(value, bool):
            return value == limit
        return isinstance(value, (str, int, float)) and whole(str(value)) is not None

    return equals


def number(value: object) -> float | None:
    """A number, or the number that a text is."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    try:
        return float(value)
    except ValueError:
        return None
