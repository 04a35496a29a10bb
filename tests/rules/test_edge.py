"""Lambda@Edge in templates: what CloudFront refuses."""

from __future__ import annotations

from typing import Any

from tests.audit.support import (
    Json,
    alias,
    findings,
    found,
    function,
    parameter,
    ref,
    resource,
    template,
    version,
)

CODES = ("edge-qualifier", "edge-features", "edge-timeout", "edge-memory")
PLAIN: Json = {"Timeout": 5, "MemorySize": 128, "Architectures": None}


def distribution(invoked: Any, event: Any = "viewer-request", *, default: bool = True) -> Json:
    behavior = {"LambdaFunctionAssociations": [{"EventType": event, "LambdaFunctionARN": invoked}]}
    config = {"DefaultCacheBehavior": behavior} if default else {"CacheBehaviors": [behavior]}
    return resource("AWS::CloudFront::Distribution", DistributionConfig=config)


def shop(site: Json, **of_function: Any) -> Json:
    return template(
        {"Parameters": {"Open": parameter("String")}},
        Function=function(**{**PLAIN, **of_function}),
        Version=version(),
        Alias=alias(),
        Site=site,
    )


def test_a_distribution_names_a_version() -> None:
    ok = distribution(ref("Version"))
    assert found(shop(ok), *CODES, "log-group-missing") == []
    assert found(shop(distribution({"Fn::Sub": "${Function.Arn}:3"}, default=False)), *CODES) == []
    for wrong in (ref("Alias"), {"Fn::GetAtt": ["Function", "Arn"]}):
        assert found(shop(distribution(wrong)), *CODES) == [("edge-qualifier", "error", "Site")]


def test_features_that_the_edge_lacks() -> None:
    cases: list[tuple[Json, str]] = [
        ({"Environment": {"Variables": {"A": "b"}}}, "environment variables"),
        ({"Environment": {"Variables": {}}}, ""),
        ({"VpcConfig": {"SubnetIds": ["s"]}, "Layers": ["l"]}, "a VPC, layers"),
        ({"DeadLetterConfig": {"TargetArn": "a"}}, "a dead-letter queue"),
        ({"Architectures": ["arm64"]}, "arm64"),
        ({"Architectures": ["x86_64"], "PackageType": "Zip", "TracingConfig": {"Mode": "PassThrough"}}, ""),
        ({"PackageType": "Image", "Runtime": None}, "container images"),
        ({"TracingConfig": {"Mode": "Active"}}, "X-Ray"),
        ({"EphemeralStorage": {"Size": 1024}}, "more ephemeral storage"),
        ({"Runtime": "java21"}, "runtime java21"),
    ]
    for properties, expected in cases:
        reported = findings(shop(distribution(ref("Version")), **properties), "edge-features")
        assert [each.message for each in reported] == (
            [f"Lambda@Edge does not support {expected}; configure the function without"] if expected else []
        ), properties
    unknown = {"Fn::If": ["Never", {"SubnetIds": ["s"]}, ref("AWS::NoValue")]}
    for properties in (
        {"VpcConfig": unknown},
        {"VpcConfig": {"SubnetIds": {"Fn::If": ["Never", ["s"], ref("AWS::NoValue")]}}},
        {"Runtime": ref("Open")},
        {"EphemeralStorage": {"Size": ref("Open")}},
    ):
        reported = findings(shop(distribution(ref("Version")), **properties), "edge-features")
        assert [each.severity for each in reported] == ["undecided"]


def test_time_and_memory_depend_on_the_event() -> None:
    for event, seconds, memory in (("viewer-response", 5, 128), ("origin-request", 30, 10_240)):
        site = distribution(ref("Version"), event)
        assert found(shop(site, Timeout=seconds, MemorySize=memory), *CODES) == []
        late = found(shop(site, Timeout=seconds + 1, MemorySize=memory), *CODES)
        assert late == [("edge-timeout", "error", "Function")]
    large = found(shop(distribution(ref("Version")), MemorySize=256), *CODES)
    assert large == [("edge-memory", "error", "Function")]


def test_a_role_for_the_edge_tells_too() -> None:
    for service, late in (("edgelambda.amazonaws.com", True), (["lambda.amazonaws.com"], False)):
        trust = {"Statement": [{"Principal": {"Service": service}}]}
        role = resource("AWS::IAM::Role", AssumeRolePolicyDocument=trust)
        own = function(**{**PLAIN, "Timeout": 31, "Role": {"Fn::GetAtt": ["Role", "Arn"]}})
        expected = [("edge-timeout", "error", "Function")] if late else []
        assert found(template(Function=own, Role=role), *CODES) == expected


def test_a_shared_role_for_the_edge_tells_nothing() -> None:
    trust = {"Statement": [{"Principal": {"Service": ["lambda.amazonaws.com", "edgelambda.amazonaws.com"]}}]}
    role = resource("AWS::IAM::Role", AssumeRolePolicyDocument=trust)
    own = function(**{**PLAIN, "Timeout": 31, "Role": {"Fn::GetAtt": ["Role", "Arn"]}})
    both = template(
        Function=own, Role=role, Version=version("Edge"), Edge=own, Site=distribution(ref("Version"))
    )
    assert found(both, *CODES) == [("edge-timeout", "error", "Edge")]
