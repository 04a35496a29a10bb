"""Rules for the environment variables of a function."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..template.targets import FUNCTION, pieces
from ..template.template import Resource, Template
from ..template.values import Reference, Text, Unknown, Value, flat
from ..template.views import if_given
from .ranges import BYTES, Numbers, Service
from .rule import Place, Words, at, rule, warning
from .urls import LAMBDA_QUOTAS_URL

ENVIRONMENT_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"
SECRETS_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/with-secrets-manager.html"
# Keys that Lambda sets itself: ENVIRONMENT_URL, "Reserved environment variables".
_RESERVED_KEYS: Final = frozenset(
    (
        *("_HANDLER", "_X_AMZN_TRACE_ID", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION"),
        *("AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_NAME"),
        *("AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME"),
        *("AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API", "AWS_REGION", "AWS_SECRET_ACCESS_KEY"),
        *("AWS_SESSION_TOKEN", "LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT"),
    )
)
ENVIRONMENT_KEY_PATTERN: Final = r"[a-zA-Z][a-zA-Z0-9_]+"  # botocore, lambda EnvironmentVariableName

_SECRET_KEY: Final = re.compile(
    r"(^|_)(PASSWORD|PASSWD|PWD|SECRET|TOKEN|(API|PRIVATE|ACCESS|SECRET)_?KEY|CREDENTIALS?)$", re.IGNORECASE
)
_SECRET_PARAMETER: Final = re.compile(
    r"(pass(word|wd)|pwd|secret|token|(api|private|access|secret)[_-]?key|credentials?)(param(eter)?)?$",
    re.IGNORECASE,
)
_SECRET_VALUE: Final = re.compile(
    r"AKIA[0-9A-Z]{16}|ASIA[0-9A-Z]{16}"  # AWS access keys
    r"|gh[pousr]_[A-Za-z0-9]{36}"  # GitHub
    r"|xox[abprs]-[A-Za-z0-9-]{10}"  # Slack
    r"|github_pat_[A-Za-z0-9_]{80}"  # GitHub, fine-grained
    r"|glpat-[A-Za-z0-9_-]{20}"  # GitLab
    r"|[sr]k_live_[A-Za-z0-9]{16}"  # Stripe
    r"|[a-z]://[^/?#:@\s<>{}$]*:[^/?#:@\s<>{}$]+@"  # the password in a URL
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
# Also placeholders such as <your key>, and names of secrets with a path.
_PLAIN_VALUE: Final = re.compile(
    r"|arn:.*|/.*|true|false|<[^<>]*>|\[[\w -]*\]|\$?\{+[\w -]*\}+|(?-i:[a-z0-9_.-]+(/[a-z0-9_.-]+)+)"
    r"|(your|my|enter|insert|replace|change|put|set)([ _-]?(with|me|this|it))?([ _-][\w -]*)?"
    r"|(dummy|example|fake|placeholder|sample|todo|tbd)([ _-][\w -]*)?|none|null|n/a|[x*.?_-]+",
    re.IGNORECASE | re.DOTALL,
)
_RESOLVED_SECRET: Final = re.compile(r"\{\{resolve:(secretsmanager|ssm-secure):")
# Attributes of resources that are secrets.
_SECRET_ATTRIBUTES: Final = {
    ("AWS::IAM::AccessKey", "SecretAccessKey"),
    ("AWS::Cognito::UserPoolClient", "ClientSecret"),
}


@rule(
    why="Lambda refuses reserved and malformed keys at deployment, after minutes of waiting.",
    source=ENVIRONMENT_URL,
)
def environment_key(_: Words, key: str) -> str | None:
    """A letter, then letters, digits and underscores, at least two characters; not a key that Lambda sets."""
    if key in _RESERVED_KEYS:
        return f"environment key {key!r} is set by Lambda itself; choose another name"
    if not re.fullmatch(ENVIRONMENT_KEY_PATTERN, key):
        return (
            f"environment key {key!r} is not a letter followed by letters, digits or underscores, at least "
            "two characters; rename it"
        )
    return None


@environment_key.in_template
def _(template: Template) -> Iterator[Place]:
    for function, location, key, value in variables(template):
        yield at(function, location, if_given(key, value))


@rule(why="One of the two values would silently win.", source=ENVIRONMENT_URL)
def environment_key_twice(_: Words, keys: str) -> str | None:
    """Only one of environment, secrets and idempotency sets a key."""
    if not keys:
        return None
    return f"environment, secrets and idempotency set {keys} more than once; keep one of each"


def _sizes(template: Template) -> Iterator[Place]:
    for function, variables in _environments(template):
        size = sum(_bytes(key) + _bytes(_known(value)) for key, value in variables.items())
        yield at(function, "Environment/Variables", size)


environment_size = Service("Lambda", LAMBDA_QUOTAS_URL).allows(
    "environment-size",
    (0, 4_096),
    BYTES,
    "environment",
    Numbers("Variables", _sizes),
    why="Lambda refuses the function: all keys and values together have 4 KB.",
    above="move large values to SSM Parameter Store or into the package",
)


@rule(
    heuristic=True,
    why="Everyone who can read the function's configuration or its template can read the secret; "
    "CloudFormation resolves a dynamic reference at deployment, and stores the secret there in plain text.",
    source=SECRETS_URL,
)
def secret_in_environment(words: Words, key: str, value: str, *, literal: bool = True) -> str | None:
    """No resolved secret, no value that looks like a credential, no literal under a name like DB_PASSWORD."""
    advice = words(
        "pass the secret by reference: secrets={...}, and read it in the handler",
        "pass the name or ARN of the secret, and read it in the handler",
    )
    if _RESOLVED_SECRET.search(value):
        return f"environment {key!r} resolves a secret into plain text; {advice}"
    if _SECRET_VALUE.search(value):
        return f"environment {key!r} holds what looks like a credential; {advice}"
    if literal and _SECRET_KEY.search(key) and not _PLAIN_VALUE.fullmatch(value):
        return f"environment {key!r} holds a literal under a secret's name; {advice}"
    return None


@secret_in_environment.in_template
def _(template: Template) -> Iterator[Place]:
    for function, location, key, value in variables(template):
        if key in _RESERVED_KEYS:
            continue  # another rule refuses it
        if isinstance(value, Unknown):
            # A literal under any other name would be accepted, too.
            suspect = secret_in_environment(key, "a literal") is not None
            if suspect and not any(_secrets(template, value)):
                yield at(function, location, key, value)
        elif not isinstance(value, Reference | list | dict | None):
            yield at(function, location, key, flat(value), literal=not isinstance(value, Text))


@rule(
    why="Everyone who can read the function's configuration can read the secret: CloudFormation hides it "
    "only in its own parameters and outputs.",
    source=SECRETS_URL,
)
def secret_passed_to_environment(words: Words, key: str, origin: str, *, secret: bool) -> str | None:
    """No parameter with NoEcho, and no attribute that is a secret."""
    if not secret:
        return None
    fix = words(
        "keep it in Secrets Manager, pass it as secrets={...}, and read it in the handler",
        "keep it in Secrets Manager or in a SecureString parameter, pass its name, and read it in the "
        "handler",
    )
    return f"environment {key!r} gets {origin}, a secret, in plain text; {fix}"


@secret_passed_to_environment.in_template
def _(template: Template) -> Iterator[Place]:
    for function, location, key, value in variables(template):
        for origin in _secrets(template, value):
            yield at(function, location, key, origin, secret=True)


@warning(
    why="Everyone who can describe the stack or the function can read the secret.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html",
)
def secret_parameter_shown(_: Words, key: str, parameter: str) -> str | None:
    """A variable with a secret's name does not get a parameter with a secret's name that AWS shows."""
    if not _SECRET_KEY.search(key) or not _SECRET_PARAMETER.search(parameter):
        return None
    return (
        f"environment {key!r} gets parameter '{parameter}', which has no NoEcho; keep the secret in Secrets "
        "Manager, pass its name, and read it in the handler"
    )


@secret_parameter_shown.in_template
def _(template: Template) -> Iterator[Place]:
    for function, location, key, value in variables(template):
        if isinstance(value, Unknown) and not value.secret:
            name = value.name.removeprefix("parameter ")
            declared = template.parameters.get(name)
            if isinstance(declared, dict) and declared.get("Type") == "String":
                yield at(function, location, key, name)


@rule(
    heuristic=True,
    why="Everyone who can read the template, the schedule or the configuration of the function that runs the "
    "smoke tests can read the secret.",
    source=SECRETS_URL,
)
def secret_in_payload(_: Words, option: str, key: str, value: str) -> str | None:
    """No value that looks like a credential, no text under a name like DB_PASSWORD."""
    if secret_in_environment(key, value) is None:
        return None
    return (
        f"{option} has a value that looks like a secret under {key!r}; pass the name or ARN of the secret, "
        "and read it in the handler"
    )


def _environments(template: Template) -> Iterator[tuple[Resource, dict[str, Value]]]:
    """The functions of the template, each with its variables."""
    for function in template.of_type(FUNCTION):
        variables = function.get("Environment", "Variables")
        if isinstance(variables, dict):
            yield function, variables


def variables(template: Template) -> Iterator[tuple[Resource, str, str, Value]]:
    """Function, location, key and value of each variable."""
    for function, variables in _environments(template):
        for key, value in variables.items():
            yield function, f"Environment/Variables/{key}", key, value


def _secrets(template: Template, value: Value) -> Iterator[str]:
    """The secrets of the template that a value contains."""
    for piece in pieces(value):
        resource = template.referred(piece)
        if isinstance(piece, Unknown) and piece.secret:
            yield f"{piece.name} with NoEcho"
        elif (
            isinstance(piece, Reference)
            and resource is not None
            and (resource.type, piece.attribute) in _SECRET_ATTRIBUTES
        ):
            yield f"{piece.attribute} of {piece.resource}"


def _known(value: Value) -> str:
    """The known part of a value; the rest may turn out to be short."""
    if isinstance(value, Text):
        return "".join(piece for piece in value.parts if isinstance(piece, str))
    return flat(value) if isinstance(value, str | int | float) else ""


def _bytes(text: str) -> int:
    return len(text.encode(errors="surrogatepass"))


@rule(
    why="The smoke tests of a stack are in the environment of one function: Lambda refuses more than 4 KB.",
    source=LAMBDA_QUOTAS_URL,
)
def smoke_test_size(_: Words, option: str, size: int) -> str | None:
    """The payload and the expected response have at most 4,096 bytes as JSON."""
    if size <= environment_size.high:
        return None
    return (
        f"{option} has {size} bytes as JSON, Lambda allows {environment_size.high} for the smoke tests of a "
        "stack; pass a shorter payload, or your own function"
    )
