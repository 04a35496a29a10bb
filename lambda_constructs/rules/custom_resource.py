"""Rules for functions behind custom resources of CloudFormation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..template.template import Resource, Template
from ..template.trigger_kinds import CUSTOM_RESOURCE
from ..template.triggers import triggers, triggers_by_function
from ..template.values import Text, Unknown, flat
from .function import TIMEOUT_DEFAULT
from .rule import Place, Words, at, warning

# Code that answers CloudFormation uses the URL of the request, or a module that does.
_ANSWERS: Final = re.compile(r"ResponseURL|cfn[-_]?response|crhelper|response_?url", re.IGNORECASE)


@warning(
    why="CloudFormation reports a failure and rolls back while the function is still creating things.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudformation-customresource.html",
)
def service_timeout_below_function(_: Words, seconds: float, timeout: int) -> str | None:
    """CloudFormation waits for a custom resource at least for the function's timeout."""
    if seconds >= timeout:
        return None
    return (
        f"ServiceTimeout is {seconds:g} seconds, but the function's timeout is {timeout}; raise it above the "
        "timeout of the function"
    )


@service_timeout_below_function.in_template
def _(template: Template) -> Iterator[Place]:
    for trigger in triggers(template):
        waits = trigger.resource.number("ServiceTimeout")
        if waits is not None:
            function = trigger.target.function
            timeout = function.integer("Timeout", default=TIMEOUT_DEFAULT)
            yield at(trigger.resource, "ServiceTimeout", waits, timeout, about=[function])


@warning(
    why="CloudFormation waits an hour for the answer, then rolls back, and waits again.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html",
    heuristic=True,
)
def custom_resource_unanswered(_: Words, code: str) -> str | None:
    """The code of a custom resource sends its result to the URL of the request."""
    if _ANSWERS.search(code):
        return None
    return (
        "the code does not use ResponseURL, so CloudFormation never gets an answer; send one for every "
        "request, also after an exception"
    )


@custom_resource_unanswered.in_template
def _(template: Template) -> Iterator[Place]:
    for invoked in triggers_by_function(template).values():
        own = [each.resource for each in invoked if each.name == CUSTOM_RESOURCE]
        function = invoked[0].target.function
        if own and (code := _inline(function)) is not None:
            yield at(function, "Code/ZipFile", code, about=own)


def _inline(function: Resource) -> str | Unknown | None:
    """The inline code; values of the template in it do not matter."""
    code = function.get("Code", "ZipFile")
    if isinstance(code, Text):
        return flat(code)
    return code if isinstance(code, str | Unknown) else None
