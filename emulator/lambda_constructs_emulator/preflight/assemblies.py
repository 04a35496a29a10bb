"""Reads the stacks of a cloud assembly: their templates, nested ones too, and where their code lies."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Any

Template = Mapping[str, Any]
_UNKNOWN = "unknown"
_PACKAGES = "lambda-constructs:packages"


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
        packages: What `PythonCode` of `lambda_constructs` installed into its code.
    """

    name: str
    path: str
    account: str = ""
    region: str = ""
    templates: tuple[Template, ...] = ()
    code: Mapping[str, Path] = field(default_factory=dict)
    paths: Mapping[str, str] = field(default_factory=dict)
    packages: Sequence[Mapping[str, Any]] = ()

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

    def code_of(self, resource: Mapping[str, Any]) -> tuple[Path | None, str]:
        """The code of a function or a layer, if it is an asset, and a runtime that runs it."""
        properties = resource.get("Properties", {})
        if resource.get("Type") not in ("AWS::Lambda::Function", "AWS::Lambda::LayerVersion"):
            return None, ""
        key = properties.get("Code", properties.get("Content", {})).get("S3Key", "")
        code = self.code.get(key.partition(".")[0]) if isinstance(key, str) else None
        runtimes = properties.get("CompatibleRuntimes") or [properties.get("Runtime", "")]
        return code, str(runtimes[0])


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
            code, metadata = _code(assembly, artifact_id), _metadata(assembly, artifact)
            yield Stack(
                name=properties.get("stackName", artifact_id),
                path=artifact.get("displayName", artifact_id),
                account="" if account.startswith(_UNKNOWN) else account,
                region="" if region.startswith(_UNKNOWN) else region,
                templates=(template, *_nested(template, code)),
                code=code,
                paths=_paths(metadata),
                packages=[each["data"] for _, each in metadata if each["type"] == _PACKAGES],
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


def _metadata(assembly: Path, artifact: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The metadata by construct paths: from the manifest, or from a file of recent releases of CDK."""
    metadata = dict(artifact.get("metadata", {}))
    if file := artifact.get("additionalMetadataFile"):
        metadata |= json.loads((assembly / file).read_text())
    return [(path, entry) for path, entries in metadata.items() for entry in entries]


def _paths(metadata: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, str]:
    """The construct paths by logical ids."""
    return {
        entry["data"]: path.strip("/").removesuffix("/Default").removesuffix("/Resource")
        for path, entry in metadata
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
