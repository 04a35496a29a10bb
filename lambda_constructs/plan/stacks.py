"""Stacks before and after a deployment: of two assemblies, or the deployed ones and those of a synthesis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeAlias

from ..audit.assembly import is_assembly, read_assembly
from ..audit.constructs import ancestors
from ..audit.files import UnreadableError, body, parse, read_text
from ..audit.source import Source, Unreadable
from ..template.changes import Definitions
from ..template.intrinsics import mapping
from .conditions import decided
from .effects import AT_RISK, Deployment, Effect, by_severity
from .normal_form import normal

_NESTED: Final = ".NestedStack/"  # what follows the path of a nested stack in that of its resource
Template: TypeAlias = Mapping[str, Any]


def definitions(template: Template) -> Definitions:
    """The resources of a template in one form, without what is not a resource."""
    resources = mapping(template.get("Resources"))
    return {name: normal(each) for name, each in resources.items() if isinstance(each, dict)}


def compare(before: Mapping[str, Template], after: Mapping[str, Template]) -> dict[str, list[Effect]]:
    """The effects on each stack; a stack that is only in one of them is created or deleted."""
    found: dict[str, list[Effect]] = {}
    for name in sorted({*before, *after}):
        pair = (definitions(each.get(name, {})) for each in (before, after))
        effects = [each for old, new in decided(*pair) for each in Deployment(old, new).effects()]
        first = {(each.code, each.resource): each for each in reversed(effects)}
        found[name] = by_severity(first.values())
    return found


def work_at_risk(deployed: Path, synthesized: Iterable[Source]) -> Iterator[Effect | Unreadable]:
    """The effects of a deployment that loses or repeats work, with the paths of their constructs.

    What is deployed is a cloud assembly, or a folder with a template for each stack, named after its path. A
    stack that is not deployed has no effects.
    """
    after = {each.stack: each for each in synthesized}
    before: dict[str, Source] = {}
    for each in _read(deployed):
        if isinstance(each, Unreadable):
            yield each
        elif each.stack in after or (_is_nested(each) and not after.keys().isdisjoint(ancestors(each.stack))):
            before[each.stack] = each
    if not before:
        yield Unreadable(stack="", reason=f"{deployed} has no template of a stack of this app")
    templates = ({name: each.template for name, each in sources.items()} for sources in (before, after))
    for stack, effects in compare(*templates).items():
        origins = [each[stack].paths for each in (after, before) if stack in each]
        for effect in effects:
            if effect.code in AT_RISK:
                path = next(paths[effect.resource] for paths in origins if effect.resource in paths)
                if path.partition(_NESTED)[0] in before:  # its resources have effects
                    continue
                yield replace(effect, path=path if "/" in path else f"{stack}/{path}")


def _read(folder: Path) -> Iterator[Source | Unreadable]:
    try:
        if is_assembly(folder):
            yield from read_assembly(folder)
            return
        for file in sorted(folder.rglob("*.json")):
            text = read_text(file)
            stack = file.relative_to(folder).with_suffix("").as_posix()
            yield Source(file=file, text=text, template=mapping(body(file, parse(file, text))), stack=stack)
    except UnreadableError as error:
        yield Unreadable(stack="", reason=str(error))


def _is_nested(source: Source) -> bool:
    """Whether CloudFormation deletes the stack with the resource of another stack."""
    return source.file.name.endswith(".nested.template.json")
