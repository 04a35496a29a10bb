"""The audit at synthesis: of any app by `LambdaRules`, by itself of what is added beside our constructs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

import aws_cdk as cdk
import jsii
from constructs import Construct, IConstruct

from .audit.assembly import Source, Unreadable, id_of, read_stacks
from .audit.checks.beside import BESIDE
from .audit.constructs import NAMESPACE, ancestors
from .audit.files import UnreadableError
from .audit.findings import Finding
from .rules.stack import not_judged
from .version import __version__

# CDK has no severity for what is undecided; "info" is shown and fails nothing.
_SEVERITIES: Final = {"error": "error", "warning": "warning", "undecided": "info"}
_BESIDE: Final = frozenset(rule.code for rule in BESIDE)


@jsii.implements(cdk.IPolicyValidationPlugin)
class LambdaRules:
    """Checks the templates of any app by all rules: `Validations.of(app).add_plugins(LambdaRules())`.

    Errors fail the synthesis, warnings are shown. `Validations.of(construct).acknowledge(...)` of
    `lambda-constructs::<code>` silences one in a construct and below. What the constructs of this package
    said already is not said again.

    Args:
        undecided: Show what cannot be checked, because a value is known only at deployment. Default: False
    """

    def __init__(self, *, undecided: bool = False) -> None:
        """Nothing is read before CDK asks."""
        self._undecided = undecided

    @property
    def name(self) -> str:
        """The first part of the ids to acknowledge."""
        return NAMESPACE

    @property
    def version(self) -> str:
        """The version of this package."""
        return __version__

    @property
    def rule_ids(self) -> None:
        """CDK would only count them."""

    def validate(self, context: cdk.IPolicyValidationContext) -> cdk.PolicyValidationPluginReport:
        """Audit the templates of a synthesis; what cannot be judged is reported and fails nothing."""
        automatic = _BY_ROOT.get(context.app_construct)
        violations: list[cdk.PolicyViolation] = []
        success = True
        for each in _sources(context.template_paths):
            found = each if isinstance(each, Unreadable) else self._judge(each, automatic)
            if not isinstance(found, Unreadable):
                violations += [_violation(finding) for finding in found]
                success = success and all(finding.severity != "error" for finding in found)
            elif automatic in (None, self):  # otherwise the automatic plugin says it
                violations.append(_not_judged(found))
        return cdk.PolicyValidationPluginReport(success=success, violations=violations)

    def _judge(self, source: Source, automatic: BesideOurs | None) -> list[Finding] | Unreadable:
        """What this plugin has to say of a template."""
        try:
            return [each for each in self._select(source, automatic) if not source.has_warned(each)]
        except Exception as error:  # noqa: BLE001 - a fault of ours must not end the synthesis of others
            reason = f"{source.name}: {type(error).__name__}: {error}"
            return Unreadable(stack=source.stack, reason=reason)

    def _select(self, source: Source, beside: BesideOurs | None) -> Iterator[Finding]:
        """What this plugin has to say of a template, beside what the other one says."""
        for finding in source.findings():
            if finding.severity != "undecided":
                if beside is None or not beside.reports(source, finding):
                    yield finding
            elif self._undecided:
                yield finding


class BesideOurs(LambdaRules):
    """Checks what users added beside our constructs; every app that has one gets this plugin, once.

    Attributes:
        paths: The paths of our constructs.
    """

    def __init__(self) -> None:
        """None of our constructs yet."""
        super().__init__()
        self.paths: Final[set[str]] = set()

    @classmethod
    def of(cls, scope: Construct) -> BesideOurs:
        """The one of the app that `scope` is in."""
        root = scope.node.root
        if root not in _BY_ROOT:
            _BY_ROOT[root] = plugin = cls()
            if isinstance(root, cdk.App):
                cdk.Validations.of(root).add_plugins(plugin)
        return _BY_ROOT[root]

    def reports(self, source: Source, finding: Finding) -> bool:
        """Whether a finding is about one of our constructs, and about what is beside it."""
        return (
            finding.code in _BESIDE
            and finding.severity != "undecided"
            and any(self._owns(source, each) for each in (finding.resource, *finding.about))
        )

    def _select(self, source: Source, _: BesideOurs | None) -> Iterator[Finding]:
        if self._owns(source, source.name):
            yield from (each for each in source.findings() if self.reports(source, each))

    def _owns(self, source: Source, resource: str) -> bool:
        """Whether a resource is of one of our constructs; the template, if any of its resources is."""
        paths = [source.paths[resource]] if resource in source.paths else source.paths.values()
        return any(not self.paths.isdisjoint(ancestors(path)) for path in paths)


_BY_ROOT: Final[WeakKeyDictionary[IConstruct, BesideOurs]] = WeakKeyDictionary()


def _sources(paths: Iterable[str]) -> Iterator[Source | Unreadable]:
    """The templates of stacks, with those of their nested stacks."""
    files: dict[Path, list[str]] = {}
    for path in map(Path, paths):
        files.setdefault(path.parent, []).append(path.name)
    for folder, names in files.items():
        try:
            yield from read_stacks(folder, names)
        except UnreadableError as error:
            yield Unreadable(stack="", reason=str(error))


def _not_judged(unreadable: Unreadable) -> cdk.PolicyViolation:
    wrong, _, advice = str(not_judged(unreadable.reason)).partition("; ")
    return cdk.PolicyViolation(
        rule_name=not_judged.code,
        description=wrong,
        fix=f"{advice} ({not_judged.source})",
        severity=not_judged.severity,
        violating_resources=[
            cdk.PolicyViolatingResource(construct_path=unreadable.stack, locations=[]),
        ],
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
