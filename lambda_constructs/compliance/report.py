"""One Markdown file for a reviewer: which findings an app acknowledges, why and where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..markdown import code, escaped, markdown_table
from .validation import Violation

Acknowledged = Mapping[str, Mapping[str, str]]  # the reasons of acknowledgements by construct path and id


@dataclass(frozen=True, kw_only=True)
class Compliance:
    """The findings and the acknowledgements of a cloud assembly."""

    name: str  # the folder of the assembly
    acknowledged: Acknowledged = field(default_factory=dict)  # all acknowledgements of its constructs
    violations: Sequence[Violation] | None = None  # the findings of its plugins; None if it has no plugins

    @property
    def left(self) -> list[Violation]:
        """The findings that are not acknowledged."""
        return [each for each in self.violations or () if each.reason is None]


def as_markdown(compliance: Compliance) -> str:
    """The report."""
    return "\n".join(_lines(compliance)) + "\n"


def _lines(compliance: Compliance) -> Iterator[str]:
    yield f"# Compliance of {compliance.name}"
    yield ""
    if compliance.violations is None:
        yield "The app has no validation plugin, such as a pack of cdk-nag, so nothing was looked for."
        yield "Below are all acknowledgements of its constructs."
        yield from _by_reason(_without_plugin(compliance.acknowledged))
        return
    yield _summary(compliance.violations)
    yield from ("", "## Not acknowledged", "")
    if compliance.left:
        rows = [(code(each.rule), code(each.path), escaped(each.description)) for each in compliance.left]
        yield markdown_table(("rule", "construct", "finding"), rows)
    else:
        yield "Nothing."
    yield from ("", "## Acknowledged")
    yield from _by_reason(
        (each.rule, each.path, each.reason) for each in compliance.violations if each.reason is not None
    )


def _summary(violations: Sequence[Violation]) -> str:
    found = Counter((each.plugin, each.reason is None) for each in violations)
    plugins = sorted({each.plugin for each in violations})
    rows = [(escaped(each), f"{found[each, True]}", f"{found[each, False]}") for each in plugins]
    return markdown_table(("plugin", "not acknowledged", "acknowledged"), rows or [("all", "0", "0")])


def _without_plugin(acknowledged: Acknowledged) -> Iterator[tuple[str, str, str]]:
    for path, reasons in acknowledged.items():
        for rule, reason in reasons.items():
            yield rule, path, reason


def _by_reason(entries: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """One section for each reason, with the constructs and the rules that it is for."""
    reasons: dict[str, dict[str, set[str]]] = {}
    for rule, path, reason in sorted(entries):
        reasons.setdefault(reason, {}).setdefault(rule, set()).add(path)
    for reason, rules in sorted(reasons.items(), key=lambda each: min(each[1])):
        yield from ("", f"### {escaped(reason)}", "")
        shared: dict[tuple[str, ...], list[str]] = {}
        for rule, paths in rules.items():
            shared.setdefault(tuple(sorted(paths)), []).append(rule)
        for where, names in shared.items():
            yield f"- {', '.join(code(name) for name in names)}"
            yield from (f"    - {code(path)}" for path in where)
