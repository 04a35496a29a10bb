"""Finds the functions that refer only to resources whose names CloudFormation generates, as most do.

To follow one reference costs several messages to CDK's process; here a message asks for a whole stack.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

import aws_cdk as cdk

from ..core.guard import is_number_token
from ..template.create_only import fixed_properties

Properties: TypeAlias = Mapping[str, Any]
Read: TypeAlias = Callable[[cdk.CfnResource], tuple[str, Properties]]

_TOKEN: Final = re.compile(r"\$\{Token\[[^\]]*\]\}")
_ENCODED_LIST: Final = "#{Token["
_AT_DEPLOYMENT: Final = "{{resolve:"
# JSON that refers to a resource, or that has a value which is known only at deployment.
_REFERS: Final = re.compile(r'"Ref": "(?!AWS::)|"Fn::GetAtt"|"Fn::ImportValue"|\$\{(?!AWS::)|\{\{resolve:')


def settled(
    stack: cdk.Stack, functions: Mapping[cdk.CfnResource, Properties], read: Read
) -> set[cdk.CfnResource]:
    """The functions of a stack whose references never change while the resources stay the same constructs.

    Args:
        stack: The stack.
        functions: The properties of its functions.
        read: Returns the type and the properties of a resource.
    """
    leaves = [(function, leaf) for function, properties in functions.items() for leaf in _leaves(properties)]
    unsettled: set[cdk.CfnResource] = set()
    references: dict[str, set[cdk.CfnResource]] = {}
    for (function, leaf), resolved in zip(leaves, _resolve(stack, [leaf for _, leaf in leaves]), strict=True):
        if not _REFERS.search(json.dumps(resolved)):
            continue
        if isinstance(leaf, str) and set(resolved) in ({"Ref"}, {"Fn::GetAtt"}):
            references.setdefault(leaf, set()).add(function)
        else:
            unsettled.add(function)
    targets = _targets(list(references))
    named = _named(stack, {each for each in targets if each is not None}, read)
    for target, referring in zip(targets, references.values(), strict=True):
        if target is None or target in named:
            unsettled |= referring
    return functions.keys() - unsettled


def _leaves(value: object) -> Iterator[object]:
    """The tokens in properties, and the texts that CloudFormation resolves."""
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, list) and not any(_ENCODED_LIST in str(each) for each in value):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, str):
        yield from [value] if _AT_DEPLOYMENT in value else _TOKEN.findall(value)
    elif not isinstance(value, int | float | None) or is_number_token(value):
        yield value


def _resolve(stack: cdk.Stack, values: Sequence[object]) -> list[Any]:
    """The values as a template has them; None for those that it does not have."""
    found = stack.resolve({str(number): value for number, value in enumerate(values)}) or {}
    return [found.get(str(number)) for number in range(len(values))]


def _targets(tokens: Sequence[str]) -> list[cdk.CfnResource | None]:
    """The resources that tokens refer to; None for a parameter, or whatever is not a resource."""
    if not tokens:
        return []
    found = cdk.Tokenization.reverse_string("".join(tokens)).tokens
    targets = [each.target if isinstance(each, cdk.Reference) else None for each in found]
    return [each if isinstance(each, cdk.CfnResource) else None for each in targets]


def _named(stack: cdk.Stack, resources: set[cdk.CfnResource], read: Read) -> set[cdk.CfnResource]:
    """The resources with properties whose change replaces them."""
    fixed = {each: dict(fixed_properties(*read(each))) for each in resources}
    found = _resolve(stack, list(fixed.values()))
    return {each for each, resolved in zip(fixed, found, strict=True) if resolved}
