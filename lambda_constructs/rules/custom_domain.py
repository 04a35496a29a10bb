"""Rules for custom domain names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..template.template import Template
from ..template.values import Reference, flat
from .rule import Place, Words, at, rule

_DOMAIN_URL: Final = "https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-domains.html"
_MAPPINGS_URL: Final = "https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html"
_BASE_PATH: Final = re.compile(r"[A-Za-z0-9$_.+!*'()-]+(/[A-Za-z0-9$_.+!*'()-]+)*")
BASE_PATH_MAXIMUM: Final = 300  # characters: _MAPPINGS_URL
DOMAIN_MAXIMUM: Final = 253  # characters of a name in DNS: RFC 1035, section 2.3.4
_DOMAIN: Final = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")


@rule(why="API Gateway refuses the domain.", source=_DOMAIN_URL)
def domain_name(_: Words, name: str) -> str | None:
    """A host name in lower case, at most 253 characters."""
    if len(name) <= DOMAIN_MAXIMUM and _DOMAIN.fullmatch(name):
        return None
    return (
        f"domain_name is {name!r}, which is not a host name in lower case of at most {DOMAIN_MAXIMUM} "
        "characters; write it like api.shop.example, without a scheme"
    )


@rule(why="API Gateway refuses the mapping.", source=_MAPPINGS_URL)
def base_path(_: Words, path: str) -> str | None:
    """Parts of letters, digits and `$-_.+!*'()`, separated by slashes."""
    if len(path) > BASE_PATH_MAXIMUM:
        return (
            f"domain.base_path has {len(path)} characters, API Gateway allows {BASE_PATH_MAXIMUM}; shorten it"
        )
    if _BASE_PATH.fullmatch(path):
        return None
    return (
        f"domain.base_path is {path!r}, API Gateway allows letters, digits and $-_.+!*'() between slashes; "
        "write it like v1/orders, without a slash at the start and the end, or leave it out"
    )


@rule(why="API Gateway refuses the second API, so the deployment fails.", source=_MAPPINGS_URL)
def base_path_twice(_: Words, domain: str, path: str, *, again: bool) -> str | None:
    """A domain serves one API under each base path."""
    if not again:
        return None
    where = f"under {path!r}" if path else "without a base path"
    return f"the domain {domain} serves two APIs {where}; give each API its own base path"


@base_path_twice.in_template
def _(template: Template) -> Iterator[Place]:
    seen: set[tuple[str, str]] = set()
    for mapping in template.of_type("AWS::ApiGatewayV2::ApiMapping"):
        path, name = mapping.text("ApiMappingKey") or "", mapping.get("DomainName")
        if isinstance(path, str) and isinstance(name, str | Reference) and mapping.certain:
            domain = flat(name)
            yield at(mapping, "ApiMappingKey", domain, path, again=(domain, path) in seen)
            seen.add((domain, path))
