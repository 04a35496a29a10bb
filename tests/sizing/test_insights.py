"""Results of the documented Logs Insights queries."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from lambda_constructs.errors import ConfigurationError
from lambda_constructs.sizing.insights import JSON_QUERY, TEXT_QUERY
from lambda_constructs.sizing.profile import Profile
from lambda_constructs.sizing.profile_file import read_profile
from tests.sizing.support import insights


def read(folder: Path, value: object) -> Profile:
    path = folder / "profile.json"
    path.write_text(json.dumps(value))
    return read_profile(path)


def test_result_becomes_a_profile(tmp_path: Path) -> None:
    found = read(tmp_path, insights())

    assert (found.samples, found.memory_size, found.peak_memory) == (1250, 512, 118)
    assert (found.p50_ms, found.p95_ms, found.p99_ms, found.maximum_ms) == (95.1, 180.2, 240.9, 1100.5)
    assert (found.cold_starts, found.init_maximum_ms, found.timeouts) == (12, 640.2, 0)


def test_columns_without_a_cold_start_are_missing(tmp_path: Path) -> None:
    found = read(tmp_path, insights(coldStarts=0, initMax=None, minMemoryMB=None))

    assert (found.cold_starts, found.init_maximum_ms) == (0, 0)


def test_memory_is_rounded_up(tmp_path: Path) -> None:
    assert read(tmp_path, insights(maxUsedMB="117.2")).peak_memory == 118


def test_refuses_results_of_other_queries(tmp_path: Path) -> None:
    refused: list[tuple[Any, str, str]] = [
        ({**insights(), "status": "Running"}, "measurement-failed", "the status of the query is 'Running'"),
        ({"results": []}, "profile-form", "the query has 0 rows instead of one"),
        ({"results": insights()["results"] * 2}, "profile-form", "the query has 2 rows instead of one"),
        ({"results": "none"}, "profile-form", "results is 'none' instead of one"),
        ({"results": [{}]}, "profile-form", "a row is an object"),
        ({"results": [[{"field": "p50"}]]}, "profile-form", "does not consist of fields and values"),
        (insights(p99=None), "profile-form", "the query has no column p99"),
        (insights(p99="fast"), "measurement-value", "p99 is 'fast', but must be 0 to 1.8e\\+06"),
        (insights(p99="nan"), "measurement-value", "p99 is 'nan'"),
        (insights(invocations="0"), "measurement-value", "invocations is '0'"),
        (insights(memoryMB="64"), "measurement-value", "memoryMB is '64', but must be 128 to 10240"),
        (insights(minMemoryMB="256"), "profile-mixed-sizes", "sizes of 256, 512 MB"),
    ]

    for result, code, message in refused:
        with pytest.raises(ConfigurationError, match=message) as error:
            read(tmp_path, result)

        assert error.value.code == code


def test_both_queries_have_the_columns_that_are_read() -> None:
    columns = {cell["field"] for cell in insights()["results"][0]}

    for query in (TEXT_QUERY, JSON_QUERY):
        assert set(re.findall(r" as (\w+)", query)) == columns
