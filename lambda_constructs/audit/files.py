"""Templates from files: JSON, or YAML with the extra that reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

INSTALL_YAML = "reading YAML needs PyYAML: pip install 'lambda-constructs[audit]'"


class UnreadableError(Exception):
    """A file that the audit needs cannot be read."""


def read_text(path: Path) -> str:
    """The content of a text file.

    Raises:
        UnreadableError: The file does not exist, or is not text.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise UnreadableError(f"{path}: {reason}") from error


def is_json(text: str) -> bool:
    """Whether a file is JSON rather than YAML."""
    return text.lstrip().startswith(("{", "["))


def parse(path: Path, text: str, repeated: list[str] | None = None) -> Any:  # noqa: ANN401 - the author's
    """Parse a JSON or YAML file.

    Args:
        path: Its path.
        text: Its content.
        repeated: Gets a note for each key that an object of a YAML file has twice.

    Raises:
        UnreadableError: It is neither JSON nor YAML, or PyYAML is missing.
    """
    if is_json(text) or path.suffix == ".json":
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            raise UnreadableError(f"{path}: not valid JSON: {error}") from error
    try:
        from .cfn_yaml import parse_yaml  # noqa: PLC0415 - only here, because it needs the extra
    except ModuleNotFoundError as error:
        raise UnreadableError(f"{path}: {INSTALL_YAML}") from error
    try:
        return parse_yaml(text, repeated)
    except ValueError as error:
        raise UnreadableError(f"{path}: not valid YAML: {error}") from error


def local_object(folder: Path | None, name: object) -> dict[str, Any] | None:
    """The object in a local file that a template names; None if there is no such file, or it is elsewhere."""
    if folder is None or not isinstance(name, str) or "://" in name:
        return None
    try:
        content = parse(folder / name, read_text(folder / name))
    except UnreadableError:
        return None
    return content if isinstance(content, dict) else None
