"""Imports the handlers of the examples as an arm64 processor does: `make qemu`.

By hand: `PYTHONPATH=emulator .venv/bin/python -m examples.qemu`.

qemu runs Debian's Python for arm64 with the packages that `PythonCode` installs for it. Nothing is installed
on this machine: the Debian packages are unpacked in the folder `build`. Debian 12 has Python 3.11, so the
packages are those for that runtime. boto3 comes from this environment, as Lambda brings it.
"""

import os
import platform
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

from examples.demo import EXAMPLES
from examples.packages import BUILD, install
from lambda_constructs.template.package import Package
from lambda_constructs.template.python_package import code_of

RUNTIME = "python3.11"
DEBIAN = BUILD / "qemu"
_ROOT = DEBIAN / "root"
_LIBRARIES = (
    *("libbz2-1.0", "libc6", "libcrypt1", "libexpat1", "libffi8", "libgcc-s1", "liblzma5", "libsqlite3-0"),
    *("libssl3", "libstdc++6", "libuuid1", "zlib1g"),
)
_PACKAGES = (
    "qemu-user-static:amd64",
    *(f"{RUNTIME}-minimal:arm64", f"lib{RUNTIME}-minimal:arm64", f"lib{RUNTIME}-stdlib:arm64"),
    *(f"{name}:arm64" for name in _LIBRARIES),
)
_PROGRAM = """
import platform
import {module}
print(platform.machine())
"""


def main() -> int:
    """Import every handler; the exit status is 1 if one of them fails."""
    if not (_ROOT / "usr" / "bin" / RUNTIME).exists():
        _unpack()
    failed = 0
    for handler in sorted({handler for example in EXAMPLES.values() for handler in example.handlers}):
        packages = install(handler, architecture="arm64", runtime=RUNTIME)
        for module in _modules(handler):
            started = time.perf_counter()
            done = _import(module, handler, packages)
            right = done.returncode == 0 and done.stdout == "aarch64\n"
            failed += not right
            print(
                f"{'imported' if right else 'FAILED'} {handler.parent.name}/{module} "
                f"({time.perf_counter() - started:.1f} s){'' if right else done.stderr}",
                flush=True,
            )
    return min(failed, 1)


def _modules(handler: Path) -> list[str]:
    """The modules that have a handler."""
    return [path.stem for path in sorted(handler.glob("*.py")) if "LambdaContext" in path.read_text()]


def _import(module: str, handler: Path, packages: Path | None) -> subprocess.CompletedProcess[str]:
    keys = code_of(Package(handler), f"{module}.handler").keys()
    folders = [handler, *([packages] if packages else []), Path(sysconfig.get_path("purelib"))]
    return subprocess.run(
        [
            *(str(_ROOT / "usr/bin/qemu-aarch64-static"), "-L", str(_ROOT)),
            *(str(_ROOT / "usr/bin" / RUNTIME), "-B", "-c", _PROGRAM.format(module=module)),
        ],
        env={
            **dict.fromkeys(keys, "anything"),
            "AWS_DEFAULT_REGION": "us-east-1",
            "PATH": os.environ["PATH"],
            "PYTHONHOME": str(_ROOT / "usr"),
            "PYTHONPATH": ":".join(map(str, folders)),
        },
        capture_output=True,
        text=True,
        check=False,
    )


def _unpack() -> None:
    """Download the Debian packages for two architectures, with an index that is apart from the system's."""
    if platform.machine() != "x86_64":
        sys.exit("make qemu needs a machine of x86_64; arm64 imports the handlers itself")
    folders = {name: DEBIAN / name for name in ("lists", "archives", "root")}
    for folder in folders.values():
        (folder / "partial").mkdir(parents=True, exist_ok=True)
    apt = ["apt-get", "--quiet=2", "-o", f"Dir::State::Lists={folders['lists']}"]
    apt += ["-o", "APT::Architectures::=amd64", "-o", "APT::Architectures::=arm64"]
    apt += ["-o", f"Dir::Cache={DEBIAN}", "-o", "APT::Sandbox::User=root"]
    subprocess.run([*apt, "update"], check=True)
    subprocess.run([*apt, "download", *_PACKAGES], cwd=folders["archives"], check=True)
    for package in folders["archives"].glob("*.deb"):
        subprocess.run(["/usr/bin/dpkg", "-x", str(package), str(_ROOT)], check=True)


if __name__ == "__main__":
    sys.exit(main())
