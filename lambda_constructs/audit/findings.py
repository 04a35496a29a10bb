"""What an audit finds, and how the checks say it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from ..rules.rule import Rule
from ..template.template import Resource, Template
from ..template.values import Unknown

Severity = Literal["error", "warning", "undecided"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What is wrong with one resource.

    Attributes:
        code: Stable name of the rule.
        severity: `error` or `warning` as the rule has it; `undecided` if a value is known only at deployment.
        message: What is wrong and what to do, as one line.
        source: Where AWS documents it.
        template: The name of the template.
        resource: The logical id of the resource.
        path: Its path in the CDK app, or its logical id.
        location: The property, such as "Properties/Timeout".
        about: The logical ids of the other resources involved, where the mistake lies in a relation.
    """

    code: str
    severity: Severity
    message: str
    source: str
    template: str
    resource: str
    path: str
    location: str
    about: tuple[str, ...] = ()


@dataclass
class Findings:
    """Collects what the rules say of the resources of one template.

    Attributes:
        template: The template.
        found: What was found, in the order of the checks.
    """

    template: Template
    found: list[Finding] = field(default_factory=list)

    def check(
        self,
        rule: Rule[...],
        resource: Resource,
        location: str,
        *args: object,
        about: Iterable[Resource] = (),
        **kwargs: object,
    ) -> None:
        """Apply a rule to values of a resource; unknown ones leave it undecided.

        Args:
            rule: The rule.
            resource: What it is about.
            location: The property with the value, such as "Timeout" or "RedrivePolicy/maxReceiveCount".
            *args: The rule's arguments.
            about: The other resources involved.
            **kwargs: The rule's arguments by name.
        """
        verdict = _verdict(rule, args, kwargs)
        if verdict is None:
            return
        severity, message = verdict
        self.found.append(
            Finding(
                code=rule.code,
                severity=severity,
                message=message,
                source=rule.source,
                template=self.template.name,
                resource=resource.id,
                path=resource.path,
                location=f"Properties/{location}" if location else "",
                about=tuple(each.id for each in about),
            )
        )


def _verdict(
    rule: Rule[...], args: tuple[object, ...], kwargs: dict[str, object]
) -> tuple[Severity, str] | None:
    """How bad it is and what is wrong, or None."""
    unknown = [each for each in (*args, *kwargs.values()) if isinstance(each, Unknown)]
    if unknown:
        names = ", ".join(dict.fromkeys(each.name for each in unknown))
        return "undecided", f"known only at deployment ({names}), so the rule is not checked: {rule.why}"
    violation = rule.of_template(*args, **kwargs)
    return None if violation is None else (rule.severity, violation)
