"""The claims of workloads on things that only one workload of an app can have, such as a domain."""

from __future__ import annotations

from collections.abc import Hashable
from weakref import WeakKeyDictionary

import aws_cdk as cdk
from constructs import IConstruct

from .cdk_objects import ask
from .guard import Guard
from .location import is_late, own_location

_CLAIMS: WeakKeyDictionary[IConstruct, dict[Hashable, list[str]]] = WeakKeyDictionary()


def claimants(guard: Guard, kind: str, *identity: object) -> list[str]:
    """Enter a claim of a workload; returns the paths of all workloads that have it, this one last.

    Args:
        guard: The guard of the workload.
        kind: What is claimed, such as "queue".
        identity: Values that are the same for the same thing; tokens are compared as they are.
    """
    paths = _of_app(guard).setdefault((kind, *identity), [])
    if guard.path() not in paths:
        paths.append(guard.path())
    return list(paths)


def release(guard: Guard) -> None:
    """Forget the claims of a workload whose constructor raised."""
    path = guard.path()
    for paths in _of_app(guard).values():
        if path in paths:
            paths.remove(path)


def environment(guard: Guard) -> tuple[str, ...]:
    """Identifies the environment of a workload, where names are unique; its stack if that is unknown."""
    place = own_location(guard.scope)
    return (str(ask(ask(_stack(guard), "node"), "path")),) if any(map(is_late, place)) else place


def _of_app(guard: Guard) -> dict[Hashable, list[str]]:
    return _CLAIMS.setdefault(ask(ask(_stack(guard), "node"), "root"), {})


def _stack(guard: Guard) -> cdk.Stack:
    return guard.scope if isinstance(guard.scope, cdk.Stack) else cdk.Stack.of(guard.scope)
