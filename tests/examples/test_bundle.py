"""What a handler's packages are installed for; that they are installed is proven by tests/deploy."""

from pathlib import Path

import pytest

from examples import bundle as module
from examples.bundle import bundle


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that would install packages."""
    ran: list[list[str]] = []

    def run(command: list[str], **_options: object) -> object:
        ran.append(command)
        Path(command[command.index("--target") + 1]).mkdir()
        return type("Completed", (), {"returncode": 0})

    monkeypatch.setattr(module, "BUILD", tmp_path / "build")
    monkeypatch.setattr("subprocess.run", run)
    return ran


@pytest.fixture
def source(tmp_path: Path) -> Path:
    directory = tmp_path / "shop" / "handler"
    directory.mkdir(parents=True)
    (directory / "requirements.txt").write_text("")
    return directory


@pytest.mark.parametrize(
    ("options", "platform", "version"),
    [
        ({}, "aarch64-manylinux_2_28", "3.13"),
        ({"architecture": "x86_64", "runtime": "python3.11"}, "x86_64-manylinux_2_28", "3.11"),
    ],
)
def test_packages_are_installed_for_the_function(
    commands: list[list[str]], source: Path, options: dict[str, str], platform: str, version: str
) -> None:
    bundle(source, **options)

    (command,) = commands
    assert command[command.index("--python-platform") + 1] == platform
    assert command[command.index("--python-version") + 1] == version


@pytest.mark.usefixtures("commands")
def test_another_runtime_gives_another_directory(source: Path) -> None:
    assert bundle(source, runtime="python3.12").name != bundle(source).name
