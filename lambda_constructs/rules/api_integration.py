"""Rules for how a REST API calls a function and maps its answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..template.template import Template
from ..template.trigger_kinds import INTEGRATION, METHOD, REST_API
from ..template.triggers import triggers
from ..template.views import keys_of, places
from .rule import Place, Words, at, rule

_DEVELOPER: Final = "https://docs.aws.amazon.com/apigateway/latest/developerguide"
_MAPPED: Final = {
    METHOD: "Integration/IntegrationResponses/*/ResponseParameters/*",
    REST_API: "Body/paths/*/*/x-amazon-apigateway-integration/responses/*/responseParameters/*",
}
_EXPRESSION: Final = re.compile(
    r"'[^']*'|integration\.response\.(header|multivalueheader|body)\b.*|context\..+|stageVariables\..+"
)


@rule(
    why="Lambda's Invoke takes only POST, so the API answers every request with an error.",
    source=f"{_DEVELOPER}/set-up-lambda-proxy-integrations.html",
)
def integration_method(_: Words, name: str, method: str) -> str | None:
    """A REST API calls a function with POST, whatever the method of the route."""
    if method.upper() == "POST":
        return None
    return f"{name} is {method}, but an integration calls Lambda with POST; set it to POST"


@integration_method.in_template
def _(template: Template) -> Iterator[Place]:
    for trigger in triggers(template):
        kind = trigger.resource.type
        if trigger.name == INTEGRATION and kind in (METHOD, REST_API):
            name = "IntegrationHttpMethod" if kind == METHOD else "httpMethod"
            if isinstance(method := trigger.get(name), str):
                within = trigger.location.rpartition("/")[0]
                about = [trigger.target.function]
                yield at(trigger.resource, f"{within}/{name}", name, method, about=about)


@rule(
    why="API Gateway refuses the method: it reads the value as an expression.",
    source=f"{_DEVELOPER}/request-response-data-mappings.html",
)
def response_header_unquoted(_: Words, header: str, value: str) -> str | None:
    """A response header has a value in single quotes, or an expression such as `context.requestId`."""
    if _EXPRESSION.fullmatch(value):
        return None
    return f"{header} is {value} without single quotes around it; write \"'{value}'\""


@response_header_unquoted.in_template
def _(template: Template) -> Iterator[Place]:
    """One finding for each header of an API, because AWS SAM writes it into every path."""
    for kind, path in _MAPPED.items():
        for api in template.of_type(kind):
            found: dict[tuple[str, str], str] = {}
            for location, value in places(api, *path.split("/")):
                if isinstance(value, str):
                    header = keys_of(location)[-1].removeprefix("method.response.header.")
                    found.setdefault((header, value), location)
            for (header, value), location in found.items():
                yield at(api, location, header, value)
