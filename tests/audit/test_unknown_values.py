"""A value that only a deployment knows is never an error that the known value is not.

Each value of each template that the tests of the rules audit is replaced by one that cannot be resolved, and
by one that may also be absent.
"""

from __future__ import annotations

import contextlib
import copy
import json
import pathlib
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lambda_constructs.audit import audit
from tests.audit.corpus.sample import TEMPLATES, load
from tests.audit.support import Json, parameter, ref

IMPORTED = {"Fn::ImportValue": "elsewhere"}
OPEN = {"UnknownA": parameter("String"), "UnknownB": parameter("String")}
EITHER = {"Unknown": {"Fn::Equals": [ref("UnknownA"), ref("UnknownB")]}}
# The code of an error and the end of the property, where the rest of the template tells the value.
TOLD: dict[tuple[str, str], str] = {
    ("max-concurrency-range", "EventSourceArn"): "only queues have ScalingConfig",
    ("log-level-without-json", "SystemLogLevel"): "it was absent or set, now it is set",
    ("edge-features", "SubnetIds"): "a function with subnets is in a VPC",
    ("trigger-without-permission", "Endpoint"): "the finding about two subscriptions is now at the second",
    ("mapping-role-rights", "Role"): "what could add rights to the role does not get the role any more",
    ("mapping-role-rights", "Parameters"): "what could add rights to the role does not get the role any more",
}

TOLD_CODES = {code for code, _ in TOLD}

Path = tuple[str | int, ...]


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """The paths of the values that an intrinsic function can replace."""
    if path:
        yield path
    if isinstance(value, dict) and not any(str(key).startswith(("Fn::", "Ref")) for key in value):
        for key, each in value.items():
            yield from paths(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from paths(each, (*path, index))


def replaced(source: Json, path: Path, value: Any) -> Json:
    found = copy.deepcopy(source)
    place: Any = found
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value(place[path[-1]])
    return found


def errors(source: Json) -> set[tuple[str, str]]:
    return {(each.code, each.resource) for each in audit("t", source) if each.severity == "error"}


def with_unknown(written: Json) -> Json:
    """A template with a condition that cannot be decided."""
    return {
        **written,
        "Parameters": {**written.get("Parameters", {}), **OPEN},
        "Conditions": {**written.get("Conditions", {}), **EITHER},
    }


def optional(given: Any) -> Json:
    return {"Fn::If": ["Unknown", given, ref("AWS::NoValue")]}


@given(st.sampled_from(TEMPLATES), st.data())
@settings(max_examples=25, deadline=None)
def test_several_unknown_values_are_no_errors_either(file: pathlib.Path, data: st.DataObject) -> None:
    source = with_unknown(load(file))
    known, changed = errors(source), source
    of_functions = [
        ("Resources", name, "Properties", *path)
        for name, resource in source["Resources"].items()
        if "Lambda" in resource["Type"] or "SQS" in resource["Type"]
        for path in paths(resource.get("Properties"))
    ]
    assume(of_functions)  # such as a template of permissions only
    for path in data.draw(st.lists(st.sampled_from(of_functions), max_size=4, unique=True)):
        value = data.draw(st.sampled_from([lambda _: IMPORTED, optional]))
        with contextlib.suppress(KeyError, IndexError, TypeError):  # replaced as a whole before
            changed = replaced(changed, path, value)

    assert {(code, place) for code, place in errors(changed) - known if code not in TOLD_CODES} == set()


@pytest.mark.slow
def test_an_unknown_value_is_no_error_that_the_known_one_is_not() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.audit.recorded"], capture_output=True, text=True, check=True
    )
    templates = [each for each in json.loads(done.stdout) if isinstance(each.get("Resources"), dict)]
    assert len(templates) > 1_000
    seen, wrong = set(), dict[tuple[str, str, str], Json]()
    for written in templates:
        source = with_unknown(written)
        known = errors(source)
        for logical_id, resource in source["Resources"].items():
            properties = resource.get("Properties") if isinstance(resource, dict) else None
            for path in paths(properties):
                kind = (resource["Type"], *("*" if isinstance(key, int) else key for key in path))
                if (key := (*kind, *sorted(code for code, _ in known))) in seen:
                    continue
                seen.add(key)
                at = ("Resources", logical_id, "Properties", *path)
                for value in (lambda _: IMPORTED, optional):
                    changed = replaced(source, at, value)
                    for code, _ in errors(changed) - known:
                        if (code, str(path[-1])) not in TOLD:
                            wrong[code, resource["Type"], "/".join(map(str, path))] = changed
    assert [(each, json.dumps(source)[:600]) for each, source in wrong.items()] == []
