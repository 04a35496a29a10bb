"""The tests in the docs that deploy, as a reader runs them."""

from __future__ import annotations

import pytest

from lambda_constructs_emulator.kit import Aws
from tests.typing.pages import ROOT, python_of

pytestmark = [pytest.mark.deploy, pytest.mark.slow]


@pytest.mark.usefixtures("handlers")
def test_the_tests_of_the_testing_page_pass(aws: Aws) -> None:
    page = "docs/how-to/testing.md"
    defined: dict[str, object] = {"__name__": page}
    exec(compile(python_of(ROOT / page), page, "exec"), defined)  # noqa: S102 - the page is ours
    tests = [each for each in defined.values() if "aws" in getattr(each, "__annotations__", {})]
    assert tests

    for test in tests:
        assert callable(test)
        test(Aws(aws.emulator))
        aws.emulator.reset()
