"""Rules for aliases with rollouts or provisioned concurrency: triggers and permissions go through them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ..template.targets import LATEST
from ..template.template import Template
from ..template.triggers import permissions, triggers
from ..template.views import if_together, view
from .rollout_aliases import managed_aliases, name_of, rollout_aliases
from .rule import Place, Words, at, rule, warning

_ALIAS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/using-aliases.html"


@rule(
    accepted=True,
    why="Rollouts and provisioned concurrency belong to an alias. A trigger of the function itself gets each "
    "new version at once, and with cold starts.",
    source=_ALIAS_URL,
)
def alias_bypassed(_: Words, trigger: str, invoked: str, alias: str) -> str | None:
    """A trigger of a function whose alias has rollouts or provisioned concurrency invokes an alias."""
    if not _bypasses(invoked):
        return None
    return (
        f"the {trigger} is for {_described(invoked)}, so it bypasses the rollouts and the provisioned "
        f"concurrency of alias {alias!r}; point it at the alias"
    )


@warning(
    why="The permission lets callers bypass the alias with its rollouts and its provisioned concurrency, and "
    "it does not let them invoke the alias.",
    source=_ALIAS_URL,
)
def permission_not_on_alias(_: Words, principal: str, invoked: str, alias: str) -> str | None:
    """Permissions to invoke a function are for its alias."""
    if not _bypasses(invoked):
        return None
    return (
        f"principal {principal!r} may invoke {_described(invoked)}, not only alias {alias!r}; grant the "
        "permission on the alias"
    )


@warning(why="A version never changes, so the trigger never invokes a later one.", source=_ALIAS_URL)
def trigger_on_version(_: Words, trigger: str, invoked: str) -> str | None:
    """A trigger does not name the number of a version."""
    if not invoked.isdecimal():
        return None
    return f"the {trigger} still invokes version {invoked} after a deployment; point it at an alias"


@alias_bypassed.in_template
def _(template: Template) -> Iterator[Place]:
    for trigger in triggers(template):
        aliases = managed_aliases(template).get(trigger.target.function.id)
        if aliases and trigger.target.alias is None:
            yield at(
                trigger.resource,
                trigger.location,
                trigger.name,
                if_together(trigger.resource, aliases[0], trigger.target.invoked),
                name_of(aliases[0]),
                about=[trigger.target.function, aliases[0]],
            )
    yield from _permissions(template, bypass=True)


@permission_not_on_alias.in_template
def _(template: Template) -> Iterator[Place]:
    return _permissions(template, bypass=False)


@trigger_on_version.in_template
def _(template: Template) -> Iterator[Place]:
    for trigger in triggers(template):
        target = trigger.target
        managed = managed_aliases(template).get(target.function.id)
        if target.alias is None and not managed and isinstance(target.qualifier, str):
            yield at(trigger.resource, trigger.location, trigger.name, target.qualifier)


@warning(
    why="Two versions behind one alias must have the same dead-letter queue: Lambda refuses a deployment "
    "that changes it while traffic shifts.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html",
)
def dead_letter_config_with_rollout(_: Words, alias: str, *, dead_letter_config: bool) -> str | None:
    """A function whose alias shifts traffic has an on-failure destination instead of a dead-letter queue."""
    if not dead_letter_config:
        return None
    return (
        f"the function has its own dead-letter queue, which both versions behind alias {alias!r} must share; "
        "set an on-failure destination on the alias instead"
    )


@dead_letter_config_with_rollout.in_template
def _(template: Template) -> Iterator[Place]:
    for shifted in rollout_aliases(template):
        durable = shifted.function.get("DurableConfig") is not None  # it has no destinations
        if not durable and (shifted.plan is None or shifted.plan.gradual):
            own = shifted.function.get("DeadLetterConfig", "TargetArn") is not None
            about = [shifted.alias]
            yield at(shifted.function, "DeadLetterConfig", shifted.name, dead_letter_config=own, about=about)


def _permissions(template: Template, *, bypass: bool) -> Iterator[Place]:
    """The permissions to invoke a function or a version whose alias is managed.

    With `bypass` those of services that may not invoke an alias. Those of functions that a trigger invokes
    directly are left out: the trigger is reported then.
    """
    for permission, target in permissions(template):
        function, aliases = target.function, managed_aliases(template).get(target.function.id)
        principal = permission.text("Principal")
        if target.alias is not None or not aliases or not isinstance(principal, str):
            continue
        allowed = _principals(template).get(function.id, ())
        is_bypass = principal.endswith(".amazonaws.com") and principal not in allowed
        if is_bypass == bypass and function.id not in _bypassed(template):
            subject = f"permission for {principal}" if bypass else principal
            yield at(
                permission,
                "FunctionName",
                subject,
                if_together(permission, aliases[0], target.invoked),
                name_of(aliases[0]),
                about=[function, aliases[0]],
            )


@view
def _bypassed(template: Template) -> set[str]:
    """The functions that a trigger in the template invokes without an alias, by their logical ids."""
    return {each.target.function.id for each in triggers(template) if each.target.alias is None}


@view
def _principals(template: Template) -> Mapping[str, set[object]]:
    """The principals that may invoke a function by an alias, by the logical id of the function."""
    found: dict[str, set[object]] = {}
    for permission, target in permissions(template):
        if target.alias is not None:
            found.setdefault(target.function.id, set()).add(permission.text("Principal"))
    return found


def _bypasses(invoked: str) -> bool:
    """Whether a qualifier names the function itself or a version, rather than an alias."""
    return invoked in (LATEST, "a version") or invoked.isdecimal()


def _described(invoked: str) -> str:
    return f"version {invoked}" if invoked.isdecimal() else invoked
