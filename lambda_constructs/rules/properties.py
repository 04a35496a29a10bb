"""A rule for the names of properties in a template."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache

from ..template.create_only import PROPERTIES_LEFT_OUT, all_properties
from ..template.intrinsics import mapping
from ..template.targets import FUNCTION
from ..template.template import Template
from .names import nearest
from .rule import Place, Words, at, rule


@rule(
    why="CloudFormation refuses the resource.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Lambda.html",
)
def property_misspelt(_: Words, name: str, section: str, known: Collection[str]) -> str | None:
    """The properties of functions, mappings, queues and roles have CloudFormation's names."""
    if name in known:
        return None
    if meant := nearest(name, known):
        return f"{section} does not have the property {name!r}; write {meant}"
    if len(known) != 1:
        return None  # such as one that is newer than this audit
    (only,) = known
    return f"{section} has only {only}, not {name!r}; move it below {only}, or correct it"


@property_misspelt.in_template
def _(template: Template) -> Iterator[Place]:
    for kind in all_properties():
        for resource in template.of_type(kind):
            for section, known in _sections(kind).items():
                written = resource.get(*section.split("/")) if section else resource.properties
                names = [each for each in written if "::" not in each] if isinstance(written, dict) else []
                unknown = [each for each in names if each not in known]
                for name in unknown[:1] if len(known) == 1 else unknown:
                    location = f"{section}/{name}".removeprefix("/")
                    yield at(resource, location, name, section or kind, known)
    for function in template.of_type(FUNCTION):
        left_out = mapping(mapping(function.definition.get("Metadata")).get(PROPERTIES_LEFT_OUT))
        for path, known in left_out.items():
            yield at(function, path, path.rpartition("/")[2], "AWS SAM", known)


@cache
def _sections(kind: str) -> Mapping[str, tuple[str, ...]]:
    """The names of the properties in each part of a resource; its own are in the part without a name."""
    found: dict[str, tuple[str, ...]] = {}
    for path in all_properties()[kind].split():
        section, _, name = path.rpartition("/")
        found[section] = (*found.get(section, ()), name)
    return found
