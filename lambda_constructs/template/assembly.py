"""Reads cloud assemblies, with the paths and acknowledgements of their constructs.

https://docs.aws.amazon.com/cdk/v2/guide/configure-synth.html
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from .constructs import Constructs, nested_stack
from .files import OtherFileError, Templates, UnreadableError, parse, read_template, read_text
from .intrinsics import mapping

_MANIFEST: Final = "manifest.json"
_MARK: Final = "cdk.out"  # a file that CDK writes into each assembly
# In the URL of a nested stack's template.
_HASH: Final = re.compile(r"\b[0-9a-f]{64}\b")


def is_assembly(folder: Path) -> bool:
    """Whether a folder is a cloud assembly."""
    file = folder / _MANIFEST
    try:
        return file.is_file() and "artifacts" in _json(file)
    except UnreadableError:
        return (folder / _MARK).is_file()


def read_app(path: Path) -> Templates:
    """The templates of an app, which are a cloud assembly, a file, or a folder with a file for each stack.

    In such a folder, the path of a stack is that of its file, and files that are not templates are skipped.
    """
    if not path.is_dir():
        yield read_template(path)
    elif is_assembly(path):
        yield from read_assembly(path)
    else:
        found = {file: read_template(file) for file in sorted(path.rglob("*.json"))}
        templates = {file: each for file, each in found.items() if not isinstance(each, OtherFileError)}
        for file, each in templates.items():
            stack = file.relative_to(path).as_posix().removesuffix(".json").removesuffix(".template")
            yield each if isinstance(each, UnreadableError) else replace(each, stack=stack)
        if not templates:
            yield no_template(path)


def no_template(folder: Path) -> UnreadableError:
    """The error about a folder without templates."""
    return UnreadableError(f"{folder}: it contains no template")


def read_assembly(folder: Path, within: Collection[Path] = ()) -> Templates:
    """The templates of a cloud assembly, with those of its stages and nested stacks.

    Args:
        folder: The folder of the assembly.
        within: The assemblies that it is a stage of.
    """
    try:
        artifacts = _artifacts(folder)
        yield from read_stacks(folder)
    except UnreadableError as error:
        yield error
        return
    outer = {Path(os.path.realpath(folder)), *within}
    for artifact in artifacts.values():
        match artifact:
            case {"type": "cdk:cloud-assembly", "properties": {"directoryName": str(name)}} if (
                "\0" not in name
            ):
                if Path(os.path.realpath(folder / name)) not in outer:
                    yield from read_assembly(folder / name, outer)


def read_stacks(folder: Path, files: Collection[str] | None = None) -> Templates:
    """The templates of an assembly's own stacks, or of some of them, with those of their nested stacks.

    A stack without resources has no findings.
    """
    artifacts = _artifacts(folder)
    for name, artifact in artifacts.items():
        match artifact:
            case {"type": "aws:cloudformation:stack", "properties": {"templateFile": str(file)}}:
                if files is None or file in files:
                    stack = str(artifact.get("displayName", name))
                    named = artifact.get("dependencies")
                    dependencies = [
                        artifacts.get(str(each)) for each in (named if isinstance(named, list) else ())
                    ]
                    try:
                        constructs = _constructs(folder, stack, artifact)
                        assets = _assets(folder, dependencies)
                    except UnreadableError as error:
                        yield UnreadableError(str(error), stack)
                    else:
                        region = _region(artifact)
                        yield from _templates(folder, file, constructs, assets, stack=stack, region=region)


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


def _region(artifact: Mapping[str, Any]) -> str | None:
    """The region of a stack and of its nested stacks; None if only the deployment knows it."""
    environment = str(artifact.get("environment", ""))
    return None if environment.endswith("unknown-region") else environment.rpartition("/")[2] or None


def _constructs(folder: Path, stack: str, artifact: Mapping[str, Any]) -> Constructs:
    """The metadata of an assembly about the constructs of a stack."""
    metadata = mapping(artifact.get("metadata"))
    if isinstance(additional := artifact.get("additionalMetadataFile"), str):
        metadata = _json(folder / additional)
    constructs = Constructs(stacks={stack})
    for path, entries in metadata.items():
        for entry in entries if isinstance(entries, list) else ():
            constructs.add(path.removeprefix("/"), entry)
    return constructs


def _templates(
    folder: Path,
    file: str,
    constructs: Constructs,
    assets: Mapping[str, str],
    *,
    stack: str,
    region: str | None,
) -> Templates:
    """The template of a stack, and those of its nested stacks."""
    pending, seen = [(stack, file)], set[str]()
    while pending:
        stack, file = pending.pop(0)
        if file in seen:
            continue
        seen.add(file)
        found = read_template(folder / file)
        if isinstance(found, UnreadableError):
            yield UnreadableError(str(found), stack)
            continue
        template = replace(found, stack=stack, region=region, constructs=constructs)
        yield template
        resources = mapping(template.template.get("Resources"))
        if files := dict(_nested(resources, assets)):
            paths = template.paths_of(resources)
            pending += [
                (nested_stack(paths[name]) or f"{stack}/{name}", file) for name, file in files.items()
            ]


def _nested(resources: Mapping[str, Any], assets: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The nested stacks whose templates are in the same assembly: logical id and file."""
    for logical_id, resource in resources.items():
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
