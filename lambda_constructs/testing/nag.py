"""Findings of cdk-nag as lists. Needs the extra `nag`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

import aws_cdk as cdk
from constructs import Construct

from ..compliance.validation import Violation, read_validation
from .synthesis import app_of, synthesize, within

if TYPE_CHECKING:
    from cdk_nag import NagPack

_PACKS: Final[WeakKeyDictionary[cdk.App, set[str]]] = WeakKeyDictionary()


@dataclass(frozen=True, kw_only=True)
class NagFinding:
    """A finding of cdk-nag on one construct.

    Attributes:
        rule: The rule, such as "AwsSolutions-IAM5[Resource::*]".
        path: The path of the construct.
        description: What cdk-nag says about it.
        reason: Why it is acknowledged; empty if it is not.
    """

    rule: str
    path: str
    description: str
    reason: str = ""

    def __str__(self) -> str:
        """The rule and the construct."""
        return f"{self.rule} @ {self.path}"


def nag_findings(scope: Construct, *packs: type[NagPack]) -> list[NagFinding]:
    """Synthesize the app and return the findings of cdk-nag that are not acknowledged.

    The packs stay with the app, whose later syntheses fail if there are findings.

    Args:
        scope: A construct: the findings on it and below it; an app has all.
        *packs: The packs, such as `HIPAASecurityChecks`. Default: `AwsSolutionsChecks` and `ServerlessChecks`

    Raises:
        ModuleNotFoundError: cdk-nag is not installed.
        TypeError: The scope is not in an app.
    """
    return [each for each in all_nag_findings(scope, *packs) if not each.reason]


def all_nag_findings(scope: Construct, *packs: type[NagPack]) -> list[NagFinding]:
    """Synthesize the app and return all findings of cdk-nag; those that are acknowledged have a reason.

    Args:
        scope: A construct: the findings on it and below it; an app has all.
        *packs: The packs, such as `HIPAASecurityChecks`. Default: `AwsSolutionsChecks` and `ServerlessChecks`

    Raises:
        ModuleNotFoundError: cdk-nag is not installed.
        TypeError: The scope is not in an app.
    """
    app = app_of(scope)
    names = _add(app, packs or _default_packs())
    violations = read_validation(synthesize(app)) or ()
    return [_finding(each) for each in violations if each.plugin in names and within(scope, each.path)]


def _default_packs() -> Sequence[type[NagPack]]:
    try:
        from cdk_nag import AwsSolutionsChecks, ServerlessChecks  # noqa: PLC0415 - of the extra
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "cdk-nag is not installed; run: pip install 'lambda-constructs[nag]'", name=error.name
        ) from error
    return AwsSolutionsChecks, ServerlessChecks


def _add(app: cdk.App, packs: Sequence[type[NagPack]]) -> set[str]:
    """Add packs to an app that does not have them from here; returns their names."""
    added = _PACKS.setdefault(app, set())
    names = set()
    for pack in packs:
        plugin = pack(app)
        names.add(plugin.name)
        if plugin.name not in added:
            added.add(plugin.name)
            cdk.Validations.of(app).add_plugins(plugin)
    return names


def _finding(violation: Violation) -> NagFinding:
    return NagFinding(
        rule=violation.rule.removeprefix(f"{violation.plugin}::"),
        path=violation.path,
        description=violation.description,
        reason=violation.reason or "",
    )
