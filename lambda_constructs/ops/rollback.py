"""`ops rollback` and `ops unwedge`: point the alias of a workload to a version that works."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any, Final

from .console import agreed, show
from .deployments import deployments
from .prune import weights
from .workloads import Client, Clients, OperationError, Workload, find

_STUCK: Final = "UPDATE_ROLLBACK_FAILED"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of both commands."""
    parser.add_argument("--to", metavar="VERSION", help="the version (default: as described above)")


def rollback(clients: Clients, arguments: argparse.Namespace) -> int:
    """Stop a deployment in flight, or point the alias to the version before."""
    workload = find(clients("cloudformation"), arguments.workload, arguments.stack)
    functions = clients("lambda")
    alias = functions.get_alias(**workload.alias)
    running = next((each for each in deployments(clients, workload) if each.is_running), None)
    if running:
        if arguments.to:
            raise OperationError(f"deployment {running.id} is in flight; run the command without --to first")
        plan = (
            f"{workload.path}: stop deployment {running.id}, and return all traffic to version {running.old}"
        )
        report: dict[str, Any] = {"deployment": running.id, "from": running.new, "to": running.old}
        after = "CloudFormation then rolls the stack back, with all of its changes"
    else:
        if weights(alias) and not arguments.to:
            raise OperationError(
                "the alias has weights, but no deployment is in flight; `ops unwedge` removes them"
            )
        current = alias["FunctionVersion"]
        to = arguments.to or _version_before(clients, workload, current)
        _require_version(functions, workload, to)
        plan = f"{workload.path}: point the alias from version {current} to version {to}"
        report = {"deployment": None, "from": current, "to": to}
        after = (
            f"the template still names version {current}: a deployment that changes nothing leaves the alias "
            f"at version {to}, and the next rollout shifts traffic from version {current}. Deploy the fix "
            "with -c lambda-constructs:emergency-deployment=true, which shifts all traffic at once"
        )
    go = agreed(arguments, f"{plan}\n  {after}", "Roll back?")
    if go and running:
        clients("codedeploy").stop_deployment(deploymentId=running.id, autoRollbackEnabled=True)
    elif go:
        _point(functions, workload, report["to"])
    show(arguments, {"workload": workload.path, "done": go, **report, "next": after}, _text(plan, after, go))
    return int(not go and not arguments.dry_run)


def unwedge(clients: Clients, arguments: argparse.Namespace) -> int:
    """Remove the weights that no deployment needs, and continue the rollback of a stuck stack."""
    workload = find(clients("cloudformation"), arguments.workload, arguments.stack)
    functions, cloudformation = clients("lambda"), clients("cloudformation")
    if running := next((each for each in deployments(clients, workload) if each.is_running), None):
        raise OperationError(f"deployment {running.id} is in flight; `ops rollback` stops it")
    alias = functions.get_alias(**workload.alias)
    left, to = weights(alias), arguments.to or alias["FunctionVersion"]
    root = _root(cloudformation, workload.stack)
    stuck = root["StackStatus"] == _STUCK
    _require_version(functions, workload, to)
    steps = []
    if left or to != alias["FunctionVersion"]:
        shares = ", ".join(f"{share:.0%} to version {version}" for version, share in left.items()) or "none"
        steps.append(f"point the alias to version {to} without weights (now: {shares})")
    if stuck:
        steps.append(f"continue the rollback of the stack {root['StackName']}")
    plan = f"{workload.path}: {'; '.join(steps) or 'the alias has no weights, and the stack is not stuck'}"
    go = bool(steps) and agreed(arguments, plan, "Do this?")
    after = "deploy a version that starts; a SmokeTest before traffic shifts would have stopped this one"
    if go:
        _point(functions, workload, to)
        if stuck:
            cloudformation.continue_update_rollback(StackName=root["StackName"])
    report = {"workload": workload.path, "done": go, "weights": left, "to": to, "stuck": stuck}
    show(arguments, report, _text(plan, after, go) if steps else plan)
    return int(bool(steps) and not go and not arguments.dry_run)


def _root(cloudformation: Client, stack: str) -> Mapping[str, str]:
    """The stack that has this one nested in it, or itself: only that one continues a rollback."""
    found: Mapping[str, str] = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    return _root(cloudformation, found["RootId"]) if "RootId" in found else found


def _text(plan: str, after: str, done: bool) -> str:  # noqa: FBT001 - private
    return f"{plan}{': done' if done else ''}\n  {after}"


def _version_before(clients: Clients, workload: Workload, current: str) -> str:
    """The version that had all traffic before a deployment moved it to the current one."""
    for each in deployments(clients, workload, "Succeeded"):
        if each.new == current and each.old and not each.rolls_back:
            return each.old
    raise OperationError(f"CodeDeploy does not know the version before version {current}; pass it with --to")


def _require_version(functions: Client, workload: Workload, version: str) -> None:
    """Refuse a version that is not there or does not start."""
    try:
        found = functions.get_function_configuration(FunctionName=workload.function, Qualifier=version)
    except functions.exceptions.ResourceNotFoundException as error:
        raise OperationError(
            f"{workload.function} has no version {version}; pass another with --to"
        ) from error
    if (state := found.get("State", "Active")) == "Failed":
        raise OperationError(f"version {version} has the state {state}; pass another with --to")


def _point(functions: Client, workload: Workload, version: str) -> None:
    functions.update_alias(
        **workload.alias, FunctionVersion=version, RoutingConfig={"AdditionalVersionWeights": {}}
    )
