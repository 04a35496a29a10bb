"""Functions in templates: texts, sizes, layers."""

from __future__ import annotations

from typing import Any

from tests.audit.support import Json, findings, found, function, parameter, ref, resource, template
from tests.for_each import for_each

OPEN = {"Parameters": {"Open": parameter(), "Text": parameter("String")}}
SDK = "exports.handler = async () => require('aws-sdk')"


def shop(**properties: Any) -> Json:
    return template(OPEN, Function=function(**properties))


def layer(**properties: Any) -> Json:
    return resource("AWS::Lambda::LayerVersion", Content={"S3Bucket": "b", "S3Key": "k"}, **properties)


@for_each(
    ("properties", "code", "severity"),
    [
        ({"MemorySize": 127}, "memory-size-range", "error"),
        ({"MemorySize": "10241"}, "memory-size-range", "error"),
        ({"MemorySize": ref("Open")}, "memory-size-range", "undecided"),
        ({"MemorySize": None}, "memory-size-range", None),
        ({"MemorySize": "128"}, "memory-size-range", None),
        ({"Timeout": 901}, "timeout-range", "error"),
        ({"Timeout": 0}, "timeout-range", "error"),
        ({"Timeout": ref("Open")}, "timeout-range", "undecided"),
        ({"Timeout": None}, "timeout-range", None),
        ({"Timeout": 900}, "timeout-range", None),
        ({"EphemeralStorage": {"Size": 511}}, "ephemeral-storage-range", "error"),
        ({"EphemeralStorage": {"Size": ref("Open")}}, "ephemeral-storage-range", "undecided"),
        ({"EphemeralStorage": {"Size": 10_240}}, "ephemeral-storage-range", None),
        ({"Description": "d" * 257}, "description-length", "error"),
        ({"Description": "d" * 256}, "description-length", None),
        ({"Description": ref("Text")}, "description-length", None),
        ({"Handler": "app handler"}, "handler-form", "error"),
        ({"Handler": ref("Text")}, "handler-form", "undecided"),
        ({"Handler": None, "PackageType": "Image"}, "handler-form", None),
        ({"PackageType": "Image"}, "image-excludes", "error"),
        ({"PackageType": "Image", "Runtime": None, "Handler": None}, "image-excludes", None),
        ({"PackageType": "Image", "Runtime": None}, "image-excludes", "error"),
        ({"PackageType": ref("Text")}, "image-excludes", None),
        ({"PackageType": "Zip"}, "image-excludes", None),
        ({"Code": {"ZipFile": "x"}, "Runtime": "java21"}, "inline-code-runtime", "error"),
        ({"Code": {"ZipFile": "x"}, "Runtime": ref("Text")}, "inline-code-runtime", "undecided"),
        ({"Code": {"ZipFile": "x"}, "Runtime": "python3.14"}, "inline-code-runtime", None),
        ({"Code": {"S3Bucket": "b", "S3Key": "k"}, "Runtime": "java21"}, "inline-code-runtime", None),
        ({"Code": {"ZipFile": SDK}, "Runtime": "nodejs24.x"}, "inline-code-sdk", "warning"),
        ({"Code": {"ZipFile": {"Fn::Sub": SDK}}, "Runtime": "nodejs24.x"}, "inline-code-sdk", "warning"),
        ({"Code": {"ZipFile": SDK}, "Runtime": "nodejs24.x", "Layers": ["l"]}, "inline-code-sdk", None),
        ({"Code": {"ZipFile": ["x"]}, "Runtime": "nodejs24.x"}, "inline-code-sdk", None),
        ({"Code": {"ZipFile": SDK}, "Runtime": ref("Text")}, "inline-code-sdk", None),
        ({"Layers": ["l"] * 6}, "layers-maximum", "error"),
        ({"Layers": [ref("Text")] * 6}, "layers-maximum", "error"),
        ({"Layers": ref("Text")}, "layers-maximum", "undecided"),
        ({"Layers": ["l"] * 5}, "layers-maximum", None),
    ]
)  # fmt: skip
def test_function_by_itself(properties: Json, code: str, severity: str | None) -> None:
    assert found(shop(**properties), code) == ([(code, severity, "Function")] if severity else [])


def test_sizes_of_managed_instances_are_others() -> None:
    managed = shop(MemorySize=32_768, Timeout=5_400, CapacityProviderConfig={"Arn": "arn:aws:lambda:::c"})

    assert found(managed, "memory-size-range", "timeout-range") == []


@for_each(
    ("made_for", "properties", "severities"),
    [
        ({"CompatibleRuntimes": ["python3.12"]}, {}, ["warning"]),
        ({"CompatibleArchitectures": ["x86_64"]}, {}, ["warning"]),
        ({"CompatibleRuntimes": ["java21"], "CompatibleArchitectures": ["x86_64"]}, {}, ["warning"] * 2),
        ({"CompatibleArchitectures": ["arm64"]}, {"Architectures": None}, ["warning"]),
        ({"CompatibleRuntimes": ["python3.12"]}, {"Runtime": ref("Text")}, ["undecided"]),
        ({"CompatibleRuntimes": [ref("Text")]}, {}, ["undecided"]),
        ({"CompatibleRuntimes": ["python3.12", "python3.13"], "CompatibleArchitectures": ["arm64"]}, {}, []),
        ({"CompatibleArchitectures": ["x86_64"]}, {"Architectures": None}, []),
        ({}, {}, []),
        ({"CompatibleRuntimes": []}, {}, []),
    ],
)
def test_layer_of_the_template(made_for: Json, properties: Json, severities: list[str]) -> None:
    source = template(
        OPEN, Layer=layer(**made_for), Function=function(Layers=["l", ref("Layer")], **properties)
    )

    problems = findings(source, "layer-incompatible")

    assert [each.severity for each in problems] == severities
    assert {(each.location, each.about) for each in problems} <= {("Properties/Layers/1", ("Layer",))}


@for_each(
    ("name", "runtime", "problems"),
    [
        ("AWSLambdaPowertoolsPythonV3-python313-arm64", "python3.13", []),
        ("AWSLambdaPowertoolsPythonV3-python312-x86_64", "python3.13", ["python3.12", "x86_64"]),
        ("AWSLambdaPowertoolsPythonV2", "python3.12", ["x86_64"]),
        ("AWSLambdaPowertoolsPythonV2-Arm64", "python3.12", []),
        ("AWSSDKPandas-Python312", "python3.12", ["x86_64"]),
        ("AWSSDKPandas-Python312-Arm64", "python3.13", ["python3.12"]),
        ("AWS-Parameters-and-Secrets-Lambda-Extension", "nodejs22.x", ["x86_64"]),
        ("Klayers-p39-pandas", "python3.9", []),
        ("Klayers-p39-pandas", "python3.13", ["python3.9"]),
        ("psycopg2-py38", "python3.13", ["python3.8"]),
        ("aws-otel-python-amd64-ver-1-32-0", "python3.13", ["x86_64"]),
        ("http3", "python3.13", []),
        ("tools", "python3.13", []),
    ],
)
def test_layer_of_another_account_by_its_name(name: str, runtime: str, problems: list[str]) -> None:
    arn = {"Fn::Join": ["", ["arn:aws:lambda:", ref("AWS::Region"), f":123456789012:layer:{name}:7"]]}
    source = template(Function=function(Layers=[arn], Runtime=runtime))

    messages = [each.message for each in findings(source, "layer-incompatible")]

    assert [message.partition(",")[0] for message in messages] == [
        f"layer {name} supports {each}" for each in problems
    ]
