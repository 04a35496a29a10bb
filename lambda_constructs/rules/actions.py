"""Rules for the actions that an execution role allows."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Final

from ..template.policies import execution_statements
from ..template.template import Template
from .names import nearest
from .rule import Place, Words, at, warning

_ACTIONS_URL: Final = "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html"
FILE: Final = Path(__file__).with_name("actions.txt.gz")
"""The actions of all services, from _ACTIONS_URL; `python -m benchmarks.actions` writes it."""
_GZIP: Final = 31  # the format, for zlib, which is imported faster than gzip
_DATE: Final = "November 2026"  # of the file


@warning(why="IAM accepts the name, and the function lacks the permission.", source=_ACTIONS_URL)
def action_unknown(_: Words, action: str) -> str | None:
    """The actions of an execution role exist."""
    service, colon, name = action.partition(":")
    known = _actions().get(service.lower())
    if set(action) <= {"*", ":"} or "*" in service or (known is not None and _exists(name, known)):
        return None
    near = nearest(service, _actions()) if known is None else nearest(name, known.split())
    if not colon:
        return f"action '{action}' has no service; write it with one, such as 's3:{action}'"
    if known is None:
        fix = f"write '{near}:{name}'" if near else "correct the service"
        return f"action '{action}' is of a service that IAM did not know in {_DATE}; {fix}"
    fix = f"write '{service}:{near}'" if near else "correct the name"
    return f"{service} had no action '{name}' in {_DATE}; {fix}"


@action_unknown.in_template
def _(template: Template) -> Iterator[Place]:
    for each, about in execution_statements(template):
        for action in dict.fromkeys(each.written):
            # SAM's SQSPollerPolicy names batches too, which the permission for one message includes.
            included = action.endswith("Batch") and action.removesuffix("Batch") in each.written
            if "<" not in action and not included:
                yield at(each.policy, f"{each.location}/Action", action, about=about)


@cache
def _actions() -> Mapping[str, str]:
    """The actions of each service, separated by spaces."""
    lines = zlib.decompress(FILE.read_bytes(), _GZIP).decode().splitlines()
    return {service: names for service, _, names in (line.partition(" ") for line in lines)}


@cache
def _exists(name: str, known: str) -> bool:
    """Whether an action, or one that a pattern matches, exists."""
    names = known.lower().split()
    return any(fnmatchcase(each, name.lower()) for each in names)
