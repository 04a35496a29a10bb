"""mypy skips the modules of aws_cdk that no type of ours can reach: an import of them is an error."""

import re
import tomllib
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[1]


def imported_for_types(module: str) -> set[str]:
    """The modules of aws_cdk whose types a module of it can name."""
    spec = find_spec("aws_cdk")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    folder = Path(spec.submodule_search_locations[0], *module.split(".")[1:])
    text = (folder / "__init__.py").read_text(encoding="utf-8")
    # At run time, they are loaded when they are used: that follows.
    block = text.partition("\nif typing.TYPE_CHECKING:\n")[2].partition("\nelse:\n")[0]
    return set(re.findall(r"import (aws_cdk[\w.]*) as", block))


def test_mypy_reads_each_module_that_the_type_of_a_read_module_can_name() -> None:
    overrides = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]["overrides"]
    read = next(set(each["module"]) for each in overrides if each.get("follow_imports") == "normal")
    named = {
        name: module
        for module in read - {"aws_cdk._jsii", "aws_cdk.interfaces.*"}
        for name in imported_for_types(module)
    }

    assert "aws_cdk.aws_iam" in named
    assert {
        name: module
        for name, module in named.items()
        if name not in read and not name.startswith("aws_cdk.interfaces")
    } == {}
