"""Assertions of one line, whose messages list everything that is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from constructs import Construct

from ..errors import ConfigurationError
from .audit import audit_findings
from .nag import nag_findings

if TYPE_CHECKING:
    from cdk_nag import NagPack


def assert_no_nag_findings(scope: Construct, *packs: type[NagPack]) -> None:
    """Assert that cdk-nag finds nothing that is not acknowledged.

    Args:
        scope: A construct: the findings on it and below it; an app has all.
        *packs: The packs, such as `HIPAASecurityChecks`. Default: `AwsSolutionsChecks` and `ServerlessChecks`

    Raises:
        AssertionError: There are findings; the message lists them.
        ModuleNotFoundError: cdk-nag is not installed.
        TypeError: The scope is not in an app.
    """
    _assert_none("cdk-nag", (f"{each}: {each.description}" for each in nag_findings(scope, *packs)))


def assert_no_audit_findings(scope: Construct) -> None:
    """Assert that the audit finds no errors and no warnings.

    Args:
        scope: A construct: the findings on it and below it; an app has all.

    Raises:
        AssertionError: There are findings; the message lists them.
        TypeError: The scope is not in an app.
        UnreadableError: A template cannot be read.
    """
    _assert_none(
        "the audit", (f"{each.code} @ {each.path}: {each.message}" for each in audit_findings(scope))
    )


def assert_refused(code: str, build: Callable[[], object]) -> ConfigurationError:
    """Assert that a construct is refused by a rule; returns the error.

    Args:
        code: The code of the rule, such as "timeout-range".
        build: Creates the construct.

    Raises:
        AssertionError: The construct is created, or another rule refuses it.
    """
    try:
        build()
    except ConfigurationError as error:
        if error.code != code:
            raise AssertionError(f"expected the rule {code}, but {error.code} refuses: {error}") from error
        return error
    raise AssertionError(f"expected the rule {code} to refuse the construct, but it is created")


def _assert_none(who: str, findings: Iterable[str]) -> None:
    found = list(findings)
    if found:
        raise AssertionError(f"{who} has {len(found)} finding(s):\n" + "\n".join(found))
