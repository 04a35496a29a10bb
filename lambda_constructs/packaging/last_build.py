"""The inputs of the last build of a project, and the changes since."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from .bundle import Bundle

Inputs: TypeAlias = Mapping[str, Mapping[str, str]]


def inputs(bundle: Bundle) -> Inputs:
    """Everything that the key of a bundle depends on, by kind and name."""
    return {
        "option": {
            "strip": bundle.strip,
            "bytecode": str(bundle.bytecode),
            "dependencies": "layer" if bundle.layered else "zip",
            "allow_source": ", ".join(sorted(bundle.allow_source)) or "none",
        },
        "package": {each.name: each.requirement for each in bundle.packages},
        "file": {each.name: each.digest for each in bundle.files},
    }


def last_inputs(bundle: Bundle) -> Inputs | None:
    """The inputs of the last build; None if it was not built yet."""
    try:
        found: Inputs = json.loads(_path(bundle).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found


def remember(bundle: Bundle) -> None:
    """Remember the inputs of a build."""
    path = _path(bundle)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
        json.dump(inputs(bundle), file, indent=1)
    Path(file.name).replace(path)


def changes(before: Inputs, after: Inputs) -> Iterator[str]:
    """The differences between two builds, one line each."""
    for kind, items in after.items():
        known = before.get(kind, {})
        for name in sorted({*known, *items}):
            old, new = known.get(name), items.get(name)
            if old == new:
                continue
            if old is None:
                yield f"{kind} {name} is new"
            elif new is None:
                yield f"{kind} {name} is gone"
            else:
                yield f"{kind} {name} changed{_versions(kind, old, new)}"


def _versions(kind: str, old: str, new: str) -> str:
    """The two values, if they tell a person something."""
    first, second = (each.partition(" ")[0].rpartition("==")[2] for each in (old, new))
    if kind == "file":
        return "" if first == second else " its permissions"
    if kind == "package" and first == second:
        return ": other files"
    return f" from {first} to {second}" if kind == "package" else f" from {old} to {new}"


def _path(bundle: Bundle) -> Path:
    """Where the build is remembered: by the folders, the runtime and the architecture."""
    names = "\0".join((str(bundle.project), str(bundle.folder), str(bundle.target)))
    return bundle.cache / "builds" / f"{hashlib.sha256(names.encode()).hexdigest()[:16]}.json"
