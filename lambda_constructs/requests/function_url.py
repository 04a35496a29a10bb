"""A function URL as endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from ..audit.constructs import ACKNOWLEDGED_RULES, NAMESPACE
from ..core.guard import Guard
from ..rules.endpoint import streaming_runtime
from ..rules.permission import function_url_public

if TYPE_CHECKING:
    from .authorizers import IamAuthorizer, PublicAccess

_PUBLIC_URL: Final = f"{NAMESPACE}::{function_url_public.code}"
_PUBLIC: Final = (
    "Public by choice: the workload was given PublicAccess(), without which callers are authorized by IAM."
)


@dataclass(frozen=True, kw_only=True)
class FunctionUrlEndpoint:
    """Answer requests at an address of Lambda's own, in payload format 2.0: every request, whatever its path.

    It has no access log, no throttling but the function's concurrency, and no domain: CloudFront before it
    has all of these.

    Args:
        authorizer: Who may call. Default: `IamAuthorizer()`; everybody only by `PublicAccess()`
        response_streaming: Whether answers are sent while the function makes them. Default: False
    """

    authorizer: IamAuthorizer | PublicAccess | None = None
    response_streaming: bool = False


def check_function_url(guard: Guard, endpoint: FunctionUrlEndpoint, runtime: lambda_.Runtime | None) -> None:
    """Check that the function can stream, if it shall."""
    if endpoint.response_streaming:
        # What is no runtime at all is refused with the other options of the function.
        guard.check(streaming_runtime, getattr(runtime, "name", ""))


def create_function_url(
    scope: Construct,
    endpoint: FunctionUrlEndpoint,
    alias: lambda_.Alias,
    *,
    public: bool,
    cors: lambda_.FunctionUrlCorsOptions | None,
) -> lambda_.FunctionUrl:
    """Create the URL of the alias; a public one with the two permissions that it needs.

    https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
    """
    auth, mode = lambda_.FunctionUrlAuthType, lambda_.InvokeMode
    url = lambda_.FunctionUrl(
        scope,
        "FunctionUrl",
        function=alias,
        auth_type=auth.NONE if public else auth.AWS_IAM,
        invoke_mode=mode.RESPONSE_STREAM if endpoint.response_streaming else mode.BUFFERED,
        cors=cors,
    )
    if public:
        url.node.add_metadata(ACKNOWLEDGED_RULES, {_PUBLIC_URL: _PUBLIC})
    return url
