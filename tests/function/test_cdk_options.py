"""Every option of CDK's function is an option here, or has a row in the docs with the reason."""

from __future__ import annotations

import inspect
import re

from aws_cdk import aws_lambda as lambda_

from lambda_constructs import FunctionOptions
from tests.support import ROOT


def test_every_option_of_the_function_of_cdk_is_an_option_or_is_explained() -> None:
    page = (ROOT / "docs" / "reference" / "cdk-options.md").read_text()
    rows = [row.split("|")[1] for row in page.splitlines() if row.startswith("| `")]
    explained = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    parameters = inspect.signature(lambda_.Function.__init__).parameters.values()
    options = {each.name for each in parameters if each.kind is each.KEYWORD_ONLY}

    assert explained == options - FunctionOptions.__annotations__.keys()
