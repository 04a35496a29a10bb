"""Reads the stacks of a cloud assembly: their templates, nested ones too, and where their code lies."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Any

Template = Mapping[str, Any]
_UNKNOWN = "unknown"


@dataclass(frozen=True)
class Stack:
    """A stack of an assembly.

    Attributes:
        name: Its name in CloudFormation.
        path: Its path in the app.
        account: The account that the app names; empty if the app names none.
        region: The region that the app names; empty if the app names none.
        templates: Its template, and those of its nested stacks.
        code: The file or directory of each asset by its hash.
        paths: The construct paths of its resources by their logical ids.
    """

    name: str
    path: str
    account: str = ""
    region: str = ""
    templates: tuple[Template, ...] = ()
    code: Mapping[str, Path] = field(default_factory=dict)
    paths: Mapping[str, str] = field(default_factory=dict)

    def matches(self, pattern: str) -> bool:
        """Whether the CDK CLI would select the stack with this argument."""
        return any(fnmatchcase(name, pattern) for name in (self.name, self.path))

    @cached_property
    def resources(self) -> dict[str, Mapping[str, Any]]:
        """All resources by their logical ids; ids of nested stacks differ, because they end with a hash."""
        return {
            name: each
            for template in self.templates
            for name, each in template.get("Resources", {}).items()
            if isinstance(each, Mapping)
        }


def stacks(assembly: Path) -> Iterator[Stack]:
    """The stacks of an assembly, and of the assemblies of its stages."""
    artifacts = json.loads((assembly / "manifest.json").read_text()).get("artifacts", {})
    for artifact_id, artifact in artifacts.items():
        properties = artifact.get("properties", {})
        if artifact["type"] == "cdk:cloud-assembly":
            yield from stacks(assembly / properties["directoryName"])
        elif artifact["type"] == "aws:cloudformation:stack":
            account, region = artifact["environment"].removeprefix("aws://").split("/")
            template = json.loads((assembly / properties["templateFile"]).read_text())
            code = _code(assembly, artifact_id)
            yield Stack(
                name=properties.get("stackName", artifact_id),
                path=artifact.get("displayName", artifact_id),
                account="" if account.startswith(_UNKNOWN) else account,
                region="" if region.startswith(_UNKNOWN) else region,
                templates=(template, *_nested(template, code)),
                code=code,
                paths=_paths(assembly, artifact),
            )


def _nested(template: Template, code: Mapping[str, Path]) -> Iterator[Template]:
    """The templates of nested stacks, which are assets."""
    for resource in template.get("Resources", {}).values():
        if resource.get("Type") == "AWS::CloudFormation::Stack":
            address = json.dumps(resource.get("Properties", {}).get("TemplateURL"))
            file = next((file for name, file in code.items() if f"/{name}." in address), None)
            if file is not None:
                nested = json.loads(file.read_text())
                yield nested
                yield from _nested(nested, code)


def _paths(assembly: Path, artifact: Mapping[str, Any]) -> dict[str, str]:
    """The construct paths by logical ids: from the manifest, or from a file of recent releases of CDK."""
    metadata = dict(artifact.get("metadata", {}))
    if file := artifact.get("additionalMetadataFile"):
        metadata |= json.loads((assembly / file).read_text())
    return {
        entry["data"]: path.strip("/").removesuffix("/Default").removesuffix("/Resource")
        for path, entries in metadata.items()
        for entry in entries
        if entry["type"] == "aws:cdk:logicalId"
    }


def _code(assembly: Path, artifact_id: str) -> dict[str, Path]:
    manifest = assembly / f"{artifact_id}.assets.json"
    if not manifest.is_file():
        return {}
    files = json.loads(manifest.read_text()).get("files", {})
    return {
        name: assembly / each["source"]["path"] for name, each in files.items() if "path" in each["source"]
    }
