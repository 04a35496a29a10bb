"""Rules for the names in a template: of what it refers to, and of the types of its resources."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any, Final

from ..template.create_only import create_only
from ..template.intrinsics import Resolver, mapping
from ..template.names import names_in
from ..template.template import Resource, Template
from .names import nearest
from .rule import Place, Words, at, rule

_REFERENCE: Final = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference"
_CONDITIONS: Final = ("Condition", "Fn::If")
_RESOURCES: Final = ("DependsOn", "Fn::GetAtt")
_MODULE: Final = "::MODULE"  # its resources have names that only the registry knows
_SAM: Final = tuple(
    f"AWS::Serverless::{each}"
    for each in (
        *("Api", "Application", "CapacityProvider", "Connector", "Function", "GraphQLApi", "HttpApi"),
        *("LayerVersion", "SimpleTable", "StateMachine", "WebSocketApi"),
    )
)
_PUNCTUATION: Final = re.compile("[^a-z0-9]")


@rule(
    why="CloudFormation refuses the template.", source=f"{_REFERENCE}/intrinsic-function-reference-ref.html"
)
def reference_to_nothing(_: Words, name: str, how: str, known: Collection[str]) -> str | None:
    """A template refers only to what it has: resources, parameters and conditions."""
    if name in known:
        return None
    kind = "condition" if how in _CONDITIONS else "resource" if how in _RESOURCES else ""
    meant = nearest(name, known)
    advice = f"write {meant}" if meant else "correct the name"
    advice += f", or add the {kind or 'parameter'}"
    if how == "Fn::Sub" and not meant:
        advice += f", or write ${{!{name}}} for the text itself"
    return f"{how} names {name!r}, which is not a {kind or 'resource or parameter'} of the template; {advice}"


@reference_to_nothing.in_template
def _(template: Template) -> Iterator[Place]:
    if any(each.type.endswith(_MODULE) for each in template.every.values()):
        return
    known = {*template.ids, *template.parameters}
    for resource, within, definition in _definitions(template):
        for location, name, how in names_in(definition):
            allowed: Collection[str] = known
            if how in _CONDITIONS:
                allowed = template.conditions
            elif how in _RESOURCES:
                allowed = template.ids
            if name not in allowed and not name.startswith("AWS::"):
                yield at(resource, f"/{within}{location}", name, how, tuple(allowed))


@rule(
    why="CloudFormation refuses the template; this audit does not know the resource.",
    source=f"{_REFERENCE}/aws-template-resource-type-ref.html",
)
def resource_type_misspelt(_: Words, kind: str) -> str | None:
    """The type of a resource is written as CloudFormation or AWS SAM writes it."""
    known = _types().get(_letters(kind), kind)
    if known == kind:
        return None
    return f"the type is {kind!r}, which does not exist; write {known}"


@resource_type_misspelt.in_template
def _(template: Template) -> Iterator[Place]:
    for resource in template.every.values():
        if resource.type not in create_only():
            yield at(resource, "/Type", resource.type)


def _definitions(template: Template) -> Iterator[tuple[Resource, str, Mapping[str, Any]]]:
    """Each resource and output: what a finding is about, the place of the definition, and the definition."""
    for resource in template.every.values():
        yield resource, "", resource.definition
    stack = Resource(template.name, {"Type": "AWS::CloudFormation::Stack"}, Resolver({}))
    for name, output in template.outputs.items():
        yield stack, f"Outputs/{name}/", mapping(output)


@cache
def _types() -> Mapping[str, str]:
    """The types of resources, by their letters and digits."""
    return {_letters(each): each for each in (*create_only(), *_SAM)}


def _letters(kind: str) -> str:
    return _PUNCTUATION.sub("", kind.lower())
