"""The rules are usable without aws_cdk, which takes seconds to import."""

from __future__ import annotations

import subprocess
import sys

import pytest

# Imports the module, then prints what a pure module must not have pulled in.
PROGRAM = """
import importlib, sys
importlib.import_module(sys.argv[1])
print(sorted({"aws_cdk", "cdk_nag", "constructs", "jsii"} & {name.partition(".")[0] for name in sys.modules}))
"""


@pytest.mark.parametrize(
    "module", ["lambda_constructs", "lambda_constructs.rules.catalogue", "lambda_constructs.errors"]
)
def test_imports_neither_aws_cdk_nor_jsii(module: str) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, module], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_program_finds_what_a_module_pulls_in() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "constructs"], capture_output=True, text=True, check=True
    )

    assert "constructs" in done.stdout
