"""Passes a user's values to the rules: converts durations, sets tokens aside, raises the first violation."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Collection, Mapping, Sequence
from enum import Enum
from typing import Final, NoReturn, cast, overload

import aws_cdk as cdk
from constructs import Construct

from ..errors import ConfigurationError
from ..rules.options import option_type, whole_seconds
from ..rules.ranges import Range
from ..rules.rule import Rule
from ..sizing.advice import Advice
from ..template.constructs import ACKNOWLEDGED_RULES, NAMESPACE
from ..template.values import LOOKED_UP_LATER, Unknown
from .cdk_objects import ask, call, milliseconds
from .texts import is_text

UNKNOWN: Final = Unknown("a value of an option")
UNKNOWN_NUMBER: Final = Unknown("a number of an option")
# What an unknown number could be; a rule that says the same of all of them says it of every number.
_SAMPLES: Final = (1, 2, 61, 100_003)
WARNING_PREFIX: Final = f"{NAMESPACE}:"


class Guard:
    """Applies the rules to one construct.

    An error raises at once, so nothing is created; warnings wait until the construct exists.
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        """Guard the construct that will be created as `construct_id` in `scope`."""
        self.scope, self._id = scope, construct_id
        self._warnings: list[tuple[str, str]] = []
        self.has_members = False  # whether an option is a member of an enum of strings
        self._owned: tuple[str, Collection[str]] = ("", ())

    def check(self, rule: Rule[...], *args: object, **kwargs: object) -> None:
        """Apply a rule: raise its violation, or keep it as a warning.

        Raises:
            ConfigurationError: The rule is broken, its severity is `error`, and it is not acknowledged.
        """
        if unknown := _unknown(rule, args, kwargs):
            violation = _certain_violation(rule, args, kwargs)
            if violation is None:
                known_later = "is" if len(unknown) == 1 else "are"
                self._warn(
                    rule,
                    f"{' and '.join(unknown)} {known_later} known only at deployment, so the rule is not "
                    f"checked: {rule.why}",
                )
                return
        else:
            violation = rule(*args, **kwargs)
        if violation is None:
            return
        if rule.severity == "error":
            if rule.heuristic and self._is_acknowledged(rule.id(str(args[0]))):
                return
            self._raise(rule, violation)
        self._warn(rule, violation + self._advice(violation))

    @overload
    def within(self, limits: Range, value: int | cdk.Duration) -> int | Unknown: ...
    @overload
    def within(self, limits: Range, value: int | cdk.Duration | None) -> int | Unknown | None: ...
    def within(self, limits: Range, value: int | cdk.Duration | None) -> int | Unknown | None:
        """Check the option that a range is for, if it is given; returns its number, or its seconds.

        Raises:
            ConfigurationError: The number is outside of the range.
        """
        if value is None:
            return None
        if isinstance(value, cdk.Duration):
            number = self.seconds(limits.option, value)
        else:
            number = self.integer(value)
        self.check(limits, number)
        return number

    def note(self, *findings: Advice) -> None:
        """Keep the advice of sizing as warnings."""
        self._warnings += [(each.code, f"{each.message} ({each.source})") for each in findings]

    def report(self, construct: Construct) -> None:
        """Attach the collected warnings; each can be acknowledged by its id."""
        if self._warnings:
            annotations = cdk.Annotations.of(construct)
            for code, message in self._warnings:
                call(annotations, "addWarningV2", f"{WARNING_PREFIX}{code}", message)
            self._warnings.clear()

    def path(self) -> str:
        """The path that the construct has in the app."""
        path = ask(ask(self.scope, "node"), "path")
        return f"{path}/{self._id}" if path else self._id

    def leave_to_owner(self, function: str, settings: Collection[str]) -> None:
        """Say in messages that these settings can only be changed where the user defines the function."""
        self._owned = (function, settings)

    def number(self, value: float) -> float | Unknown:
        """A number, or unknown if it is a token."""
        return UNKNOWN_NUMBER if is_number_token(value) else value

    def integer(self, value: int) -> int | Unknown:
        """A whole number, or unknown if it is a token."""
        return UNKNOWN_NUMBER if is_number_token(value) else value

    def seconds(self, option: str, value: cdk.Duration, *, unit: str = "seconds") -> int | Unknown:
        """A duration in seconds, or unknown if it is a token in the unit that a template has."""
        if (length := milliseconds(value)) is None:
            if (label := value.unit_label()) != unit:
                given = f"Duration.{label}(...) of a number that is known only at deployment"
                self.refuse(
                    option_type, option, given, f"Duration.{unit}(...): CDK cannot convert the number"
                )
            return UNKNOWN_NUMBER
        self.check(whole_seconds, option, length)
        return int(length) // 1000

    def known_seconds(self, option: str, value: cdk.Duration) -> int:
        """A duration in seconds, which must be known at synthesis."""
        if milliseconds(value) is None:
            self.refuse_unknown(option, "a duration that is known at synthesis")
        return cast(int, self.seconds(option, value))

    def text(self, value: str) -> str | Unknown:
        """A string, or unknown if it contains a token or CDK has not looked it up yet."""
        if LOOKED_UP_LATER in value or ("${Token[" in value and cdk.Token.is_unresolved(value)):
            return UNKNOWN
        return UNKNOWN if is_list_token(value) else value

    def known_items(self, option: str, values: Sequence[str], expected: str) -> None:
        """Refuse a list that is known only at deployment where CDK needs its items at synthesis."""
        if any(map(is_list_token, values)):
            self.refuse_unknown(option, expected)

    def refuse_unknown(self, option: str, expected: str) -> NoReturn:
        """Refuse a value that is known only at deployment where CDK needs it at synthesis.

        Raises:
            ConfigurationError: Always.
        """
        self.refuse(option_type, option, "known only at deployment", expected)

    def refuse(self, rule: Rule[...], *args: object) -> NoReturn:
        """Raise the violation of a rule that never accepts.

        Raises:
            ConfigurationError: Always.
        """
        self._raise(rule, str(rule(*args)))

    def warn(self, construct: Construct, rule: Rule[...], *args: object) -> None:
        """Attach a warning that can be found only once the construct exists."""
        message = rule(*args)
        cdk.Annotations.of(construct).add_warning_v2(
            f"{WARNING_PREFIX}{rule.code}", f"{message} ({rule.source})"
        )

    def _raise(self, rule: Rule[...], violation: str) -> NoReturn:
        violation += self._advice(violation)
        raise ConfigurationError(violation, code=rule.code, construct_path=self.path(), url=rule.source)

    def _is_acknowledged(self, rule_id: str) -> bool:
        """Whether a parent construct acknowledges it; checked only if a rule is broken: it costs messages."""
        return any(
            entry.type == ACKNOWLEDGED_RULES and f"{NAMESPACE}::{rule_id}" in entry.data
            for scope in self.scope.node.scopes
            for entry in scope.node.metadata
        )

    def _warn(self, rule: Rule[...], message: str) -> None:
        self._warnings.append((rule.code, f"{message} ({rule.source})"))

    def _advice(self, message: str) -> str:
        """Where to change the settings that a message names, if the workload cannot."""
        function, settings = self._owned
        named = [each for each in settings if re.search(rf"\b{each}\b", message)]
        if not named or "where you define" in message:
            return ""
        return f"; change {' and '.join(named)} where you define {function}"


