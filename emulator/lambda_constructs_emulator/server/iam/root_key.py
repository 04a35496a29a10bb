"""Lets one key act as the account's root user: the key of this run, whose signatures are checked.

ministack takes `test`, and each number of twelve digits, for the root user and does not look at the
signature. It also lists and creates buckets for requests without a signature. Each user of the
machine can reach the port, and a caller that can create a function runs code as the owner of the emulator.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
"""

import os
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final

from ..core import hooks, reset

_evaluator = hooks.module("core.iam_evaluator")
_sts = hooks.module("services.sts")
_register_session: Callable[[str, dict[str, Any]], None] = hooks.attribute(_sts, "register_session")
_AuthError: Callable[[str, str], Any] = hooks.attribute(_evaluator, "AuthError")
_anonymous: ContextVar[bool] = hooks.attribute(_evaluator, "_anonymous")
# A bucket that exists has its own policy, which ministack asks.
_WITHOUT_A_BUCKET: Final = ("s3:ListAllMyBuckets", "s3:CreateBucket")
_ACCOUNT: Final = os.environ["MINISTACK_ACCOUNT_ID"]


def install() -> None:
    """Register the key of this run, and refuse what ministack would take for the root user.

    Raises:
        hooks.HookError: ministack decides in another way now.
    """
    for module in (_evaluator, _sts):
        hooks.wrap(module, "is_root_access_key", _is_root)
    hooks.wrap(_evaluator, "enforce", _enforce)
    reset.on_reset(_register)
    _register()


def _register() -> None:
    session = {
        "Arn": f"arn:aws:iam::{_ACCOUNT}:root",
        "UserId": _ACCOUNT,
        "SecretAccessKey": os.environ["AWS_SECRET_ACCESS_KEY"],
        "PrincipalType": "Root",
    }
    _register_session(os.environ["AWS_ACCESS_KEY_ID"], session)


def _is_root(_original: Callable[[str], bool], access_key: str) -> bool:
    """Requests that AWS serves without a signature have no key."""
    return not access_key


def _enforce(
    original: Callable[..., object], /, access_key: str, action: str, *args: object, **kwargs: object
) -> object:
    if action in _WITHOUT_A_BUCKET and not access_key and _anonymous.get():
        return _AuthError("AccessDenied", "Access Denied")
    return original(access_key, action, *args, **kwargs)
