"""Macros: expands those that can be expanded without AWS, and says which ones cannot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from ..template.files import local_object
from ..template.intrinsics import Resolver, mapping, objects
from ..template.targets import FUNCTION
from .for_each import LOOP, Loops, TooManyEntriesError
from .origins import Written, notifications_of_sam, origins_of_sam

_SAM: Final = "AWS::Serverless-2016-10-31"
_EXPANDED: Final = (_SAM, "AWS::LanguageExtensions")
_FUNCTIONS: Final = (FUNCTION, "AWS::Serverless::Function", "AWS::Serverless::WebFunction")
_TRANSFORM: Final = "Fn::Transform"
_MACRO: Final = "the macro {} may create or change resources unseen here; audit the processed template too"
INSTALL_SAM: Final = (
    "the AWS SAM resources are not checked, because that needs aws-sam-translator: "
    "pip install 'lambda-constructs[sam]'"
)


@dataclass(frozen=True, kw_only=True)
class Expanded:
    """A template after its macros."""

    template: Mapping[str, Any]  # the template that the rules read
    written: Written  # the places of the template that its author wrote
    notes: tuple[str, ...]  # what could not be expanded
    checked: bool  # whether the rules can read a function
    unchecked: bool  # whether the author wrote functions, and the rules cannot read a single one


def expand(
    document: Mapping[str, Any], folder: Path | None = None, parameters: Mapping[str, str] | None = None
) -> Expanded:
    """Expand the macros of a template, with the files in its folder and with values of its parameters."""
    document = mapping(document)  # whatever its author wrote
    names = list(_declared(document))
    notes = [_MACRO.format(name) for name in names if name not in _EXPANDED]
    template, written = _with_values(document, parameters or {}), Written(document=document)
    try:
        if _contains(template, _TRANSFORM, LOOP):
            template = _included(template, folder, notes)
            if _contains(template.get("Resources"), LOOP):
                template, written = _looped(template, written, notes)
        if _SAM in names and isinstance(template.get("Resources"), dict):
            template, written = _of_sam(template, written, folder, notes)
    except (RecursionError, TooManyEntriesError):
        notes.append("its macros are not expanded: it is nested too deeply, or its loops make too much")
    if _SAM not in names and any(_functions(document.get("Resources"), *_FUNCTIONS[1:])):
        notes.append(f"the AWS SAM resources are not checked, because it lacks 'Transform: {_SAM}'; add it")
    kinds = [mapping(each).get("Type") for each in mapping(template.get("Resources")).values()]
    return Expanded(
        template=template,
        written=written,
        notes=tuple(dict.fromkeys(notes)),
        checked=FUNCTION in kinds,
        unchecked=FUNCTION not in kinds and any(_functions(document.get("Resources"), *_FUNCTIONS)),
    )


def _with_values(document: Mapping[str, Any], values: Mapping[str, str]) -> Mapping[str, Any]:
    """The template with these values as the defaults of its parameters."""
    parameters = mapping(document.get("Parameters"))
    if not values.keys() & parameters.keys():
        return document
    given = {
        name: {**each, "Default": values[name], "AllowedValues": [values[name]]}
        if name in values and isinstance(each, dict)
        else each
        for name, each in parameters.items()
    }
    return {**document, "Parameters": given}


def _looped(
    template: Mapping[str, Any], written: Written, notes: list[str]
) -> tuple[Mapping[str, Any], Written]:
    loops = Loops(Resolver(template))
    entries = list(loops.entries(mapping(template.get("Resources")), ("Resources",)))
    notes += loops.notes
    resources = {key: value for key, value, _ in entries}
    return {**template, "Resources": resources}, replace(
        written, places={key: keys for key, _, keys in entries}
    )


def _of_sam(
    template: Mapping[str, Any], written: Written, folder: Path | None, notes: list[str]
) -> tuple[Mapping[str, Any], Written]:
    try:
        from .sam import ORIGIN, translate  # noqa: PLC0415 - only here, because it needs the extra
    except ModuleNotFoundError:
        notes.append(INSTALL_SAM)
        return template, written
    translated, unexpanded = translate(template, folder)
    notes += unexpanded
    generated = mapping(translated.get("Resources"))
    known = {
        name: str(metadata[ORIGIN])
        for name, each in generated.items()
        if ORIGIN in (metadata := mapping(mapping(each).get("Metadata")))
    }
    resources = template["Resources"]
    origins, notifications = origins_of_sam(resources, generated, known), notifications_of_sam(resources)
    return translated, replace(written, origins=origins, notifications=notifications)


def _declared(document: Mapping[str, Any]) -> Iterator[str]:
    declared = document.get("Transform") or []
    for each in declared if isinstance(declared, list) else [declared]:
        yield str(mapping(each).get("Name", each))


def _included(value: Any, folder: Path | None, notes: list[str]) -> Any:  # noqa: ANN401
    """A value with the local files that it includes; other embedded macros are noted."""
    match value:
        case {"Fn::Transform": [macro] | macro}:
            name, location = mapping(macro).get("Name"), None
            if name == "AWS::Include":
                location = mapping(mapping(macro).get("Parameters")).get("Location")
            rest = {key: _included(each, folder, notes) for key, each in value.items() if key != _TRANSFORM}
            content = local_object(folder, location)
            if content is None:
                notes.append(_MACRO.format(name))
            return {**(content or {}), **rest} if rest or content is not None else value
        case dict():
            return {key: _included(each, folder, notes) for key, each in value.items()}
        case list():
            return [_included(each, folder, notes) for each in value]
        case _:
            return value


def _contains(value: object, *prefixes: str) -> bool:
    """Whether an object at any depth has a key that starts with one of these."""
    return any(str(key).startswith(prefixes) for each in objects(value) for key in each)


def _functions(value: object, *kinds: str) -> Iterator[bool]:
    """Each function of these types among resources, also in a loop that was not expanded."""
    for key, each in mapping(value).items():
        if mapping(each).get("Type") in kinds:
            yield True
        if key.startswith(LOOP) and isinstance(each, list) and each:
            yield from _functions(each[-1], *kinds)
