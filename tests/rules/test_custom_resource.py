"""Custom resources in templates: CloudFormation waits long enough, and gets an answer."""

from __future__ import annotations

from typing import Any

from tests.audit.support import Json, arn, found, function, parameter, ref, resource, template

SHORT, SILENT = "service-timeout-below-function", "custom-resource-unanswered"


def shop(code: Any, kind: str = "Custom::Seed", **properties: Any) -> Json:
    return template(
        {"Parameters": {"Open": parameter()}},
        Function=function(Timeout=60, Code=code),
        Seed=resource(kind, ServiceToken=arn("Function"), **properties),
    )


def test_cloudformation_waits_for_the_function() -> None:
    cases: list[tuple[Any, str | None]] = [
        (None, None),
        (60, None),
        ("59", "warning"),
        (ref("Open"), "undecided"),
    ]
    for seconds, severity in cases:
        for kind in ("Custom::Seed", "AWS::CloudFormation::CustomResource"):
            expected = [(SHORT, severity, "Seed")] if severity else []
            assert found(shop({"S3Bucket": "b"}, kind, ServiceTimeout=seconds), SHORT) == expected


def test_inline_code_answers() -> None:
    cases: list[tuple[Any, str | None]] = [
        ({"ZipFile": "def handler(event, context): ..."}, "warning"),
        ({"ZipFile": {"Fn::Sub": "bucket = '${Open}'"}}, "warning"),
        ({"ZipFile": {"Fn::Sub": "bucket = '${Open}'; import cfnresponse"}}, None),
        ({"ZipFile": "require('cfn-response')"}, None),
        ({"ZipFile": ref("Open")}, "undecided"),
        ({"S3Bucket": "b", "S3Key": "k"}, None),
        ({"ZipFile": ["a list"]}, None),
    ]
    for code, severity in cases:
        expected = [(SILENT, severity, "Function")] if severity else []
        assert found(shop(code), SILENT) == expected, code
    rule = resource("AWS::Events::Rule", Targets=[{"Id": "T", "Arn": arn("Function")}])
    assert found(template(Function=function(), Rule=rule), SILENT) == []
