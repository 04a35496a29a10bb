"""The settings of functions for asynchronous invocations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .targets import Target, aliases_of, function_of, qualified
from .template import Resource, Template
from .values import Unknown
from .views import view

EVENT_INVOKE_CONFIG: Final = "AWS::Lambda::EventInvokeConfig"


@view
def configs(template: Template) -> Sequence[tuple[Resource, Target]]:
    """The settings for asynchronous invocations, each with the function and the qualifier that it is for."""
    return [
        (config, qualified(template, owner.function, config.get("Qualifier")))
        for config in template.of_type(EVENT_INVOKE_CONFIG)
        if (owner := function_of(template, config.get("FunctionName"))) is not None
    ]


def unknown_config(template: Template, function: Resource) -> Unknown | None:
    """A value for which the template does not tell to which alias of the function some settings belong."""
    owners = [config.get("FunctionName") for config in template.of_type(EVENT_INVOKE_CONFIG)]
    qualifiers = [target.qualifier for _, target in configs(template) if target.function is function]
    names = [alias.get("Name") for alias in aliases_of(template, function)] if qualifiers else []
    return next((each for each in (*owners, *qualifiers, *names) if isinstance(each, Unknown)), None)


def has_destination(template: Template, target: Target) -> bool | Unknown:
    """Whether failed events of a qualifier go to a destination."""
    if isinstance(target.qualifier, Unknown):
        return target.qualifier
    unknown = [
        owner
        for config in template.of_type(EVENT_INVOKE_CONFIG)
        if isinstance(owner := config.get("FunctionName"), Unknown)
    ]
    for config, settled in configs(template):
        if settled.function is not target.function:
            continue
        if isinstance(settled.qualifier, Unknown):
            unknown.append(settled.qualifier)
        elif settled.qualifier == target.qualifier:
            return config.get("DestinationConfig", "OnFailure", "Destination") is not None
    return unknown[0] if unknown else False
