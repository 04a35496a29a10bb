"""Findings of an audit: the result of one rule at one place in a template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from ..rules.rule import CATALOGUE, Place, Rule
from ..template.files import Keys
from ..template.values import Unknown

Severity = Literal["error", "warning", "undecided"]
SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "undecided")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A problem of one resource."""

    code: str  # stable name of the rule
    # `error` or `warning`, as the rule has it in templates; `undecided` if a value is known only at
    # deployment
    severity: Severity
    message: str  # what is wrong and what to do, as one line
    source: str  # where AWS documents it
    template: str  # the name of the template
    resource: str  # the logical id of the resource
    path: str  # its path in the CDK app, or its logical id
    location: str  # the property, such as "Properties/Timeout"
    about: tuple[str, ...] = ()  # the logical ids of the other resources involved, if there are any
    # The values of parameters with which it holds, such as "Stage=prod"; empty if it always holds
    assignment: str = ""
    # The keys from the root of the file to the property, or to the part that generates the resource
    place: Keys = ()


def id_of(finding: Finding) -> str:
    """The id for an acknowledgement of a finding."""
    return CATALOGUE[finding.code].id(finding.location.rpartition("/")[2])


def judge(rule: Rule[...], place: Place, template: str) -> Finding | None:
    """Check a place in the template of this name; the result is undecided if a value is unknown."""
    values = (*place.values, *place.named.values())
    if Unknown in map(type, values):
        names = ", ".join(dict.fromkeys(each.name for each in values if isinstance(each, Unknown)))
        message = f"known only at deployment ({names}), so the rule is not checked: {rule.why}"
        severity: Severity = "undecided"
    else:
        violation = rule.of_template(*place.values, **place.named)
        if violation is None:
            return None
        message, severity = violation, rule.severity_in_templates
    return Finding(
        code=rule.code,
        severity=severity,
        message=message,
        source=rule.source,
        template=template,
        resource=place.resource.id,
        path=place.resource.path,
        location=_location(place.location),
        about=tuple(each.id for each in place.about),
    )


def _location(location: str) -> str:
    """A place of a rule from the resource; those with a slash in front are not among its properties."""
    if location.startswith("/"):
        return location[1:]
    return f"Properties/{location}" if location else ""
