"""Finds what runs a Node.js function: Node.js, AWS's runtime interface client, the packages of the runtime.

A function runs on the Node.js of its runtime if this machine has it on the search path, and otherwise on that
of the emulator. Lambda's runtimes contain the AWS SDK for JavaScript; here it has the clients of the services
that the emulator has. `installation.py` installs both, because the server reaches nothing but itself.

    https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
    https://docs.aws.amazon.com/lambda/latest/dg/nodejs-package.html
"""

import functools
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

_BOOTSTRAP: Final = Path(__file__).parent / "node" / "bootstrap.cjs"
_DESCRIPTORS: Final = 'exec "$@" 3<&0 4>&1 0</dev/null 1>&2'
"""Leaves standard input and output to the handler; Node.js itself cannot move them."""

_LAST_WITH_CALLBACKS: Final = 22
_VERSION: Final = "`${process.versions.node.split('.')[0]} ${typeof require('module').registerHooks}`"


class NotInstalledError(RuntimeError):
    """The packages of the runtime are not there."""

    def __init__(self) -> None:
        super().__init__(
            "the packages of Lambda's Node.js runtimes are not installed; "
            "`lambda-emulator deploy` and the kit install them with the first stack that needs them"
        )


def packages() -> Path:
    """The directory of the packages, which is `/var/runtime` on AWS.

    Raises:
        NotInstalledError: it does not exist.
    """
    found = Path(os.environ["LAMBDA_EMULATOR_NODE_PACKAGES"])
    if not found.is_dir():
        raise NotInstalledError
    return found


def command(runtime: str, layers: Path) -> list[str]:
    """The command that runs a function of a runtime such as nodejs24.x."""
    release = 3 if _major(runtime) <= _LAST_WITH_CALLBACKS else 4
    client = packages() / f"client-{release}" / "index.mjs"
    return ["/bin/sh", "-c", _DESCRIPTORS, "sh", _node(runtime), str(_BOOTSTRAP), str(client), str(layers)]


def search_path(runtime: str, *, task: Path, layers: Path) -> dict[str, str]:
    """The variable with the directories of packages, in AWS's order."""
    in_layers = [
        layers / "nodejs" / f"node{_major(runtime)}" / "node_modules",
        layers / "nodejs" / "node_modules",
    ]
    return {"NODE_PATH": ":".join(map(str, [*in_layers, packages() / "node_modules", packages(), task]))}


def _major(runtime: str) -> int:
    found = re.match(r"nodejs(\d+)", runtime)
    return int(found[1]) if found else 0


@functools.cache
def _node(runtime: str) -> str:
    given = shutil.which("node")
    if given:
        done = subprocess.run([given, "-p", _VERSION], capture_output=True, text=True, check=False)
        if done.stdout.split() == [str(_major(runtime)), "function"]:
            return given
    return os.environ["LAMBDA_EMULATOR_NODE"]
