"""Rules for custom domain names."""

from __future__ import annotations

import re
from typing import Final

from .rule import Words, rule

_DOMAIN_URL: Final = "https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-domains.html"
_DOMAIN: Final = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")


@rule("domain-name", why="API Gateway refuses the domain.", source=_DOMAIN_URL)
def domain_name(_: Words, name: str) -> str | None:
    """A host name in lower case."""
    if _DOMAIN.fullmatch(name):
        return None
    return (
        f"domain_name is {name!r}, which is not a host name in lower case; write it like api.shop.example, "
        "without a scheme"
    )
