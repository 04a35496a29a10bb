"""Finds the resources that functions refer to directly, in options and environments, as most functions do.

To follow one reference costs several messages to CDK's process; here one message asks for all functions of a
stack.
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
AT_DEPLOYMENT: Final = "{{resolve:"
# JSON that refers to a resource, or that has a value which is known only at deployment.
_REFERS: Final = re.compile(r'"Ref": "(?!AWS::)|"Fn::GetAtt"|"Fn::ImportValue"|\$\{(?!AWS::)|\{\{resolve:')


def direct_references(
    stack: cdk.Stack,
    functions: Mapping[cdk.CfnResource, Properties],
    environments: Mapping[cdk.CfnResource, object],
    read: Read,
) -> dict[cdk.CfnResource, set[cdk.CfnResource]]:
    """The resources that functions refer to and that have properties whose change replaces them.

    They are listed by function, without functions that have a reference inside of another value, or a value
    that is known only at deployment. The environments are those that the workloads know; `read` returns the
    type and the properties of a resource.
    """
    functions = _with_environments(stack, functions, environments)
    leaves = [(function, leaf) for function, properties in functions.items() for leaf in _leaves(properties)]
    indirect: set[cdk.CfnResource] = set()
    references: dict[str, set[cdk.CfnResource]] = {}
    for (function, leaf), resolved in zip(leaves, _resolve(stack, [leaf for _, leaf in leaves]), strict=True):
        if not _REFERS.search(json.dumps(resolved)):
            continue
        if isinstance(leaf, str) and set(resolved) in ({"Ref"}, {"Fn::GetAtt"}):
            references.setdefault(leaf, set()).add(function)
        else:
            indirect.add(function)
    targets = _targets(list(references))
    replaceable = _replaceable(stack, {each for each in targets if each is not None}, read)
    found: dict[cdk.CfnResource, set[cdk.CfnResource]] = {each: set() for each in functions}
    for target, referring in zip(targets, references.values(), strict=True):
        if target is None:
            indirect |= referring
        elif target in replaceable:
            for function in referring:
                found[function].add(target)
    return {function: each for function, each in found.items() if function not in indirect}


def _with_environments(
    stack: cdk.Stack,
    functions: Mapping[cdk.CfnResource, Properties],
    environments: Mapping[cdk.CfnResource, object],
) -> Mapping[cdk.CfnResource, Properties]:
    """The properties with known environments, whose tokens can be read, unless these have changed since."""
    actual = _resolve(stack, [functions[each].get("environment") for each in environments])
    known = _resolve(stack, list(environments.values()))
    same = {each for each, *both in zip(environments, actual, known, strict=True) if both[0] == both[1]}
    return {
        each: {**properties, "environment": environments[each]} if each in same else properties
        for each, properties in functions.items()
    }


def _leaves(value: object) -> Iterator[object]:
    """The tokens in properties, and the texts that CloudFormation resolves."""
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, list) and not any(_ENCODED_LIST in str(each) for each in value):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, str):
        yield from [value] if AT_DEPLOYMENT in value else _TOKEN.findall(value)
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


def _replaceable(stack: cdk.Stack, resources: set[cdk.CfnResource], read: Read) -> set[cdk.CfnResource]:
    """The resources with properties whose change replaces them."""
    fixed = {each: dict(fixed_properties(*read(each))) for each in resources}
    found = _resolve(stack, list(fixed.values()))
    return {each for each, resolved in zip(fixed, found, strict=True) if resolved}
