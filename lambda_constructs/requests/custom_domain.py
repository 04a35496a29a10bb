"""A domain of one's own for an API."""

from __future__ import annotations

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_certificatemanager as acm
from constructs import Construct

from ..core.guard import Guard
from ..rules.custom_domain import certificate_region, domain_name


@dataclass(frozen=True, kw_only=True)
class CustomDomain:
    """Answer under a domain of your own, with TLS 1.2 at least.

    Point a record at the workload's attribute `domain`, by its `regional_domain_name` and
    `regional_hosted_zone_id`.

    Args:
        domain_name: The domain, such as "api.shop.example".
        certificate: Its certificate, in the region of the API.
        default_endpoint: Whether the API also answers at its own address, past the domain and what guards
            it. Default: False
    """

    domain_name: str
    certificate: acm.Certificate | acm.ICertificate
    default_endpoint: bool = False


def check_domain(guard: Guard, scope: Construct, domain: CustomDomain | None) -> None:
    """Check the name and where the certificate is."""
    if domain is None:
        return
    guard.instance("endpoint.domain", domain, CustomDomain, "CustomDomain(domain_name=..., certificate=...)")
    guard.check(domain_name, guard.text("domain.domain_name", domain.domain_name))
    if not hasattr(domain.certificate, "certificate_arn"):
        guard.refuse_type("domain.certificate", domain.certificate, "a certificate")
    arn, region = domain.certificate.certificate_arn, cdk.Stack.of(scope).region
    if not (cdk.Token.is_unresolved(arn) or cdk.Token.is_unresolved(region)):
        guard.check(certificate_region, arn, region)


def create_domain(
    scope: Construct, domain: CustomDomain, api_id: str, stage: str, *, before: Construct
) -> apigatewayv2.DomainName:
    """Create the domain and map it to a stage, when the API before it is complete.

    Both kinds of API take this kind of domain: another endpoint keeps it, and its records.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html
    """
    name = apigatewayv2.DomainName(
        scope,
        "Domain",
        domain_name=domain.domain_name,
        certificate=domain.certificate,
        security_policy=apigatewayv2.SecurityPolicy.TLS_1_2,
    )
    mapping = apigatewayv2.CfnApiMapping(scope, "Mapping", api_id=api_id, domain_name=name.name, stage=stage)
    mapping.node.add_dependency(before)
    return name
