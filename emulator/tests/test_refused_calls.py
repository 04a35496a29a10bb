"""Calls of APIs that are refused: at disabled endpoints, and beyond the limits of a route."""

from collections import Counter
from typing import Any

import pytest

from emulator.tests.endpoints import ROUTE, Api, HttpApi, RestApi
from emulator.tests.fidelity import Fidelity
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy
THROTTLING = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html"
FIDELITY = Fidelity(
    "Amazon API Gateway and function URLs",
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-disable-default-endpoint.html",
    {"test_a_route_is_throttled": [("Routes of HTTP APIs are throttled", THROTTLING)]},
)
DOMAIN = "api.shop.example"


def disable(endpoint: Api) -> None:
    if isinstance(endpoint, HttpApi):
        endpoint.apis.update_api(ApiId=endpoint.id, DisableExecuteApiEndpoint=True)
        return
    change = {"op": "replace", "path": "/disableExecuteApiEndpoint", "value": "true"}
    endpoint.emulator.client("apigateway").update_rest_api(restApiId=endpoint.id, patchOperations=[change])


@pytest.mark.parametrize(("kind", "status"), [(HttpApi, 404), (RestApi, 403)])
def test_a_disabled_default_endpoint_refuses_calls(
    emulator: Emulator, plain: Emulator, kind: type[Api], status: int
) -> None:
    endpoint, plain_endpoint = kind(emulator), kind(plain)
    endpoint.permit()
    rest = emulator.client("apigateway")
    rest.create_domain_name(
        domainName=DOMAIN, regionalCertificateArn="arn:aws:acm:us-east-1:000000000000:certificate/a"
    )
    rest.create_base_path_mapping(domainName=DOMAIN, restApiId=endpoint.id, stage=endpoint.stage)
    by_domain = f"https://{DOMAIN}{ROUTE}"
    for each in (endpoint, plain_endpoint):
        assert each.ask().status == 200
        disable(each)

    assert endpoint.ask().status == status
    assert endpoint.stranger.send("POST", by_domain).json == {"done": True}
    assert plain_endpoint.ask().status == 200


def test_a_route_is_throttled(emulator: Emulator) -> None:
    endpoint = HttpApi(emulator)
    endpoint.permit()

    def statuses(**stage: Any) -> Counter[int]:
        endpoint.apis.update_stage(ApiId=endpoint.id, StageName=endpoint.stage, **stage)
        return Counter(endpoint.ask().status for _ in range(5))

    slow = {"ThrottlingBurstLimit": 2, "ThrottlingRateLimit": 0.001}
    assert statuses(RouteSettings={f"POST {ROUTE}": {"ThrottlingBurstLimit": 9}}) == {200: 5}
    assert statuses(DefaultRouteSettings=slow) == {200: 5}
    assert statuses(RouteSettings={f"POST {ROUTE}": slow})[429] >= 3
