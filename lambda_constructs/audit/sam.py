"""AWS SAM: what the `AWS::Serverless` resources of a template stand for, by aws-sam-translator, offline.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification.html
"""

from __future__ import annotations

import copy
import logging
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from samtranslator.model import sam_resources
from samtranslator.model.eventsources import pull, push
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from ..template.create_only import PROPERTIES_LEFT_OUT
from ..template.files import local_object
from ..template.intrinsics import mapping
from ..template.policies import POLICIES_LEFT_OUT

ORIGIN: Final = "lambda-constructs:origin"
"""The key in the metadata of a generated resource: the logical id of the resource that its author wrote."""

SERVERLESS: Final = "AWS::Serverless::"
FUNCTIONS: Final = (f"{SERVERLESS}Function", f"{SERVERLESS}WebFunction")
APPLICATION: Final = f"{SERVERLESS}Application"
# Stand for what only a deployment knows. The names of files must not look like an asset of CDK.
_OBJECT: Final = "s3://local/file"
_IMAGE: Final = "123456789012.dkr.ecr.us-east-1.amazonaws.com/local:latest"
# SAM adds authorizers and CORS only to a definition that it can read, and AWS includes files before.
_DEFINITION: Final = {"openapi": "3.0.1", "info": {"title": "included", "version": "1"}, "paths": {}}
_CHOSEN: Final = "LambdaConstructsValueOf"
_UNKNOWN: Final = re.compile(r"property (\w+) not defined")
_EVENT: Final = re.compile(r"Event with id \[(\w+)\]")
_GLOBAL: Final = re.compile(r"'(\w+)' is not a supported property of '(\w+)'")
_SESSION: Final = SimpleNamespace(region_name="us-east-1")
_URIS: Final = ("CodeUri", "ContentUri", "DefinitionUri", "SchemaUri")
# Where the content of a local DefinitionUri belongs, by type.
_DEFINITIONS: Final = {"Api": "DefinitionBody", "HttpApi": "DefinitionBody", "StateMachine": "Definition"}


def translate(template: Mapping[str, Any], folder: Path | None) -> tuple[dict[str, Any], list[str]]:
    """The template that SAM makes with the files in a folder, and what it could not translate."""
    logging.getLogger("samtranslator").setLevel(logging.CRITICAL)
    prepared = _prepared(template, folder)
    resources, notes = prepared["Resources"], list[str]()
    values, chosen = dict[str, str](), _chosen(template)
    while serverless := {each for each in resources if _is_serverless(resources[each])}:
        translated, refused = _attempt(prepared, values)
        if translated is not None:
            return _without_chosen(translated, values), notes
        if chosen:
            # Some properties must not be unknown, such as the name of an alias.
            values, chosen = chosen, {}
            continue
        notes += [f"SAM cannot expand all of it: {' '.join(each.split())}" for _, each in refused]
        found = [_remove(prepared, serverless, *each) for each in refused]
        if not any(found):
            crashing = [each for each in serverless if _crashes(prepared, each)]
            found = [_remove(prepared, serverless, each, "") for each in crashing]
        if not any(found) and prepared.pop("Globals", None) is None:
            for logical_id in serverless:
                del resources[logical_id]
    return prepared, notes


def _attempt(
    prepared: Mapping[str, Any], values: Mapping[str, str]
) -> tuple[dict[str, Any] | None, list[tuple[str, str]]]:
    """The translated template, or None with what SAM refuses: each logical id and the reason."""
    try:
        translator = Translator(None, Parser(), boto_session=_SESSION)
        translated: dict[str, Any] = translator.translate(
            copy.deepcopy(prepared), values, passthrough_metadata=True, get_managed_policy_map=dict
        )
    except InvalidDocumentException as error:
        return None, [(str(getattr(each, "_logical_id", "")), each.message) for each in error.causes]
    except Exception as error:  # noqa: BLE001 - SAM is not ours, and some templates crash it
        return None, [("", f"{type(error).__name__}: {error}")]
    return translated, []


def _remove(prepared: dict[str, Any], serverless: Collection[str], refused: str, reason: str) -> bool:
    """Remove what SAM refuses, and not more than necessary; whether there was something to remove.

    It is an unknown property, also of the Globals; an event, whose id begins with that of its function; or
    the resource. Most often an event is wrong: the function without its events is better than nothing.
    """
    resources = prepared["Resources"]
    if common := _GLOBAL.search(reason):
        kind = f"{SERVERLESS}{common[2]}"
        if first := next((each for each in resources.values() if each.get("Type") == kind), None):
            _note(first, common[1], kind)
        return prepared["Globals"].get(common[2], {}).pop(common[1], None) is not None
    owner = max((each for each in serverless if refused.startswith(each)), key=len, default="")
    if owner not in resources:
        return bool(owner)
    properties = resources[owner]["Properties"]
    events, unknown, named = properties.get("Events"), _UNKNOWN.search(reason), _EVENT.search(reason)
    event = named[1] if named else refused.removeprefix(owner)
    of_event = isinstance(events, dict) and event in events
    part = mapping(events[event]) if of_event else resources[owner]
    path, written = f"Events/{event}/Properties/" if of_event else "", part.get("Properties")
    if unknown and isinstance(written, dict) and unknown[1] in written:
        del written[unknown[1]]
        _note(resources[owner], path + unknown[1], str(part.get("Type")))
    elif of_event:
        del events[event]
    elif properties.pop("Events", None) is None:
        del resources[owner]
    return True


