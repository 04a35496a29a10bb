"""Every template is valid to cfn-lint and to CDK's own validator in its strict mode."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import aws_cdk as cdk
import pytest
from cfnlint.api import ManualArgs, lint
from cfnlint.core import get_rules
from cfnlint.rules import RulesCollection

from tests.support import ROOT, flags
from tests.variants import VARIANTS

# The L2 function depends on its role beside referring to it; that is CDK's, and does no harm.
REDUNDANT_DEPENDENCY = "W3005"


def linted(directory: Path) -> list[str]:
    """cfn-lint's findings on the templates of an assembly."""
    found = []
    for template in sorted(directory.glob("*.template.json")):
        text = template.read_text()
        matches = lint(text, _rules(), config=ManualArgs(regions=["eu-west-1"]))
        found += [f"{match.rule.id} {match.message}" for match in matches]
    return found


@cache
def _rules() -> RulesCollection:
    """Read once: cfn-lint otherwise reads its 300 modules for each template."""
    return get_rules([], [REDUNDANT_DEPENDENCY], [], {}, False)


@pytest.mark.parametrize(
    "context",
    [pytest.param({}, id="no flags", marks=pytest.mark.slow), pytest.param(flags(), id="flags of cdk init")],
)
@pytest.mark.parametrize("name", VARIANTS)
def test_cfn_lint_finds_nothing(name: str, context: Mapping[str, object], tmp_path: Path) -> None:
    app = cdk.App(context=dict(context), outdir=str(tmp_path), analytics_reporting=False)
    VARIANTS[name](cdk.Stack(app, "Shop"))

    app.synth()

    assert linted(tmp_path) == []


def test_cfn_lint_would_find_a_mistake(tmp_path: Path) -> None:
    app = cdk.App(outdir=str(tmp_path))
    cdk.aws_lambda.CfnAlias(
        cdk.Stack(app, "Shop"), "Alias", function_name="orders", function_version="x", name="1"
    )

    app.synth()

    assert linted(tmp_path) != []


@pytest.fixture(scope="module")
def refusals() -> dict[str, str]:
    """Why CDK's validator refuses the variants and a mistake, in its own process: here it is turned off."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CDK_VALIDATION": "true"}
    command = [sys.executable, "-m", "tests.compliance.strict"]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT, check=False)
    assert result.returncode == 0, result.stderr
    found: dict[str, str] = json.loads(result.stdout.splitlines()[-1])
    return found


def test_cdks_validator_finds_nothing_in_strict_mode(refusals: dict[str, str]) -> None:
    assert refusals["variants"] == ""


def test_cdks_validator_would_find_a_mistake(refusals: dict[str, str]) -> None:
    assert "TracingConfig" in refusals["mistake"]
