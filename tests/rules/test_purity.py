"""The rules work without aws_cdk, which takes seconds to import."""

from __future__ import annotations

import subprocess
import sys

# Imports the modules, then prints the forbidden packages that this imported.
PROGRAM = """
import importlib, sys
for module in sys.argv[1:]:
    importlib.import_module(module)
print(sorted({"aws_cdk", "cdk_nag", "constructs", "jsii"} & {name.partition(".")[0] for name in sys.modules}))
"""


def forbidden_after_importing(*modules: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *modules], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_imports_neither_aws_cdk_nor_jsii() -> None:
    modules = ("lambda_constructs", "lambda_constructs.errors", "lambda_constructs.rules.catalogue")

    assert forbidden_after_importing(*modules) == "[]"


def test_program_finds_a_forbidden_package() -> None:
    assert forbidden_after_importing("jsii") == "['jsii']"
