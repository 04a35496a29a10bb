"""A template with its origin: its file, its stack, its constructs, and where its author wrote what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Final

from ..template.assignments import assignments
from ..template.constructs import ANNOTATION, NAMESPACE
from ..template.files import TemplateFile, is_local
from ..template.intrinsics import mapping
from ..template.workloads import workloads_of
from . import find
from .findings import Finding, id_of
from .macros import Expanded, expand
from .positions import Positions

_SOME: Final = "only {} of the assignments of its parameters are checked; --parameter narrows them"
# The property that names the template.
_NESTED: Final = {
    "AWS::CloudFormation::Stack": "TemplateURL",
    "AWS::CloudFormation::StackSet": "TemplateURL",
    "AWS::Serverless::Application": "Location",
}


@dataclass(frozen=True, kw_only=True)
class Source(TemplateFile):
    """A template to check, with the findings of the rules."""

    # Values of parameters; the others take each value that the template allows
    parameters: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, template: TemplateFile, parameters: Mapping[str, str] | None = None) -> Source:
        """The template with values of its parameters."""
        return cls(**vars(template), parameters=parameters or {})

    @property
    def name(self) -> str:
        """The path of the file, as it was given."""
        return self.file.as_posix()

    @cached_property
    def expanded(self) -> Expanded:
        """The template after its macros."""
        return expand(self.template, self.file.parent, self.parameters)

    @property
    def notes(self) -> Iterator[str]:
        """The parts of the template that are not checked."""
        if self.repeated:
            yield f"these keys are repeated, and only their last value counts: {', '.join(self.repeated)}"
        yield from self.expanded.notes
        if not (possible := assignments(self.expanded.template)).complete:
            yield _SOME.format(len(possible.each))

    @cached_property
    def _positions(self) -> Positions:
        return Positions(self.text)

    def nested(self) -> Iterator[Path]:
        """The local templates of its nested stacks and applications."""
        for resource in mapping(self.template.get("Resources")).values():
            kind, properties = mapping(resource).get("Type"), mapping(mapping(resource).get("Properties"))
            name = properties.get(_NESTED.get(str(kind), ""))
            if is_local(name) and not self.stack:
                yield self.file.parent / name

    def line(self, finding: Finding) -> int:
        """The line of the file that a finding is about."""
        return self._positions.line((*self.within, *finding.place))

    @cached_property
    def paths(self) -> Mapping[str, str]:
        """The construct paths of the resources by logical id; the id itself where no path is known."""
        resources = mapping(self.expanded.template.get("Resources"))
        return self.paths_of({**resources, **mapping(self.template.get("Resources"))})

    @cached_property
    def workloads(self) -> frozenset[str]:
        """The construct paths of the workloads of this package and of their functions, from the metadata."""
        workloads = workloads_of(self.template)
        paths = self.constructs.paths_in(self.stack)
        functions = (paths.get(each.get("function", ""), "") for each in workloads)
        shared = f"{self.stack}/LambdaConstructs" if workloads else ""
        return frozenset((shared, *functions, *(each.get("path", "") for each in workloads))) - {""}

    def findings(self) -> list[Finding]:
        """The findings of the rules; those about the whole template have the path of its stack."""
        return [
            replace(each, path=self.paths.get(each.resource, self.stack or each.path))
            for each in find(self.name, self.expanded, self.file.parent)
        ]

    def places(self, finding: Finding) -> Iterator[str]:
        """The path of the resource that a finding is about, then those of the other resources involved."""
        yield finding.path
        yield from (self.paths[each] for each in finding.about if each in self.paths)

    def acknowledgement(self, finding: Finding) -> str | None:
        """The reason if the template or the app accepts a finding, or the app the same warning; else None."""
        if (written := self._suppression(finding)) is not None:
            return written
        reason = self.constructs.reason(finding.path, f"{NAMESPACE}::{id_of(finding)}")
        warning = f"{ANNOTATION}{finding.code}"
        found = (reason, *(self.constructs.reason(each, warning) for each in self.places(finding)))
        return next((each for each in found if each is not None), None)

    def _suppression(self, finding: Finding) -> str | None:
        """The reason in the metadata of the resource, or of the whole template; None if it gives none."""
        resource = mapping(self.expanded.template.get("Resources")).get(finding.resource)
        for owner in (resource, self.template):
            accepted = mapping(mapping(mapping(owner).get("Metadata")).get(NAMESPACE)).get("ignore")
            for code, reason in mapping(accepted).items():
                if fnmatchcase(id_of(finding), code) and isinstance(reason, str) and reason.strip():
                    return reason
        return None

    @property
    def resources(self) -> int:
        """How many resources the template has, after its macros."""
        return len(mapping(self.expanded.template.get("Resources")))

    def has_warned(self, finding: Finding) -> bool:
        """Whether one of our constructs already gave the same warning."""
        return any(self.constructs.has_warned(each, finding.code) for each in self.places(finding))
