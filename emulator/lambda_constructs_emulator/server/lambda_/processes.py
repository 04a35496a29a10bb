"""Starts the process of an execution environment, and says how it ended."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from . import code, interpreters, nodejs
from .variables import variables


def started(configuration: Mapping[str, Any], package: bytes, stream: str) -> subprocess.Popen[bytes]:
    """The process that runs a function under AWS's runtime interface client.

    Args:
        configuration: The function's version.
        package: The code, as a ZIP file.
        stream: The name of the environment's log stream.

    Raises:
        nodejs.NotInstalledError: A Node.js function without the packages of its runtime.
    """
    task, layers = code.unpacked(package), code.layers(configuration)
    name = configuration.get("Runtime") or "python3.13"
    if name.startswith("nodejs"):
        command, runtime = nodejs.command(name, layers), nodejs.packages()
        search_path = nodejs.search_path(name, task=task, layers=layers)
    else:
        command, runtime = interpreters.command(name, layers), interpreters.runtime_directory()
        search_path = {"PYTHONPATH": str(runtime)}
    return subprocess.Popen(
        command,
        cwd=task,
        env=variables(
            configuration, task=task, layers=layers, runtime=runtime, search_path=search_path, stream=stream
        ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    )


def exit_error(process: subprocess.Popen[bytes]) -> dict[str, str]:
    """The error document of a process that ended by itself."""
    status = process.wait()
    if status == 0:
        reason = "Runtime exited without providing a reason"
    elif status < 0:
        reason = f"Runtime exited with error: signal: {_SIGNALS.get(-status, -status)}"
    else:
        reason = f"Runtime exited with error: exit status {status}"
    return {"errorType": "Runtime.ExitError", "errorMessage": reason}


_SIGNALS: Final = {6: "aborted", 9: "killed", 11: "segmentation fault", 15: "terminated"}


def memory(process: subprocess.Popen[bytes] | None) -> int:
    """The most memory that a process has had, in MB; 0 where the system does not say."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_bytes() if process else b""
    except OSError:
        return 0
    _, _, peak = status.partition(b"VmHWM:")
    return -(-int(peak.split(maxsplit=1)[0]) // 1024) if peak else 0
