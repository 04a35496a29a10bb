"""Endpoints of a function's alias: an HTTP API, a REST API, a function URL."""

from __future__ import annotations

import json
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace

from botocore.credentials import Credentials

from emulator.tests.support import create_function, total
from lambda_constructs_emulator.clients import REGION
from lambda_constructs_emulator.kit.http import Caller, Response
from lambda_constructs_emulator.process import ACCOUNT, Emulator

HANDLER = """
import json, pathlib, time
def handler(event, context):
    if event.get("type") == "REQUEST":
        effect = "Allow" if event["headers"]["authorization"] == "please" else "Deny"
        statement = {{"Effect": effect, "Action": "execute-api:Invoke", "Resource": "*"}}
        policy = {{"Version": "2012-10-17", "Statement": [statement]}}
        return {{"principalId": "shop", "policyDocument": policy}}
    with pathlib.Path({trace!r}).open("a") as lines:
        lines.write("run\\n")
    asked = event.get("queryStringParameters") or {{}}
    match asked.get("do"):
        case "raise":
            raise RuntimeError("a secret of the function")
        case "hang":
            time.sleep(float(asked["seconds"]))
        case "ramble":
            return {{"neither": "status nor body"}}
        case "say":
            return {{"statusCode": asked["status"], "body": None}}
        case "answer":
            return {{"statusCode": 200, "body": "." * int(asked["bytes"])}}
    return {{"statusCode": int(asked.get("status", 200)), "body": json.dumps({{"done": True}})}}
"""
ROUTE = "/orders"
STAGE = "prod"


class Endpoint(ABC):
    """A function with an alias, and an endpoint that everybody may use, or who signs and is allowed to.

    Nobody has a permission to invoke the alias before `permit`.
    """

    def __init__(self, emulator: Emulator, *, authorization: str = "NONE", alias: str = "") -> None:
        """Create it before a function of its own, or before another one's alias.

        Args:
            emulator: where.
            authorization: NONE or AWS_IAM.
            alias: name and alias of another function, with a colon between them.
        """
        self.emulator = emulator
        self.client = emulator.client("lambda")
        self.name, _colon, self.qualifier = (alias or f"endpoint-{uuid.uuid4().hex[:10]}:live").partition(":")
        self.arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.name}:{self.qualifier}"
        self._trace = emulator.directory / f"{self.name}.trace"
        if not alias:
            create_function(emulator, self.name, HANDLER.format(trace=str(self._trace)))
            version = self.client.publish_version(FunctionName=self.name)["Version"]
            self.client.create_alias(FunctionName=self.name, Name=self.qualifier, FunctionVersion=version)
        self.url = self.open(authorization)

    @property
    @abstractmethod
    def resource(self) -> str:
        """What a policy of a caller names."""

    @property
    @abstractmethod
    def metric(self) -> tuple[str, dict[str, str], str]:
        """The namespace and the dimensions of its metrics, and the name of the number of failures."""

    @abstractmethod
    def open(self, authorization: str) -> str:
        """Create it; returns its address."""

    @abstractmethod
    def permit(self) -> None:
        """Let it invoke the alias."""

    def ask(
        self, query: str = "", *, caller: Caller | None = None, body: bytes = b"", **headers: str
    ) -> Response:
        """Send a request, signed if there is a caller who signs."""
        caller = caller or self.stranger
        return caller.send("POST", f"{self.url}?{query}", body=body, headers=headers)

    @property
    def stranger(self) -> Caller:
        """Who does not sign."""
        return replace(Caller.to(self.emulator), credentials=None)

    def user(self, *actions: str) -> Caller:
        """A user who may do that with the endpoint, and nothing else."""
        iam, name = self.emulator.client("iam"), f"user-{uuid.uuid4().hex[:10]}"
        iam.create_user(UserName=name)
        allowed = {"Effect": "Allow", "Action": list(actions) or "iam:GetUser", "Resource": self.resource}
        document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        iam.put_user_policy(UserName=name, PolicyName="may", PolicyDocument=document)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return replace(
            Caller.to(self.emulator), credentials=Credentials(key["AccessKeyId"], key["SecretAccessKey"])
        )

    def runs(self) -> int:
        """How often the function ran."""
        return len(self._trace.read_text().splitlines()) if self._trace.exists() else 0

    def total(self, metric: str) -> float:
        """The sum of a metric of the endpoint."""
        namespace, dimensions, _failures = self.metric
        return total(self.emulator, namespace, metric, dimensions)

    def noted(self, kind: str) -> int:
        """How many entries of that kind the journal has of this function."""
        return sum(each["kind"] == kind and self.arn in str(each) for each in self.emulator.journal())

    def _add_permission(self, statement: str, **members: object) -> None:
        self.client.add_permission(
            FunctionName=self.name, Qualifier=self.qualifier, StatementId=statement, **members
        )


