"""Gives a function of a cloud assembly other code, as an app that changes nothing else would."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

_HASH: Final = re.compile(r"[0-9a-f]{32}$")
_TEMPLATE: Final = re.compile(r"/([0-9a-f]{64})\.json$")


def with_new_code(assembly: Path, stack: str, function: str, code: Path | str, target: Path) -> None:
    """Write a copy of an assembly in which a function has other code, and publishes another version.

    Args:
        assembly: A cloud assembly.
        stack: Path of the stack in the app, or its name.
        function: Logical id of the function.
        code: Directory of the code; or a text, which becomes the module of the handler.
        target: The copy, which must not exist.
    """
    shutil.copytree(assembly, target, copy_function=_link)
    folder, artifact_id, properties = next(each for each in _artifacts(target) if stack in each[2]["names"])
    template = json.loads((folder / properties["templateFile"]).read_text())
    resource = template["Resources"][function]["Properties"]
    asset = _asset(folder, code, resource["Handler"])
    assets = json.loads((folder / f"{artifact_id}.assets.json").read_text())
    key, destination = next(iter(next(iter(assets["files"].values()))["destinations"].items()))
    digest = asset.name.partition(".")[2]
    assets["files"][digest] = {
        "source": {"path": asset.name, "packaging": "zip"},
        "destinations": {key: {**destination, "objectKey": f"{digest}.zip"}},
    }
    resource["Code"] = {"S3Bucket": {"Fn::Sub": destination["bucketName"]}, "S3Key": f"{digest}.zip"}
    text = json.dumps(template, indent=1)
    for old in _versions(template, function):
        # CDK ends the logical id of a version with a hash of its function.
        text = text.replace(old, _HASH.sub("", old) + hashlib.md5(f"{old}{digest}".encode()).hexdigest())  # noqa: S324
    old_hash = _TEMPLATE.search(properties["stackTemplateAssetObjectUrl"])
    new_hash = hashlib.sha256(text.encode()).hexdigest()
    _replace(folder / properties["templateFile"], text)
    for file, content in {
        folder / f"{artifact_id}.assets.json": json.dumps(assets),
        folder / "manifest.json": (folder / "manifest.json").read_text(),
    }.items():
        _replace(file, content.replace(old_hash[1], new_hash) if old_hash else content)


def _artifacts(assembly: Path) -> Iterator[tuple[Path, str, dict[str, Any]]]:
    """The stacks of an assembly and of its stages: folder, id and properties."""
    for artifact_id, each in json.loads((assembly / "manifest.json").read_text())["artifacts"].items():
        properties = each.get("properties", {})
        if each["type"] == "cdk:cloud-assembly":
            yield from _artifacts(assembly / properties["directoryName"])
        elif each["type"] == "aws:cloudformation:stack":
            names = (artifact_id, each.get("displayName"), properties.get("stackName"))
            yield assembly, artifact_id, {**properties, "names": names}


def _asset(folder: Path, code: Path | str, handler: str) -> Path:
    """The directory of the code in the assembly; its name has the hash of all files."""
    made = folder / "asset.new"
    if isinstance(code, str) and "\n" in code:
        file = made / f"{handler.rpartition('.')[0]}.py"
        file.parent.mkdir(parents=True)
        file.write_text(code)
    else:
        shutil.copytree(code, made)
    content = hashlib.sha256()
    for path in sorted(made.rglob("*")):
        if path.is_file():
            content.update(f"{path.relative_to(made).as_posix()}\0".encode() + path.read_bytes())
    return made.rename(folder / f"asset.{content.hexdigest()}")


def _versions(template: dict[str, Any], function: str) -> list[str]:
    return [
        name
        for name, each in template["Resources"].items()
        if each["Type"] == "AWS::Lambda::Version" and each["Properties"]["FunctionName"] == {"Ref": function}
    ]


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _replace(file: Path, content: str) -> None:
    """Write a new file, because the one that is there may be a link to that of the original."""
    file.unlink()
    file.write_text(content)
