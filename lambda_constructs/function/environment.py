"""Environment variables and secrets by reference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import TypeAlias

import aws_cdk as cdk
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from ..core.guard import UNKNOWN, Guard, Unknown
from ..rules.environment import (
    environment_key,
    environment_key_twice,
    environment_size,
    secret_in_environment,
)
from ..rules.options import option_type

Secrets: TypeAlias = Mapping[str, secretsmanager.ISecret | ssm.IParameter]

_TOKEN_BYTES = 256  # more than a name, URL or ARN that CloudFormation fills in usually takes


def check_environment(
    scope: Construct,
    guard: Guard,
    environment: Mapping[str, str],
    secrets: Secrets,
    reserved: Collection[str],
) -> None:
    """Check keys, sizes and that no secret stands in plain sight; `reserved` are keys set by the bundle."""
    for key, secret in secrets.items():
        if not (hasattr(secret, "secret_arn") or hasattr(secret, "parameter_name")):
            expected = "a Secrets Manager secret or an SSM parameter"
            # The value is not repeated, it could be the secret.
            guard.refuse(option_type, f"secrets[{key!r}]", f"a {type(secret).__name__}", expected)
    references = (*secrets, *reserved)
    keys = Counter((*environment, *references))
    guard.check(environment_key_twice, ", ".join(sorted(key for key in keys if keys[key] > 1)))
    known, unknown = 0, len(references)
    for key in keys:
        guard.text("a key of environment or secrets", key)
        guard.check(environment_key, key)
        known += len(key.encode())
    for key, value in guard.texts("environment", environment).items():
        if isinstance(value, Unknown):
            unknown += 1
            _refuse_resolved_secret(scope, guard, key, environment[key])
        else:
            known += len(value.encode())
            guard.check(secret_in_environment, key, value)
    guard.check(environment_size, known)
    if known + unknown * _TOKEN_BYTES > environment_size.high:
        guard.check(environment_size, UNKNOWN)


def _refuse_resolved_secret(scope: Construct, guard: Guard, key: str, value: str) -> None:
    """A dynamic reference to a secret hides in a token; look at what the token becomes."""
    try:
        text = cdk.Stack.of(scope).to_json_string(value)
        resolved = str(cdk.Stack.of(scope).resolve(text))
    except RuntimeError:  # a lazy value that has nothing to give yet
        return
    if "{{resolve:" in resolved:
        guard.check(secret_in_environment, key, resolved)


def secret_references(secrets: Secrets) -> dict[str, str]:
    """What the function gets to see: the ARN of a secret, the name of a parameter."""
    return {
        key: secret.parameter_name if hasattr(secret, "parameter_name") else secret.secret_arn
        for key, secret in secrets.items()
    }
