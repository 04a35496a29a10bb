"""Reads templates, and cloud assemblies with the paths and acknowledgements of their constructs.

https://docs.aws.amazon.com/cdk/v2/guide/configure-synth.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from ..rules.rule import CATALOGUE
from ..template.template import Template
from . import audit
from .constructs import ANNOTATION, NAMESPACE, Constructs, nested_stack
from .files import UnreadableError, parse, read_text
from .findings import Finding

_MANIFEST: Final = "manifest.json"
_SUFFIXES: Final = (".json", ".yaml", ".yml", ".template")
# In the URL of a nested stack's template.
_HASH: Final = re.compile(r"\b[0-9a-f]{64}\b")


# The sections of a template: they identify a template without resources.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
_SECTIONS: Final = frozenset(
    (
        "AWSTemplateFormatVersion",
        "Conditions",
        "Description",
        "Globals",
        "Hooks",
        "Mappings",
        "Metadata",
        "Outputs",
        "Parameters",
        "Resources",
        "Rules",
        "Transform",
    )
)


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """A template of an assembly that cannot be read.

    Attributes:
        stack: The path of its stack.
        reason: Why it cannot be read, with the name of the file.
    """

    stack: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """A template and its origin.

    Attributes:
        file: Its file.
        text: The content of the file.
        template: The parsed template.
        stack: The path of its stack; empty without an assembly.
        constructs: The metadata of its assembly about the constructs; empty without an assembly.
    """

    file: Path
    text: str
    template: Mapping[str, Any]
    stack: str = ""
    constructs: Constructs = field(default_factory=Constructs)

    @property
    def name(self) -> str:
        """The path of the file, as it was given."""
        return self.file.as_posix()

    @cached_property
    def paths(self) -> Mapping[str, str]:
        """The construct paths of the resources by logical id; the id itself where no path is known."""
        paths = self.constructs.paths_in(self.stack)
        resources = Template(self.name, self.template).resources.values()
        return {each.id: paths.get(each.id, each.path) for each in resources}

    @cached_property
    def workloads(self) -> frozenset[str]:
        """The construct paths of the workloads of this package and of their functions, from the metadata."""
        match self.template.get("Metadata"):
            case {"lambda-constructs": {"workloads": [*workloads]}}:
                entries = [_mapping(each) for each in workloads]
                paths = self.constructs.paths_in(self.stack)
                functions = (paths.get(str(each.get("function")), "") for each in entries)
                shared = f"{self.stack}/LambdaConstructs"
                return frozenset((shared, *functions, *(str(each.get("path")) for each in entries))) - {""}
            case _:
                return frozenset()

    def findings(self) -> list[Finding]:
        """The findings of the rules; those about the whole template have the path of its stack."""
        return [
            replace(each, path=self.paths.get(each.resource, self.stack or each.path))
            for each in audit(self.name, self.template, self.file.parent)
        ]

    def places(self, finding: Finding) -> Iterator[str]:
        """The path of the resource that a finding is about, then those of the other resources involved."""
        yield finding.path
        yield from (self.paths[each] for each in finding.about if each in self.paths)

    def acknowledgement(self, finding: Finding) -> str | None:
        """The reason if the app acknowledges a finding, or the same warning of our constructs; else None."""
        reason = self.constructs.reason(finding.path, f"{NAMESPACE}::{id_of(finding)}")
        warning = f"{ANNOTATION}{finding.code}"
        found = (reason, *(self.constructs.reason(each, warning) for each in self.places(finding)))
        return next((each for each in found if each is not None), None)

    def has_warned(self, finding: Finding) -> bool:
        """Whether one of our constructs already gave the same warning."""
        return any(self.constructs.has_warned(each, finding.code) for each in self.places(finding))


def id_of(finding: Finding) -> str:
    """The id for an acknowledgement of a finding."""
    return CATALOGUE[finding.code].id(finding.location.rpartition("/")[2])


def read_sources(path: Path) -> list[Source]:
    """The templates at a path: a file, a folder of templates, or a cloud assembly.

    Raises:
        UnreadableError: There is no template, or a file cannot be read.
    """
    if not path.is_dir():
        text = read_text(path)
        template = parse(path, text)
        if not _is_template(template):
            raise UnreadableError(f"{path}: not a CloudFormation template")
        return [Source(file=path, text=text, template=template)]
    if not (found := list(_in_folder(path))) and not _is_assembly(path):
        raise UnreadableError(f"{path}: it contains no template")
    return found


def read_assembly(folder: Path) -> Iterator[Source]:
    """The templates of a cloud assembly, with those of its stages and nested stacks.

    Raises:
        UnreadableError: It is not an assembly, or files are missing.
    """
    for each in read_stacks(folder):
        if isinstance(each, Unreadable):
            raise UnreadableError(each.reason)
        yield each
    for artifact in _artifacts(folder).values():
        match artifact:
            case {"type": "cdk:cloud-assembly", "properties": {"directoryName": str(name)}}:
                yield from read_assembly(folder / name)


def read_stacks(folder: Path, files: Collection[str] | None = None) -> Iterator[Source | Unreadable]:
    """The templates of an assembly's own stacks, with those of their nested stacks.

    A stack without resources has no findings.

    Args:
        folder: The assembly.
        files: Only the stacks with these templates. None is all of them.

    Raises:
        UnreadableError: It is not an assembly.
    """
    artifacts = _artifacts(folder)
    for name, artifact in artifacts.items():
        match artifact:
            case {"type": "aws:cloudformation:stack", "properties": {"templateFile": str(file)}}:
                if files is None or file in files:
                    stack = {"displayName": name, **artifact}
                    dependencies = [artifacts.get(each) for each in artifact.get("dependencies", ())]
                    try:
                        constructs, assets = _constructs(folder, stack), _assets(folder, dependencies)
                    except UnreadableError as error:
                        yield Unreadable(stack=str(stack["displayName"]), reason=str(error))
                    else:
                        yield from _templates(folder, file, str(stack["displayName"]), constructs, assets)


def _artifacts(folder: Path) -> Mapping[str, Any]:
    return _mapping(_json(folder / _MANIFEST).get("artifacts"))


def _assets(folder: Path, artifacts: Iterable[object]) -> dict[str, str]:
    """The files of the assets, by their hashes."""
    assets: dict[str, str] = {}
    for artifact in artifacts:
        match artifact:
            case {"type": "cdk:asset-manifest", "properties": {"file": str(name)}}:
                for key, asset in _mapping(_json(folder / name).get("files")).items():
                    assets[key] = str(_mapping(_mapping(asset).get("source")).get("path"))
    return assets


def _constructs(folder: Path, artifact: Mapping[str, Any]) -> Constructs:
    """The metadata of an assembly about the constructs of a stack."""
    metadata = _mapping(artifact.get("metadata"))
    if isinstance(additional := artifact.get("additionalMetadataFile"), str):
        metadata = _json(folder / additional)
    constructs = Constructs(stacks={str(artifact["displayName"])})
    for path, entries in metadata.items():
        for entry in entries:
            constructs.add(path.removeprefix("/"), entry)
    return constructs


def _templates(
    folder: Path, file: str, stack: str, constructs: Constructs, assets: Mapping[str, str]
) -> Iterator[Source | Unreadable]:
    """The template of a stack, and those of its nested stacks."""
    pending, seen = [(stack, file)], set[str]()
    while pending:
        stack, file = pending.pop(0)
        if file in seen:
            continue
        seen.add(file)
        try:
            text = read_text(folder / file)
            template = parse(folder / file, text)
        except UnreadableError as error:
            yield Unreadable(stack=stack, reason=str(error))
            continue
        if not isinstance(template, dict):
            yield Unreadable(stack=stack, reason=f"{folder / file}: not a CloudFormation template")
            continue
        source = Source(file=folder / file, text=text, template=template, stack=stack, constructs=constructs)
        yield source
        for logical_id, nested in _nested(template, assets):
            pending.append((nested_stack(source.paths.get(logical_id, "")), nested))


def _nested(template: Mapping[str, Any], assets: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The nested stacks whose templates are in the same assembly: logical id and file."""
    for logical_id, resource in _mapping(template.get("Resources")).items():
        if _mapping(resource).get("Type") == "AWS::CloudFormation::Stack":
            file = _mapping(resource.get("Metadata")).get("aws:asset:path")
            url = _mapping(resource.get("Properties")).get("TemplateURL")
            hashes = _HASH.findall(json.dumps(url))
            if isinstance(file, str):
                yield logical_id, file
            elif hashes and hashes[-1] in assets:
                yield logical_id, assets[hashes[-1]]


def _in_folder(folder: Path) -> Iterator[Source]:
    if _is_assembly(folder):
        yield from read_assembly(folder)
        return
    for each in sorted(folder.iterdir()):
        if each.is_dir():
            if not each.is_symlink() and not each.name.startswith("."):
                yield from _in_folder(each)
        elif each.suffix in _SUFFIXES and "Resources" in (text := read_text(each)):
            template = parse(each, text)
            if isinstance(_mapping(template).get("Resources"), dict):
                yield Source(file=each, text=text, template=template)


def _is_assembly(folder: Path) -> bool:
    file = folder / _MANIFEST
    return file.is_file() and "artifacts" in _json(file)


def _is_template(value: object) -> bool:
    """Whether a file is a template: it has resources by name, or only other sections of templates."""
    if not isinstance(value, dict) or not isinstance(value.get("Resources", {}), dict):
        return False
    return "Resources" in value or _SECTIONS.issuperset(value)


def _json(file: Path) -> Mapping[str, Any]:
    return _mapping(parse(file, read_text(file)))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