def _unknown(rule: Rule[...], args: tuple[object, ...], kwargs: Mapping[str, object]) -> list[str]:
    """The options whose values are known only at deployment, by the names that the rule has for them."""
    if Unknown not in map(type, (*args, *kwargs.values())):
        return []
    _, *parameters = inspect.signature(rule.check).parameters
    given = {**dict(zip(parameters, args, strict=False)), **kwargs}
    unknown = [name for name, value in given.items() if isinstance(value, Unknown)]
    if parameters[0] == "option":  # a rule of one value, which has the name of its option
        return [str(given["option"])]
    prefix = f"{given['option']}." if isinstance(given.get("option"), str) else ""
    return [rule.names.get(name, (f"{prefix}{name}",))[0] for name in unknown]


def _certain_violation(rule: Rule[...], args: tuple[object, ...], kwargs: Mapping[str, object]) -> str | None:
    """What is wrong whatever the unknown numbers are: what the rule says the same of all samples."""

    def sampled(value: object, sample: int) -> object:
        return sample if value is UNKNOWN_NUMBER else value

    if any(isinstance(value, Unknown) and value is not UNKNOWN_NUMBER for value in (*args, *kwargs.values())):
        return None
    found = {
        rule(
            *(sampled(value, sample) for value in args),
            **{name: sampled(value, sample) for name, value in kwargs.items()},
        )
        for sample in _SAMPLES
    }
    return found.pop() if len(found) == 1 else None


def is_number_token(value: object) -> bool:
    """Whether a number is a token; CDK does not accept infinity as a question."""
    return isinstance(value, int | float) and -math.inf < value < 0 and cdk.Token.is_unresolved(value)


def is_list_token(value: object) -> bool:
    """Whether an item is a list that is known only at deployment: CDK writes it as a list with one text."""
    return isinstance(value, str) and value[:8] == "#{Token[" and cdk.Token.is_unresolved([value])


def plain(value: object) -> object:
    """A value with what is known only at deployment, also in what it holds, as `UNKNOWN`."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if (isinstance(value, str) and "Token[" in value) or is_number_token(value):
        return UNKNOWN
    return value if value is None or isinstance(value, str | int | float) else UNKNOWN


def is_json(value: object) -> bool:
    """Whether CDK can write a value as JSON; tokens may be part of it."""
    try:
        return _is_json(value)
    except RecursionError:  # a list or mapping that holds itself
        return False


def _is_json(value: object) -> bool:
    if isinstance(value, Mapping):
        return all(is_text(key) and _is_json(item) for key, item in value.items())
    if isinstance(value, list):
        return all(map(_is_json, value))
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, str):
        return is_text(value)
    if isinstance(value, int):
        return not isinstance(value, Enum)  # jsii takes it for an enum of CDK
    return value is None or hasattr(value, "creation_stack")
