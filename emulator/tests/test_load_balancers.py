"""Load balancers whose target is a function: its permission, its events, its responses."""

import json
from dataclasses import replace
from typing import Any

import pytest

from emulator.tests.fidelity import Fidelity
from emulator.tests.support import create_function
from lambda_constructs_emulator.clients import REGION
from lambda_constructs_emulator.kit.http import Caller, Response
from lambda_constructs_emulator.process import ACCOUNT, Emulator

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "Elastic Load Balancing",
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html",
)

NAME = "target"
HANDLER = """
import json
def handler(event, context):
    asked = (event.get("headers") or {}).get("x-do", "")
    if asked == "raise":
        raise RuntimeError("a secret of the function")
    if asked == "large":
        return {"statusCode": 200, "body": "." * 1024 * 1024}
    if asked:
        return json.loads(asked)
    return {"statusCode": 200, "body": json.dumps(event), "multiValueHeaders": {"x-a": ["1", "2"]}}
"""
NO_RESPONSES = (
    "raise",
    "large",
    '"text"',
    "null",
    '{"body": "no status"}',
    '{"statusCode": "none"}',
    '{"statusCode": 200, "body": {"a": 1}}',
    '{"statusCode": 200, "headers": {"a b": "c"}}',
    '{"statusCode": 200, "body": "no base64", "isBase64Encoded": true}',
)


class Balancer:
    """A load balancer with one function as target."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        create_function(emulator, NAME, HANDLER)
        self.client = emulator.client("elbv2")
        balancer = self.client.create_load_balancer(Name=NAME, Subnets=["subnet-1", "subnet-2"])
        (made,) = balancer["LoadBalancers"]
        (group,) = self.client.create_target_group(Name=NAME, TargetType="lambda")["TargetGroups"]
        self.group = group["TargetGroupArn"]
        function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{NAME}"
        self.client.register_targets(TargetGroupArn=self.group, Targets=[{"Id": function}])
        forward = {"Type": "forward", "TargetGroupArn": self.group}
        self.client.create_listener(
            LoadBalancerArn=made["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=[forward]
        )
        self.host = made["DNSName"]
        self.caller = replace(Caller.to(emulator), credentials=None)

    def permit(self, group: str, statement: str) -> None:
        self.emulator.client("lambda").add_permission(
            FunctionName=NAME,
            StatementId=statement,
            Action="lambda:InvokeFunction",
            Principal="elasticloadbalancing.amazonaws.com",
            SourceArn=group,
        )

    def ask(self, body: bytes = b"", query: str = "", **headers: str) -> Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.caller.send("POST", f"https://{self.host}/orders{query}", body=body, headers=named)

    def event(self, body: bytes = b"", query: str = "", **headers: str) -> Any:
        return json.loads(self.ask(body, query, **headers).body)


@pytest.fixture
def balancer(emulator: Emulator) -> Balancer:
    """A load balancer that may invoke its target."""
    made = Balancer(emulator)
    made.permit(made.group, "balancer")
    return made


def test_a_load_balancer_needs_the_permission_of_the_function(emulator: Emulator) -> None:
    made = Balancer(emulator)
    made.permit(f"{made.group}x", "other")
    assert made.ask().status == 502
    made.permit(made.group, "this")
    assert made.ask().status == 200


@pytest.mark.slow
def test_what_is_no_response_is_a_bad_gateway(balancer: Balancer) -> None:
    answers = {asked: balancer.ask(x_do=asked) for asked in NO_RESPONSES}
    assert [asked for asked, answer in answers.items() if answer.status != 502] == []
    assert b"secret" not in answers["raise"].body
    assert balancer.ask(x_do='{"statusCode": "201"}').status == 201
    assert balancer.ask(body=b"." * (1024 * 1024 + 1)).status == 413


@pytest.mark.slow
def test_events_have_the_last_value_or_all_of_a_header_and_a_parameter(balancer: Balancer) -> None:
    query = "?a=1&a=2&b=%20"
    single = balancer.event(query=query)
    assert single["queryStringParameters"] == {"a": "2", "b": "%20"}
    assert (single["headers"]["host"], "multiValueHeaders" in single) == (balancer.host, False)

    enabled = {"Key": "lambda.multi_value_headers.enabled", "Value": "true"}
    balancer.client.modify_target_group_attributes(TargetGroupArn=balancer.group, Attributes=[enabled])
    several = balancer.event(query=query)
    assert several["multiValueQueryStringParameters"] == {"a": ["1", "2"], "b": ["%20"]}
    assert several["multiValueHeaders"]["host"] == [balancer.host]
    assert {"headers", "queryStringParameters"} & several.keys() == set()


@pytest.mark.slow
def test_a_body_is_text_by_its_type(balancer: Balancer) -> None:
    found = {
        kind: balancer.event(b"{}", Content_Type=kind)["isBase64Encoded"]
        for kind in ("application/json", "text/html; charset=utf-8", "application/xml", "image/png")
    }
    assert [kind for kind, encoded in found.items() if encoded] == ["image/png"]
    encoded = balancer.event(b"{}", Content_Type="text/plain", Content_Encoding="gzip")
    assert (encoded["body"], encoded["isBase64Encoded"]) == ("e30=", True)
