"""Writes a starter app."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Final

from ..version import __version__
from .workloads import WORKLOADS

# The template of each file.
FILES: Final[Mapping[str, str]] = {
    "README.md": "README.md.txt",
    "pyproject.toml": "pyproject.toml.txt",
    "app.py": "app.py.txt",
    "cdk.json": "cdk.json.txt",
    ".gitignore": "gitignore.txt",
    ".github/workflows/ci.yml": "ci.yml.txt",
    "service/__init__.py": "service_init.py.txt",
    "service/stack.py": "stack.py.txt",
    "handler/orders.py": "handler.py.txt",
    "handler/requirements.in": "requirements.in.txt",
    "handler/requirements.txt": "requirements.txt.txt",
    "tests/conftest.py": "conftest.py.txt",
    "tests/test_stack.py": "test_stack.py.txt",
    "tests/test_handler.py": "test_handler.py.txt",
    "tests/test_deployment.py": "test_deployment.py.txt",
}


def write_project(folder: Path, workload: str) -> list[Path]:
    """Write a starter app into a new or empty folder, which names project and stack; returns its files."""
    name = "-".join(re.findall(r"[a-z0-9]+", folder.resolve().name.lower()))
    stack = "".join(part.title() for part in name.lstrip("0123456789-").split("-"))
    if not stack:
        raise ValueError(
            f"{folder.name!r} has no letter from a to z; CloudFormation needs one in a stack's name"
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"{folder} is not an empty folder; pass a new one")
    fields = {
        **WORKLOADS[workload].fields(),
        "name": name,
        "stack": stack,
        "version": __version__,
    }
    templates = files(__package__) / "files"
    written = []
    for target, template in FILES.items():
        text = Template((templates / template).read_text(encoding="utf-8")).substitute(fields)
        path = folder / target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_tidy(text) if path.suffix == ".py" else text, encoding="utf-8")
        written.append(path)
    return written


def _tidy(text: str) -> str:
    """Python without imports that the workload does not need, and without lines that it leaves empty."""
    for name, line in (("json.", "import json\n"), ("b64decode", "from base64 import b64decode\n")):
        if name not in text.replace(line, ""):
            text = text.replace(line, "")
    return text.replace('"""\n\n\nimport', '"""\n\nimport')
