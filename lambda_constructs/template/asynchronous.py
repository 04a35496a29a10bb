"""The settings of asynchronous invocations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .targets import Target, function_of, qualified
from .template import Resource, Template
from .views import view

CONFIG: Final = "AWS::Lambda::EventInvokeConfig"


@view
def configs(template: Template) -> Sequence[tuple[Resource, Target]]:
    """The settings for asynchronous invocations, and the function and qualifier that each is for."""
    return [
        (config, qualified(template, owner.function, config.get("Qualifier")))
        for config in template.of_type(CONFIG)
        if (owner := function_of(template, config.get("FunctionName"))) is not None
    ]
