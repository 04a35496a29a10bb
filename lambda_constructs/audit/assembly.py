"""Reads cloud assemblies, with the paths and acknowledgements of their constructs.

https://docs.aws.amazon.com/cdk/v2/guide/configure-synth.html
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from ..template.intrinsics import mapping
from .constructs import Constructs, nested_stack
from .files import UnreadableError, parse, read_text
from .source import Source, Unreadable

_MANIFEST: Final = "manifest.json"
# In the URL of a nested stack's template.
_HASH: Final = re.compile(r"\b[0-9a-f]{64}\b")


def is_assembly(folder: Path) -> bool:
    """Whether a folder is a cloud assembly."""
    file = folder / _MANIFEST
    try:
        return file.is_file() and "artifacts" in _json(file)
    except UnreadableError:
        return False


def read_assembly(folder: Path, within: Collection[Path] = ()) -> Iterator[Source | Unreadable]:
    """The templates of a cloud assembly, with those of its stages and nested stacks.

    Args:
        folder: The folder of the assembly.
        within: The assemblies that it is a stage of.
    """
    try:
        artifacts = _artifacts(folder)
        yield from read_stacks(folder)
    except UnreadableError as error:
        yield Unreadable(stack="", reason=str(error))
        return
    outer = {Path(os.path.realpath(folder)), *within}
    for artifact in artifacts.values():
        match artifact:
            case {"type": "cdk:cloud-assembly", "properties": {"directoryName": str(name)}} if (
                "\0" not in name
            ):
                if Path(os.path.realpath(folder / name)) not in outer:
                    yield from read_assembly(folder / name, outer)


def read_stacks(folder: Path, files: Collection[str] | None = None) -> Iterator[Source | Unreadable]:
    """The templates of an assembly's own stacks, or of some of them, with those of their nested stacks.

    A stack without resources has no findings.
    """
    artifacts = _artifacts(folder)
    for name, artifact in artifacts.items():
        match artifact:
            case {"type": "aws:cloudformation:stack", "properties": {"templateFile": str(file)}}:
                if files is None or file in files:
                    stack = {"displayName": name, **artifact}
                    named = artifact.get("dependencies")
                    dependencies = [
                        artifacts.get(str(each)) for each in (named if isinstance(named, list) else ())
                    ]
                    try:
                        constructs, assets = _constructs(folder, stack), _assets(folder, dependencies)
                    except UnreadableError as error:
                        yield Unreadable(stack=str(stack["displayName"]), reason=str(error))
                    else:
                        yield from _templates(folder, file, str(stack["displayName"]), constructs, assets)


def _artifacts(folder: Path) -> Mapping[str, Any]:
    return mapping(_json(folder / _MANIFEST).get("artifacts"))


def _assets(folder: Path, artifacts: Iterable[object]) -> dict[str, str]:
    """The files of the assets, by their hashes."""
    assets: dict[str, str] = {}
    for artifact in artifacts:
        match artifact:
            case {"type": "cdk:asset-manifest", "properties": {"file": str(name)}}:
                for key, asset in mapping(_json(folder / name).get("files")).items():
                    assets[key] = str(mapping(mapping(asset).get("source")).get("path"))
    return assets


def _constructs(folder: Path, artifact: Mapping[str, Any]) -> Constructs:
    """The metadata of an assembly about the constructs of a stack."""
    metadata = mapping(artifact.get("metadata"))
    if isinstance(additional := artifact.get("additionalMetadataFile"), str):
        metadata = _json(folder / additional)
    constructs = Constructs(stacks={str(artifact["displayName"])})
    for path, entries in metadata.items():
        for entry in entries if isinstance(entries, list) else ():
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
    for logical_id, resource in mapping(template.get("Resources")).items():
        if mapping(resource).get("Type") == "AWS::CloudFormation::Stack":
            file = mapping(resource.get("Metadata")).get("aws:asset:path")
            url = mapping(resource.get("Properties")).get("TemplateURL")
            hashes = _HASH.findall(json.dumps(url))
            if isinstance(file, str):
                yield logical_id, file
            elif hashes and hashes[-1] in assets:
                yield logical_id, assets[hashes[-1]]


def _json(file: Path) -> Mapping[str, Any]:
    return mapping(parse(file, read_text(file)))
