"""Gives a function random credentials of its execution role.

ministack computes them from the ARNs of function and role, so other users of the machine could compute
them too. Here they depend on a random secret of this run.

    https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
"""

import hashlib
import hmac
import secrets
import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

from ..core import hooks

_runtime = hooks.module("core.lambda_runtime")
_lambda = hooks.module("services.lambda_svc")
_sts = hooks.module("services.sts")
_SECRET: Final = secrets.token_bytes(32)
_computing = threading.local()

Credentials = dict[str, str]


def install() -> None:
    """Replace what ministack computes, both where a function gets it and where a signature is checked.

    Raises:
        hooks.HookError: ministack makes these credentials in another way now.
    """
    hooks.wrap(_sts, "register_session", _register)
    for module in (_runtime, _lambda):
        hooks.wrap(module, "execution_credentials", _credentials)


def _credentials(original: Callable[..., Credentials], config: Mapping[str, Any]) -> Credentials:
    _computing.now = True
    try:
        computed = original(config)
    finally:
        _computing.now = False
    return {
        name: value if name == "AWS_ACCESS_KEY_ID" else _secret(value) for name, value in computed.items()
    }


def _register(original: Callable[..., None], access_key: str, session: Mapping[str, Any]) -> None:
    if getattr(_computing, "now", False):
        hidden = {name: _secret(session[name]) for name in ("SecretAccessKey", "SessionToken")}
        session = {**session, **hidden}
    original(access_key, session)


def _secret(value: str) -> str:
    return hmac.new(_SECRET, value.encode(), hashlib.sha256).hexdigest()
