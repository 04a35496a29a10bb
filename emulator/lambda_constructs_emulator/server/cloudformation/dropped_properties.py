"""Applies properties of a template that ministack drops, or keeps under names that its services do not read.

| resource type | properties |
|---|---|
| `AWS::ApiGateway::Method` | `RequestValidatorId`, `ResponseTransferMode` of the integration |
| `AWS::ApiGateway::RequestValidator` | all: without it, invalid requests reach the function |
| `AWS::ApiGateway::RestApi` | `ApiKeySourceType`, `DisableExecuteApiEndpoint`, `EndpointConfiguration` |
| `AWS::ApiGateway::Stage` | `AccessLogSetting` |
| `AWS::ApiGatewayV2::Api` | `CorsConfiguration`: without it, browsers get no answer to a preflight request |
| `AWS::ApiGatewayV2::Stage` | `DefaultRouteSettings`, `RouteSettings` |
| `AWS::DynamoDB::Table`, `AWS::DynamoDB::GlobalTable` | `TimeToLiveSpecification` |
| `AWS::Kinesis::Stream` | `StreamEncryption` |
| `AWS::SNS::Subscription` | `Endpoint`, `Protocol` and `TopicArn` as attributes |

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from ..core import hooks
from . import provisioning
from .resource_types import Identity, Properties, boolean, named_as_in_the_api

Records = Mapping[str, dict[str, Any]]

_dynamodb = hooks.module("services.dynamodb")
_http = hooks.module("services.apigateway")
_rest = hooks.module("services.apigateway_v1")
_sns = hooks.module("services.sns")
_http_apis: Records = hooks.attribute(_http, "_apis")
_http_stages: Mapping[str, Records] = hooks.attribute(_http, "_stages")
_rest_apis: Records = hooks.attribute(_rest, "_rest_apis")
_rest_stages: Mapping[str, Records] = hooks.attribute(_rest, "_stages_v1")
_rest_resources: Mapping[str, Records] = hooks.attribute(_rest, "_resources")
_validators: Any = hooks.attribute(_rest, "_request_validators")
_streams: Records = hooks.attribute(hooks.module("services.kinesis"), "_streams")
_expiry: dict[str, dict[str, Any]] = hooks.attribute(_dynamodb, "_ttl_settings")
_subscription: Callable[[str, str], dict[str, Any] | None] = hooks.attribute(_sns, "_find_subscription")


def install() -> None:
    """Apply them after ministack created or updated the resource.

    Raises:
        hooks.HookError: ministack provisions one of the types in another way now.
    """
    for resource_type, apply in _APPLY.items():
        for operation in ("create", "update"):
            provisioning.wrap(resource_type, operation, _followed_by(apply))


def _followed_by(apply: Callable[[str, Properties], None]) -> provisioning.Operation:
    def provision(original: provisioning.Operation, *arguments: Any) -> Identity:  # noqa: ANN401 - ministack's
        made: Identity = original(*arguments)
        apply(made[0], provisioning.properties(arguments)[-1])
        return made

    return provision


def _method(_ref: str, properties: Properties) -> None:
    methods = _rest_resources[properties["RestApiId"]][properties["ResourceId"]]["resourceMethods"]
    method = methods[properties.get("HttpMethod", "ANY")]
    method["requestValidatorId"] = properties.get("RequestValidatorId")
    if mode := properties.get("Integration", {}).get("ResponseTransferMode"):
        method["methodIntegration"]["responseTransferMode"] = mode


def _request_validator(ref: str, properties: Properties) -> None:
    _validators.setdefault(properties["RestApiId"], {})[ref] = {
        "id": ref,
        "name": properties.get("Name", ""),
        "validateRequestBody": boolean(properties.get("ValidateRequestBody", False)),
        "validateRequestParameters": boolean(properties.get("ValidateRequestParameters", False)),
    }


def _rest_api(ref: str, properties: Properties) -> None:
    _rest_apis[ref] |= {
        "apiKeySource": properties.get("ApiKeySourceType", "HEADER"),
        "disableExecuteApiEndpoint": boolean(properties.get("DisableExecuteApiEndpoint", False)),
        "endpointConfiguration": named_as_in_the_api(
            properties.get("EndpointConfiguration", {"Types": ["REGIONAL"]})
        ),
    }


def _rest_stage(ref: str, properties: Properties) -> None:
    settings = named_as_in_the_api(properties.get("AccessLogSetting", {}))
    _rest_stages[properties["RestApiId"]][ref]["accessLogSettings"] = settings


def _http_api(ref: str, properties: Properties) -> None:
    if cors := properties.get("CorsConfiguration"):
        _http_apis[ref]["corsConfiguration"] = named_as_in_the_api(cors)


def _http_stage(ref: str, properties: Properties) -> None:
    routes = properties.get("RouteSettings", {})
    _http_stages[properties["ApiId"]][ref] |= {
        "defaultRouteSettings": named_as_in_the_api(properties.get("DefaultRouteSettings", {})),
        "routeSettings": {name: named_as_in_the_api(each) for name, each in routes.items()},
    }


def _table(ref: str, properties: Properties) -> None:
    expiry = properties.get("TimeToLiveSpecification") or {}
    if boolean(expiry.get("Enabled", False)):
        _expiry[ref] = {"TimeToLiveStatus": "ENABLED", "AttributeName": expiry["AttributeName"]}
    else:
        _expiry.pop(ref, None)


def _stream(ref: str, properties: Properties) -> None:
    encryption = properties.get("StreamEncryption") or {"EncryptionType": "NONE"}
    _streams[ref] |= encryption


def _topic_subscription(ref: str, properties: Properties) -> None:
    subscription = _subscription(properties["TopicArn"], ref)
    if subscription is not None:
        names = ("Endpoint", "Protocol", "TopicArn")
        given = {name: properties[name] for name in names if name in properties}
        subscription["attributes"] |= {**given, "SubscriptionArn": ref, "Owner": subscription["owner"]}


_APPLY: Final[Mapping[str, Callable[[str, Properties], None]]] = {
    "AWS::ApiGateway::Method": _method,
    "AWS::ApiGateway::RequestValidator": _request_validator,
    "AWS::ApiGateway::RestApi": _rest_api,
    "AWS::ApiGateway::Stage": _rest_stage,
    "AWS::ApiGatewayV2::Api": _http_api,
    "AWS::ApiGatewayV2::Stage": _http_stage,
    "AWS::DynamoDB::GlobalTable": _table,
    "AWS::DynamoDB::Table": _table,
    "AWS::Kinesis::Stream": _stream,
    "AWS::SNS::Subscription": _topic_subscription,
}
