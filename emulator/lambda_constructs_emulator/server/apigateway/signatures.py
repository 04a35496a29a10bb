"""Verifies signatures of requests to API Gateway, in one pass.

ministack verifies them in several, each of which reads the request again. What is unusual is left to it:
other algorithms and services, signatures in the query, values of repeated headers, and all that is refused.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import functools
import hashlib
import hmac
import re
import time
from collections.abc import Callable
from typing import Any, Final

from ..core import hooks
from .http_requests import Request

_sigv4 = hooks.module("core.sigv4")
_evaluator = hooks.module("core.iam_evaluator")
_responses = hooks.module("core.responses")
_account: Callable[[], str] = hooks.attribute(_responses, "get_account_id")
_account_of: Callable[[str], str | None] = hooks.attribute(_responses, "_account_from_sts_session")
_credential: Callable[[str, str, str], Any] = hooks.attribute(_evaluator, "resolve_credential")
_signing_key: Callable[[str, str, str, str], bytes] = hooks.attribute(_sigv4, "_cached_signing_key")
_query_of: Callable[..., str] = hooks.attribute(_sigv4, "build_canonical_query_string")
_without_dots: Callable[[str], str] = hooks.attribute(_sigv4, "_remove_dot_segments")
_encoded: Callable[..., str] = hooks.attribute(_sigv4, "uri_encode")

_SERVICE: Final = "execute-api"
_AUTHORIZATION: Final = re.compile(
    rf"AWS4-HMAC-SHA256 Credential=([\w-]+)/((\d{{8}})/([\w-]+)/{_SERVICE}/aws4_request), ?"
    r"SignedHeaders=([\w;.-]+), ?Signature=([0-9a-f]{64})"
)
_DATE: Final = re.compile(r"\d{8}T\d{6}Z")
_EMPTY: Final = hashlib.sha256(b"").hexdigest()
_WINDOW: Final = 300  # seconds from the clock of the client


def credential(request: Request) -> Any:  # noqa: ANN401 - ministack's
    """The credential that signed a request; None if ministack has to judge the signature."""
    headers = request.headers
    parts = _AUTHORIZATION.fullmatch(headers.get("authorization", ""))
    date = headers.get("x-amz-date", "")
    content = headers.get("x-amz-content-sha256", "")
    if parts is None or not _DATE.fullmatch(date) or request.repeats or content.startswith("STREAMING-"):
        return None
    key, scope, day, region, signed, signature = parts.groups()
    earliest, latest = _accepted(int(time.time()))
    if not (earliest <= date <= latest and date.startswith(day)):
        return None
    found = _credential(key, _account_of(key) or _account(), headers.get("x-amz-security-token", ""))
    secret = getattr(found, "secret_access_key", None)
    if secret is None:
        return None
    values = [f"{name}:{' '.join(headers.get(name, '').split())}\n" for name in signed.split(";")]
    canonical = "\n".join(
        (
            request.method,
            _path(request.raw_path),
            _query_of(request.query, exclude=()) if request.query else "",
            "".join(values),
            signed,
            content or (hashlib.sha256(request.body).hexdigest() if request.body else _EMPTY),
        )
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{date}\n{scope}\n{digest}".encode()
    expected = hmac.digest(_signing_key(secret, day, region, _SERVICE), text, "sha256").hex()
    return found if hmac.compare_digest(expected, signature) else None


@functools.lru_cache(maxsize=1)
def _accepted(now: int) -> tuple[str, str]:
    """The earliest and the latest date of a signature, in the order of which they are compared."""
    earliest, latest = (
        time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now + seconds)) for seconds in (-_WINDOW, _WINDOW)
    )
    return earliest, latest


@functools.lru_cache(maxsize=1024)
def _path(raw_path: str) -> str:
    """The path as it is signed: encoded once more than it is sent."""
    return _encoded(_without_dots(raw_path), encode_slash=False)
