"""A function URL as endpoint."""

from __future__ import annotations

from functools import partial
from typing import Final

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from ..core import acknowledgements
from ..core.cdk_objects import ask
from ..core.context import Context
from ..function.settings import Settings
from ..rules.endpoint import streaming_runtime
from ..rules.permission import function_url_public
from ..rules.ranges import timeout_range
from ..rules.routes import routes_without_api
from ..template.constructs import ACKNOWLEDGED_RULES, NAMESPACE
from ..template.features import FUNCTION_URL
from .alarms import function_metrics
from .authorizers import PublicAccess
from .cors import CorsSettings
from .endpoint import CheckedEndpoint, CreatedEndpoint
from .endpoint_options import FunctionUrlEndpoint
from .routes import Routes

_PUBLIC_URL: Final = f"{NAMESPACE}::{function_url_public.code}"


def check_function_url(
    settings: Settings, endpoint: FunctionUrlEndpoint, routes: Routes | None, cors: CorsSettings | None
) -> CheckedEndpoint:
    """Check that the function can stream if it must, and that there are no routes."""
    if endpoint.response_streaming and not settings.image:
        settings.guard.check(streaming_runtime, settings.runtime.name)
    settings.guard.check(routes_without_api, FUNCTION_URL, given=routes is not None)
    create = partial(_create_function_url, endpoint=endpoint, cors=cors)
    return CheckedEndpoint(name=FUNCTION_URL, timeout=timeout_range.high, create=create)


def _create_function_url(
    context: Context, scope: Construct, *, endpoint: FunctionUrlEndpoint, cors: CorsSettings | None
) -> CreatedEndpoint:
    """Create the URL of the alias; CDK adds the two permissions that a public one needs.

    https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
    https://docs.aws.amazon.com/lambda/latest/dg/urls-monitoring.html
    """
    auth, mode = lambda_.FunctionUrlAuthType, lambda_.InvokeMode
    public = isinstance(endpoint.authorizer, PublicAccess)
    url = lambda_.FunctionUrl(
        scope,
        "FunctionUrl",
        function=context.alias,
        auth_type=auth.NONE if public else auth.AWS_IAM,
        invoke_mode=mode.RESPONSE_STREAM if endpoint.response_streaming else mode.BUFFERED,
        cors=None if cors is None else _cors_options(cors),
    )
    if public:
        url.node.add_metadata(ACKNOWLEDGED_RULES, {_PUBLIC_URL: acknowledgements.PUBLIC_URL.reason})
        for permission in ("invoke-function", "invoke-function-url"):
            child = context.alias.node.find_child(permission)
            acknowledgements.acknowledge(child, acknowledgements.PUBLIC_URL)
    reference = partial(ask, url, "url")
    return CreatedEndpoint(
        metrics=function_metrics(context, failed="Url5xxCount", requests="UrlRequestCount"),
        reference=reference,
        url=reference,
        function_url=url,
    )


def _cors_options(cors: CorsSettings) -> lambda_.FunctionUrlCorsOptions:
    return lambda_.FunctionUrlCorsOptions(
        allowed_origins=cors.origins,
        allowed_methods=[lambda_.HttpMethod(method) for method in cors.methods],
        allowed_headers=cors.headers,
        exposed_headers=cors.exposed_headers,
        allow_credentials=cors.credentials,
        max_age=cors.max_age,
    )
