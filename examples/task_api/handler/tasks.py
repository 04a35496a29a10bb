"""Tasks without AWS: validation of requests, and tokens for pages."""

import base64
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self
from uuid import uuid4

MAX_VERSION = 2**53 - 1
"""The largest integer that every JSON parser reads exactly."""

_MAX_TITLE = 200
_ID = re.compile(r"[0-9a-f]{32}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


class InvalidTaskError(ValueError):
    """The JSON is not a valid task.

    Attributes:
        errors: Reasons by field; `body` for the whole document.
    """

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{field} {reason}" for field, reason in errors.items()))
        self.errors = errors


@dataclass(frozen=True, kw_only=True)
class Task:
    """A stored task, whose version counts its changes."""

    task_id: str
    title: str
    done: bool
    due: date | None
    version: int = 1

    @classmethod
    def new(cls, data: object) -> Self:
        """Make a task with a new id.

        Raises:
            InvalidTaskError: A field is missing, invalid or unknown.
        """
        fields = _check(data, required={"title"}, optional={"done", "due"})
        return cls._of(uuid4().hex, {"done": False, "due": None, **fields})

    @classmethod
    def next(cls, task_id: str, data: object) -> Self:
        """Make the replacement of a task from all its fields and the version that it replaces.

        Raises:
            InvalidTaskError: A field is missing, invalid or unknown.
        """
        fields = _check(data, required={"title", "done", "due", "version"}, optional={"id"})
        if fields.pop("id", task_id) != task_id:
            raise InvalidTaskError({"id": "must be the one in the path"})
        return cls._of(task_id, {**fields, "version": fields["version"] + 1})

    @classmethod
    def _of(cls, task_id: str, fields: Mapping[str, Any]) -> Self:
        due = fields["due"]
        return cls(task_id=task_id, **{**fields, "due": due and date.fromisoformat(due)})

    def document(self) -> dict[str, Any]:
        """The task as JSON values."""
        return {
            "id": self.task_id,
            "title": self.title,
            "done": self.done,
            "due": self.due and self.due.isoformat(),
            "version": self.version,
        }


def is_id(text: str) -> bool:
    """Whether a string can be the id of a task. Only those are read from the table."""
    return _ID.fullmatch(text) is not None


def token(task_id: str) -> str:
    """The token of the page after a task."""
    return base64.urlsafe_b64encode(bytes.fromhex(task_id)).decode().rstrip("=")


def id_before(text: str) -> str | None:
    """The id of the task that the page of a token starts after; None if the token is invalid."""
    return base64.urlsafe_b64decode(f"{text}==").hex() if _TOKEN.fullmatch(text) else None


def _is_version(value: object) -> bool:
    # bool is a subclass of int, but true is not a version.
    return type(value) is int and 1 <= value <= MAX_VERSION


def _is_title(value: object) -> bool:
    return (
        isinstance(value, str)
        and value.strip() != ""
        and len(value) <= _MAX_TITLE
        # Also no single surrogates, which JSON can contain but UTF-8 cannot encode.
        and not any(unicodedata.category(character) in {"Cc", "Cs"} for character in value)
    )


def _is_due(value: object) -> bool:
    if not isinstance(value, str):
        return value is None
    try:
        # fromisoformat also accepts other ISO 8601 formats, such as 2026-W01-1.
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


_FIELDS: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "id": (lambda value: isinstance(value, str), "must be a string"),
    "title": (_is_title, f"must be a string of 1 to {_MAX_TITLE} characters without control characters"),
    "done": (lambda value: isinstance(value, bool), "must be true or false"),
    "due": (_is_due, "must be a date such as 2026-12-31, or null"),
    "version": (_is_version, "must be the number that the task was read with"),
}


def _check(data: object, *, required: Collection[str], optional: Collection[str]) -> dict[str, Any]:
    """Check the fields of a JSON object and report all errors together."""
    if not isinstance(data, dict):
        raise InvalidTaskError({"body": "must be a JSON object"})
    errors = dict.fromkeys(sorted(required - data.keys()), "is missing")
    for field, value in data.items():
        if field not in required and field not in optional:
            errors[field] = "is unknown here"
        elif not _FIELDS[field][0](value):
            errors[field] = _FIELDS[field][1]
    if errors:
        raise InvalidTaskError(errors)
    return dict(data)
