"""The environment variables of an execution environment: AWS's, the function's, and a few of the emulator.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html

Not set: `AWS_LAMBDA_RUNTIME_API` and `AWS_LAMBDA_METADATA_API`, because nothing answers there.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ..core import hooks

Configuration = Mapping[str, Any]

RESERVED: Final = frozenset(
    (
        *("_HANDLER", "_X_AMZN_TRACE_ID", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION"),
        *("AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_NAME"),
        *("AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME"),
        *("AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API", "AWS_REGION", "AWS_SECRET_ACCESS_KEY"),
        *("AWS_SESSION_TOKEN", "LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT"),
    )
)
"""The variables that a function cannot set: configuration-envvars.html, "Reserved environment variables"."""

_lambda = hooks.module("services.lambda_svc")

_OF_THE_SERVER: Final = ("HOME", "TMPDIR", "SYSTEMROOT")
_CERTIFICATES: Final = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS")


def variables(
    configuration: Configuration,
    *,
    task: Path,
    layers: Path,
    runtime: Path,
    search_path: Mapping[str, str],
    stream: str,
) -> dict[str, str]:
    """All variables of a process that runs the function."""
    given: Mapping[str, str] = (configuration.get("Environment") or {}).get("Variables") or {}
    return {
        **{name: os.environ[name] for name in _OF_THE_SERVER if name in os.environ},
        **_of_the_emulator(),
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "PATH": os.pathsep.join(
            ["/usr/local/bin", *os.environ.get("PATH", os.defpath).split(os.pathsep), f"{layers}/bin"]
        ),
        **search_path,
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000",
        **given,
        # A function cannot set these: AWS reserves them.
        **_reserved(configuration),
        **_lambda.execution_credentials(configuration),  # by this name, because `credentials` replaces it
        **_logging(configuration, stream),
        "LAMBDA_TASK_ROOT": str(task),
        "LAMBDA_RUNTIME_DIR": str(runtime),
    }


def log_group(configuration: Configuration) -> str:
    """The log group of a function."""
    given: str = (configuration.get("LoggingConfig") or {}).get("LogGroup") or ""
    return given or f"/aws/lambda/{configuration['FunctionName']}"


def logs_json(configuration: Configuration) -> bool:
    """Whether the function logs in JSON."""
    return bool((configuration.get("LoggingConfig") or {}).get("LogFormat") == "JSON")


def _of_the_emulator() -> dict[str, str]:
    """The variables that lead the SDK of a handler to the emulator; the function may set others."""
    authority = os.environ["AWS_CA_BUNDLE"]
    return {
        "AWS_ENDPOINT_URL": f"https://127.0.0.1:{os.environ['GATEWAY_PORT']}",
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
        "AWS_EC2_METADATA_DISABLED": "true",
        "NPM_CONFIG_OFFLINE": "true",
        **dict.fromkeys(_CERTIFICATES, authority),
    }


def _reserved(configuration: Configuration) -> dict[str, str]:
    region = configuration["FunctionArn"].split(":")[3]
    runtime = configuration.get("Runtime") or f"python{sys.version_info[0]}.{sys.version_info[1]}"
    published = (configuration.get("SnapStart") or {}).get("OptimizationStatus") == "On"
    return {
        "_HANDLER": configuration["Handler"],
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{runtime}",
        "AWS_LAMBDA_FUNCTION_NAME": configuration["FunctionName"],
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(configuration.get("MemorySize") or 128),
        "AWS_LAMBDA_FUNCTION_VERSION": configuration.get("Version") or "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start" if published else "on-demand",
    }


def _logging(configuration: Configuration, stream: str) -> dict[str, str]:
    found = {
        "AWS_LAMBDA_LOG_GROUP_NAME": log_group(configuration),
        "AWS_LAMBDA_LOG_STREAM_NAME": stream,
        "AWS_LAMBDA_LOG_FORMAT": "JSON" if logs_json(configuration) else "Text",
    }
    if logs_json(configuration):
        found["AWS_LAMBDA_LOG_LEVEL"] = configuration["LoggingConfig"].get("ApplicationLogLevel") or "INFO"
    return found
