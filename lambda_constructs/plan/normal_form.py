"""One form for values that CloudFormation takes in several: a template in YAML equals its copy in JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

_NUMBER: Final = re.compile(r"-?(0|[1-9]\d{0,17})")
_WORDS: Final = {"true": True, "false": False}
_VARIABLE: Final = re.compile(r"\$\{([A-Za-z0-9]+)\}")
_ONE_VARIABLE: Final = re.compile(r"\$\{([A-Za-z0-9]+|AWS::[A-Za-z]+)(?:\.([A-Za-z0-9.]+))?\}")


def normal(value: Any) -> Any:  # noqa: ANN401 - JSON
    """The value with numbers, booleans, attributes and texts without variables in one form."""
    if isinstance(value, dict):
        return _object(value)
    if isinstance(value, list):
        return [normal(each) for each in value]
    if isinstance(value, str):
        return int(value) if _NUMBER.fullmatch(value) else _WORDS.get(value, value)
    return value


def _object(value: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    match value:
        case {"Fn::GetAtt": str(text)} if "." in text:
            return {"Fn::GetAtt": text.split(".", 1)}
        case {"Fn::Sub": str(text)}:
            return _substituted(text)
        case {"Fn::Sub": [str(text), {**values}]} if all(isinstance(each, str) for each in values.values()):
            return _substituted(_VARIABLE.sub(lambda found: str(values.get(found[1], found[0])), text))
        case {"Fn::Join": [str(separator), [*parts]]} if all(isinstance(each, str) for each in parts):
            return separator.join(parts)
    return {key: normal(each) for key, each in value.items()}


def _substituted(text: str) -> Any:  # noqa: ANN401 - JSON
    if "${" not in text:
        return text
    if one := _ONE_VARIABLE.fullmatch(text):
        name, attribute = one.groups()
        return {"Fn::GetAtt": [name, attribute]} if attribute else {"Ref": name}
    return {"Fn::Sub": text}