class Api(Endpoint):
    """What both kinds of API have in common."""

    id: str
    stage: str

    @property
    def resource(self) -> str:
        return f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{self.id}/{self.stage}/POST{ROUTE}"

    def permit(self, resource: str = "*/*", *, api: str = "") -> None:
        """Let the API invoke the alias.

        Args:
            resource: which part of it, such as a stage with methods and paths.
            api: another API that may do it instead.
        """
        self._add_permission(
            uuid.uuid4().hex,
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceArn=f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api or self.id}/{resource}",
        )

    @property
    def invocation(self) -> str:
        """The alias as integrations of a REST API and authorizers name it."""
        return f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{self.arn}/invocations"

    @abstractmethod
    def authorize(self) -> str:
        """Have the alias authorize the callers, too; returns the id of the authorizer."""

    @abstractmethod
    def hurry(self, milliseconds: int) -> None:
        """Wait no longer for the function."""


class HttpApi(Api):
    stage = "$default"

    def open(self, authorization: str) -> str:
        self.apis = self.emulator.client("apigatewayv2")
        created = self.apis.create_api(Name=self.name, ProtocolType="HTTP")
        self.id = created["ApiId"]
        self.integration = self.apis.create_integration(
            ApiId=self.id,
            IntegrationType="AWS_PROXY",
            IntegrationUri=self.arn,
            PayloadFormatVersion="2.0",
        )["IntegrationId"]
        self.route_id = self.apis.create_route(
            ApiId=self.id,
            RouteKey=f"POST {ROUTE}",
            Target=f"integrations/{self.integration}",
            AuthorizationType=authorization,
        )["RouteId"]
        self.apis.create_stage(ApiId=self.id, StageName=self.stage, AutoDeploy=True)
        return f"https://{self.id}.execute-api.{REGION}.amazonaws.com{ROUTE}"

    @property
    def metric(self) -> tuple[str, dict[str, str], str]:
        return "AWS/ApiGateway", {"ApiId": self.id, "Stage": self.stage}, "5xx"

    def authorize(self) -> str:
        authorizer: str = self.apis.create_authorizer(
            ApiId=self.id,
            Name="asks",
            AuthorizerType="REQUEST",
            AuthorizerUri=self.invocation,
            AuthorizerPayloadFormatVersion="1.0",
            IdentitySource=["$request.header.Authorization"],
        )["AuthorizerId"]
        self.apis.update_route(
            ApiId=self.id, RouteId=self.route_id, AuthorizationType="CUSTOM", AuthorizerId=authorizer
        )
        return authorizer

    def hurry(self, milliseconds: int) -> None:
        self.apis.update_integration(
            ApiId=self.id, IntegrationId=self.integration, TimeoutInMillis=milliseconds
        )


class RestApi(Api):
    stage = STAGE

    def open(self, authorization: str) -> str:
        self.apis = self.emulator.client("apigateway")
        self.id = self.apis.create_rest_api(name=self.name)["id"]
        (root,) = self.apis.get_resources(restApiId=self.id)["items"]
        made = self.apis.create_resource(restApiId=self.id, parentId=root["id"], pathPart=ROUTE[1:])
        self.method = {"restApiId": self.id, "resourceId": made["id"], "httpMethod": "POST"}
        self.apis.put_method(**self.method, authorizationType=authorization)
        self.apis.put_integration(
            **self.method, type="AWS_PROXY", integrationHttpMethod="POST", uri=self.invocation
        )
        self.apis.create_deployment(restApiId=self.id, stageName=STAGE)
        return f"https://{self.id}.execute-api.{REGION}.amazonaws.com/{STAGE}{ROUTE}"

    @property
    def metric(self) -> tuple[str, dict[str, str], str]:
        return "AWS/ApiGateway", {"ApiName": self.name, "Stage": self.stage}, "5XXError"

    def authorize(self) -> str:
        authorizer: str = self.apis.create_authorizer(
            restApiId=self.id,
            name="asks",
            type="REQUEST",
            authorizerUri=self.invocation,
            identitySource="method.request.header.Authorization",
        )["id"]
        changes = {"/authorizationType": "CUSTOM", "/authorizerId": authorizer}
        self._patch(self.apis.update_method, changes)
        return authorizer

    def hurry(self, milliseconds: int) -> None:
        self._patch(self.apis.update_integration, {"/timeoutInMillis": str(milliseconds)})

    def _patch(self, update: Callable[..., object], changes: dict[str, str]) -> None:
        operations = [{"op": "replace", "path": path, "value": value} for path, value in changes.items()]
        update(**self.method, patchOperations=operations)


class FunctionUrl(Endpoint):
    @property
    def resource(self) -> str:
        return self.arn

    @property
    def metric(self) -> tuple[str, dict[str, str], str]:
        dimensions = {"FunctionName": self.name, "Resource": f"{self.name}:{self.qualifier}"}
        return "AWS/Lambda", dimensions, "Url5xxCount"

    def open(self, authorization: str) -> str:
        made = self.client.create_function_url_config(
            FunctionName=self.name, Qualifier=self.qualifier, AuthType=authorization
        )
        address: str = made["FunctionUrl"]
        return address

    def permit(self) -> None:
        self.permit_call()
        self._add_permission(
            "invoke", Action="lambda:InvokeFunction", Principal="*", InvokedViaFunctionUrl=True
        )

    def permit_call(self) -> None:
        """Half of what is needed."""
        self._add_permission(
            "call", Action="lambda:InvokeFunctionUrl", Principal="*", FunctionUrlAuthType="NONE"
        )
