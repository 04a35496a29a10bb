"""Who can assume an execution role."""

from __future__ import annotations

from typing import Any

from tests.audit.support import Json, arn, found, function, parameter, ref, resource, template

CODES = ("role-trust-lambda", "role-trust-public")
SECTIONS = {"Parameters": {"Service": parameter("String")}}
LAMBDA = {"Service": "lambda.amazonaws.com"}


def trust(principal: Any, action: Any = "sts:AssumeRole", **more: Any) -> Json:
    return {"Effect": "Allow", "Principal": principal, "Action": action, **more}


def verdicts(*statements: Any) -> list[tuple[str, str]]:
    document = {"Statement": list(statements) if len(statements) != 1 else statements[0]}
    role = resource("AWS::IAM::Role", AssumeRolePolicyDocument=document)
    shop = template(SECTIONS, Function=function(Role=arn("Role")), Role=role)
    return [(code, severity) for code, severity, _ in found(shop, *CODES)]


def test_roles_that_lambda_can_assume() -> None:
    for statements in (
        [trust(LAMBDA)],
        [trust({"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]}, ["sts:AssumeRole"])],
        [trust({"Service": {"Fn::Sub": "lambda.${AWS::URLSuffix}"}}, "sts:*")],
        [trust({"AWS": arn("Other")}), trust(LAMBDA)],
        [trust(LAMBDA), trust({"AWS": "*"}, Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})],
        [trust(LAMBDA), {"Effect": "Deny", "Principal": "*", "Action": "*"}],
    ):
        assert verdicts(*statements) == [], statements


def test_roles_that_lambda_cannot_assume() -> None:
    for statements in (
        [trust({"Service": "ec2.amazonaws.com"})],
        [trust({"Service": "edgelambda.amazonaws.com"})],
        [trust(LAMBDA, "sts:TagSession")],
        [trust(None)],
        [{"Effect": "Deny", "Principal": LAMBDA, "Action": "sts:AssumeRole"}],
        [],
    ):
        assert verdicts(*statements) == [("role-trust-lambda", "error")], statements


def test_unknown_principals_are_not_judged() -> None:
    for statements in (
        [trust({"Service": ref("Service")})],
        [trust(ref("Service"))],
        [trust(LAMBDA, "sts:TagSession"), ref("Service")],
        [{**trust(LAMBDA), "Effect": ref("Service")}],
    ):
        assert verdicts(*statements) == [("role-trust-lambda", "undecided")], statements


def test_roles_that_anyone_can_assume() -> None:
    for principal in ("*", {"AWS": ["*"]}, {"Federated": "cognito-identity.amazonaws.com"}):
        assert verdicts(trust(LAMBDA), trust(principal)) == [("role-trust-public", "error")], principal
