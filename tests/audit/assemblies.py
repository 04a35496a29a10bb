"""Cloud assemblies by hand, as CDK writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lambda_constructs.audit.reading import read
from lambda_constructs.audit.source import Source
from tests.audit.support import function, resource, template

Json = dict[str, Any]
Entry = tuple[str, object]

TOO_BIG = function(MemorySize=20_000)
"""A function with one error: `memory-size-range`."""
HASH = "8e488aab2b92eae2c75a05f19db92fe70520f384e47bec952026f511cc71ad32"


def read_sources(*paths: Path) -> list[Source]:
    """The templates at some paths, all of which can be read."""
    reading = read(paths)
    for each in reading.unreadable:
        raise each
    return reading.sources


def write(path: Path, content: object) -> Path:
    """A JSON file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1))
    return path


def write_stack(folder: Path, name: str, source: Json, constructs: Mapping[str, list[Entry]]) -> Json:
    """The files of a stack; its artifact for the manifest. Constructs have entries of type and data."""
    write(folder / f"{name}.template.json", source)
    entries = {
        f"/{path}": [{"type": f"aws:cdk:{kind}", "data": data} for kind, data in each]
        for path, each in constructs.items()
    }
    write(folder / f"{name}.metadata.json", entries)
    return {
        "type": "aws:cloudformation:stack",
        "properties": {"templateFile": f"{name}.template.json"},
        "additionalMetadataFile": f"{name}.metadata.json",
    }


def nested(file: str = "", **properties: Any) -> Json:
    """A nested stack; with the template's file as the CDK CLI has it written down."""
    metadata = {"Metadata": {"aws:asset:path": file}} if file else {}
    return {**resource("AWS::CloudFormation::Stack", **properties), **metadata}


def write_manifest(folder: Path, artifacts: Mapping[str, object]) -> Path:
    """The manifest; the folder of the assembly."""
    write(folder / "manifest.json", {"version": "55.0.0", "artifacts": artifacts})
    return folder


def shop(folder: Path, *acknowledged: tuple[str, Mapping[str, str]]) -> Path:
    """An assembly of one stack with the construct `Shop/Orders`, whose function is too big.

    Args:
        folder: Where to write it.
        *acknowledged: Construct paths with the rules acknowledged there, and the reasons.
    """
    constructs: dict[str, list[Entry]] = {"Shop/Orders/Function": [("logicalId", "OrdersFunction")]}
    for path, rules in acknowledged:
        constructs.setdefault(path, []).append(("acknowledged-rules", dict(rules)))
    stack = write_stack(folder, "Shop", template(OrdersFunction=TOO_BIG), constructs)
    return write_manifest(folder, {"Shop": stack, "Tree": {"type": "cdk:tree"}})
