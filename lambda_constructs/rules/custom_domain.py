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


@rule(
    "certificate-region",
    why="A regional domain needs a certificate in its region, so the deployment fails.",
    source=_DOMAIN_URL,
)
def certificate_region(_: Words, certificate_arn: str, region: str) -> str | None:
    """The certificate is in the region of the API."""
    found = certificate_arn.split(":")[3:4]
    if found in ([region], []):
        return None
    return f"domain.certificate is in {found[0]}, but the API is in {region}; request one in {region}"
