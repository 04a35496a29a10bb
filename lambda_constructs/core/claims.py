"""The claims of workloads on things that only one workload of an app can have, such as a domain."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import islice
from typing import TypeVar, cast
from weakref import WeakKeyDictionary

from constructs import IConstruct

from .cdk_objects import ask, stack_of
from .guard import Guard
from .location import is_late, own_location

T = TypeVar("T")
_CLAIMS: WeakKeyDictionary[IConstruct, dict[Hashable, list[tuple[str, object]]]] = WeakKeyDictionary()


def claimants(guard: Guard, kind: str, *identity: object, limit: int | None = None) -> list[str]:
    """Enter a claim of a workload; returns the paths of all workloads that have it, this one last.

    Those that were removed from the tree do not count. The kind is what is claimed, such as "queue"; the
    identity has values that are the same for the same thing. Tokens are compared as they are. With a limit,
    at most as many of the others are returned.
    """
    mine = guard.path()
    paths = dict.fromkeys(path for path, _ in claims(guard, None, kind, *identity) if path != mine)
    others = (path for path in paths if _is_in_tree(_root(guard), path))
    return [*islice(others, limit), mine]


def claims(guard: Guard, claim: T, kind: str, *identity: object) -> list[tuple[str, T]]:
    """Enter a claim with a value; returns the earlier claims, each with the path of its workload.

    The claim is a part of what is claimed; kind and identity are those of `claimants`.
    """
    entered = _of_app(guard).setdefault((kind, *identity), [])
    earlier = cast(list[tuple[str, T]], [*entered])
    entered.append((guard.path(), claim))
    return earlier


def _is_in_tree(root: IConstruct, path: str) -> bool:
    """Whether a construct was not removed with `try_remove_child`."""
    found: IConstruct | None = root
    for name in path.split("/"):
        found = found and found.node.try_find_child(name)
    return found is not None


def release(guard: Guard) -> None:
    """Forget the claims of a workload whose constructor raised."""
    path = guard.path()
    for entered in _of_app(guard).values():
        entered[:] = [each for each in entered if each[0] != path]


def environment(guard: Guard) -> tuple[str, ...]:
    """Identifies the environment of a workload, where names are unique; its stack if that is unknown."""
    place = own_location(guard.scope)
    return (str(ask(ask(stack_of(guard.scope), "node"), "path")),) if any(map(is_late, place)) else place


def _of_app(guard: Guard) -> dict[Hashable, list[tuple[str, object]]]:
    return _CLAIMS.setdefault(_root(guard), {})


def _root(guard: Guard) -> IConstruct:
    return cast(IConstruct, ask(ask(stack_of(guard.scope), "node"), "root"))
