"""Templates from files: JSON, or YAML with the extra that reads it."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

BODY = "TemplateBody"
INSTALL_YAML = "reading YAML needs PyYAML: pip install 'lambda-constructs[audit]'"


class UnreadableError(Exception):
    """A file that the audit needs cannot be read."""


def read_text(path: Path) -> str:
    """The content of a text file; an UnreadableError if it does not exist, or is not text."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"{path}: it is not UTF-8 text") from error
    except (OSError, ValueError) as error:
        raise UnreadableError(f"{path}: {getattr(error, 'strerror', error)}") from error


def is_json(text: str) -> bool:
    """Whether a file is JSON rather than YAML."""
    return text.lstrip().startswith(("{", "["))


def parse(path: Path, text: str, repeated: list[str] | None = None) -> Any:  # noqa: ANN401 - of any shape
    """Parse a JSON or YAML file; an UnreadableError if it is neither, or if PyYAML is missing.

    Repeated keys of an object, of which only the last value counts, are appended to `repeated`.
    """
    repeated = [] if repeated is None else repeated
    kind = "JSON" if is_json(text) or path.suffix == ".json" else "YAML"
    try:
        if kind == "JSON":
            value = json.loads(text, object_pairs_hook=partial(_object, repeated))
        else:
            from .cfn_yaml import parse_yaml  # noqa: PLC0415 - only here, because it needs the extra

            value = parse_yaml(text, repeated)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except ModuleNotFoundError as error:
        raise UnreadableError(f"{path}: {INSTALL_YAML}") from error
    except UnicodeEncodeError as error:
        raise UnreadableError(f"{path}: not valid {kind}: a character is half of a surrogate pair") from error
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"{path}: not valid {kind}: {error}") from error
    return value


def body(path: Path, value: Any) -> Any:  # noqa: ANN401 - of any shape
    """The template in a parsed file: the file itself, or what `aws cloudformation get-template` printed.

    AWS answers with the text of a template that was written in YAML.
    """
    if isinstance(value, dict) and "Resources" not in value:
        value = value.get(BODY, value)
    return parse(path / BODY, value) if isinstance(value, str) else value


def _object(repeated: list[str], entries: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON."""
    value = dict(entries)
    if len(value) < len(entries):
        names = [name for name, _ in entries]
        repeated += dict.fromkeys(name for name in names if names.count(name) > 1)
    return value


def local_object(folder: Path | None, name: object) -> dict[str, Any] | None:
    """The object in a local file that a template names; None if the file is missing or elsewhere."""
    if folder is None or not isinstance(name, str) or "://" in name:
        return None
    try:
        content = parse(folder / name, read_text(folder / name))
    except UnreadableError:
        return None
    return content if isinstance(content, dict) else None
