"""An example on the emulator, for the demo and the deploy tests."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from examples.driving import settle
from examples.packages import ARCHITECTURE, RUNTIME, install
from examples.report import Report
from lambda_constructs_emulator.cdk import Cdk
from lambda_constructs_emulator.kit.alarms import firing
from lambda_constructs_emulator.process import Emulator

REMOVABLE = {"removal-policy": "destroy"}
"""The context of every deployment to the emulator: tables and buckets are deleted with their stack."""

CALM_TIMEOUT = 60.0
"""Seconds until alarms of earlier failures have cleared."""

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
        clear: Removes everything that would prevent the deletion of the stack.
        caveats: What its demo does not show, in addition to the caveats of all demos.
    """

    stack: str
    handlers: Sequence[Path]
    drive: Callable[[Deployment, Report], list[str]]
    context: Mapping[str, str] = field(default_factory=lambda: REMOVABLE)
    clear: Callable[[Deployment], None] = lambda _: None
    caveats: Sequence[str] = ()

    def build(self) -> None:
        """Install the packages here, because the CLI lacks the user's package index and caches."""
        for handler in self.handlers:
            install(
                handler,
                architecture=self.context.get("architecture", ARCHITECTURE),
                runtime=self.context.get("runtime", RUNTIME),
            )


@dataclass
class Deployment:
    """An example's stack on an emulator, after its handlers have been built.

    Attributes:
        outputs: Outputs of the stack after the deployment.
    """

    example: Example
    emulator: Emulator
    cdk: Cdk
    outputs: dict[str, str] = field(default_factory=dict)

    def deploy(self, context: Mapping[str, str] | None = None) -> None:
        """Deploy or update the stack, with this context in addition to the example's."""
        self.outputs = self.cdk.deploy(self.example.stack, self.context(context))

    def has_difference(self, context: Mapping[str, str] | None = None) -> bool:
        """Whether the deployed stack differs from the app with this context."""
        return self.cdk.has_difference(self.example.stack, self.context(context))

    def context(self, more: Mapping[str, str] | None) -> dict[str, str]:
        """The example's context, with more entries."""
        return {**self.example.context, **(more or {})}

    def until_calm(self, report: Report) -> None:
        """Wait until alarms of earlier failures have cleared: CodeDeploy would stop the next rollout."""

        def fires() -> str:
            names = firing(self.emulator)
            return ", ".join(name for name in names if "ErrorsAlarm" in name or "FailedEvents" in name)

        with report.phase("wait until no alarm fires"):
            settle(fires, timeout=CALM_TIMEOUT)

    def exists(self) -> bool:
        """Whether the stack exists, in any state."""
        return self.cdk.exists(self.example.stack)

    def destroy(self) -> None:
        """Delete the stack with everything in it."""
        if self.outputs:
            self.example.clear(self)
        self.cdk.destroy(self.example.stack)

    def redrive(self, workload: str) -> tuple[int, dict[str, Any]]:
        """Run `ops redrive` on a workload as a user does; returns the events that were sent, and the others.

        The others are the reasons with their numbers.
        """
        command = [sys.executable, "-m", "lambda_constructs", "ops", "redrive", workload]
        ended = subprocess.run(
            [*command, "--stack", self.example.stack, "--yes", "--json"],
            env=self.emulator.environment,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        (place,) = json.loads(ended.stdout)["places"]
        assert ended.returncode == bool(place["stay"])
        return place["again"], place["stay"]

    def status(self) -> str:
        """The stack's status from CloudFormation."""
        stacks = self.emulator.client("cloudformation").describe_stacks(StackName=self.example.stack)[
            "Stacks"
        ]
        status: str = stacks[0]["StackStatus"]
        return status
