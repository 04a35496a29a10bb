"""`lambda-constructs ops`: operate deployed workloads."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from . import logs, policy, prune, redrive, rollback, smoke, status
from .workloads import Clients, OperationError

_WITHOUT_BOTO3: Final = (
    "boto3 is not installed; install lambda_constructs with its extra: pip install 'lambda-constructs[ops]'"
)


@dataclass(frozen=True)
class Command:
    """A command."""

    summary: str  # its line in the help
    description: str  # what it does
    run: Callable[[Clients, argparse.Namespace], int]  # runs it and returns the exit status
    add_arguments: Callable[[argparse.ArgumentParser], None]  # adds its own arguments
    subject: Literal["workload", "stack", ""] = "workload"  # what it works on
    changes: bool = True  # it changes something, so it asks


COMMANDS: Final = {
    "logs": Command(
        "print log events",
        "Print the newest log events of a workload, of all versions or one.",
        logs.run,
        logs.add_arguments,
        changes=False,
    ),
    "policy": Command(
        "print the IAM policy that commands need",
        "Print the least-privilege IAM policy of some commands, or of all. It does not call AWS.",
        policy.run,
        policy.add_arguments,
        subject="",
        changes=False,
    ),
    "prune": Command(
        "delete old versions",
        "Delete old versions of a function, but never one that an alias, the weights of a canary, "
        "provisioned concurrency or an event source mapping needs.",
        prune.run,
        prune.add_arguments,
    ),
    "redrive": Command(
        "send failed work again",
        "Send dead letters to their queue again, and failed events and batches to the alias. What AWS "
        "accepts is deleted afterwards, so an interruption loses nothing; run the command again for the "
        "rest.",
        redrive.run,
        redrive.add_arguments,
    ),
    "rollback": Command(
        "return to the last good version",
        "Stop a deployment in flight, which returns all traffic to the version before; or point the alias to "
        "the version that had all traffic before the current one, as CodeDeploy recorded it.",
        rollback.rollback,
        rollback.add_arguments,
    ),
    "smoke": Command(
        "invoke a workload once",
        "Invoke the alias or a version once, and compare the answer. The handler runs for real.",
        smoke.run,
        smoke.add_arguments,
    ),
    "status": Command(
        "show versions, deployments, alarms, queues and errors",
        "Show the workloads of a stack, or of the region: version and weights of the alias, newest "
        "deployment, alarms, queues, concurrency and last errors. Exit status 1 if an alarm fires, 2 if a "
        "workload could not be read.",
        status.run,
        status.add_arguments,
        subject="stack",
        changes=False,
    ),
    "unwedge": Command(
        "release a stuck alias and stack",
        "Remove the weights of an alias that no deployment needs, which block provisioned concurrency and "
        "later deployments, and continue the rollback of the stack.",
        rollback.unwedge,
        rollback.add_arguments,
    ),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status, which the help text describes."""
    arguments = _parser().parse_args(argv)
    try:
        from .clients import FAILURES, advice, clients  # noqa: PLC0415 - it needs the extra
    except ImportError:
        print(f"error: {_WITHOUT_BOTO3}", file=sys.stderr)
        return 2
    try:
        return COMMANDS[arguments.command].run(clients(arguments.profile, arguments.region), arguments)
    except (OperationError, *FAILURES) as error:
        print(
            "; ".join(filter(None, [f"error: {str(error).rstrip('.')}", advice(error, arguments.command)])),
            file=sys.stderr,
        )
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lambda-constructs ops",
        description="Operate deployed workloads, which the metadata of their stacks names.",
        epilog="Exit status: 0 if the command did its work, 1 if you declined or AWS refused a part of it, "
        "2 if it could not start or AWS stopped it.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        each = commands.add_parser(name, help=command.summary, description=command.description)
        if command.subject == "workload":
            path = "construct path of the workload, or the end of that path"
            each.add_argument("workload", metavar="WORKLOAD", help=path)
            each.add_argument("--stack", help="stack of the workload (default: all stacks of the region)")
        elif command.subject == "stack":
            each.add_argument("stack", nargs="?", metavar="STACK", help="default: all stacks of the region")
        command.add_arguments(each)
        each.add_argument("--region", help="AWS region")
        each.add_argument("--profile", help="profile of the AWS configuration")
        each.add_argument("--json", action="store_true", help="print JSON")
        if command.changes:
            how = each.add_mutually_exclusive_group()
            how.add_argument("--dry-run", action="store_true", help="only print what would be done")
            how.add_argument("--yes", action="store_true", help="do not ask")
    return parser
