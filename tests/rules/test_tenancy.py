"""Tenant isolation in templates: what it excludes."""

from __future__ import annotations

import pytest

from tests.audit.support import Json, alias, arn, found, function, kept_warm, mapping, template

RULE = "tenant-isolation"
TENANTS = {"TenantIsolationMode": "PER_TENANT"}


@pytest.mark.parametrize(
    ("properties", "resources", "refused"),
    [
        ({}, {}, False),
        ({}, {"Mapping": mapping(to="Function")}, True),
        ({}, {"Alias": alias(**kept_warm(1))}, True),
        ({"SnapStart": {"ApplyOn": "PublishedVersions"}}, {}, True),
        (
            {},
            {"Url": {"Type": "AWS::Lambda::Url", "Properties": {"TargetFunctionArn": arn("Function")}}},
            True,
        ),
        (
            {},
            {
                "Integration": {
                    "Type": "AWS::ApiGatewayV2::Integration",
                    "Properties": {"IntegrationUri": arn("Function")},
                }
            },
            False,
        ),
        ({"TenancyConfig": None}, {"Mapping": mapping(to="Function")}, False),
    ],
    ids=str,
)
def test_what_tenant_isolation_excludes(properties: Json, resources: Json, *, refused: bool) -> None:
    isolated = function(**{"TenancyConfig": TENANTS, **properties})

    assert found(template(Function=isolated, **resources), RULE) == [(RULE, "error", "Function")] * refused
