"""Which permission a mail needs: `ses:SendEmail` on the identity that it is from.

ministack asks for `ses:SendEmail` on no resource, which a role that may use one identity does not have. Only
the API of SES that has version 2 in its path is modelled, and an identity that is an address; AWS also
takes the address's domain, and asks for the recipients' identities while an account is in the sandbox.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsimpleemailservicev2.html
"""

import json
from collections.abc import Callable
from email.utils import parseaddr
from typing import Final

from ..core import hooks

_SEND: Final = "/v2/email/outbound-emails"


def install() -> None:
    """Name the resource of a mail.

    Raises:
        hooks.HookError: ministack's function that names the resource of a call is gone.
    """
    hooks.wrap(hooks.module("core.iam_actions"), "_ses_v2_resource_arn", _resource)


def _resource(  # noqa: PLR0917 - ministack calls it like this
    original: Callable[[str, str, bytes, str, str], str],
    method: str,
    path: str,
    body: bytes,
    region: str,
    account: str,
) -> str:
    if path.rstrip("/") != _SEND:
        return original(method, path, body, region, account)
    _name, address = parseaddr(json.loads(body).get("FromEmailAddress", ""))
    return f"arn:aws:ses:{region}:{account}:identity/{address}"
