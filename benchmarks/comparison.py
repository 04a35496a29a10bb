"""docs/reference/comparison.md: which tools report each mistake in `benchmarks.mistakes`.

Run with `make comparison`. A tool reports a mistake if its output for the program with the mistake has a
message that it does not have for the same program without it. CDK's validator must be turned on in this
process.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

import aws_cdk as cdk
from aws_cdk import assertions
from cdk_nag import AwsSolutionsChecks, ServerlessChecks
from cfnlint.api import ManualArgs, lint
from cfnlint.core import get_rules
from cfnlint.rules import RulesCollection

from benchmarks.checkov import VERSION, failed
from benchmarks.mistakes import MISTAKES, SAM_MISTAKES, Mistake
from lambda_constructs import ConfigurationError
from lambda_constructs.audit import audit

PAGE: Final = Path(__file__).parents[1] / "docs" / "reference" / "comparison.md"
HEAD: Final = """\
# Which tools catch which mistakes: CDK, cfn-lint, cdk-nag, checkov and this library

Each row is a mistake that would hurt in production, written with CDK's own constructs. The columns show
what each tool reports:

- CDK: raises, fails or warns;
- CDK's validator, which runs at each synthesis;
- cfn-lint;
- cdk-nag with the packs AwsSolutions and Serverless;
- checkov with its checks of CloudFormation;
- the [audit](../how-to/audit.md) of this library;
- the constructs of this library, if you ask them for the same.

We chose the mistakes: they are those that this library has [rules](rules.md) about. The other tools catch
many mistakes that are not in this list.

A tool counts as catching a mistake if it reports something that it does not report for the same program
without the mistake (`benchmarks/mistakes`). Whether the report names the mistake is not judged. A dash
means that the tool does not report anything. Where CDK raises, there is no template to check.
`make comparison` runs all of it and writes this page; a test runs the last two columns. Versions: cfn-lint
{cfn_lint}, cdk-nag {cdk_nag}, checkov {checkov}.

"""
SAM_HEAD: Final = """
## AWS SAM templates as they are written

The same question for mistakes in SAM templates that are not expanded. CDK and cdk-nag do not read them.

"""
COLUMNS: Final = (
    "mistake",
    "CDK",
    "CDK's validator",
    "cfn-lint",
    "cdk-nag",
    "checkov",
    "audit",
    "constructs",
)
CDK, VALIDATOR, CFN_LINT, CDK_NAG, CHECKOV, AUDIT = COLUMNS[1:7]
SAM_COLUMNS: Final = ("mistake in a SAM template", CFN_LINT, CHECKOV, AUDIT)
NOTHING: Final = "-"
ANNOTATIONS: Final = "Construct Annotations"
PLUGIN: Final = "lambda-constructs"
Build = Callable[[cdk.Stack], object]
Heard = dict[str, set[str]]


class Row(NamedTuple):
    """The results for one mistake, column by column."""

    mistake: str
    cdk: str
    validator: str
    cfn_lint: str
    cdk_nag: str
    checkov: str
    audit: str
    constructs: str


def compared(number: int, mistake: Mistake, folder: Path) -> tuple[Heard, Heard]:
    """The results of all tools but checkov for a mistake: with it and without it.

    Args:
        number: A number for the mistake.
        mistake: The mistake.
        folder: Where the templates are written, for checkov.
    """
    return (
        heard(partial(mistake.plain, wrong=True), folder / f"wrong-{number}.json"),
        heard(partial(mistake.plain, wrong=False), folder / f"right-{number}.json"),
    )


def heard(build: Build, template: Path) -> Heard:
    """The messages of the tools about a program, and its template."""
    found: Heard = {column: set() for column in COLUMNS[1:-1]}
    with tempfile.TemporaryDirectory() as outdir:
        app = cdk.App(outdir=outdir, analytics_reporting=False)
        cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))
        if failure := synthesize(app, build):
            found[CDK].add(failure)
            return found
        for name, rules in reported(outdir).items():
            if name == ANNOTATIONS:
                found[CDK].add("warns")
            else:
                found[VALIDATOR if name == "CloudFormation Validate" else CDK_NAG] |= rules
        text = Path(outdir, "Shop.template.json").read_text()
    template.write_text(text)
    return found | linted(text)


def linted(text: str) -> Heard:
    """The messages of cfn-lint and of the audit about a template."""
    matches = lint(text, _rules(), config=ManualArgs(regions=["eu-west-1"]))
    return {CFN_LINT: {match.rule.id for match in matches}, AUDIT: audited(json.loads(text))}


def rows() -> list[Row]:
    """The results of all tools for all mistakes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        both = [compared(number, mistake, folder) for number, mistake in enumerate(MISTAKES)]
        checks = failed(folder)
    found = []
    for number, (mistake, (wrong, right)) in enumerate(zip(MISTAKES, both, strict=True)):
        wrong[CHECKOV] = checks.get(f"wrong-{number}.json", set())
        right[CHECKOV] = checks.get(f"right-{number}.json", set())
        said = [", ".join(sorted(wrong[column] - right[column])) or NOTHING for column in COLUMNS[1:-1]]
        found.append(Row._make([mistake.title, *said, answer(mistake)]))
    return found


