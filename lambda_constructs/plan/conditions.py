"""Templates with conditions: one pair of resources for each way in which the conditions can be decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, Final

from ..template.assignments import CDK_METADATA
from ..template.changes import Definitions
from ..template.intrinsics import objects

_NAMES_MAXIMUM: Final = 5
"""With more conditions, only those cases are compared in which all are true or all are false."""

_NO_VALUE: Final = {"Ref": "AWS::NoValue"}


def decided(*templates: Definitions) -> Iterator[tuple[Definitions, ...]]:
    """The resources of each template, once for each decision of all conditions, without `Fn::If`.

    A condition has the same value before and after a deployment.
    """
    names = sorted({name for template in templates for name in _conditions(template)})
    every = (True, False)
    cases = (
        product(every, repeat=len(names))
        if len(names) <= _NAMES_MAXIMUM
        else [[v] * len(names) for v in every]
    )
    for values in cases:
        decision = dict(zip(names, values, strict=True))
        yield tuple(_decided(template, decision) for template in templates)


def _conditions(template: Definitions) -> Iterator[str]:
    for resource in template.values():
        if resource.get("Type") != CDK_METADATA:
            if isinstance(name := resource.get("Condition"), str):
                yield name
            for each in objects(resource.get("Properties")):
                match each:
                    case {"Fn::If": [str(name), *_]}:
                        yield name


def _decided(template: Definitions, decision: Mapping[str, bool]) -> Definitions:
    return {
        name: _branch(resource, decision)
        for name, resource in template.items()
        if decision.get(str(resource.get("Condition")), True)
    }


def _branch(value: Any, decision: Mapping[str, bool]) -> Any:  # noqa: ANN401 - JSON
    match value:
        case {"Fn::If": [str(name), when, otherwise]} if name in decision:
            return _branch(when if decision[name] else otherwise, decision)
        case dict():
            found = {key: _branch(each, decision) for key, each in value.items()}
            return {key: each for key, each in found.items() if each != _NO_VALUE}
        case list():
            return [each for one in value if (each := _branch(one, decision)) != _NO_VALUE]
    return value
