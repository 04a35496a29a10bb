"""Rules for the actions that an execution role allows."""

from __future__ import annotations

import gzip
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Final

from ..template.policies import execution_roles, statements_by_role
from ..template.template import Template
from .rule import Place, Words, at, rule

_ACTIONS_URL: Final = (
    "https://docs.aws.amazon.com/service-authorization/latest/reference"
    "/reference_policies_actions-resources-contextkeys.html"
)
FILE: Final = Path(__file__).with_name("actions.txt.gz")
"""The actions of all services, from _ACTIONS_URL; `python -m benchmarks.actions` writes it."""
_DATE: Final = "November 2026"  # of the file


@rule(
    "action-unknown",
    severity="warning",
    why="IAM accepts the name, and the function lacks the permission.",
    source=_ACTIONS_URL,
    construction=False,
)
def action_unknown(_: Words, action: str) -> str | None:
    """The actions of an execution role exist."""
    service, colon, name = action.partition(":")
    known = _actions().get(service.lower())
    if set(action) <= {"*", ":"} or "*" in service or (known is not None and _exists(name, known)):
        return None
    nearest = _nearest(name, known) if known is not None else _nearest(service.lower(), _actions())
    if not colon:
        return f"action '{action}' has no service; write it with one, such as 's3:{action}'"
    if known is None:
        fix = f"write '{nearest}:{name}'" if nearest else "correct the service"
        return f"action '{action}' is of a service that IAM did not know in {_DATE}; {fix}"
    fix = f"write '{service}:{nearest}'" if nearest else "correct the name"
    return f"{service} had no action '{name}' in {_DATE}; {fix}"


@action_unknown.in_template
def _(template: Template) -> Iterator[Place]:
    for role, functions in execution_roles(template).values():
        for each in statements_by_role(template)[role.id]:
            about = functions if each.policy is role else [role, *functions]
            for action in dict.fromkeys(each.written):
                if "<" not in action:
                    yield at(each.policy, f"{each.location}/Action", action, about=about)


@cache
def _actions() -> Mapping[str, str]:
    """The actions of each service, separated by spaces."""
    lines = gzip.decompress(FILE.read_bytes()).decode().splitlines()
    return {service: names for service, _, names in (line.partition(" ") for line in lines)}


def _exists(name: str, known: str) -> bool:
    """Whether an action, or one that a pattern matches, exists."""
    names = known.lower().split()
    return any(fnmatchcase(each, name.lower()) for each in names)


def _nearest(name: str, known: str | Collection[str]) -> str:
    """The most similar name; empty if there is none."""
    names = {each.lower(): each for each in (known.split() if isinstance(known, str) else known)}
    found = get_close_matches(name.lower(), names, n=1, cutoff=0.75)
    return names[found[0]] if found else ""
