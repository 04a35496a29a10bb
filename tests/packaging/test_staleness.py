"""Whether a lock was made for the requirements of its project."""

from __future__ import annotations

from pathlib import Path

import pytest

from lambda_constructs.packaging.staleness import changed_since

LOCK = """\
[[package]]
name = "shop-orders"
source = { virtual = "." }
[package.metadata]
requires-dist = [
    { name = "pricing-core", specifier = ">=1,<2", extras = ["fast"] },
    { name = "mail", marker = "extra == 'notify'" },
]
"""
EXTRA = '[project.optional-dependencies]\nnotify = ["mail"]\n'


def changed(folder: Path, project: str) -> list[str]:
    (folder / "uv.lock").write_text(LOCK)
    (folder / "pyproject.toml").write_text(project)
    return changed_since(folder / "uv.lock")


@pytest.mark.parametrize(
    ("project", "names"),
    [
        (f'[project]\nname = "Shop_Orders"\ndependencies = ["pricing.core[fast] <2, >=1"]\n{EXTRA}', []),
        (
            f'[project]\nname = "shop-orders"\ndependencies = ["pricing-core>=1.1,<2"]\n{EXTRA}',
            ["pricing-core"],
        ),
        (f'[project]\nname = "shop-orders"\ndependencies = []\n{EXTRA}', ["pricing-core"]),
        ('[project]\nname = "shop-orders"\ndependencies = ["pricing-core>=1,<2"]\n', ["mail"]),
        ('[project]\nname = "another"\n', ["another"]),
        ("[tool.uv]\n", []),
    ],
)
def test_names_what_changed(tmp_path: Path, project: str, names: list[str]) -> None:
    assert changed(tmp_path, project) == names


def test_a_group_has_the_requirements_of_the_groups_that_it_includes(tmp_path: Path) -> None:
    locked = '[package.metadata.requires-dev]\nall = [{ name = "charts" }, { name = "maps" }]\n'
    (tmp_path / "uv.lock").write_text(f"{LOCK}{locked}")
    project = '[project]\nname = "shop-orders"\ndependencies = ["pricing-core>=1,<2"]\n'
    groups = '[dependency-groups]\nsome = ["charts"]\nall = ["maps", { include-group = "some" }]\n'
    (tmp_path / "pyproject.toml").write_text(f"{project}{EXTRA}{groups}")

    assert changed_since(tmp_path / "uv.lock", ["all"]) == []


def test_a_dynamic_part_is_not_compared(tmp_path: Path) -> None:
    dynamic = 'name = "shop-orders"\ndynamic = ["dependencies", "optional-dependencies"]\n'

    assert changed(tmp_path, f"[project]\n{dynamic}") == []


def test_only_a_lock_beside_its_project_can_be_stale(tmp_path: Path) -> None:
    assert changed_since(tmp_path / "requirements.txt") == []
    assert changed_since(tmp_path / "uv.lock") == []
