"""A custom domain of an API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from constructs import Construct

from ..core.cdk_objects import make
from ..core.claims import claimants, environment
from ..core.guard import Guard
from ..rules.claims import name_taken
from ..rules.custom_domain import base_path, domain_name

if TYPE_CHECKING:
    from aws_cdk import aws_apigatewayv2 as apigatewayv2
    from aws_cdk import aws_certificatemanager as acm


@dataclass(frozen=True, kw_only=True)
class CustomDomain:
    """Serve an API at your domain, with TLS 1.2 or later.

    Create a DNS record that points to the workload's attribute `domain`, by its `regional_domain_name` and
    `regional_hosted_zone_id`.

    Args:
        domain_name: The domain, such as "api.shop.example".
        certificate: Its certificate, in the region of the API.
        base_path: Path under which the domain serves the API, such as "orders" or "v1/orders", so that it can
            serve other APIs under other paths. Default: none, the whole domain
        default_endpoint: Whether the API also answers at the address that API Gateway generates, which
            bypasses the domain. Default: False
    """

    domain_name: str
    certificate: acm.Certificate | acm.ICertificate
    base_path: str | None = None
    default_endpoint: bool | None = None

    @property
    def url(self) -> str:
        """The URL of the API."""
        return _url(self.domain_name, self.base_path)


@dataclass(frozen=True, kw_only=True)
class SharedDomain:
    """Serve an API at a domain of API Gateway that also serves others: each API has its own base path.

    Args:
        domain: The domain: that of another workload, one that you create, or an imported one; regional, in
            the region of the API.
        base_path: Path under which the domain serves the API, such as "orders" or "v1/orders". Default: none,
            every path that no other API has
        default_endpoint: Whether the API also answers at the address that API Gateway generates, which
            bypasses the domain. Default: False
    """

    domain: apigatewayv2.DomainName | apigatewayv2.IDomainName
    base_path: str | None = None
    default_endpoint: bool | None = None

    @property
    def url(self) -> str:
        """The URL of the API."""
        return _url(self.domain.name, self.base_path)


Domain: TypeAlias = CustomDomain | SharedDomain
"""A domain of an API: a new one, or one that exists."""


def _url(domain_name: str, base_path: str | None) -> str:
    return f"https://{domain_name}/{base_path}/" if base_path else f"https://{domain_name}/"


def check_domain(guard: Guard, domain: Domain | None) -> None:
    """Check the base path and the name."""
    if domain is None:
        return
    if domain.base_path is not None:
        guard.check(base_path, guard.text(domain.base_path))
    if isinstance(domain, SharedDomain):
        return
    name = guard.text(domain.domain_name)
    guard.check(domain_name, name)
    if isinstance(name, str):
        guard.check(name_taken, name, claimants(guard, "domain", *environment(guard), name))


def disables_default_endpoint(domain: Domain | None) -> bool | None:
    """Whether the API is closed at the address that API Gateway generates; None without a domain."""
    return None if domain is None else not domain.default_endpoint


def create_domain(
    scope: Construct, domain: Domain, *, api: Construct, api_id: str, stage: str
) -> apigatewayv2.IDomainName:
    """Create the domain unless it is shared, and map it to a stage once the API is complete.

    HTTP APIs and REST APIs take the same kind of domain: when the endpoint changes, the domain and its DNS
    records stay.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html
    """
    from aws_cdk import aws_apigatewayv2 as apigatewayv2  # noqa: PLC0415 - a REST API may have no domain

    created: apigatewayv2.IDomainName
    if isinstance(domain, SharedDomain):
        created = domain.domain
    else:
        created = apigatewayv2.DomainName(
            scope,
            "Domain",
            domain_name=domain.domain_name,
            certificate=domain.certificate,
            security_policy=apigatewayv2.SecurityPolicy.TLS_1_2,
        )
    mapping = make(
        apigatewayv2.CfnApiMapping,
        scope,
        "Mapping",
        api_id=api_id,
        api_mapping_key=domain.base_path,
        domain_name=created.name,
        stage=stage,
    )
    mapping.node.add_dependency(api)
    return created
