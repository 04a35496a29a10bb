"""Properties of a template that do something: CORS, invalid requests, items that expire, new alarms."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from emulator.tests.endpoints import RestApi
from emulator.tests.fidelity import Fidelity
from emulator.tests.stacks import refs, stack, typed
from emulator.tests.support import eventually
from lambda_constructs_emulator.clients import REGION
from lambda_constructs_emulator.kit.http import JSON, Caller, Response
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "AWS CloudFormation",
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html",
)

SHOP = "https://shop.example"
SCHEMA = {"type": "object", "required": ["id"]}


def sent(
    emulator: Emulator, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
) -> Response:
    return replace(Caller.to(emulator), credentials=None).send(method, url, body=body, headers=headers)


def test_an_http_api_of_a_template_answers_browsers(emulator: Emulator) -> None:
    cors = {"AllowOrigins": [SHOP], "AllowMethods": ["GET"], "MaxAge": 60}
    resources = {
        "Api": typed(
            "AWS::ApiGatewayV2::Api", {"Name": "shop", "ProtocolType": "HTTP", "CorsConfiguration": cors}
        ),
        "Stage": typed("AWS::ApiGatewayV2::Stage", {"ApiId": {"Ref": "Api"}, "StageName": "$default"}),
    }
    with stack(emulator, "browsers") as made:
        assert made.create(resources, refs("Api")) == "CREATE_COMPLETE", made.reasons()
        url = f"https://{made.outputs()['Api']}.execute-api.{REGION}.amazonaws.com/orders"
        asked = {"Origin": SHOP, "Access-Control-Request-Method": "GET"}

        answer = sent(emulator, "OPTIONS", url, asked)
        assert answer.status == 204
        assert answer.headers["access-control-allow-origin"] == SHOP
        assert answer.headers["access-control-max-age"] == "60"


def test_a_rest_api_of_a_template_refuses_invalid_requests(emulator: Emulator) -> None:
    api = {"RestApiId": {"Ref": "Api"}}
    resources: dict[str, dict[str, Any]] = {
        "Api": typed("AWS::ApiGateway::RestApi", {"Name": "shop"}),
        "Order": typed(
            "AWS::ApiGateway::Model", {**api, "ContentType": "application/json", "Schema": SCHEMA}
        ),
        "Validator": typed("AWS::ApiGateway::RequestValidator", {**api, "ValidateRequestBody": True}),
        "Post": typed(
            "AWS::ApiGateway::Method",
            {
                **api,
                "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
                "HttpMethod": "POST",
                "AuthorizationType": "NONE",
                "RequestValidatorId": {"Ref": "Validator"},
                "RequestModels": {"application/json": {"Ref": "Order"}},
                "Integration": {
                    "Type": "MOCK",
                    "RequestTemplates": {"application/json": '{"statusCode": 200}'},
                },
                "MethodResponses": [{"StatusCode": "200"}],
            },
        ),
        "Deployment": {
            **typed("AWS::ApiGateway::Deployment", {**api, "StageName": "live"}),
            "DependsOn": "Post",
        },
    }
    with stack(emulator, "invalid") as made:
        assert made.create(resources, refs("Api")) == "CREATE_COMPLETE", made.reasons()
        url = f"https://{made.outputs()['Api']}.execute-api.{REGION}.amazonaws.com/live/"

        refused = sent(emulator, "POST", url, JSON, b"{}")
        assert (refused.status, refused.json["message"]) == (400, "Invalid request body")
        resources["Validator"]["Properties"]["ValidateRequestBody"] = False
        assert made.update(resources) == "UPDATE_COMPLETE", made.reasons()
        assert sent(emulator, "POST", url, JSON, b"{}").status != 400


def test_a_rest_api_invokes_a_function_that_streams(emulator: Emulator) -> None:
    api = RestApi(emulator)
    api.permit()
    uri = api.invocation.replace("/invocations", "/response-streaming-invocations")
    api.apis.put_integration(**api.method, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)

    assert api.ask().json == {"done": True}


def test_items_of_a_table_of_a_template_expire(emulator: Emulator) -> None:
    table: dict[str, Any] = {
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    expiry = {"TimeToLiveSpecification": {"AttributeName": "until", "Enabled": True}}

    def setting(name: str) -> dict[str, Any]:
        found: dict[str, Any] = emulator.client("dynamodb").describe_time_to_live(TableName=name)
        return dict(found["TimeToLiveDescription"])

    with stack(emulator, "expiring") as made:
        made.create({"Table": typed("AWS::DynamoDB::Table", {**table, **expiry})}, refs("Table"))
        name = made.outputs()["Table"]
        assert setting(name) == {"TimeToLiveStatus": "ENABLED", "AttributeName": "until"}

        made.update({"Table": typed("AWS::DynamoDB::Table", table)}, refs("Table"))
        assert setting(name)["TimeToLiveStatus"] == "DISABLED"


def test_an_alarm_that_warms_up_is_not_evaluated(emulator: Emulator) -> None:
    metric = {"Namespace": "Test", "MetricName": "runs", "Statistic": "Sum", "Period": 60}
    limit = {"EvaluationPeriods": 1, "Threshold": 1, "ComparisonOperator": "LessThanThreshold"}
    alarm = {**metric, **limit, "TreatMissingData": "breaching"}
    warm_up = {"WarmUpConfiguration": {"WarmUpPeriodDurationInMinutes": 2_880}}
    resources = {
        "Now": typed("AWS::CloudWatch::Alarm", alarm),
        "Later": typed("AWS::CloudWatch::Alarm", {**alarm, **warm_up}),
    }
    client = emulator.client("cloudwatch")
    with stack(emulator, "warm") as made:
        assert made.create(resources, refs("Now", "Later")) == "CREATE_COMPLETE", made.reasons()
        names = made.outputs()

        def state(name: str) -> str:
            found: str = client.describe_alarms(AlarmNames=[names[name]])["MetricAlarms"][0]["StateValue"]
            return found

        assert eventually(lambda: state("Now") == "ALARM")
        assert state("Later") == "INSUFFICIENT_DATA"
        client.put_metric_data(Namespace="Test", MetricData=[{"MetricName": "runs", "Value": 5}])
        assert eventually(lambda: state("Later") != "INSUFFICIENT_DATA")
        assert eventually(lambda: state("Later") == "ALARM")
