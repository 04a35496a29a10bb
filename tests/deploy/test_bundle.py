"""The build step of the examples: complete, the same everywhere, and clear when it fails."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from examples import bundle as module
from examples.bundle import BundleError, bundle
from examples.order_worker.demo import EXAMPLE

pytestmark = pytest.mark.deploy


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A handler with one small locked package."""
    directory = tmp_path / "shop" / "handler"
    directory.mkdir(parents=True)
    (directory / "app.py").write_text("import jmespath\n")
    lines = (EXAMPLE.handlers[0] / "requirements.txt").read_text()
    start = lines.index("jmespath==")
    (directory / "requirements.txt").write_text(lines[start : lines.index("typing-extensions==")])
    return directory


@pytest.fixture(autouse=True)
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "BUILD", tmp_path / "build")
    return tmp_path / "build"


def contents(directory: Path) -> dict[str, tuple[str, str]]:
    return {
        path.relative_to(directory).as_posix(): (
            oct(path.stat().st_mode & 0o777),
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
        )
        for path in directory.rglob("*")
    }


@pytest.fixture
def private_umask() -> Iterator[None]:
    before = os.umask(0o077)
    yield
    os.umask(before)


@pytest.mark.usefixtures("private_umask")
def test_two_builds_are_the_same_and_readable_by_lambda(
    source: Path, build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = bundle(source, architecture="arm64")
    monkeypatch.setattr(module, "BUILD", tmp_path / "elsewhere")
    second = bundle(source, architecture="arm64")

    assert first.name == second.name
    assert contents(first) == contents(second)
    found = contents(first)
    assert found["app.py"][0] == "0o644"
    assert found["jmespath"][0] == "0o755"
    assert "jmespath/__init__.py" in found
    unwanted = ("bin", ".lock", "requirements.txt")
    assert not [path for path in found if path.startswith(unwanted) or path.endswith("RECORD")]
    assert [path.name for path in build.iterdir()] == [first.name]


def test_an_unchanged_handler_is_not_built_again(source: Path) -> None:
    first = bundle(source, architecture="arm64")
    built = first.stat().st_mtime_ns
    (source / "__pycache__").mkdir()
    (source / "__pycache__" / "app.cpython-313.pyc").write_bytes(b"of a test run")

    assert bundle(source, architecture="arm64") == first
    assert first.stat().st_mtime_ns == built


def test_every_input_changes_the_name(source: Path) -> None:
    names = {bundle(source, architecture="arm64").name}
    names.add(bundle(source, architecture="x86_64").name)
    (source / "app.py").write_text("# changed\n")
    names.add(bundle(source, architecture="arm64").name)
    (source / "app.py").rename(source / "main.py")
    names.add(bundle(source, architecture="arm64").name)
    assert len(names) == 4


def test_a_handler_without_a_lock_is_refused_with_the_command_to_write_it(source: Path) -> None:
    (source / "requirements.txt").unlink()

    with pytest.raises(BundleError, match="uv pip compile --generate-hashes"):
        bundle(source, architecture="arm64")


def test_a_package_with_another_hash_is_refused_and_leaves_nothing(source: Path, build: Path) -> None:
    lock = source / "requirements.txt"
    digests = [part for part in lock.read_text().split() if part.startswith("--hash")]
    lock.write_text(f"jmespath==1.1.0 {digests[0][:-4]}0000\n")

    with pytest.raises(BundleError, match=r"(?s)Python 3\.13 on arm64.*[Hh]ash"):
        bundle(source, architecture="arm64")
    assert list(build.iterdir()) == []


def test_an_unknown_architecture_is_refused(source: Path) -> None:
    with pytest.raises(BundleError, match="arm64"):
        bundle(source, architecture="aarch64")
