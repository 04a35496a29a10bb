"""Refuses concurrency that the account does not have: its quota, of which 100 executions stay unreserved.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html
https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from ..core import hooks

Function = Mapping[str, Any]
Response = tuple[int, dict[str, str], bytes]

_lambda = hooks.module("services.lambda_svc")
_functions: Mapping[str, Function] = hooks.attribute(_lambda, "_functions")
_invalid_parameter: Callable[[str], Response] = hooks.attribute(_lambda, "_invalid_parameter_value")

_UNRESERVED: Final = 100


def install() -> None:
    """Look at what is left before a function reserves concurrency; `properties` asks for templates.

    Raises:
        hooks.HookError: ministack reserves concurrency or shows the quota in another way now.
    """
    hooks.wrap(_lambda, "_put_function_concurrency", _put)
    hooks.wrap(_lambda, "_get_account_settings", _shown)


def reserved(name: str, wanted: object) -> str | None:
    """Why a function cannot reserve so much, in the words of Lambda's API; it may be new."""
    if wanted is None:
        return None
    others = sum(_reserved(each) for each in _others(name))
    if others + int(str(wanted)) > _account() - _UNRESERVED:
        return (
            "Specified ReservedConcurrentExecutions for function decreases account's "
            f"UnreservedConcurrentExecution below its minimum value of [{_UNRESERVED}]."
        )
    if name in _functions and int(str(wanted)) < _provisioned(_functions[name]):
        return (
            "ReservedConcurrentExecutions value should not be less than the total of the function's "
            "provisioned concurrency."
        )
    return None


def provisioned(function: Function, qualifier: str, wanted: int) -> str | None:
    """Why a function cannot provision so much for a version or alias, in the words of Lambda's API."""
    total = wanted + _provisioned(function, but=qualifier)
    if function["concurrency"] is not None:
        if total <= _reserved(function):
            return None
        return (
            "Requested Provisioned Concurrency should not be greater than the "
            "reservedConcurrentExecution for function"
        )
    others = list(_others(function["config"]["FunctionName"]))
    taken = sum(_reserved(each) or _provisioned(each) for each in others)
    left = _account() - _UNRESERVED - taken
    if total <= left:
        return None
    return (
        "Specified ConcurrentExecutions for function is greater than account's unreserved concurrency "
        f"[{left}]."
    )


def _put(
    original: Callable[[str, Mapping[str, Any]], Response], name: str, settings: Mapping[str, Any]
) -> Response:
    refusal = reserved(name, settings.get("ReservedConcurrentExecutions")) if name in _functions else None
    return _invalid_parameter(refusal) if refusal else original(name, settings)


def _shown(original: Callable[[], Response]) -> Response:
    """The settings of the account with its quota, and not with what the memory of this machine allows."""
    status, headers, body = original()
    settings = json.loads(body)
    left = _account() - sum(_reserved(each) for each in _functions.values())
    settings["AccountLimit"].update(ConcurrentExecutions=_account(), UnreservedConcurrentExecutions=left)
    return status, headers, json.dumps(settings).encode()


def _account() -> int:
    return int(os.environ["LAMBDA_EMULATOR_CONCURRENCY"])


def _others(name: str) -> Iterator[Function]:
    return (_functions[other] for other in _functions if other != name)


def _reserved(function: Function) -> int:
    return int(function["concurrency"] or 0)


def _provisioned(function: Function, but: str = "") -> int:
    configured = function["provisioned_concurrency"].items()
    return sum(
        int(each["RequestedProvisionedConcurrentExecutions"]) for name, each in configured if name != but
    )
