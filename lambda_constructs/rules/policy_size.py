"""Estimates the size of a permission's statement from the known parts."""

from __future__ import annotations

import json
import re
from typing import Final

# Generated names are at least this long, so an estimate is never too high.
_UNKNOWN: Final = re.compile(r"<[^<>]*>")
_NAME: Final = "n" * 12
_ARN: Final = "arn:aws:service:us-east-1:123456789012:" + _NAME


def statement_size(name: str, **conditions: str) -> int:
    """Bytes of the statement that Lambda writes for a permission.

    Args:
        name: The logical id of the permission, of which CloudFormation makes the statement's id.
        **conditions: Its properties, such as `Principal` and `SourceArn`; an unknown part is written as
            `<name>`, and an unknown ARN as `<name.Arn>`.
    """
    statement = {
        "Sid": f"{_NAME}-{name[:24]}-{_NAME}",
        "Effect": "Allow",
        "Principal": {"Service": conditions.pop("Principal", "")},
        "Action": conditions.pop("Action", ""),
        "Resource": _ARN,
    }
    if conditions:
        texts = {f"AWS:{key}": _known(value) for key, value in conditions.items()}
        statement["Condition"] = {"ArnLike": texts}
    return len(json.dumps(statement, separators=(",", ":")).encode())


def _known(text: str) -> str:
    """The string with placeholders of about the right length for unknown parts."""
    return _UNKNOWN.sub(lambda found: _ARN if found[0].endswith("Arn>") else _NAME, text)
