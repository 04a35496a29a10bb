"""Deploys apps to an emulator."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from ..cdk import Cdk
from ..clients import Client
from ..connection import Connection
from .deployed import Deployed


class Synthesizable(Protocol):
    """A stack of a CDK app, or the app itself; this package does not import CDK."""

    @property
    def node(self) -> Any:  # noqa: ANN401 - constructs.Node
        """Its place in the app."""


class Aws:
    """AWS as a test sees it: an emulator with the toolkit stack, and nothing else.

    Args:
        emulator: where to deploy to; it must be running.
        project: the directory in which the command of an app runs.

    Attributes:
        cdk: The CDK CLI.
    """

    def __init__(self, emulator: Connection, *, project: Path | None = None) -> None:
        self.emulator = emulator
        self.cdk = Cdk(emulator) if project is None else Cdk(emulator, project=project)
        self._bootstrapped = self.cdk.exists("CDKToolkit")

    @property
    def account(self) -> str:
        """The number of the account."""
        return self.emulator.account

    @property
    def region(self) -> str:
        """The name of the region."""
        return self.emulator.region

    @property
    def authority(self) -> Path:
        """The certificate that HTTP clients must trust, made for this run."""
        return self.emulator.authority

    def client(self, service: str) -> Client:
        """A boto3 client of the account's root user, which reaches the emulator and nothing else."""
        return self.emulator.client(service)

    def deploy(
        self,
        app: Synthesizable | str | None = None,
        stack: str | None = None,
        *,
        context: Mapping[str, str] | None = None,
    ) -> Deployed:
        """Deploy one stack with the CDK CLI.

        Args:
            app: A stack of an app in this process; or the command of an app, such as `python app.py`.
                Default: the command in the project's `cdk.json`
            stack: Name of the stack, for a command.
            context: Context of the app, for a command.

        Raises:
            ValueError: A command without the name of the stack, or context for a stack that exists already.
            PreflightError: The stack has what the emulator cannot honor. Nothing was created.
            CdkError: The deployment failed; the message contains the end of the CLI's output.
        """
        if app is None or isinstance(app, str):
            if stack is None:
                raise ValueError("a command needs the name of the stack: deploy('python app.py', 'Orders')")
            self._deploy(app, stack, context)
            return Deployed(self, stack, self.cdk.assembly, stack, app, context or {})
        if context is not None:
            raise ValueError("a stack has its context already; pass context to cdk.App(context=...)")
        assembly: str = app.node.root.synth().directory
        path: str = app.node.path
        return self.deploy_assembly(Path(assembly), path, str(getattr(app, "stack_name", path)))

    def deploy_assembly(self, assembly: Path, path: str, stack: str) -> Deployed:
        """Deploy a stack of a cloud assembly.

        Args:
            assembly: The directory of the assembly.
            path: Path of the stack in the app.
            stack: Name of the stack.
        """
        self._deploy(str(assembly), path, None)
        return Deployed(self, stack, assembly, path)

    def bootstrap(self) -> None:
        """Create the toolkit stack, unless it exists; the first deployment does it, too."""
        if not self._bootstrapped:
            self.cdk.bootstrap()
            self._bootstrapped = True

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command whose AWS clients reach the emulator and nothing else, and return its output."""
        return subprocess.run(
            command, env=self.emulator.environment, capture_output=True, text=True, check=False
        )

    def _deploy(self, app: str | None, stack: str, context: Mapping[str, str] | None) -> None:
        self.bootstrap()
        self.cdk.deploy(stack, context, app=app)
