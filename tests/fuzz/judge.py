"""Whether a draw is refused as the library refuses, or gives a template that nobody finds a fault in.

CDK's validator must be on in this process, so it is one of its own: see `tests.fuzz.__main__`.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import aws_cdk as cdk
from cfnlint.api import ManualArgs, lint
from cfnlint.core import get_rules
from cfnlint.rules import RulesCollection

from lambda_constructs import ConfigurationError
from lambda_constructs.audit import audit
from lambda_constructs.rules.rule import CATALOGUE
from tests.fuzz.recipes import Make, TriggerRefusedError, build, options_of
from tests.support import flags

STRICT = {
    "@aws-cdk/core:strictCfnValidateErrors": True,
    "@aws-cdk/core:validateAgainstDefaultRules": True,
}
# Packages are known when they are staged, so a wrong handler is found at the synthesis only.
ONLY_IN_ASSEMBLY: Final = ("package-handler",)
# What only the whole tree shows is refused at the synthesis, in the same words as in a constructor.
_AT_SYNTHESIS = re.compile(r"\[([a-z-]+)\] \(https://docs\.aws\.amazon\.com/")

_SAME_FAULT: Final = 60  # characters: what follows are names and values


@dataclass(frozen=True)
class Verdict:
    """What became of a draw.

    Attributes:
        kind: `refused`, `valid`, `unmade` if CDK refused an argument, or `fault`.
        said: The code of the refusal, or what is wrong.
    """

    kind: str
    said: str = ""


def judge(draws: Sequence[Make]) -> list[Verdict]:
    """Build draws, each in a stack of its own, and look at what they give together, because that is cheap."""
    with tempfile.TemporaryDirectory() as outdir:
        app = cdk.App(context={**flags(), **STRICT}, outdir=outdir, analytics_reporting=False)
        verdicts = [_construct(cdk.Stack(app, f"Shop{number}"), draw) for number, draw in enumerate(draws)]
        built = [number for number, verdict in enumerate(verdicts) if verdict.kind == "valid"]
        for number, verdict in enumerate(verdicts):
            if verdict.kind != "valid":
                app.node.try_remove_child(f"Shop{number}")
        if not built:
            return verdicts
        try:
            app.synth()
        except RuntimeError as error:
            report = Path(outdir, "validation-report.json")
            if not report.exists():
                narrowed = iter(_narrowed([draws[number] for number in built], str(error)))
                return [next(narrowed) if each.kind == "valid" else each for each in verdicts]
            invalid = _invalid(json.loads(report.read_text()))
        else:
            invalid = {}
        for number in built:
            verdicts[number] = invalid.get(f"Shop{number}") or _template(
                Path(outdir, f"Shop{number}.template.json")
            )
        return verdicts


def _construct(stack: cdk.Stack, draw: Make) -> Verdict:
    """Make one construct in a stack."""
    try:
        options = {name: build(stack, value) for name, value in draw.kwargs.items()}
    except ConfigurationError as refusal:
        return Verdict("refused", refusal.code)
    except (RuntimeError, TypeError, ValueError) as error:
        return Verdict("unmade", f"{type(error).__name__}: {error}")
    before = _paths(stack)
    try:
        draw.function(stack, "Orders", **options)
    except ConfigurationError as refusal:
        if left := _paths(stack) - before:
            return Verdict("fault", f"[{refusal.code}] leaves {sorted(left)}")
        return Verdict("refused", refusal.code)
    except Exception as error:  # noqa: BLE001 - this is what a draw must not end with
        refused = isinstance(error, TriggerRefusedError)
        return (
            Verdict("refused", str(error))
            if refused
            else Verdict("fault", f"{type(error).__name__}: {error}")
        )
    return Verdict("valid")


def _paths(stack: cdk.Stack) -> set[str]:
    return {construct.node.path for construct in stack.node.find_all()}


def _narrowed(draws: Sequence[Make], error: str) -> list[Verdict]:
    """Nothing was synthesized: of one draw that is its verdict, of more it is looked for in halves."""
    if len(draws) > 1:
        half = len(draws) // 2
        return [*judge(draws[:half]), *judge(draws[half:])]
    codes = _AT_SYNTHESIS.findall(error)
    if codes and CATALOGUE.keys() >= set(codes):
        return [Verdict("refused", codes[0])]
    return [Verdict("fault", f"synthesis: {error}")]


def _invalid(report: Mapping[str, Any]) -> dict[str, Verdict]:
    """What CDK's validators say, by stack."""
    return {
        construct["constructPath"].partition("/")[0]: Verdict(
            "refused" if violation["ruleName"] in ONLY_IN_ASSEMBLY else "fault",
            f"{plugin['pluginName']} {violation['ruleName']} {violation['description']}",
        )
        for plugin in report["pluginReports"]
        for violation in plugin["violations"]
        if violation["severity"] in ("error", "fatal")
        for construct in violation["violatingConstructs"]
    }


def _template(file: Path) -> Verdict:
    """What cfn-lint and our own audit say of a template."""
    text = file.read_text()
    said = [
        *(
            f"cfn-lint {match.rule.id} {match.message}"
            for match in lint(text, _rules(), config=ManualArgs(regions=["eu-west-1"]))
            if match.rule.id.startswith("E")
        ),
        *(
            f"audit [{finding.code}] {finding.resource}: {finding.message}"
            for finding in audit(file.name, json.loads(text))
            if finding.severity == "error"
        ),
    ]
    return Verdict("fault", "; ".join(said)) if said else Verdict("valid")


@cache
def _rules() -> RulesCollection:
    """The rules for errors, read once: cfn-lint otherwise reads its 300 modules for each template.

    The warnings W1 are read too: without them, cfn-lint says as an error what it suspects of a reference.
    """
    return get_rules([], ["I", *(f"W{group}" for group in range(2, 10))], [], {}, False)


def minimal(draw: Make, verdict: Verdict) -> Make:
    """The smallest statement with the same fault: options and items are left out as long as it stays."""
    for smaller in _smaller(draw):
        found = judge([smaller])[0]
        if found.kind == "fault" and found.said[:_SAME_FAULT] == verdict.said[:_SAME_FAULT]:
            return minimal(smaller, verdict)
    return draw


def _smaller(value: object) -> Iterator[Any]:
    """Values with one option or item less, at any depth."""
    match value:
        case Make(function, _, kwargs):
            needed = options_of(function) if kwargs else {}
            for name, option in kwargs.items():
                if not needed.get(name, True):
                    yield replace(value, kwargs={key: each for key, each in kwargs.items() if key != name})
                for each in _smaller(option):
                    yield replace(value, kwargs={**kwargs, name: each})
        case list():
            for number, item in enumerate(value):
                yield value[:number] + value[number + 1 :]
                for each in _smaller(item):
                    yield [*value[:number], each, *value[number + 1 :]]
        case dict():
            for name in value:
                yield {key: each for key, each in value.items() if key != name}
