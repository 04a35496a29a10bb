"""Rules for asynchronous invocations: events that Lambda queues and retries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..template.asynchronous import configs, has_destination, unknown_config
from ..template.targets import LATEST
from ..template.template import Resource, Template
from ..template.triggers import Trigger, triggers_by_function
from ..template.views import if_together
from .rollout_aliases import managed_aliases, name_of
from .rule import Place, Words, at, rule, warning
from .urls import ASYNC_URL, DESTINATIONS_URL

_ERRORS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"
# Before the first and before the second retry of a function error: _ERRORS_URL
ASYNC_RETRY_WAITS: Final = (60, 120)  # seconds


@warning(why="Lambda drops an event that becomes too old while it waits for a retry.", source=_ERRORS_URL)
def event_age_below_retries(_: Words, max_event_age: int, needed: int, *, retry_attempts: int) -> str | None:
    """Time enough for every attempt, and for the waits between them."""
    if max_event_age >= needed:
        return None
    return (
        f"max_event_age is {max_event_age} seconds, but {retry_attempts + 1} attempts and the waits between "
        f"them can take {needed}; raise it or lower retry_attempts"
    )


@rule(
    why="Settings are for one qualifier. Retries, ages and destinations of $LATEST do not apply to events "
    "for an alias, so the alias loses its failed events.",
    source=ASYNC_URL,
)
def async_settings_on_latest(_: Words, qualifier: str, alias: str) -> str | None:
    """The settings for asynchronous invocations are for the alias that receives the events."""
    if qualifier != LATEST:
        return None
    return (
        f"the settings for asynchronous invocations are for {LATEST}, but the events go to alias {alias!r}; "
        "set Qualifier to the alias"
    )


@async_settings_on_latest.in_template
def _(template: Template) -> Iterator[Place]:
    for config, target in configs(template):
        function = target.function
        settled = [each.alias for _, each in configs(template) if each.function is function]
        invoked = [each.target.alias for each in _events(template, function)]
        for alias in managed_aliases(template).get(function.id, ()):
            if alias in invoked and alias not in settled:
                unknown = unknown_config(template, function)
                qualifier = unknown or if_together(config, alias, target.qualifier)
                yield at(config, "Qualifier", qualifier, name_of(alias), about=[function, alias])


@rule(
    why="A qualifier has one set of settings: the deployment fails, or one set replaces the other.",
    source=ASYNC_URL,
)
def async_settings_twice(_: Words, qualifier: str, settings: int) -> str | None:
    """One set of settings for asynchronous invocations of each qualifier."""
    if settings < 2:
        return None
    return f"{settings} resources set up asynchronous invocations of {qualifier}; keep one of them"


@async_settings_twice.in_template
def _(template: Template) -> Iterator[Place]:
    first: dict[tuple[str, str], Resource] = {}
    for config, target in configs(template):
        if isinstance(target.qualifier, str):
            other = first.setdefault((target.function.id, target.qualifier), config)
            if other is not config:
                qualifier = if_together(other, config, target.qualifier)
                yield at(config, "Qualifier", qualifier, 2, about=[target.function, other])


@warning(why="Lambda deletes an event that still fails after its retries.", source=DESTINATIONS_URL)
def async_without_failure_path(_: Words, trigger: str, *, kept: bool) -> str | None:
    """Events that fail after all retries go to a destination or to a dead-letter queue."""
    if kept:
        return None
    return (
        f"events of the {trigger} are lost when all retries fail; set an on-failure destination for the "
        "alias or the function that it invokes"
    )


@async_without_failure_path.in_template
def _(template: Template) -> Iterator[Place]:
    for function_id in triggers_by_function(template):
        events = _events(template, template.resources[function_id])
        for qualifier in dict.fromkeys(each.target.qualifier for each in events):
            first, *others = [each for each in events if each.target.qualifier == qualifier]
            target = first.target
            if target.function.get("DeadLetterConfig", "TargetArn") is None:
                kept = has_destination(template, target)
                about = [target.alias or target.function, *(each.resource for each in others)]
                yield at(first.resource, first.location, first.name, kept=kept, about=about)


def _events(template: Template, function: Resource) -> list[Trigger]:
    """The triggers that invoke a function asynchronously."""
    invoked = triggers_by_function(template).get(function.id, ())
    return [trigger for trigger in invoked if trigger.asynchronous]
