"""The end of support of each runtime: as cfn-lint has it, and as the rules draw the lines."""

from __future__ import annotations

from datetime import UTC, date, datetime

import botocore.session
import pytest

from lambda_constructs.rules import runtime
from lambda_constructs.rules.runtime import LIFECYCLES
from tests.audit.support import Json, found, function, parameter, ref, template
from tests.rules.published import cfn_lint

CODES = ("runtime-deprecated", "runtime-refused", "runtime-unknown")


def test_table_is_that_of_cfn_lint() -> None:
    theirs = cfn_lint("LmbdRuntimeLifecycle.json")
    keys = ("deprecated", "create-block", "update-block", "successor")

    assert dict(LIFECYCLES) == {name: tuple(each[key] for key in keys) for name, each in theirs.items()}


def test_every_runtime_of_botocore_is_known() -> None:
    model = botocore.session.get_session().get_service_model("lambda")
    names = set(model.shape_for("Runtime").enum)

    assert names - LIFECYCLES.keys() == runtime.UNDATED
    assert found(shop("python3.15"), *CODES) == []


def shop(name: object, sections: Json | None = None) -> Json:
    return template(sections, Function=function(Runtime=name))


def test_notice_is_a_warning_and_refusal_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def on(*day: int) -> list[tuple[str, str, str]]:
        monkeypatch.setattr(runtime, "today", lambda: date(*day).isoformat())
        return found(shop("python3.10"), *CODES)

    assert on(2026, 5, 3) == []
    assert on(2026, 5, 4) == [("runtime-deprecated", "warning", "Function")]
    assert on(2027, 1, 31) == [("runtime-deprecated", "warning", "Function")]
    assert on(2027, 2, 1) == [("runtime-refused", "error", "Function")]


def test_a_runtime_that_lambda_does_not_have_is_only_that() -> None:
    assert found(shop("nodejs10.6"), *CODES) == [("runtime-unknown", "warning", "Function")]
    assert found(shop("nodejs24.x"), *CODES) == []


def test_the_advice_for_a_misspelt_runtime_is_the_newest_if_the_support_of_what_is_meant_ends() -> None:
    for day, meant in (("2026-11-29", "python3.13"), ("2032-11-29", "python3.14")):
        assert f"write {meant}" in str(runtime.runtime_unknown("pyhton3.13", day))
    assert "write python3.14" in str(runtime.runtime_unknown("pyhton3.14", "2032-11-29"))


def test_unknown_values_are_not_judged() -> None:
    sections = {"Parameters": {"Runtime": parameter("String")}}

    assert [each[1] for each in found(shop(ref("Runtime"), sections), *CODES)] == ["undecided"] * 3
    assert found(shop(None), *CODES) == []


def test_every_value_that_a_parameter_can_have_is_judged() -> None:
    sections = {
        "Parameters": {
            "Runtime": parameter("String", Default="python3.13", AllowedValues=["python3.13", "python2.7"])
        }
    }

    assert found(shop(ref("Runtime"), sections), *CODES) == [("runtime-refused", "error", "Function")]


def test_the_day_is_that_of_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()

    days = datetime.now(UTC).date() - date.fromisoformat(runtime.today())
    assert abs(days.days) <= 1
