"""An example on the emulator, for the demo and the deploy tests."""

import json
import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from examples.packages import ARCHITECTURE, RUNTIME, install
from examples.report import Report
from lambda_constructs_emulator.kit import Aws, Deployed

REMOVABLE = {"removal-policy": "destroy"}
"""The context of every deployment to the emulator: tables and buckets are deleted with their stack."""

FEW_AT_ONCE = {"reserved": "4"}
"""Context for a function that many events invoke concurrently: each one is a process of this machine."""


def built_for_this_machine() -> dict[str, str]:
    """The context for a handler with compiled packages, which the emulator runs on this Linux machine.

    The emulator runs handlers with the Python version that runs this code.
    """
    machine = platform.machine().lower()
    return {
        "architecture": {"aarch64": "arm64", "amd64": "x86_64"}.get(machine, machine),
        "runtime": f"python{sys.version_info.major}.{sys.version_info.minor}",
    }


@dataclass(frozen=True, kw_only=True)
class Example:
    """The definition of an example.

    Attributes:
        stack: Name of its stack in `app.py`.
        handlers: Directories of its handlers.
        drive: Drives the deployed example, prints the results, and returns everything that is wrong.
        context: Context of every deployment to the emulator.
        buckets: The buckets of the stack, each with the function that writes it.
        caveats: What its demo does not show, in addition to the caveats of all demos.
    """

    stack: str
    handlers: Sequence[Path]
    drive: Callable[[Deployed, Report], list[str]]
    context: Mapping[str, str] = field(default_factory=lambda: REMOVABLE)
    buckets: Mapping[str, str] = field(default_factory=dict)
    caveats: Sequence[str] = ()

    def build(self) -> None:
        """Install the packages here, because the CLI lacks the user's package index and caches."""
        for handler in self.handlers:
            install(
                handler,
                architecture=self.context.get("architecture", ARCHITECTURE),
                runtime=self.context.get("runtime", RUNTIME),
            )

    def deploy(self, aws: Aws, **context: str) -> Deployed:
        """Deploy the stack, with this context in addition to the example's."""
        self.build()
        return aws.deploy(stack=self.stack, context={**self.context, **context})

    def destroy(self, deployed: Deployed) -> None:
        """Delete the stack with everything in it, after all writes into its buckets have ended."""
        if deployed.status.endswith(("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")):
            for bucket, writer in self.buckets.items():
                deployed.function(writer).throttle()
                deployed.bucket(bucket).empty()
        deployed.destroy()


def redrive(deployed: Deployed, workload: str) -> tuple[int, dict[str, Any]]:
    """Run `ops redrive` on a workload as a user does; returns the events that were sent, and the others.

    The others are the reasons with their numbers.
    """
    command = (sys.executable, "-m", "lambda_constructs", "ops", "redrive", workload)
    ended = deployed.aws.run(*command, "--stack", deployed.stack, "--yes", "--json")
    (place,) = json.loads(ended.stdout)["places"]
    assert ended.returncode == bool(place["stay"])
    return place["again"], place["stay"]
