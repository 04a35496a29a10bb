"""Templates from files: JSON, or YAML with the extra that reads it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeGuard

from .constructs import Constructs
from .intrinsics import mapping
from .template import PATH

Keys: TypeAlias = tuple[str | int, ...]  # the keys from the root of a document to one of its parts

BODY: Final = "TemplateBody"
# The sections of a template: they identify a template without resources.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
_SECTIONS: Final = frozenset(
    (
        *("AWSTemplateFormatVersion", "Conditions", "Description", "Globals", "Hooks", "Mappings"),
        *("Metadata", "Outputs", "Parameters", "Resources", "Rules", "Transform"),
    )
)
# What only an author of a template writes at the top of a file; serverless.yml has Resources further down.
_MEANT: Final = frozenset(("AWSTemplateFormatVersion", "Resources"))
INSTALL_YAML = "reading YAML needs PyYAML: pip install 'lambda-constructs[audit]'"


class UnreadableError(Exception):
    """A file or a template that cannot be read; the message names the file and the reason."""

    def __init__(self, reason: str, stack: str = "") -> None:
        super().__init__(reason)
        self.stack: Final = stack  # the path of its stack; empty without an assembly


class OtherFileError(UnreadableError):
    """A file of another kind; it matters only if its path was given."""


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
    kind = "JSON" if is_json(text) or path.suffix == ".json" else "YAML"
    try:
        if kind == "JSON":
            hook = None if repeated is None else partial(_object, repeated)
            value = json.loads(text, object_pairs_hook=hook)
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


def is_local(name: object) -> TypeGuard[str]:
    """Whether a template names a local file: not an object in S3, and not what AWS looks up later."""
    return isinstance(name, str) and "://" not in name and "{{resolve:" not in name


def local_object(folder: Path | None, name: object) -> dict[str, Any] | None:
    """The object in a local file that a template names; None if the file is missing or elsewhere."""
    if folder is None or not is_local(name):
        return None
    try:
        content = parse(folder / name, read_text(folder / name))
    except UnreadableError:
        return None
    return content if isinstance(content, dict) else None


@dataclass(frozen=True, kw_only=True)
class TemplateFile:
    """A template, and what its assembly says about it."""

    file: Path
    text: str  # the content of the file
    template: Mapping[str, Any]  # the parsed template
    within: Keys = ()  # the keys to the template, if the file has more than the template
    repeated: Sequence[str] = ()  # the keys that an object of the template has more than once
    stack: str = ""  # the path of its stack; empty without an assembly
    region: str | None = None  # the region of its stack; None if only the deployment knows it
    # The metadata of its assembly about the constructs; empty without an assembly
    constructs: Constructs = field(default_factory=Constructs)

    def paths_of(self, resources: Mapping[str, Any]) -> dict[str, str]:
        """The construct paths of resources by logical id; the id itself where no path is known."""
        paths = self.constructs.paths_in(self.stack)
        return {
            str(name): paths.get(name, str(mapping(mapping(each).get("Metadata")).get(PATH) or name))
            for name, each in resources.items()
        }


Templates: TypeAlias = Iterator[TemplateFile | UnreadableError]


def read_template(path: Path) -> TemplateFile | UnreadableError:
    """The template in a file."""
    repeated: list[str] = []
    try:
        text = read_text(path)
        parsed = parse(path, text, repeated)
        template = body(path, parsed)
    except UnreadableError as error:
        return error
    if not _is_template(template):
        kind = UnreadableError if _MEANT & mapping(template).keys() else OtherFileError
        return kind(f"{path}: not a CloudFormation template")
    within = () if template is parsed else (BODY,)
    return TemplateFile(file=path, text=text, template=template, within=within, repeated=repeated)


def readable(found: Templates) -> list[TemplateFile]:
    """The templates; raises the first of the errors."""
    templates = []
    for each in found:
        if isinstance(each, UnreadableError):
            raise each
        templates.append(each)
    return templates


def _is_template(value: Any) -> bool:  # noqa: ANN401 - whatever its author wrote
    """Whether a file is a template: it has resources by name, or only other sections of templates."""
    if not isinstance(value, dict) or not isinstance(value.get("Resources", {}), dict):
        return False
    return "Resources" in value or _SECTIONS.issuperset(value)