def _note(resource: Mapping[str, Any], path: str, kind: str) -> None:
    """Note in a resource a property that its type, or the type of its event, does not have."""
    kinds = [each for module in (sam_resources, pull, push) for each in vars(module).values()]
    of_kind = (each.property_types for each in kinds if getattr(each, "resource_type", "") == kind)
    resource["Metadata"].setdefault(PROPERTIES_LEFT_OUT, {})[path] = sorted(next(of_kind, ()))


def _crashes(prepared: Mapping[str, Any], logical_id: str) -> bool:
    """Whether SAM crashes on one of its resources."""
    resources = {
        name: each
        for name, each in prepared["Resources"].items()
        if name == logical_id or not _is_serverless(each)
    }
    translated, refused = _attempt({**prepared, "Resources": resources}, {})
    return translated is None and not any(each for each, _ in refused)


def _chosen(template: Mapping[str, Any]) -> dict[str, str]:
    """A value for each parameter without a default, because some properties of SAM need one."""
    chosen: dict[str, str] = {}
    for name, parameter in mapping(template.get("Parameters")).items():
        if "Default" not in mapping(parameter):
            allowed = mapping(parameter).get("AllowedValues")
            chosen[name] = str(allowed[0]) if isinstance(allowed, list) and allowed else f"{_CHOSEN}{name}"
    return chosen


def _without_chosen(value: Any, chosen: Mapping[str, str]) -> Any:  # noqa: ANN401
    """A value in which the chosen value of a parameter is unknown again."""
    match value:
        case dict():
            return {key: _without_chosen(each, chosen) for key, each in value.items()}
        case list():
            return [_without_chosen(each, chosen) for each in value]
        case str() if value.startswith(_CHOSEN) and (name := value.removeprefix(_CHOSEN)) in chosen:
            return {"Ref": name}
        case _:
            return value


def _prepared(template: Mapping[str, Any], folder: Path | None) -> dict[str, Any]:
    """A copy in which nothing needs a file, a network or an account."""
    prepared = copy.deepcopy(dict(template))
    prepared["Resources"] = {
        logical_id: resource
        for logical_id, resource in prepared["Resources"].items()
        if isinstance(resource, dict) and resource.get("Type") != APPLICATION
    }
    common = dict(mapping(mapping(prepared.get("Globals")).get("Function")))
    if "Function" in mapping(prepared.get("Globals")):
        prepared["Globals"]["Function"] = common
    _without_files(common, folder)
    for logical_id, resource in prepared["Resources"].items():
        if not _is_serverless(resource):
            continue
        properties = dict(mapping(resource.get("Properties")))
        resource["Metadata"] = {**mapping(resource.get("Metadata")), ORIGIN: logical_id}
        role = properties.get("Role", common.get("Role"))
        if properties.get("Policies") and role is not None and "Fn::If" not in mapping(role):
            resource["Metadata"][POLICIES_LEFT_OUT] = True
        resource["Properties"] = properties
        _without_files(properties, folder, _DEFINITIONS.get(resource["Type"].removeprefix(SERVERLESS), ""))
        if "Fn::Transform" in mapping(properties.get("DefinitionBody")):
            properties["DefinitionBody"] = {**_DEFINITION, **properties["DefinitionBody"]}
        if resource["Type"] in FUNCTIONS:
            if "Image" in (properties.get("PackageType"), common.get("PackageType")):
                properties.setdefault("ImageUri", _IMAGE)
            elif not {"CodeUri", "InlineCode"} & properties.keys() | common.keys() & {"CodeUri"}:
                properties["CodeUri"] = _OBJECT
    return prepared


def _without_files(properties: dict[str, Any], folder: Path | None, definition: str = "") -> None:
    """Replace the names of local files, at any depth: by what the file defines, or by an object in S3."""
    for name, value in list(properties.items()):
        if name in _URIS and not _is_in_s3(value):
            content = local_object(folder, value) if definition else None
            if content is None:
                properties[name] = _OBJECT
            else:
                del properties[name]
                properties[definition] = content
        elif isinstance(value, dict):
            _without_files(value, folder)


def _is_in_s3(value: object) -> bool:
    if isinstance(value, dict):
        return "Bucket" in value and "Key" in value
    return isinstance(value, str) and value.startswith("s3://")


def _is_serverless(resource: Mapping[str, Any]) -> bool:
    return str(resource.get("Type")).startswith(SERVERLESS)
