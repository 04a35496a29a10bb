"""Environment variables and secrets by reference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Final, TypeAlias

import aws_cdk as cdk
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ssm as ssm

from ..core.guard import UNKNOWN, Guard
from ..rules.environment import (
    environment_key,
    environment_key_twice,
    environment_size,
    secret_in_environment,
    secret_in_payload,
    secret_passed_to_environment,
)
from ..template.values import Unknown

Secrets: TypeAlias = Mapping[
    str,
    secretsmanager.Secret | secretsmanager.ISecret | secretsmanager.SecretTargetAttachment | ssm.IParameter,
]
"""Secrets Manager secrets and SSM parameters by environment key."""

_TOKEN_BYTES: Final = 256  # more than the usual length of a name, URL or ARN that CloudFormation fills in


def check_environment(
    guard: Guard, environment: Mapping[str, str], secrets: Secrets, reserved: Collection[str]
) -> None:
    """Check keys and sizes, and that no value is a secret; `reserved` are the keys that the workload sets."""
    references = (*secrets, *reserved)
    keys = Counter((*environment, *references))
    guard.check(environment_key_twice, ", ".join(sorted(key for key in keys if keys[key] > 1)))
    known, unknown = 0, len(references)
    for key in keys:
        guard.check(environment_key, key)
        known += len(key.encode())
    for key, value in environment.items():
        if isinstance(guard.text(value), Unknown):
            unknown += 1
            _refuse_resolved_secret(guard, key, value)
        else:
            known += len(value.encode())
            guard.check(secret_in_environment, key, value)
    guard.check(environment_size, known)
    if known + unknown * _TOKEN_BYTES > environment_size.high:
        guard.check(environment_size, UNKNOWN)


def _refuse_resolved_secret(guard: Guard, key: str, value: str) -> None:
    """Refuse a token that becomes a dynamic reference to a secret."""
    stack = cdk.Stack.of(guard.scope)
    try:
        resolved = str(stack.resolve(stack.to_json_string(value)))
    except RuntimeError:  # a lazy value that is not ready yet
        return
    if "{{resolve:" in resolved:
        guard.check(secret_in_environment, key, resolved)
    for token in cdk.Tokenization.reverse_string(value).tokens:
        target = token.target if isinstance(token, cdk.Reference) else None
        if isinstance(target, cdk.CfnParameter):
            origin = f"the parameter {target.node.id}"
            guard.check(secret_passed_to_environment, key, origin, secret=target.no_echo)


def check_no_secret(guard: Guard, option: str, value: object, key: str = "") -> None:
    """Check that no text in a JSON value is a secret; `key` is that of the object which has it."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            check_no_secret(guard, option, item, name)
    elif isinstance(value, list):
        for item in value:
            check_no_secret(guard, option, item, key)
    elif isinstance(value, str) and not isinstance(guard.text(value), Unknown):
        guard.check(secret_in_payload, option, key, value)


def secret_references(secrets: Secrets) -> dict[str, str]:
    """The values of the variables: the ARN of a secret, or the name of a parameter."""
    return {
        key: secret.parameter_name if hasattr(secret, "parameter_name") else secret.secret_arn
        for key, secret in secrets.items()
    }
