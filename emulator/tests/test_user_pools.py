"""A user pool asks a function before a sign-up, if that lets it, and again if no answer comes."""

import base64
import socket
import uuid

import pytest
from botocore.exceptions import ClientError

from emulator.tests.endpoints import HttpApi, RestApi
from emulator.tests.fidelity import Fidelity
from emulator.tests.support import create_function, total
from lambda_constructs_emulator.clients import REGION
from lambda_constructs_emulator.process import ACCOUNT, Emulator

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "Amazon Cognito",
    "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html",
)

CONFIRMS = """
def handler(event, context):
    event["response"]["autoConfirmUser"] = True
    return event
"""
HANGS = """
import pathlib, time
def handler(event, context):
    with pathlib.Path({trace!r}).open("a") as lines:
        lines.write("run\\n")
    time.sleep(60)
"""
PASSWORD = "Correct-horse-1"


class Pool:
    """A user pool that asks the alias of a function before a sign-up."""

    def __init__(self, emulator: Emulator, source: str = "", *, timeout: int = 10) -> None:
        self.name = f"signs-up-{uuid.uuid4().hex[:10]}"
        self.trace = emulator.directory / f"{self.name}.trace"
        self._lambda = emulator.client("lambda")
        source = source.format(trace=str(self.trace)) or CONFIRMS
        create_function(emulator, self.name, source, timeout=timeout)
        version = self._lambda.publish_version(FunctionName=self.name)["Version"]
        self._lambda.create_alias(FunctionName=self.name, Name="live", FunctionVersion=version)
        self._cognito = emulator.client("cognito-idp")
        alias = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.name}:live"
        pool = self._cognito.create_user_pool(PoolName=self.name, LambdaConfig={"PreSignUp": alias})
        self.arn = pool["UserPool"]["Arn"]
        client = self._cognito.create_user_pool_client(
            UserPoolId=pool["UserPool"]["Id"], ClientName=self.name
        )
        self._client_id = client["UserPoolClient"]["ClientId"]

    def permit(self, source_arn: str) -> None:
        self._lambda.add_permission(
            FunctionName=self.name,
            Qualifier="live",
            StatementId=uuid.uuid4().hex,
            Action="lambda:InvokeFunction",
            Principal="cognito-idp.amazonaws.com",
            SourceArn=source_arn,
        )

    def sign_up(self) -> bool:
        """Sign somebody up; returns whether the function has confirmed the user."""
        confirmed: bool = self._cognito.sign_up(
            ClientId=self._client_id, Username=f"user-{uuid.uuid4().hex}", Password="Xy-12345678"
        )["UserConfirmed"]
        return confirmed


def test_a_pool_needs_the_permission_of_the_alias(emulator: Emulator, plain: Emulator) -> None:
    pool = Pool(emulator)
    pool.permit(f"{pool.arn}-of-another")
    with pytest.raises(ClientError, match="AccessDeniedException"):
        pool.sign_up()
    pool.permit(pool.arn)
    assert pool.sign_up()

    assert Pool(plain).sign_up()


def test_a_function_that_does_not_answer_is_asked_three_times(emulator: Emulator, plain: Emulator) -> None:
    pool = Pool(emulator, HANGS, timeout=1)
    pool.permit(pool.arn)
    with pytest.raises(ClientError, match="UserLambdaValidationException"):
        pool.sign_up()
    assert total(emulator, "AWS/Lambda", "Invocations", {"FunctionName": pool.name}) == 3

    plain_pool = Pool(plain, HANGS, timeout=1)
    with pytest.raises(ClientError, match="UserLambdaValidationException"):
        plain_pool.sign_up()
    # A machine that is busy may take longer than that to start the function.
    runs = plain_pool.trace.read_text().splitlines() if plain_pool.trace.exists() else []
    assert len(runs) <= 1


def test_apis_authorize_the_tokens_of_a_user_pool_and_no_others(emulator: Emulator) -> None:
    cognito = emulator.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="shop")["UserPool"]
    client = cognito.create_user_pool_client(
        UserPoolId=pool["Id"], ClientName="shop", ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    user = {"UserPoolId": pool["Id"], "Username": "ann"}
    cognito.admin_create_user(**user)
    cognito.admin_set_user_password(**user, Password=PASSWORD, Permanent=True)
    token = cognito.admin_initiate_auth(
        UserPoolId=pool["Id"],
        ClientId=client,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ann", "PASSWORD": PASSWORD},
    )["AuthenticationResult"]["IdToken"]
    changed = token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")

    http, rest = HttpApi(emulator), RestApi(emulator)
    issuer = f"https://cognito-idp.{REGION}.amazonaws.com/{pool['Id']}"
    authorizer = http.apis.create_authorizer(
        ApiId=http.id,
        Name="users",
        AuthorizerType="JWT",
        IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Issuer": issuer, "Audience": [client]},
    )["AuthorizerId"]
    http.apis.update_route(
        ApiId=http.id, RouteId=http.route_id, AuthorizationType="JWT", AuthorizerId=authorizer
    )
    users = rest.apis.create_authorizer(
        restApiId=rest.id,
        name="users",
        type="COGNITO_USER_POOLS",
        providerARNs=[pool["Arn"]],
        identitySource="method.request.header.Authorization",
    )["id"]
    rest._patch(rest.apis.update_method, {"/authorizationType": "COGNITO_USER_POOLS", "/authorizerId": users})
    for api in (http, rest):
        api.permit()
        statuses = [api.ask(Authorization=each).status for each in (token, changed, "nonsense")]
        assert statuses == [200, 401, 401], type(api)


def test_the_keys_of_other_issuers_are_not_fetched(emulator: Emulator) -> None:
    api = HttpApi(emulator)
    with socket.create_server(("127.0.0.1", 0)) as issuer:
        authorizer = api.apis.create_authorizer(
            ApiId=api.id,
            Name="users",
            AuthorizerType="JWT",
            IdentitySource=["$request.header.Authorization"],
            JwtConfiguration={"Issuer": f"http://127.0.0.1:{issuer.getsockname()[1]}", "Audience": ["shop"]},
        )["AuthorizerId"]
        api.apis.update_route(
            ApiId=api.id, RouteId=api.route_id, AuthorizationType="JWT", AuthorizerId=authorizer
        )
        api.permit()
        header, claims = (base64.urlsafe_b64encode(each).decode() for each in (b'{"kid": "1"}', b"{}"))
        assert api.ask(Authorization=f"{header}.{claims}.AAAA").status == 401
        issuer.setblocking(False)
        with pytest.raises(BlockingIOError):
            issuer.accept()
