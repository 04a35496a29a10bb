"""Installs what Node.js functions need before a stack with one is deployed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from ..installation import node_packages
from . import supported
from .assemblies import Stack, stacks


def install_node_packages(assembly: Path, pattern: str) -> None:
    """Install the packages of Lambda's Node.js runtimes if a stack has a Node.js function that runs.

    Args:
        assembly: The directory of a cloud assembly.
        pattern: The stacks, as an argument of the CDK CLI.

    Raises:
        InstallationError: npm failed.
    """
    if any(stack.matches(pattern) and runs_node(stack) for stack in stacks(assembly)):
        node_packages()


def runs_node(stack: Stack) -> bool:
    """Whether a Node.js function of the stack runs here: the providers of CDK's helpers do not."""
    idle = set(_providers(stack))
    return any(
        each.get("Type") == "AWS::Lambda::Function"
        and logical_id not in idle
        # A stack without a Region names the runtime by a map with Node in its name.
        and "node" in json.dumps(each.get("Properties", {}).get("Runtime")).lower()
        for logical_id, each in stack.resources.items()
    )


def _providers(stack: Stack) -> Iterator[str]:
    for each in stack.resources.values():
        match each:
            case {"Type": kind, "Properties": {"ServiceToken": {"Fn::GetAtt": [str(function), _]}}}:
                if kind in supported.HELPERS:
                    yield function
