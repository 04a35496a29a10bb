"""The exception that the library raises."""

from __future__ import annotations


class ConfigurationError(ValueError):
    """An option contradicts AWS's limits or another option; nothing has been created.

    The message reads `<construct path>: <what is wrong, with the value>; <what to do> [<code>] (<url>)`.

    Attributes:
        code: Stable name of the rule, to search for and to test against.
        construct_path: Path of the construct that was refused.
        url: Where AWS documents the limit or the behaviour behind the rule.
    """

    def __init__(self, message: str, *, code: str, construct_path: str, url: str) -> None:
        super().__init__(f"{construct_path}: {message} [{code}] ({url})")
        self.code = code
        self.construct_path = construct_path
        self.url = url
