"""An example on the emulator, as the demo and the deploy tests use it."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from examples.bundle import ARCHITECTURE, RUNTIME, bundle
from examples.report import Report
from lambda_constructs_emulator.cdk import Cdk
from lambda_constructs_emulator.process import Emulator

REMOVABLE = {"removal-policy": "destroy"}
"""The context of every deployment to an emulator: tables and buckets go with their stack."""

FEW_AT_ONCE = {"reserved": "4"}
"""Context for a function that many events invoke at once: each of them would be a process of this machine."""


def built_for_this_machine() -> dict[str, str]:
    """The context for a handler with compiled packages, which the emulator runs on this machine: a Linux.

    The emulator's interpreter has the version of the one that runs this.
    """
    machine = platform.machine().lower()
    return {
        "architecture": {"aarch64": "arm64", "amd64": "x86_64"}.get(machine, machine),
        "runtime": f"python{sys.version_info.major}.{sys.version_info.minor}",
    }


@dataclass(frozen=True, kw_only=True)
class Example:
    """What is an example's own.

    Attributes:
        stack: the name of its stack in `app.py`.
        handlers: the directories of its handlers.
        drive: drives it once it is deployed, writes what came out, and returns what is wrong, in words.
        context: of every deployment to the emulator.
        clear: takes out of the stack what would keep it from being deleted.
        caveats: what its demo does not show, besides what no demo shows.
    """

    stack: str
    handlers: Sequence[Path]
    drive: Callable[[Deployment, Report], list[str]]
    context: Mapping[str, str] = field(default_factory=lambda: REMOVABLE)
    clear: Callable[[Deployment], None] = lambda _: None
    caveats: Sequence[str] = ()

    def build(self) -> None:
        """Build the handlers: here, with the user's package index and caches, which the CLI has not."""
        for handler in self.handlers:
            bundle(
                handler,
                architecture=self.context.get("architecture", ARCHITECTURE),
                runtime=self.context.get("runtime", RUNTIME),
            )


@dataclass
class Deployment:
    """An example's stack on an emulator; its handlers must have been built.

    Attributes:
        outputs: of the stack, once it is deployed.
    """

    example: Example
    emulator: Emulator
    cdk: Cdk
    outputs: dict[str, str] = field(default_factory=dict)

    def deploy(self, context: Mapping[str, str] | None = None) -> None:
        """Deploy the stack, also again, with that context besides the example's own."""
        self.outputs = self.cdk.deploy(self.example.stack, self.context(context))

    def has_difference(self, context: Mapping[str, str] | None = None) -> bool:
        """Whether the deployed stack differs from the app with that context."""
        return self.cdk.has_difference(self.example.stack, self.context(context))

    def context(self, more: Mapping[str, str] | None) -> dict[str, str]:
        """The example's own context, and more."""
        return {**self.example.context, **(more or {})}

    def exists(self) -> bool:
        """Whether the stack is there, in whatever state."""
        return self.cdk.exists(self.example.stack)

    def destroy(self) -> None:
        """Delete the stack with what is in it."""
        if self.outputs:
            self.example.clear(self)
        self.cdk.destroy(self.example.stack)

    def status(self) -> str:
        """The state of the stack, in CloudFormation's words."""
        stacks = self.emulator.client("cloudformation").describe_stacks(StackName=self.example.stack)[
            "Stacks"
        ]
        status: str = stacks[0]["StackStatus"]
        return status
