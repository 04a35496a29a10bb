"""Events have the shape that AWS documents: the models of Powertools for AWS Lambda parse them."""

import json
from typing import Any

import pytest
from aws_lambda_powertools.utilities.parser import models
from aws_lambda_powertools.utilities.parser.models import cognito as cognito_models
from pydantic import BaseModel

from emulator.tests.captured_events import HANDLER, NAME, Triggers
from emulator.tests.fidelity import Fidelity
from emulator.tests.support import create_function, policy, statement
from lambda_constructs_emulator.clients import REGION
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy
GUIDE = "https://docs.aws.amazon.com/lambda/latest/dg"
APIS = "https://docs.aws.amazon.com/apigateway/latest/developerguide"
POOLS = "https://docs.aws.amazon.com/cognito/latest/developerguide"

FIDELITY = Fidelity(
    "Events that functions get",
    f"{GUIDE}/lambda-services.html",
    {
        "test_requests": [
            (
                "Requests of an HTTP API, payload 2.0",
                f"{APIS}/http-api-develop-integrations-lambda.html",
            ),
            ("OPTIONS of an HTTP API without CORS is routed", f"{APIS}/http-api-cors.html"),
            ("Requests of a REST API", f"{APIS}/set-up-lambda-proxy-integrations.html"),
            ("Requests of a function URL", f"{GUIDE}/urls-invocation.html"),
        ],
        "test_user_pools": [
            ("Before a sign-up", f"{POOLS}/user-pool-lambda-pre-sign-up.html"),
            ("After a confirmation", f"{POOLS}/user-pool-lambda-post-confirmation.html"),
            ("Before and after a sign-in", f"{POOLS}/user-pool-lambda-post-authentication.html"),
            ("Before a token", f"{POOLS}/user-pool-lambda-pre-token-generation.html"),
            ("Messages of a user pool", f"{POOLS}/user-pool-lambda-custom-message.html"),
        ],
        "test_events_of_other_services": [
            ("Messages of Amazon SQS", f"{GUIDE}/with-sqs.html"),
            ("Notifications of Amazon SNS", f"{GUIDE}/with-sns.html"),
            ("Objects of Amazon S3", f"{GUIDE}/with-s3.html"),
            ("Events of Amazon EventBridge", f"{GUIDE}/lambda-services.html"),
            ("Schedules of EventBridge Scheduler", f"{GUIDE}/with-eventbridge-scheduler.html"),
            ("Records of a DynamoDB stream", f"{GUIDE}/with-ddb.html"),
            ("Records of a Kinesis stream", f"{GUIDE}/with-kinesis.html"),
            ("Events of a log group", f"{GUIDE}/services-cloudwatchlogs.html"),
            ("Requests of a load balancer", f"{GUIDE}/services-alb.html"),
            ("Messages of AWS IoT", f"{GUIDE}/services-iot.html"),
            (
                "Mails of Amazon SES",
                "https://docs.aws.amazon.com/ses/latest/dg/receiving-email-action-lambda-event.html",
            ),
        ],
    },
)

CONTEXT = {"accountId", "apiId", "domainName", "domainPrefix", "requestId", "stage"}


@pytest.fixture
def triggers(emulator: Emulator) -> Triggers:
    role = create_function(emulator, NAME, HANDLER)
    document = json.dumps(policy(statement("*")))
    emulator.client("iam").put_role_policy(RoleName=role, PolicyName="all", PolicyDocument=document)
    prepared = Triggers(emulator)
    prepared.permit_all()
    return prepared


def parsed(model: type[BaseModel], event: dict[str, Any]) -> BaseModel:
    """The event as the model has it."""
    return model.model_validate(event)


