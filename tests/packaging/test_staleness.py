"""Whether a lock was made for the requirements of its project."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from lambda_constructs.packaging.bundle import Bundle
from lambda_constructs.packaging.lock import Choice
from lambda_constructs.packaging.refusal import RefusedError
from lambda_constructs.packaging.source_tree import source_files
from lambda_constructs.packaging.staleness import changed_since
from lambda_constructs.packaging.target import Target

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
    assert changed_since(tmp_path / "uv.lock") == []
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "shop"\n')
    assert changed_since(tmp_path / "uv.lock") == ["shop"]
    assert changed_since(tmp_path / "requirements.txt") == []


LOCKED = 'version = 1\n[[package]]\nname = "shop"\nversion = "1"\nsource = { virtual = "." }\n'
DAMAGED = (
    "project = 1",
    "[project",
    "[project]\nname = 1",
    '[project]\nname = "shop"\ndependencies = "requests"',
    '[project]\nname = "shop"\ndependencies = ["!!"]',
    '[project]\nname = "shop"\ndependencies = 3',
    '[project]\nname = "shop"\noptional-dependencies = 1',
    '[project]\nname = "shop"\n[dependency-groups]\ndev = [{ x = 1 }]',
    '[project]\nname = "shop"\n[dependency-groups]\ndev = 3',
    "\udcff",
)
DAMAGED_LOCKS = (
    "package = 3",
    "package = [3]",
    '[[package]]\nname = "shop"\nsource = 3',
    '[[package]]\nname = "shop"\nsource = { virtual = 3 }',
    '[[package]]\nsource = { virtual = "." }',
)


def test_a_damaged_project_is_refused_and_never_a_crash(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("")
    bundle = Bundle(
        project=tmp_path,
        choice=Choice(groups=["dev"]),
        cache=tmp_path / "cache",
        target=Target("python3.13", "arm64"),
    )
    written = [
        *((each, LOCKED, "lock-unreadable") for each in DAMAGED),
        *(('[project]\nname = "shop"', each, "lock-stale") for each in DAMAGED_LOCKS),
    ]
    for pyproject, lock, code in written:
        (tmp_path / "pyproject.toml").write_text(pyproject, errors="surrogateescape")
        (tmp_path / "uv.lock").write_text(lock)
        with pytest.raises(RefusedError) as refused:
            _ = replace(bundle).packages
        assert refused.value.rule.code == code, (pyproject, lock)


def test_groups_that_include_each_other_are_left_to_uv(tmp_path: Path) -> None:
    (tmp_path / "uv.lock").write_text(LOCKED)
    groups = '[dependency-groups]\na = [{ include-group = "b" }]\nb = [{ include-group = "a" }]\n'
    (tmp_path / "pyproject.toml").write_text(f'[project]\nname = "shop"\n{groups}')

    assert changed_since(tmp_path / "uv.lock", ["a"]) == []


def test_names_that_are_not_text_and_links_to_themselves_are_refused(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(RefusedError) as refused:
        source_files(tmp_path, ())
    assert refused.value.rule.code == "source-link-outside"
    Path(os.fsdecode(bytes(tmp_path) + b"/caf\xe9.py")).touch()
    with pytest.raises(RefusedError) as refused:
        source_files(tmp_path, ["loop"])
    assert refused.value.rule.code == "source-unreadable"
    assert "caf\\udce9.py" in str(refused.value.rule(*refused.value.values))
