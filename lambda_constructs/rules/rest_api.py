"""Rules for REST APIs."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

from .options import MEMBERS
from .routes import Route
from .rule import Words, rule, texts, warning

_QUOTAS_URL: Final = "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html"
_RESOURCE_URL: Final = "https://docs.aws.amazon.com/apigateway/latest/api/API_CreateResource.html"
_STREAMING_URL: Final = (
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html"
)
_VALIDATION_URL: Final = (
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-validation-set-up.html"
)
REST_API_TIMEOUT: Final = 29  # seconds, unless the account's quota was raised: _QUOTAS_URL
REST_API_STREAMING_TIMEOUT: Final = 900  # seconds (15 minutes): _STREAMING_URL
# https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html, "Reserved paths"
_RESERVED: Final = ("/ping", "/sping")
ALL_MEDIA_TYPES: Final = "*/*"
_NAME: Final = "[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*"  # of a media type: RFC 6838, section 4.2
_IDS: Final = {"Default", *MEMBERS}
_PATH_PART: Final = r"\{?[A-Za-z0-9:._$-]+\+?\}?"  # as CDK checks it


@rule(
    why="AWS WAF refuses the association: a REST API needs a regional web ACL of its region.",
    source="https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html",
)
def web_acl_scope(_: Words, scope: str) -> str | None:
    """A regional web ACL, in the region of the API."""
    if scope == "REGIONAL":
        return None
    return f"endpoint.web_acl is a web ACL of {scope}; pass one with the scope REGIONAL of the region"


@rule(
    why="A resource of a REST API can have one path variable below it, so the deployment fails.",
    source=_RESOURCE_URL,
)
def path_variables(_: Words, routes: Sequence[Route]) -> str | None:
    """In a REST API, variables that follow the same path have the same name."""
    variables: dict[str, str] = {}
    for parent, part in (variable for route in routes for variable in route.variables):
        other = variables.setdefault(parent, part)
        if other != part:
            return (
                f"routes have '{parent}/{other}' and '{parent}/{part}', but a REST API allows one variable "
                "in each place; use the same name in both, or use an HTTP API"
            )
    return None


@rule(why="API Gateway refuses the resource.", source=_RESOURCE_URL)
def path_part_form(_: Words, route: Route) -> str | None:
    """In a REST API, a path consists of letters, digits and `:._$-`; `/ping` and `/sping` are reserved."""
    if route.path in _RESERVED:
        return (
            f"route '{route.key}' has a path that a REST API reserves for its own health "
            "check; rename it, or use an HTTP API"
        )
    for part in route.parts:
        if not re.fullmatch(_PATH_PART, part):
            return (
                f"route '{route.key}' has the part {part!r}, but a REST API allows letters, "
                "digits and :._$-; rename it, or use an HTTP API"
            )
    return None


@rule(
    why="CDK gives the resource of each part of a path its name as the id, and another construct has the id.",
    source="https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html",
)
def path_part_reserved(_: Words, route: Route) -> str | None:
    """In a REST API, no part of a path is an id that CDK uses itself."""
    for position, part in enumerate(route.parts):
        if part in _IDS or (part == "Resource" and position):
            return (
                f"route '{route.key}' has the part {part!r}, an id that CDK uses itself; "
                "rename it, or use an HTTP API"
            )
    return None


@rule(
    "stage-name",
    why="API Gateway refuses the stage.",
    source="https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html",
    names={"name": ("endpoint.stage_name", "StageName")},
)
def stage_name_form(words: Words, name: str) -> str | None:
    """The name of a stage of a REST API has 1 to 128 letters, digits, `-` and `_`."""
    if re.fullmatch(r"[A-Za-z0-9_-]{1,128}", name):
        return None
    return f"{words.name} is {name!r}, API Gateway allows 1 to 128 letters, digits and _-; rename it"


stage_name_form.in_template(texts("AWS::ApiGateway::Stage", "StageName"))


@rule(why="API Gateway refuses the method.", source=_STREAMING_URL)
def integration_timeout_range(_: Words, timeout: int, *, streaming: bool) -> str | None:
    """At least 1 second; at most 15 minutes with response streaming."""
    if timeout >= 1 and not (streaming and timeout > REST_API_STREAMING_TIMEOUT):
        return None
    allowed = f"1 to {REST_API_STREAMING_TIMEOUT}" if streaming else "1 or more"
    return (
        f"endpoint.integration_timeout is {timeout} seconds, API Gateway allows {allowed}; "
        "choose a value in that range"
    )


@warning(
    why="The deployment fails unless AWS has raised the account's quota, and AWS can lower its throttle "
    "quota in return.",
    source=_QUOTAS_URL,
)
def integration_timeout_raised(_: Words, timeout: int, *, streaming: bool) -> str | None:
    """At most the 29 seconds that every account has; response streaming allows more."""
    if streaming or timeout <= REST_API_TIMEOUT:
        return None
    return (
        f"endpoint.integration_timeout is {timeout} seconds, but an account's quota is {REST_API_TIMEOUT} "
        "unless it was raised; request a higher quota, then acknowledge this warning"
    )


@rule(
    why="API Gateway does not validate any request, because the route does not exist.", source=_VALIDATION_URL
)
def validated_route_unknown(_: Words, option: str, route: str, routes: Collection[str]) -> str | None:
    """Validation is set for a route of the API."""
    if route in routes:
        return None
    return f"endpoint.{option} has {route!r}, which is not in routes; write it exactly as in routes"


@rule(why="API Gateway refuses the method.", source=_VALIDATION_URL)
def required_parameter_form(_: Words, parameter: str) -> str | None:
    """A query string parameter or a header."""
    if re.fullmatch(r"(querystring|header)\.[A-Za-z0-9._$-]+", parameter):
        return None
    return (
        f"required parameter {parameter!r} is neither a query string parameter nor a header; write it like "
        "'querystring.page' or 'header.If-Match'"
    )


@rule(
    why="API Gateway refuses the API, or sends the body as base64 text.",
    source="https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html",
    names={"media_type": ("endpoint.binary_media_types", "BinaryMediaTypes")},
)
def binary_media_type(_: Words, media_type: str) -> str | None:
    """A type and a subtype, or `*/*`; without parameters."""
    if media_type == ALL_MEDIA_TYPES or re.fullmatch(rf"{_NAME}/{_NAME}", media_type):
        return None
    return (
        f"endpoint.binary_media_types has {media_type!r}, which is not a media type; write it like "
        "image/png, or only '*/*' for all"
    )
