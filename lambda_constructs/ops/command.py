"""`lambda-constructs ops`: operate deployed workloads."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from .prune import needed_versions, prunable, published
from .workloads import OperationError, find

if TYPE_CHECKING:
    from .clients import Clients

_KEEP: Final = 5
_WITHOUT_BOTO3: Final = (
    "boto3 is not installed; install lambda_constructs with its extra: pip install 'lambda-constructs[ops]'"
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status, which the help text describes.

    Args:
        argv: The command and its arguments. Default: the arguments of the process
    """
    arguments = _parser().parse_args(argv)
    try:
        from .clients import FAILURES, clients  # noqa: PLC0415 - it needs the extra
    except ImportError:
        print(f"error: {_WITHOUT_BOTO3}", file=sys.stderr)
        return 2
    try:
        return _prune(clients(arguments.profile, arguments.region), arguments)
    except (OperationError, *FAILURES) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lambda-constructs ops",
        description="Operate deployed workloads. The metadata of their stacks tells the names.",
        epilog="Exit status: 0 if the command did its work, 1 if you declined or AWS refused a part of it, "
        "2 if it could not start.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    prune = commands.add_parser(
        "prune",
        help="delete old versions",
        description="Delete old versions of a function, but never one that an alias, the weights of a "
        "canary, provisioned concurrency or an event source mapping needs.",
    )
    prune.add_argument("workload", metavar="WORKLOAD", help="construct path of the workload, or its last ids")
    prune.add_argument(
        "--keep",
        type=_positive,
        default=_KEEP,
        metavar="N",
        help=f"newest versions to keep (default: {_KEEP})",
    )
    prune.add_argument("--stack", help="stack of the workload (default: look in all stacks of the region)")
    prune.add_argument("--profile", help="profile of the AWS configuration")
    prune.add_argument("--region", help="AWS region")
    prune.add_argument("--json", action="store_true", help="print JSON")
    how = prune.add_mutually_exclusive_group()
    how.add_argument("--dry-run", action="store_true", help="only print what would be deleted")
    how.add_argument("--yes", action="store_true", help="do not ask")
    return parser


def _positive(text: str) -> int:
    """A number of at least one."""
    if (number := int(text)) < 1:
        raise ValueError
    return number


def _prune(clients: Clients, arguments: argparse.Namespace) -> int:
    """Delete the versions that nothing needs, if the user agrees."""
    workload = find(clients.cloudformation, arguments.workload, arguments.stack)
    versions = published(clients.functions, workload.function)
    candidates = prunable(versions, {}, arguments.keep)
    needed = needed_versions(clients.functions, workload.function, candidates)
    old = prunable(versions, needed, arguments.keep)
    kept = {each: needed.get(each, "one of the newest") for each in versions if each not in old}
    agreed = bool(old) and not arguments.dry_run and (arguments.yes or _agrees(workload.function, old, kept))
    refused = _delete(clients, workload.function, old) if agreed else {}
    deleted = [each for each in old if agreed and each not in refused]
    report = {
        "function": workload.function,
        "prunable": old,
        "deleted": deleted,
        "refused": refused,
        "kept": kept,
    }
    if arguments.json:
        print(json.dumps(report, indent=2))
    else:
        print(
            _text(workload.function, old, kept) if not agreed else f"deleted: {', '.join(deleted) or 'none'}"
        )
        for version, reason in refused.items():
            print(f"refused: {version}: {reason}", file=sys.stderr)
    return 1 if refused or (old and not agreed and not arguments.dry_run) else 0


def _agrees(function: str, old: Sequence[str], kept: dict[str, str]) -> bool:
    """Ask the user."""
    print(_text(function, old, kept), file=sys.stderr)
    print(f"Delete {len(old)} versions? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _text(function: str, old: Sequence[str], kept: dict[str, str]) -> str:
    lines = [f"{function}: versions to delete: {', '.join(old) or 'none'}"]
    lines += [f"  kept: {version} ({reason})" for version, reason in kept.items()]
    return "\n".join(lines)


def _delete(clients: Clients, function: str, versions: Sequence[str]) -> dict[str, str]:
    """Delete versions; returns the reasons of AWS for those that it refused."""
    from .clients import FAILURES  # noqa: PLC0415 - it needs the extra

    refused = {}
    for version in versions:
        try:
            clients.functions.delete_function(FunctionName=function, Qualifier=version)
        except FAILURES as error:
            refused[version] = str(error)
    return refused
