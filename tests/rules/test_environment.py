"""The environments of functions in templates: keys, size, secrets."""

from __future__ import annotations

from typing import Any

from tests.audit.support import Json, findings, found, function, parameter, ref, resource, template
from tests.for_each import for_each

SECRET = "secret-in-environment"
PASSED = "secret-passed-to-environment"


def shop(variables: Any) -> Json:
    return template(
        {
            "Parameters": {
                "Password": parameter("String", NoEcho=True, Default="changeme"),
                "Open": parameter("String"),
                "Default": parameter("String", Default="hunter2"),
            }
        },
        Function=function(Environment={"Variables": variables}),
        Secret=resource("AWS::SecretsManager::Secret"),
        AccessKey=resource("AWS::IAM::AccessKey"),
        Client=resource("AWS::Cognito::UserPoolClient"),
    )


@for_each(
    ("key", "value", "code", "severity"),
    [
        ("AWS_REGION", "eu-west-1", "environment-key", "error"),
        ("A-B", "c", "environment-key", "error"),
        ("TABLE", "orders", "environment-key", None),
        # Literals
        ("DB_PASSWORD", "hunter2", SECRET, "error"),
        ("DB_PASSWORD", 12345, SECRET, "error"),
        ("DB_PASSWORD", ref("Default"), SECRET, "error"),
        ("KEY_ID", "AKIA" + "A" * 16, SECRET, "error"),
        ("DATABASE", "{{resolve:secretsmanager:db:SecretString:password}}", SECRET, "error"),
        (
            "DATABASE",
            {"Fn::Sub": "{{resolve:secretsmanager:${Secret}:SecretString}}"},
            SECRET,
            "error",
        ),
        ("DATABASE", {"Fn::Sub": "{{resolve:ssm-secure:/shop/${Open}}}"}, SECRET, "error"),
        ("DATABASE", {"Fn::Join": ["", ["postgres://shop:hunter2@", ref("Open")]]}, SECRET, "error"),
        ("USE_TOKEN", True, SECRET, None),
        ("TABLE", "orders", SECRET, None),
        # Values from elsewhere
        ("DB_PASSWORD", ref("Open"), SECRET, "undecided"),
        ("DB_PASSWORD", {"Fn::ImportValue": "Password"}, SECRET, "undecided"),
        ("TABLE", ref("Open"), SECRET, None),
        ("DB_SECRET", ref("Secret"), SECRET, None),
        ("DB_SECRET", {"Fn::Sub": "${AWS::StackName}-db"}, SECRET, None),
        ("DB_SECRET", "/shop/db", SECRET, None),
        ("DB_PASSWORD", ref("Password"), SECRET, None),
        ("DB_PASSWORD", ["malformed"], SECRET, None),
        # Secrets of the template
        ("DB_PASSWORD", ref("Password"), PASSED, "error"),
        ("DATABASE", {"Fn::Sub": "postgres://shop:${Password}@db"}, PASSED, "error"),
        ("KEY", {"Fn::GetAtt": ["AccessKey", "SecretAccessKey"]}, PASSED, "error"),
        ("CLIENT", {"Fn::Join": ["", ["a", {"Fn::GetAtt": "Client.ClientSecret"}]]}, PASSED, "error"),
        ("CLIENT", ref("Client"), PASSED, None),
        ("OPEN", ref("Open"), PASSED, None),
    ],
)
def test_variable(key: str, value: Any, code: str, severity: str | None) -> None:
    problems = findings(shop({key: value}), code)

    assert [(each.severity, each.location) for each in problems] == (
        [(severity, f"Properties/Environment/Variables/{key}")] if severity else []
    )


@for_each(
    ("variables", "severity"),
    [
        ({"A": "é" * 2048}, "error"),
        ({"AB": "c" * 4094}, None),
        ({"A": {"Fn::Sub": "d" * 4096 + "${Open}"}}, "error"),
        ({"A": ref("Open"), "B": "c" * 4000}, None),
        ({"A": "\ud800" * 2000}, "error"),
    ],
)
def test_size_of_what_is_known(variables: Json, severity: str | None) -> None:
    expected = [("environment-size", severity, "Function")] if severity else []

    assert found(shop(variables), "environment-size") == expected


@for_each("variables", [None, "a", [], {"Fn::If": ["Gone", {"A": "b"}, {}]}])
def test_environment_of_any_shape(variables: Any) -> None:
    assert found(shop(variables), SECRET, PASSED, "environment-key", "environment-size") == []


def test_functions_without_environment_are_fine() -> None:
    assert found(template(Function=function()), "environment-size") == []


def test_a_reserved_key_is_said_once() -> None:
    source = template(Function=function(Environment={"Variables": {"AWS_SECRET_ACCESS_KEY": "hunter2"}}))

    assert found(source, "environment-key", "secret-in-environment") == [
        ("environment-key", "error", "Function")
    ]
