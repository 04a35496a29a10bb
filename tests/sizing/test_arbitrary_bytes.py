"""Whatever is in a file, reading it returns a result or raises a ConfigurationError."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_constructs.errors import ConfigurationError
from lambda_constructs.sizing.assembly import read_functions
from lambda_constructs.sizing.power_tuning import read_measurement, read_measurements
from lambda_constructs.sizing.price_list import read_price_list
from lambda_constructs.sizing.profile_file import read_profile
from lambda_constructs.sizing.traffic import read_traffic
from lambda_constructs.template.files import UnreadableError
from tests.sizing.support import execution, insights, json_report, output, rows, text_report
from tests.sizing.test_price_list import LAMBDA

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
)
TABLE = rows({128: 500.0, 512: 150.0})
TRAFFIC = {"Shop/Orders": {"requests": [1, 2, 3], "billed_ms": 100}}
SAMPLES: list[Any] = [output(TABLE, stats=True), execution(TABLE, num=5), insights(), LAMBDA, TRAFFIC]
LINES = f"{text_report(12.5, init=100)}\n{json_report(12.5)}\n".encode()
READERS: tuple[Callable[[Path], object], ...] = (
    read_measurement,
    read_measurements,
    read_profile,
    read_price_list,
    read_traffic,
)


def damage(value: Any, path: list[int], other: Any) -> Any:
    """The value with another value somewhere in it."""
    if not path or not isinstance(value, dict | list) or not value:
        return other
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    key = keys[path[0] % len(keys)]
    copy = value.copy()
    copy[key] = damage(value[key], path[1:], other)
    return copy


def read_or_refuse(path: Path, content: bytes, *readers: Callable[[Path], object]) -> None:
    path.write_bytes(content)
    for read in readers:
        with contextlib.suppress(ConfigurationError):
            read(path)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("arbitrary") / "file"


@given(content=st.binary(max_size=200))
def test_any_bytes(path: Path, content: bytes) -> None:
    read_or_refuse(path, content, *READERS)


@given(sample=st.sampled_from(SAMPLES), place=st.lists(st.integers(0, 9), min_size=1, max_size=4), value=JSON)
def test_results_with_anything_in_them(path: Path, sample: Any, place: list[int], value: Any) -> None:
    read_or_refuse(path, json.dumps(damage(sample, place, value)).encode(), *READERS)


@given(place=st.lists(st.integers(0, 9), min_size=1, max_size=4), value=JSON)
def test_executions_with_anything_in_their_output(path: Path, place: list[int], value: Any) -> None:
    changed = {**execution(TABLE), "output": json.dumps(damage(output(TABLE, stats=True), place, value))}
    read_or_refuse(path, json.dumps(changed).encode(), read_measurement)


@given(start=st.integers(0, 400), end=st.integers(0, 400), between=st.binary(max_size=20))
def test_logs_that_are_cut(path: Path, start: int, end: int, between: bytes) -> None:
    read_or_refuse(path, LINES[:start] + between + LINES[end:], read_profile)


@given(fragment=st.text("#;=+/AZaz09gAAÿ", max_size=40))
def test_urls_with_anything_in_them(path: Path, fragment: str) -> None:
    read_or_refuse(path, f"https://lambda-power-tuning.show/{fragment}".encode(), read_measurement)


def test_undamaged_samples_are_read(path: Path) -> None:
    for sample in SAMPLES[:2]:
        path.write_text(json.dumps(sample))
        assert read_measurement(path).sizes == (128, 512)
    path.write_bytes(LINES)
    assert read_profile(path).samples == 2


@given(name=st.text(max_size=20), content=st.binary(max_size=60))
def test_apps_with_anything_in_them(path: Path, name: str, content: bytes) -> None:
    folder = path.parent / "app"
    folder.mkdir(exist_ok=True)
    body = {"Type": "AWS::Lambda::Function", "Properties": {"MemorySize": name, "Timeout": name}}
    workload = {"function": name, "path": name, "queue": name}
    metadata = {"lambda-constructs": {"format": 1, "workloads": [workload, name]}}
    template = {"Resources": {name: body, "B": {"Type": name, "Properties": {"a": [{"Ref": name}]}}}}
    for text in (json.dumps({**template, "Metadata": metadata}).encode(), content):
        (folder / "A.template.json").write_bytes(text)
        (folder / "manifest.json").write_bytes(content)
        with contextlib.suppress(UnreadableError):
            for function in read_functions(folder):
                function.referring(name)
