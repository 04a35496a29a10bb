"""How a rule is declared: one check with its description, its source and its names.

A rule checks the options of a construct before anything is created, and the properties in a CloudFormation
template. Its message uses the names that its reader wrote.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Concatenate, Final, Generic, Literal, ParamSpec, TypeVar

from ..template.template import Resource, Template

P = ParamSpec("P")
Severity = Literal["error", "warning"]
_NOT_IN_NAMES: Final = re.compile(r"[^\w.-]")  # CDK refuses ids with unbalanced brackets


class Words:
    """The words of one reader: options in Python code, or properties in a template.

    `words.timeout` is `timeout` or `Timeout`, as the rule names it; `words("pass timeout=...", "set Timeout
    to ...")` is one of the two strings.
    """

    def __init__(self, names: Mapping[str, tuple[str, str]], *, template: bool) -> None:
        """Speak to the reader of a template, or to the caller of a constructor."""
        self._names, self._template = names, template

    def __call__(self, of_options: str, of_properties: str) -> str:
        """The string for this reader."""
        return of_properties if self._template else of_options

    def __getattr__(self, name: str) -> str:
        """The name of a value for this reader."""
        if name not in self._names:
            raise AttributeError(f"the rule does not name {name!r}")
        return self(*self._names[name])


@dataclass(frozen=True)
class Place:
    """Where in a template the values of a rule are."""

    resource: Resource  # the resource that a finding is about
    # The property, such as "Timeout" or "RedrivePolicy/maxReceiveCount"; empty for the resource, and with a
    # slash in front for what is not a property, such as "/DependsOn"
    location: str
    values: tuple[object, ...]  # the arguments of the rule
    named: Mapping[str, object]  # the arguments of the rule by name
    about: Sequence[Resource]  # the other resources involved


def at(
    resource: Resource, location: str, *values: object, about: Iterable[Resource] = (), **named: object
) -> Place:
    """A place in a template, with the arguments for a rule."""
    return Place(resource, location, values, named, tuple(about))


Find = Callable[[Template], Iterable[Place]]
AnyFind = TypeVar("AnyFind", bound=Find)


def texts(kind: str, path: str) -> Find:
    """This property of every resource of a type where it is a known text."""

    def find(template: Template) -> Iterator[Place]:
        for resource in template.of_type(kind):
            if isinstance(text := resource.get(*path.split("/")), str):
                yield at(resource, path, text)

    return find


@dataclass(eq=False)
class Rule(Generic[P]):
    """A check of plain values; a call returns the violation as a sentence, or None.

    The sentence has two parts, `<what is wrong>; <what to do>`, and uses the names of options.
    """

    code: str  # stable name, in every message and in the acknowledgement of a warning
    # `error`: AWS refuses it, or it loses or exposes data. `warning`: AWS or this library advises against it;
    # it can be acknowledged.
    severity: Severity
    why: str  # what happens in production when the rule is broken
    source: str  # where AWS documents it
    # The decorated function; its first argument is the reader's words
    check: Callable[Concatenate[Words, P], str | None]
    # The values by a short name, each as an option and as a property of a template
    names: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    # It guesses from names and values, so it can be wrong: its error can be acknowledged, for one subject at
    # a time. The subject is the first argument and the end of the property's location.
    heuristic: bool = False
    # AWS accepts it, and it loses nothing: constructs refuse it, and in other templates it is a warning
    accepted: bool = False
    # Where in a template its values are; None if the rule does not apply to templates
    places: Find | None = None

    @property
    def demand(self) -> str:
        """The docstring of the check; the reason where `python -OO` removed it."""
        return " ".join((self.check.__doc__ or self.why).split())

    @property
    def severity_in_templates(self) -> Severity:
        """The severity in a template that constructs of this package did not make."""
        return "warning" if self.accepted else self.severity

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> str | None:
        """What is wrong with these options and what to do, or None."""
        return self.check(Words(self.names, template=False), *args, **kwargs)

    def of_template(self, *args: P.args, **kwargs: P.kwargs) -> str | None:
        """What is wrong with these properties of a template and what to do, or None."""
        return self.check(Words(self.names, template=True), *args, **kwargs)

    def in_template(self, find: AnyFind) -> AnyFind:
        """Check templates too, at the places that the decorated function finds."""
        self.places = find
        return find

    def id(self, subject: str) -> str:
        """The id for an acknowledgement: the code, and for a heuristic rule its subject in brackets."""
        return f"{self.code}[{_NOT_IN_NAMES.sub('-', subject)}]" if self.heuristic else self.code


CATALOGUE: Final[dict[str, Rule[...]]] = {}


def rule(
    code: str = "",
    *,
    why: str,
    source: str,
    severity: Severity = "error",
    names: Mapping[str, tuple[str, str]] | None = None,
    heuristic: bool = False,
    accepted: bool = False,
) -> Callable[[Callable[Concatenate[Words, P], str | None]], Rule[P]]:
    """Declare the decorated function a rule and enter it in the catalogue.

    Its code is the name of the function with hyphens, unless you pass another one.
    """

    def declare(check: Callable[Concatenate[Words, P], str | None]) -> Rule[P]:
        name = code or check.__name__.replace("_", "-")
        return enter(Rule(name, severity, why, source, check, names or {}, heuristic, accepted))

    return declare


def warning(
    code: str = "",
    *,
    why: str,
    source: str,
    names: Mapping[str, tuple[str, str]] | None = None,
    heuristic: bool = False,
) -> Callable[[Callable[Concatenate[Words, P], str | None]], Rule[P]]:
    """Declare the decorated function a rule that only advises, so that its violations can be acknowledged."""
    return rule(code, why=why, source=source, severity="warning", names=names, heuristic=heuristic)


AnyRule = TypeVar("AnyRule", bound=Rule[...])


def enter(declared: AnyRule) -> AnyRule:
    """Enter a rule in the catalogue.

    Raises:
        ValueError: Another rule has its code.
    """
    if declared.code in CATALOGUE:
        raise ValueError(f"two rules have the code {declared.code!r}")
    CATALOGUE[declared.code] = declared
    return declared