def test_requests(triggers: Triggers) -> None:
    assert triggers.http_api().status == 200
    event = triggers.next_event()
    parsed(models.APIGatewayProxyEventV2Model, event)
    assert event["cookies"] == ["a=1", "b=2"]
    assert "cookie" not in event["headers"]
    assert event["headers"]["x-order-id"] == "7"
    assert event["queryStringParameters"] == {"page": "2,3"}
    assert set(event["requestContext"]) == CONTEXT | {"http", "routeKey", "time", "timeEpoch"}
    assert event["requestContext"]["domainPrefix"] == event["requestContext"]["apiId"]
    assert "pathParameters" not in event
    assert triggers.http_api("OPTIONS").status == 200
    assert triggers.next_event()["requestContext"]["http"]["method"] == "OPTIONS"

    assert triggers.rest_api().status == 200
    event = triggers.next_event()
    parsed(models.APIGatewayProxyEventModel, event)
    assert "version" not in event
    assert event["headers"]["X-Order-ID"] == "7"
    assert event["headers"]["X-Forwarded-Proto"] == "https"
    assert event["multiValueHeaders"]["Cookie"] == ["a=1; b=2"]
    assert event["multiValueQueryStringParameters"] == {"page": ["2", "3"]}
    assert event["requestContext"]["identity"]["userArn"] is None
    assert event["requestContext"]["domainName"].endswith(f".execute-api.{REGION}.amazonaws.com")
    assert set(event["requestContext"]) == CONTEXT | {
        "extendedRequestId", "httpMethod", "identity", "path", "protocol", "requestTime", "requestTimeEpoch",
        "resourceId", "resourcePath",
    }  # fmt: skip

    assert triggers.function_url().status == 200
    event = triggers.next_event()
    parsed(models.LambdaFunctionUrlModel, event)
    assert event["cookies"] == ["a=1", "b=2"]


@pytest.mark.slow
def test_user_pools(triggers: Triggers) -> None:
    names = (
        "PreSignUp",
        "PostConfirmation",
        "PreAuthentication",
        "PostAuthentication",
        "PreTokenGeneration",
        "CustomMessage",
    )
    pool, client = triggers.user_pool(*names)
    cognito = triggers.client("cognito-idp")
    user: Any = {"ClientId": client, "Username": "ann"}
    email: Any = [{"Name": "email", "Value": "ann@example.com"}]
    cognito.sign_up(**user, Password="Xy-12345678", UserAttributes=email, ClientMetadata={"from": "web"})
    cognito.resend_confirmation_code(**user)
    cognito.admin_confirm_sign_up(UserPoolId=pool, Username="ann")
    secret = {"USERNAME": "ann", "PASSWORD": "Xy-12345678"}
    cognito.initiate_auth(ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=secret)
    cognito.forgot_password(**user)

    expected: list[tuple[str, type[BaseModel]]] = [
        ("PreSignUp_SignUp", cognito_models.CognitoPreSignupTriggerModel),
        ("CustomMessage_SignUp", cognito_models.CognitoCustomMessageTriggerModel),
        ("CustomMessage_ResendCode", cognito_models.CognitoCustomMessageTriggerModel),
        ("PostConfirmation_ConfirmSignUp", cognito_models.CognitoPostConfirmationTriggerModel),
        ("PreAuthentication_Authentication", cognito_models.CognitoPreAuthenticationTriggerModel),
        ("TokenGeneration_Authentication", cognito_models.CognitoPreTokenGenerationTriggerModelV1),
        ("PostAuthentication_Authentication", cognito_models.CognitoPostAuthenticationTriggerModel),
        ("CustomMessage_ForgotPassword", cognito_models.CognitoCustomMessageTriggerModel),
    ]
    events = triggers.all_events()
    assert [event["triggerSource"] for event in events] == [source for source, _model in expected]
    for event, (_source, model) in zip(events, expected, strict=True):
        parsed(model, event)
    assert events[0]["request"]["clientMetadata"] == {"from": "web"}


@pytest.mark.slow
def test_events_of_other_services(triggers: Triggers) -> None:
    expected: dict[str, type[BaseModel]] = {
        "queue": models.SqsModel,
        "topic": models.SnsModel,
        "bucket": models.S3Model,
        "rule": models.EventBridgeModel,
        "schedule": models.EventBridgeModel,
        "table": models.DynamoDBStreamModel,
        "stream": models.KinesisDataStreamModel,
        "log_group": models.CloudWatchLogsModel,
        "load_balancer": models.AlbModel,
        "mail": models.SesModel,
    }
    for trigger, model in expected.items():
        getattr(triggers, trigger)()
        event = triggers.next_event()
        parsed(model, event)
        if trigger == "queue":
            assert event["Records"][0]["messageAttributes"]["stage"] == {
                "stringValue": "test",
                "stringListValues": [],
                "binaryListValues": [],
                "dataType": "String",
            }
    triggers.things()
    assert triggers.next_event() == {"order": 1}
