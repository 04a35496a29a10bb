"""What an audit finds, and how the checks say it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ..rules.rule import Rule
from .template import Resource, Template
from .values import Unknown

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
    """

    code: str
    severity: Severity
    message: str
    source: str
    template: str
    resource: str
    path: str
    location: str


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
        self, rule: Rule[...], resource: Resource, location: str, *args: object, **kwargs: object
    ) -> None:
        """Apply a rule to values of a resource; unknown ones leave it undecided.

        Args:
            rule: The rule.
            resource: What it is about.
            location: The property with the value, such as "Timeout" or "RedrivePolicy/maxReceiveCount".
            *args: The rule's arguments.
            **kwargs: Its arguments by name.
        """
        unknown = [each for each in (*args, *kwargs.values()) if isinstance(each, Unknown)]
        if unknown:
            names = ", ".join(dict.fromkeys(each.name for each in unknown))
            message = f"known only at deployment ({names}), so the rule is not checked: {rule.why}"
            self._add(rule, "undecided", message, resource, location)
        elif (violation := rule(*args, **kwargs)) is not None:
            self._add(rule, rule.severity, violation, resource, location)

    def _add(
        self, rule: Rule[...], severity: Severity, message: str, resource: Resource, location: str
    ) -> None:
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
            )
        )
