"""Checks the final templates at synthesis: those of any app, or only the workloads of this package.

An app with a workload of this package gets the second check automatically. It finds mistakes that the
constructor could not see: in values that were set later, in aspects, and in plain CDK code that uses the
workload.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final
from weakref import WeakSet

import aws_cdk as cdk
import jsii
from constructs import Construct, IConstruct

from .audit.findings import Finding, id_of
from .audit.source import Source
from .plan.effects import Effect
from .rules.rule import CATALOGUE
from .rules.stack import not_judged
from .template.assembly import read_stacks
from .template.constructs import NAMESPACE, ancestors
from .template.files import UnreadableError
from .version import __version__

# CDK does not have a severity for undecided rules; "info" is shown and does not fail the synthesis.
_SEVERITIES: Final = {"error": "error", "warning": "warning", "undecided": "info"}
_JUDGED: Final[WeakSet[IConstruct]] = WeakSet()
_NO_PATHS: Final = (
    "aws:cdk:disable-logicalId-metadata hides the constructs; leave it out, or turn path metadata on"
)


@jsii.implements(cdk.IPolicyValidationPlugin)
class LambdaRules:
    """Checks the templates of any app against all rules: `Validations.of(app).add_plugins(LambdaRules())`.

    Errors fail the synthesis, warnings are shown. `Validations.of(construct).acknowledge(...)` of
    `lambda-constructs::<code>` silences one for a construct and its children. The plugin does not repeat
    warnings that the constructs of this package already gave. A template that cannot be checked is reported
    and does not fail the synthesis.

    Args:
        undecided: Show rules that cannot be checked because a value is known only at deployment. Default:
            False
        deployed: A folder with what is deployed: the `cdk.out` of the last deployment, or a template for each
            stack, named after its construct path, such as `Prod/Shop.json`. Reports what the next deployment
            loses or repeats: `data-deleted` and `mapping-refused` are errors, `data-left` and
            `mapping-replays` are warnings. Default: None, which compares nothing
    """

    def __init__(self, *, undecided: bool = False, deployed: str | Path | None = None) -> None:
        """Create the plugin; it reads nothing before the synthesis."""
        self._undecided = undecided
        self._deployed = deployed

    @property
    def name(self) -> str:
        """The prefix of the ids to acknowledge."""
        return NAMESPACE

    @property
    def version(self) -> str:
        """The version of this package."""
        return __version__

    @property
    def rule_ids(self) -> None:
        """The ids of the rules: none, because CDK would only count them."""

    def validate(self, context: cdk.IPolicyValidationContext) -> cdk.PolicyValidationPluginReport:
        """Audit the templates of a synthesis."""
        app = context.app_construct
        alone = app not in _JUDGED
        violations: list[cdk.PolicyViolation] = []
        success = True
        sources = [*_sources(context.template_paths)]
        for each in sources:
            found = each if isinstance(each, UnreadableError) else self._judge(each, alone=alone)
            if isinstance(found, UnreadableError):
                if self._reports_unreadable(alone=alone):
                    violations.append(_not_judged(found))
            else:
                violations += [_violation(finding) for finding in found]
                success = success and all(finding.severity != "error" for finding in found)
        if self._deployed is not None:
            changed = compared(Path(self._deployed), [each for each in sources if isinstance(each, Source)])
            violations += changed
            success = success and all(each.severity != "error" for each in changed)
        return cdk.PolicyValidationPluginReport(success=success, violations=violations)

    def _judge(self, source: Source, *, alone: bool) -> list[Finding] | UnreadableError:
        """The findings of this plugin in a template."""
        try:
            return [
                self._rated(finding)
                for finding in source.findings()
                if self._reports(source, finding, alone=alone) and not source.has_warned(finding)
            ]
        except Exception as error:  # noqa: BLE001 - a fault of this package must not end a synthesis
            reason = f"{source.name}: {type(error).__name__}: {error}"
            return UnreadableError(reason, source.stack)

    def _rated(self, finding: Finding) -> Finding:
        """A finding with the severity that it has for this plugin."""
        return finding

    def _reports(self, source: Source, finding: Finding, *, alone: bool) -> bool:
        """Whether this plugin reports a finding, rather than the automatic one."""
        if finding.severity == "undecided":
            return self._undecided
        return alone or not _is_of_workload(source, finding)

    def _reports_unreadable(self, *, alone: bool) -> bool:
        return alone


class WorkloadRules(LambdaRules):
    """Checks the workloads of this package; every app that has one gets this plugin, once."""

    def _judge(self, source: Source, *, alone: bool) -> list[Finding] | UnreadableError:
        if source.workloads and all(each == path for each, path in source.paths.items()):
            return UnreadableError(f"{source.name}: {_NO_PATHS}", source.stack)
        return super()._judge(source, alone=alone)

    def _rated(self, finding: Finding) -> Finding:
        return replace(finding, severity=CATALOGUE[finding.code].severity)

    def _reports(self, source: Source, finding: Finding, *, alone: bool) -> bool:  # noqa: ARG002
        return finding.severity != "undecided" and _is_of_workload(source, finding)

    def _reports_unreadable(self, *, alone: bool) -> bool:  # noqa: ARG002
        return True


def judge_app(scope: Construct) -> None:
    """Check the workloads of an app at its synthesis."""
    root = scope.node.root
    if root not in _JUDGED:
        _JUDGED.add(root)
        if isinstance(root, cdk.App):
            cdk.Validations.of(root).add_plugins(WorkloadRules())


def _is_of_workload(source: Source, finding: Finding) -> bool:
    """Whether a finding is about a resource of a workload, or about the whole template of one."""
    workloads = source.workloads
    if finding.resource == source.name:
        return bool(workloads)
    paths = (source.paths.get(each, "") for each in (finding.resource, *finding.about))
    return any(not workloads.isdisjoint(ancestors(path)) for path in paths)


def _sources(paths: Iterable[str]) -> Iterator[Source | UnreadableError]:
    """The templates of stacks, with those of their nested stacks."""
    files: dict[Path, list[str]] = {}
    for path in map(Path, paths):
        files.setdefault(path.parent, []).append(path.name)
    for folder, names in files.items():
        try:
            for each in read_stacks(folder, names):
                yield each if isinstance(each, UnreadableError) else Source.of(each)
        except UnreadableError as error:
            yield error


def _not_judged(unreadable: UnreadableError) -> cdk.PolicyViolation:
    wrong, _, advice = str(not_judged(str(unreadable))).partition("; ")
    return _unread(unreadable, wrong, f"{advice} ({not_judged.source})")


def _not_compared(unreadable: UnreadableError) -> cdk.PolicyViolation:
    wrong = f"the deployed templates were not compared: {unreadable}"
    return _unread(unreadable, wrong, "pass a copy of the last cdk.out, or a template for each stack")


def _unread(unreadable: UnreadableError, wrong: str, advice: str) -> cdk.PolicyViolation:
    return cdk.PolicyViolation(
        rule_name=not_judged.code,
        description=wrong,
        fix=advice,
        severity=not_judged.severity,
        violating_resources=[cdk.PolicyViolatingResource(construct_path=unreadable.stack, locations=[])],
    )


def compared(deployed: Path, sources: Sequence[Source]) -> list[cdk.PolicyViolation]:
    """The work that a deployment of these templates loses or repeats, from those in the folder."""
    from .plan.stacks import work_at_risk  # noqa: PLC0415 - the only user of the plan

    if any(deployed.resolve() in each.file.resolve().parents for each in sources):
        return [_not_compared(UnreadableError(f"{deployed} is the folder of this synthesis"))]
    try:
        found = [*work_at_risk(deployed, sources)]
    except Exception as error:  # noqa: BLE001 - a fault of this package must not end a synthesis
        found = [UnreadableError(f"{deployed}: {type(error).__name__}: {error}")]
    return [_not_compared(each) if isinstance(each, UnreadableError) else _at_risk(each) for each in found]


def _at_risk(effect: Effect) -> cdk.PolicyViolation:
    """A change, at the path of its construct: a construct that is removed can be acknowledged above it."""
    wrong, _, advice = effect.message.partition("; ")
    return cdk.PolicyViolation(
        rule_name=effect.code,
        description=f"{effect.path.removesuffix('/Resource')} {wrong}",
        fix=advice,
        severity=effect.severity,
        violating_resources=[cdk.PolicyViolatingResource(construct_path=effect.path, locations=[])],
    )


def _violation(finding: Finding) -> cdk.PolicyViolation:
    wrong, _, advice = finding.message.partition("; ")
    return cdk.PolicyViolation(
        rule_name=id_of(finding),
        description=wrong,
        fix=f"{advice} ({finding.source})" if advice else finding.source,
        severity=_SEVERITIES[finding.severity],
        violating_resources=[_place(finding)],
    )


def _place(finding: Finding) -> cdk.PolicyViolatingResource:
    """Where CDK finds the construct: by template and logical id, or by its path if it is the stack."""
    if finding.resource == finding.template:
        return cdk.PolicyViolatingResource(construct_path=finding.path, locations=[])
    return cdk.PolicyViolatingResource(
        resource_logical_id=finding.resource,
        template_path=finding.template,
        locations=[finding.location.replace("/", ".")] if finding.location else [],
    )
