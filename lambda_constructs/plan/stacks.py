"""Stacks before and after a deployment: of two assemblies, or the deployed ones and those of a synthesis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeAlias

from ..audit.source import Source
from ..template.assembly import read_app
from ..template.changes import Definitions
from ..template.constructs import ancestors
from ..template.files import UnreadableError
from ..template.intrinsics import mapping
from .conditions import decided
from .effects import AT_RISK, Deployment, Effect, by_severity
from .normal_form import normal

_NESTED: Final = ".NestedStack/"  # what follows the path of a nested stack in that of its resource
Template: TypeAlias = Mapping[str, Any]
Stacks: TypeAlias = Mapping[str, Source]  # by their paths


def effects(before: Template, after: Template) -> list[Effect]:
    """The effects of a deployment on one stack, the worst first."""
    pairs = decided(_definitions(before), _definitions(after))
    found = [each for old, new in pairs for each in Deployment(old, new).effects()]
    first = {(each.code, each.resource): each for each in reversed(found)}
    return by_severity(first.values())


def compare(before: Stacks, after: Stacks) -> dict[str, list[Effect]]:
    """The effects on each stack of an app; a deployment leaves a stack that the app no longer has.

    A nested stack is deleted with the resource of another stack. If its template is compared, the effects are
    on the resources of the nested stack, instead of on that resource.
    """
    gone = before.keys() - after.keys()
    left = {name for name in gone if not before[name].file.name.endswith(".nested.template.json")}
    deleted = {name for name in gone - left if not after.keys().isdisjoint(ancestors(name))}
    found = {name: [_left(name)] for name in left}
    for name in after.keys() | deleted:
        templates = (each[name].expanded.template if name in each else {} for each in (before, after))
        paths = {each: _path(each, name, before, after) for each in effects(*templates)}
        found[name] = by_severity(
            replace(each, path=path.removesuffix("/Resource"))
            for each, path in paths.items()
            if not _is_compared(path, before)
        )
    return dict(sorted(found.items()))


def work_at_risk(deployed: Path, synthesized: Iterable[Source]) -> Iterator[Effect | UnreadableError]:
    """The effects of a deployment that loses or repeats work, with the paths of their constructs.

    What is deployed is a cloud assembly, or a folder with a template for each stack, named after its path. A
    stack that is not deployed has no effects.
    """
    found = [*read_app(deployed)]
    unreadable = [each for each in found if isinstance(each, UnreadableError)]
    before = {each.stack: Source.of(each) for each in found if not isinstance(each, UnreadableError)}
    after = {each.stack: each for each in synthesized}
    yield from unreadable
    if before.keys().isdisjoint(after) and not unreadable:
        yield UnreadableError(f"{deployed} has no template of a stack of this app")
    for stack, of in compare(before, after).items():
        for each in of:
            if each.code in AT_RISK:
                path = _path(each, stack, before, after)
                yield replace(each, path=path if "/" in path else f"{stack}/{path}")


def _definitions(template: Template) -> Definitions:
    """The resources of a template in one form, without what is not a resource."""
    resources = mapping(template.get("Resources"))
    return {name: normal(each) for name, each in resources.items() if isinstance(each, dict)}


def _path(effect: Effect, stack: str, before: Stacks, after: Stacks) -> str:
    """The construct path of the resource that an effect is on."""
    origins = [each[stack].paths for each in (after, before) if stack in each]
    return next(paths[effect.resource] for paths in origins if effect.resource in paths)


def _is_compared(path: str, before: Stacks) -> bool:
    """Whether the resource at a path is a nested stack whose template is compared."""
    stack, nested, _ = path.partition(_NESTED)
    return bool(nested) and stack in before


def _left(stack: str) -> Effect:
    """The finding about a stack that the app no longer has."""
    text = "is not in the new app; a deployment leaves it as it is, and its workloads go on"
    return Effect(
        severity="warning",
        code="stack-left",
        resource=stack,
        path=stack,
        message=f"{text}; destroy it if that is meant",
    )
