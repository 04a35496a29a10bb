"""Rules for the function itself: its size, its environment, its concurrency."""

from __future__ import annotations

import re
from collections.abc import Collection

from . import limits
from .rule import Words, rule
from .urls import LAMBDA_QUOTAS_URL

_SECRET_KEY = re.compile(
    r"(^|_)(PASSWORD|PASSWD|PWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|CREDENTIALS?)$", re.IGNORECASE
)
_SECRET_VALUE = re.compile(
    r"AKIA[0-9A-Z]{16}|ASIA[0-9A-Z]{16}"  # AWS access keys
    r"|gh[pousr]_[A-Za-z0-9]{36}"  # GitHub
    r"|xox[abprs]-[A-Za-z0-9-]{10}"  # Slack
    r"|github_pat_[A-Za-z0-9_]{80}"  # GitHub, fine-grained
    r"|glpat-[A-Za-z0-9_-]{20}"  # GitLab
    r"|[sr]k_live_[A-Za-z0-9]{16}"  # Stripe
    r"|[a-z]://[^/?#:@\s<>{}$]*:[^/?#:@\s<>{}$]+@"  # the password in a URL
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
_PLAIN_VALUE = re.compile(r"|arn:.*|/.*|true|false", re.IGNORECASE | re.DOTALL)
_RESOLVED_SECRET = re.compile(r"\{\{resolve:(secretsmanager|ssm-secure):")


@rule(
    "option-type",
    why="jsii checks what is passed to CDK, not what is passed to this library: a wrong type would "
    "silently mean something else.",
    source=limits.FUNCTION_API_URL,
)
def option_type(_: Words, name: str, value: str, expected: str) -> str | None:
    """Every option has the type that its documentation names."""
    return f"{name} is {value}; pass {expected}"


@rule(
    "option-missing",
    why="Lambda cannot create the function.",
    source=limits.FUNCTION_API_URL,
)
def option_missing(_: Words, name: str) -> str | None:
    """The code, the handler and the runtime are given, here or in a preset."""
    return f"{name} is missing; pass {name}=..., or set it in a preset"


@rule(
    "whole-seconds",
    why="Lambda, SQS and CodeDeploy count whole seconds.",
    source=limits.FUNCTION_API_URL,
)
def whole_seconds(_: Words, name: str, milliseconds: float) -> str | None:
    """Durations are whole seconds."""
    if milliseconds % 1000 == 0:
        return None
    return f"{name} is {milliseconds:.10g} milliseconds, AWS counts whole seconds; round it"


@rule(
    "role-not-changed",
    severity="warning",
    why="A role from elsewhere may ignore the statements that the workload needs: it then fails at run time.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
)
def role_not_changed(_: Words, actions: str) -> str | None:
    """A given role takes the statements that the workload adds to it."""
    return f"the given role takes no further statements; grant it {actions} where it is made"


@rule(
    "key-policy-not-changed",
    severity="warning",
    why="Without a statement in the key's policy the service cannot encrypt what it writes: the log group is "
    "not created, the event does not reach the queue.",
    source="https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-services.html",
)
def key_policy_not_changed(_: Words, service: str) -> str | None:
    """A given key lets the services use it that write what it encrypts."""
    return (
        f"the policy of the given key cannot be changed from here; allow {service} to use the key where it "
        "is made"
    )


@rule("layers-maximum", why="Lambda refuses the function.", source=LAMBDA_QUOTAS_URL)
def layers_maximum(_: Words, layers: int) -> str | None:
    """At most five layers, the one of Lambda Insights included."""
    if layers <= limits.LAYERS_MAXIMUM:
        return None
    return f"layers are {layers}, Lambda allows {limits.LAYERS_MAXIMUM}; merge some of them"


@rule(
    "description-length",
    why="Lambda refuses the function.",
    source=limits.FUNCTION_API_URL,
)
def description_length(_: Words, description: str) -> str | None:
    """At most 256 characters."""
    if len(description) <= limits.DESCRIPTION_MAXIMUM:
        return None
    return (
        f"description has {len(description)} characters, Lambda allows "
        f"{limits.DESCRIPTION_MAXIMUM}; shorten it"
    )


@rule("handler-form", why="Lambda refuses the function.", source=limits.FUNCTION_API_URL)
def handler_form(_: Words, handler: str) -> str | None:
    """Where Lambda calls the code: 1 to 128 characters, and no space."""
    if re.fullmatch(limits.HANDLER_PATTERN, handler):
        return None
    return f"handler is {handler!r}; pass where Lambda calls the code, such as module.function"


@rule("inline-code-runtime", why="CloudFormation refuses the function.", source=limits.INLINE_CODE_URL)
def inline_code_runtime(_: Words, runtime: str, *, supported: bool) -> str | None:
    """Code in the template is Python or JavaScript."""
    if supported:
        return None
    return f"{runtime} takes no inline code; pass Code.from_asset(...)"


@rule(
    "environment-key",
    why="Lambda refuses reserved and malformed keys at deployment, after minutes of waiting.",
    source=limits.ENVIRONMENT_URL,
)
def environment_key(_: Words, key: str) -> str | None:
    """A letter, then letters, digits and underscores; none of the keys that Lambda sets itself."""
    if key in limits.ENVIRONMENT_RESERVED_KEYS:
        return f"environment key {key!r} is set by Lambda itself; choose another name"
    if not re.fullmatch(limits.ENVIRONMENT_KEY_PATTERN, key):
        return (
            f"environment key {key!r} is not a letter followed by letters, digits or underscores; rename it"
        )
    return None


@rule(
    "environment-size",
    why="Lambda refuses the function: keys and values share 4 KB.",
    source=LAMBDA_QUOTAS_URL,
)
def environment_size(_: Words, size: int) -> str | None:
    """Keys and values together at most 4,096 bytes."""
    if size <= limits.ENVIRONMENT_BYTES_MAXIMUM:
        return None
    return (
        f"environment takes {size} bytes, Lambda allows {limits.ENVIRONMENT_BYTES_MAXIMUM}; "
        "move large values to SSM Parameter Store or into the package"
    )


@rule(
    "secret-in-environment",
    heuristic=True,
    why="Everyone who may read the function's configuration or its template reads the secret; "
    "a dynamic reference is resolved at deployment and stored there in plain text too.",
    source=limits.SECRETS_URL,
)
def secret_in_environment(_: Words, key: str, value: str, *, literal: bool = True) -> str | None:
    """No resolved secret, no well-known key format, no literal under a name such as DB_PASSWORD."""
    advice = "pass the secret by reference: secrets={...}, and read it in the handler"
    if _RESOLVED_SECRET.search(value):
        return f"environment {key!r} resolves a secret into plain text; {advice}"
    if _SECRET_VALUE.search(value):
        return f"environment {key!r} holds what looks like a credential; {advice}"
    if literal and _SECRET_KEY.search(key) and not _PLAIN_VALUE.fullmatch(value):
        return f"environment {key!r} holds a literal under a secret's name; {advice}"
    return None


@rule(
    "secret-passed-to-environment",
    why="Everyone who may read the function's configuration reads the secret: CloudFormation hides it in its "
    "own parameters and outputs only.",
    source=limits.SECRETS_URL,
)
def secret_passed_to_environment(_: Words, key: str, origin: str, *, secret: bool) -> str | None:
    """No parameter with NoEcho, and no attribute that is a secret."""
    if not secret:
        return None
    return (
        f"environment {key!r} gets {origin}, a secret, in plain text; keep it in Secrets Manager or in a "
        "SecureString, pass its name, and read it in the handler"
    )


@rule(
    "insights-version",
    why="The deployment fails: there is no such layer.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Lambda-Insights-extension-versions.html",
)
def insights_version_known(_: Words, version: str, architecture: str, *, known: bool) -> str | None:
    """The version of the Lambda Insights extension exists for the architecture."""
    if known:
        return None
    return (
        f"insights_version is {version!r}, which this CDK does not know for {architecture}; choose a "
        "version of AWS's list, or pass the layer in layers"
    )


@rule(
    "environment-key-twice",
    why="One of the two values would silently win.",
    source=limits.ENVIRONMENT_URL,
)
def environment_key_twice(_: Words, keys: str) -> str | None:
    """A key is set by one of environment, secrets and idempotency."""
    if not keys:
        return None
    return f"environment, secrets and idempotency set {keys} more than once; keep one of each"


@rule(
    "not-your-log-group",
    why="The option would change a log group that was made elsewhere, and silently does nothing.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html",
)
def not_your_log_group(_: Words) -> str | None:
    """Options of a log group that is created here do not go with a given one."""
    return "log_retention was given together with log_group; set it on that log group"


@rule(
    "log-level-without-json",
    why="Lambda refuses the function: it filters by level only what it writes as JSON.",
    source=limits.LOG_LEVEL_URL,
)
def log_level_without_json(_: Words, log_format: str, levels: str) -> str | None:
    """Log levels go with the format JSON."""
    if not levels or log_format == "JSON":
        return None
    return f"the log format is {log_format} together with {levels}; set it to JSON or leave the levels out"


@rule(
    "layer-incompatible",
    severity="warning",
    why="Lambda does not compare them: the function fails at its first import, or runs what was made for "
    "another runtime.",
    source=limits.LAYERS_URL,
)
def layer_incompatible(_: Words, layer: str, needed: str, declared: Collection[str]) -> str | None:
    """A layer is made for the function's runtime and architecture, if it names any."""
    if not declared or needed in declared:
        return None
    return (
        f"layer {layer} is made for {', '.join(declared)}, the function needs {needed}; publish the layer "
        "for that too, or choose another one"
    )
