"""The environments of functions: keys, size, secrets in plain sight."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ...rules.function import (
    environment_key,
    environment_size,
    secret_in_environment,
    secret_passed_to_environment,
)
from ...template.targets import FUNCTION, pieces
from ...template.template import Resource
from ...template.values import Reference, Text, Unknown, Value, flat
from ..findings import Findings

# Attributes that are secrets.
_SECRET_ATTRIBUTES: Final = {
    ("AWS::IAM::AccessKey", "SecretAccessKey"),
    ("AWS::Cognito::UserPoolClient", "ClientSecret"),
}


def check(findings: Findings) -> None:
    """Check the environment of every function."""
    for function in findings.template.of_type(FUNCTION):
        variables = function.get("Environment", "Variables")
        if not isinstance(variables, dict):
            continue
        size = sum(_bytes(key) + _bytes(_known(value)) for key, value in variables.items())
        findings.check(environment_size, function, "Environment/Variables", size)
        for key, value in variables.items():
            location = f"Environment/Variables/{key}"
            findings.check(environment_key, function, location, key)
            _check_value(findings, function, location, key, value)


def _check_value(findings: Findings, function: Resource, location: str, key: str, value: Value) -> None:
    rule = secret_in_environment
    secrets = list(_secrets(findings, value))
    for secret in secrets:
        findings.check(secret_passed_to_environment, function, location, key, secret, secret=True)
    if isinstance(value, Unknown):
        # Of a literal under another name the rule would have nothing to say, either.
        if not secrets and rule(key, "a literal") is not None:
            findings.check(rule, function, location, key, value)
    elif not isinstance(value, Reference | list | dict | None):
        findings.check(rule, function, location, key, flat(value), literal=not isinstance(value, Text))


def _secrets(findings: Findings, value: Value) -> Iterator[str]:
    """The secrets that a value takes from elsewhere in the template."""
    for piece in pieces(value):
        resource = findings.template.referred(piece)
        if isinstance(piece, Unknown) and piece.secret:
            yield f"{piece.name} with NoEcho"
        elif (
            isinstance(piece, Reference)
            and resource is not None
            and (resource.type, piece.attribute) in _SECRET_ATTRIBUTES
        ):
            yield f"{piece.attribute} of {piece.resource}"


def _known(value: Value) -> str:
    """What is known of a value; the rest may turn out to be short."""
    if isinstance(value, Text):
        return "".join(piece for piece in value.parts if isinstance(piece, str))
    return flat(value) if isinstance(value, str | int | float) else ""


def _bytes(text: str) -> int:
    return len(text.encode(errors="surrogatepass"))
