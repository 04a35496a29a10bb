"""How large the statement of a permission is, as far as its parts are known."""

from __future__ import annotations

import json
import re
from typing import Final

# Names that CloudFormation or AWS choose are at least this long, so an estimate stays below the truth.
_UNKNOWN: Final = re.compile(r"<[^<>]*>")
_NAME: Final = "n" * 12
_ARN: Final = "arn:aws:service:us-east-1:123456789012:" + _NAME


def statement_size(name: str, **conditions: str) -> int:
    """Bytes of the statement that Lambda writes for a permission.

    Args:
        name: The logical id of the permission, of which CloudFormation makes the statement's id.
        **conditions: What it says, such as `Principal` and `SourceArn`; what is not known of that stands
            there as `<name>`, and an ARN as `<name.Arn>`.
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
    """The text with something of about the right length for what is not known."""
    return _UNKNOWN.sub(lambda found: _ARN if found[0].endswith("Arn>") else _NAME, text)
