"""Every option of CDK's function is an option here, or has a row in the docs with the reason."""

from __future__ import annotations

import inspect
import re

import pytest
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from lambda_constructs import FunctionOptions
from tests.support import ROOT, new_stack
from tests.test_public_api import keywords
from tests.workloads import NEEDED, build


def explained() -> set[str]:
    page = (ROOT / "docs" / "reference" / "cdk-options.md").read_text()
    rows = [row.split("|")[1] for row in page.splitlines() if row.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


def test_every_option_of_the_function_of_cdk_is_an_option_or_is_explained() -> None:
    parameters = inspect.signature(lambda_.Function.__init__).parameters.values()
    options = {each.name for each in parameters if each.kind is each.KEYWORD_ONLY}

    assert explained() == options - FunctionOptions.__annotations__.keys()


def test_the_error_about_an_unknown_option_says_what_to_use_instead() -> None:
    stack = new_stack()
    for kind in NEEDED:
        for name in {"memorysize", "nonsense", *explained()} - keywords(kind).keys():
            scope = Construct(stack, f"{kind.__name__}{name}")
            with pytest.raises(
                TypeError, match=f"unexpected keyword argument '{name}'; (did you mean|to use)"
            ):
                build(kind, scope, **{name: 1})
            assert [child.node.id for child in scope.node.children if child.node.id == "Orders"] == []
