"""Runs the CDK CLI against an emulator."""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from .connection import Connection
from .installation import InstallationError, cdk_cli, node_packages
from .interrupts import interrupts_held
from .paths import PACKAGE, ROOT
from .preflight import lacks_node_packages, rebuild, require

_PRELOADED = [f"--require={PACKAGE / name}" for name in ("polling.cjs", "owner.cjs")]
_PREFLIGHT = """
import sys
sys.path.insert(0, sys.argv.pop(1))
from lambda_constructs_emulator.preflight.__main__ import main
sys.exit(main())
"""
"""Runs the preflight, which the app's own interpreter may not have, with this package."""
_TAIL_LINES = 40
_TIMEOUT = 300.0
"""Seconds for one command; a deployment takes some, and a hang must end with its output."""
_LOOK = 0.25
"""Seconds between two looks whether the server lives."""


class CdkError(RuntimeError):
    """A command of the CDK CLI failed; the message includes the end of its output."""


class Cdk:
    """The CDK CLI, as a user runs it on an app.

    Commands run in the environment of the emulator, with its endpoint and credentials. The CLI is
    unchanged, except that it polls stacks more often than on AWS.

    Args:
        emulator: where to deploy to; it must be running.
        project: the directory with the `cdk.json` of the app.
        timeout: seconds for one command.

    Attributes:
        outputs: the outputs of the last deployment, by stack and by name.
        assembly: the cloud assembly of the last command of an app.
    """

    def __init__(self, emulator: Connection, *, project: Path = ROOT, timeout: float = _TIMEOUT) -> None:
        self.outputs: dict[str, dict[str, str]] = {}
        self._emulator, self._timeout = emulator, timeout
        self._project = project
        self.assembly = emulator.directory / "cdk.out"

    @property
    def log(self) -> Path:
        """The output of all commands."""
        return self._emulator.directory / "cdk.log"

    def bootstrap(self) -> None:
        """Create the toolkit stack, which every deployment with assets needs."""
        # Outside the project, so that the CLI does not synthesize the app.
        self._run(
            "bootstrap",
            f"aws://{self._emulator.account}/{self._emulator.region}",
            directory=self._emulator.directory,
        )

    def deploy(
        self, stack: str, context: Mapping[str, str] | None = None, *, app: str | None = None
    ) -> dict[str, str]:
        """Synthesize the app with that context and deploy the stack; returns its outputs.

        Args:
            stack: Its name, or its path in the app.
            context: For the app.
            app: The command of the app, or a cloud assembly; by default what the `cdk.json` says.

        Raises:
            PreflightError: The stack has what the emulator cannot honor. Nothing was created.
            CdkError: The app or the deployment failed.
        """
        app = app or self._app()
        assembly = self._project / app
        if assembly.is_dir():
            if rebuild.is_needed(assembly, stack):
                assembly = self._rebuilt(assembly, stack)
                app = str(assembly)
            self._require(assembly, stack)
        else:
            app, assembly = self._judged(app, stack), self.assembly
        outputs = self._emulator.directory / "outputs.json"
        command = ["deploy", stack, "--exclusively", "--require-approval", "never"]
        command += ["--outputs-file", str(outputs), "--output", str(self.assembly), *_context(context)]
        try:
            self._run(*command, app=app)
        except CdkError:
            judged = assembly == self.assembly and (assembly / "manifest.json").is_file()
            if not judged or not self._require(assembly, stack):
                raise
            self._run(*command, app=app)
        # Without outputs, the CLI writes an empty object.
        self.outputs = json.loads(outputs.read_text())
        return next(iter(self.outputs.values()), {})

    def _rebuilt(self, assembly: Path, stack: str) -> Path:
        """A copy of an assembly with packages for this machine; the other one may be deployed to AWS."""
        copy = self._emulator.directory / "assembly"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(assembly, copy)
        rebuild.rebuild(copy, stack)
        return copy

    def _app(self) -> str:
        """The command of the project's app."""
        try:
            return str(json.loads((self._project / "cdk.json").read_text())["app"])
        except (OSError, KeyError, ValueError) as error:
            raise CdkError(
                f"{self._project / 'cdk.json'} does not name an app; pass its command as app="
            ) from error

    def _judged(self, app: str, stack: str) -> str:
        """The command of the app, followed by the preflight: the CLI creates nothing if it fails."""
        where = (self._emulator.account, self._emulator.region)
        return _command_line(
            [sys.executable, "-P", "-c", _PREFLIGHT, str(PACKAGE.parent), stack, *where, app]
        )

    def _require(self, assembly: Path, stack: str) -> bool:
        """Refuse what cannot be honored; returns whether something was installed that the stack needs."""
        require(assembly, stack, account=self._emulator.account, region=self._emulator.region)
        if not lacks_node_packages(assembly, stack):
            return False
        try:
            node_packages()
        except InstallationError as error:
            raise CdkError(str(error)) from error
        return True

    def has_difference(
        self, stack: str, context: Mapping[str, str] | None = None, *, app: str | None = None
    ) -> bool:
        """Whether `cdk diff --fail` finds the deployed stack different from the app.

        Raises:
            CdkError: the command failed for another reason.
        """
        try:
            self._run(
                *("diff", stack, "--exclusively", "--fail"),
                *("--output", str(self.assembly), *_context(context)),
                app=app,
            )
        except CdkError as error:
            if "Number of stacks with differences: 1" in str(error):
                return True
            raise
        return False

    def destroy(self, stack: str, assembly: Path | None = None) -> None:
        """Delete the stack as it was synthesized last, or in another assembly."""
        self._run("destroy", stack, "--force", app=str(assembly or self.assembly))

    def exists(self, stack: str) -> bool:
        """Whether a stack of that name exists, in any status."""
        stacks = self._emulator.client("cloudformation").get_paginator("list_stacks").paginate()
        return any(
            summary["StackName"] == stack and summary["StackStatus"] != "DELETE_COMPLETE"
            for page in stacks
            for summary in page["StackSummaries"]
        )

    def _run(self, *arguments: str, directory: Path | None = None, app: str | None = None) -> None:
        try:
            program = cdk_cli()
        except InstallationError as error:
            raise CdkError(str(error)) from error
        node = self._emulator.environment["JSII_NODE"]
        command = [node, *_PRELOADED, str(program), *arguments]
        if app is not None:
            command += ["--app", app]
        command += ["--no-color", "--no-notices", "--ci"]
        with self.log.open("ab") as log:
            start = log.tell()
            with _own_group(
                command, directory or self._project, self._emulator.environment, log.fileno()
            ) as cli:
                status = self._wait(cli)
        if status != 0:
            written = self.log.read_bytes()[start:].decode(errors="replace").splitlines()
            tail = "\n".join(written[-_TAIL_LINES:])
            full = self._emulator.full_disk()
            raise CdkError(f"`cdk {' '.join(arguments)}` ended with status {status}:\n{tail}{full}")

    def _wait(self, cli: subprocess.Popen[bytes]) -> int | str:
        """Wait for the CLI, which would try for a minute to reach a server that has ended."""
        deadline = monotonic() + self._timeout
        while monotonic() < deadline:
            try:
                return cli.wait(_LOOK)
            except subprocess.TimeoutExpired:
                self._emulator.check()
        return f"'still running after {self._timeout:g} s'"


def _command_line(words: Sequence[str]) -> str:
    if sys.platform == "win32":
        return subprocess.list2cmdline(words)
    # The CLI takes quotes away if they are at both ends, as those of an interpreter in a path with spaces.
    return f"exec {shlex.join(words)}"


def _context(values: Mapping[str, str] | None) -> list[str]:
    return [part for name, value in (values or {}).items() for part in ("-c", f"{name}={value}")]


@contextmanager
def _own_group(
    command: Sequence[str], directory: Path, environment: Mapping[str, str], output: int
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command, and kill it with all processes that it started at the end of the block.

    It has its own process group, so Ctrl-C does not reach it: the caller decides what to stop. Its standard
    input ends when this process dies.
    """
    process: subprocess.Popen[bytes] | None = None
    try:
        with interrupts_held():
            process = subprocess.Popen(
                command,
                cwd=directory,
                env=dict(environment),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        yield process
    finally:
        if process is not None:
            with process:  # closes its standard input, and waits
                if process.poll() is None and sys.platform == "win32":
                    process.kill()
                elif process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