def sam_rows() -> list[tuple[str, ...]]:
    """The results of the tools that read SAM templates."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, mistake in enumerate(SAM_MISTAKES):
            (folder / f"wrong-{number}.json").write_text(json.dumps(mistake.wrong))
            (folder / f"right-{number}.json").write_text(json.dumps(mistake.right))
        checks = failed(folder)
    found = []
    for number, mistake in enumerate(SAM_MISTAKES):
        wrong, right = (linted(json.dumps(each)) for each in (mistake.wrong, mistake.right))
        wrong[CHECKOV], right[CHECKOV] = checks[f"wrong-{number}.json"], checks[f"right-{number}.json"]
        said = [", ".join(sorted(wrong[column] - right[column])) or NOTHING for column in SAM_COLUMNS[1:]]
        found.append((mistake.title, *said))
    return found


def synthesize(app: cdk.App, build: Build) -> str:
    """Synthesize a program; returns how CDK refuses it, or nothing. Findings of plugins are no refusal."""
    try:
        build(cdk.Stack(app, "Shop"))
    except RuntimeError:
        return "raises"
    try:
        app.synth()
    except RuntimeError as error:
        return "" if str(error).startswith("ValidationFailed:") else f"fails: {error}"
    return ""


def reported(outdir: str) -> dict[str, set[str]]:
    """The rules that were broken, by the plugin that says so."""
    report = Path(outdir, "validation-report.json")
    plugins = json.loads(report.read_text())["pluginReports"] if report.exists() else []
    return {
        plugin["pluginName"]: {violation["ruleName"].partition("[")[0] for violation in plugin["violations"]}
        for plugin in plugins
        if plugin["violations"]
    }


def audited(template: Mapping[str, Any]) -> set[str]:
    """The codes of the audit's findings."""
    return {f"`{each.code}`" for each in audit("Shop", template) if each.severity != "undecided"}


def answer(mistake: Mistake) -> str:
    """The result of the constructs of this library for a mistake."""
    if mistake.ours is None:
        return f"not possible: {mistake.instead}"
    with tempfile.TemporaryDirectory() as outdir:
        app = cdk.App(outdir=outdir, analytics_reporting=False)
        try:
            failure = synthesize(app, mistake.ours)
        except ConfigurationError as refusal:
            return f"refuse: `{refusal.code}`"
        if codes := re.findall(r"\[([a-z-]+)\] \(https:", failure):
            return f"refuse at synthesis: `{codes[0]}`"
        if codes := sorted(reported(outdir).get(PLUGIN, ())):
            return f"refuse at synthesis: `{codes[0].rpartition(':')[2]}`"
        stack = cast(cdk.Stack, app.node.find_child("Shop"))
        warnings = assertions.Annotations.from_stack(stack).find_warning("*", assertions.Match.any_value())
        codes = [str(each.entry.data).rpartition(":")[2].rstrip("]") for each in warnings]
        return f"warn: `{codes[0]}`" if codes else NOTHING


@cache
def _rules() -> RulesCollection:
    return get_rules([], [], [], {}, False)


def page(rows: list[Row], sam: list[tuple[str, ...]]) -> str:
    """The page: the tables, and how many mistakes each column has something about."""
    versions = {"cfn_lint": version("cfn-lint"), "cdk_nag": version("cdk-nag"), "checkov": VERSION}
    return HEAD.format(**versions) + table(COLUMNS, rows) + SAM_HEAD + table(SAM_COLUMNS, sam)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """One table."""
    said = [sum(row[number] != NOTHING for row in rows) for number in range(1, len(columns))]
    total = (f"**of {len(rows)}**", *(f"**{count}**" for count in said))
    lines = [columns, ("---",) * len(columns), *rows, total]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def main() -> None:
    """Compare, and write the page."""
    PAGE.write_text(page(rows(), sam_rows()))
    print(*(line for line in PAGE.read_text().splitlines() if line.startswith("| **of")), sep="\n")


if __name__ == "__main__":
    main()
