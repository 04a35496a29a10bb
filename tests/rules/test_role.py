"""Execution roles that allow too much."""

from __future__ import annotations

from typing import Any

from lambda_constructs.template.policies import POLICIES_LEFT_OUT
from tests.audit.support import Json, arn, findings, found, function, ref, resource, template
from tests.for_each import for_each

CODES = (
    "role-administrator",
    "role-administrator-policy",
    "role-service-wildcard",
    "role-full-access-policy",
    "role-iam-write",
    "role-not-action",
    "role-pass-role",
)


def document(action: Any, resources: Any = "*", **more: Any) -> Json:
    return {"Statement": [{"Effect": "Allow", "Action": action, "Resource": resources, **more}]}


def role(allowed: Json | None = None, **properties: Any) -> Json:
    policies = [{"PolicyName": "Own", "PolicyDocument": allowed}] if allowed else None
    return resource("AWS::IAM::Role", Policies=policies, **properties)


def shop(made: Json, **resources: Json) -> Json:
    return template(Function=function(Role=arn("Role")), Role=made, **resources)


@for_each(
    ("allowed", "code", "severity"),
    [
        (document("*"), "role-administrator", "error"),
        (document(["sqs:SendMessage", "*:*"], ["*"]), "role-administrator", "error"),
        (document("s3:*"), "role-service-wildcard", "warning"),
        (document(["logs:PutLogEvents", "DynamoDB:*"]), "role-service-wildcard", "warning"),
        ({"Statement": document("*")["Statement"][0]}, "role-administrator", "error"),
        (document("iam:*"), "role-iam-write", "error"),
        (document("iam:PassRole"), "role-pass-role", "warning"),
        (document(None, NotAction="iam:*"), "role-not-action", "warning"),
    ],
)
@for_each("kind", ["inline", "policy", "managed", "attached", "role policy"])
def test_roles_that_may_do_more_than_is_needed(kind: str, allowed: Json, code: str, severity: str) -> None:
    alone = {
        "policy": resource("AWS::IAM::Policy", Roles=[ref("Role")], PolicyDocument=allowed),
        "managed": resource("AWS::IAM::ManagedPolicy", Roles=[ref("Role")], PolicyDocument=allowed),
        "attached": resource("AWS::IAM::ManagedPolicy", PolicyDocument=allowed),
        "role policy": resource("AWS::IAM::RolePolicy", RoleName=ref("Role"), PolicyDocument=allowed),
    }
    if kind == "inline":
        assert found(shop(role(allowed)), *CODES) == [(code, severity, "Role")]
    else:
        made = role(ManagedPolicyArns=[ref("Policy")] if kind == "attached" else None)
        assert found(shop(made, Policy=alone[kind]), *CODES) == [(code, severity, "Policy")]


@for_each(
    "allowed",
    [
        document("*", arn("Bucket")),
        document("s3:*", ["arn:aws:s3:::in", "arn:aws:s3:::in/*"]),
        document("s3:Get*"),
        document("*", Effect="Deny"),
        document(None, Effect="Deny", NotAction="s3:*"),
        document("iam:PassRole", Condition={"StringEquals": {"iam:PassedToService": "ecs.amazonaws.com"}}),
        document(None, NotAction="s3:*", Condition={"Bool": {"aws:SecureTransport": "true"}}),
        document("*", Condition={"StringEquals": {"aws:ResourceTag/shop": "yes"}}),
        {"Statement": "none"},
        {},
    ],
)
def test_roles_that_may_do_something(allowed: Json) -> None:
    assert found(shop(role(allowed)), *CODES) == []


@for_each(
    ("arn_of_policy", "codes"),
    [
        ("arn:aws:iam::aws:policy/AdministratorAccess", ["role-administrator-policy"]),
        ({"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/PowerUserAccess"}, ["role-administrator-policy"]),
        ("arn:aws:iam::aws:policy/AmazonSQSFullAccess", ["role-full-access-policy"]),
        ("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole", []),
        ("arn:aws:iam::123456789012:policy/AdministratorAccess", []),
        ({"Fn::ImportValue": "policy"}, []),
    ],
)
def test_policies_for_administrators(arn_of_policy: Any, codes: list[str]) -> None:
    source = shop(role(ManagedPolicyArns=[arn_of_policy]))

    assert [code for code, _, _ in found(source, *CODES)] == codes


def test_roles_of_others_are_not_looked_at() -> None:
    source = template(Function=function(), Role=role(document("*")))

    assert found(source, *CODES) == []


def test_the_finding_is_at_the_policy_and_about_the_role_and_its_functions() -> None:
    policy = resource("AWS::IAM::Policy", Roles=[ref("Role")], PolicyDocument=document("*"))

    (finding,) = findings(shop(role(), Policy=policy), "role-administrator")

    assert (finding.resource, finding.location) == ("Policy", "Properties/PolicyDocument/Statement/0")
    assert finding.about == ("Role", "Function")
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    own = role(document("*"), AssumeRolePolicyDocument={"Statement": trust})

    (finding,) = findings(shop(own), "role-administrator")

    assert (finding.resource, finding.about) == ("Role", ("Function",))


def test_a_role_that_trusts_lambda_is_judged_without_a_function() -> None:
    """The functions may be in another template."""
    for service, reported in (("lambda.amazonaws.com", True), ("ec2.amazonaws.com", False)):
        for services in (service, [service]):
            trust = {"Effect": "Allow", "Principal": {"Service": services}, "Action": "sts:AssumeRole"}
            for statement in (trust, [trust]):
                made = role(document("*"), AssumeRolePolicyDocument={"Statement": statement})
                expected = [("role-administrator", "error", "Role")] if reported else []
                assert found(template(Role=made), *CODES) == expected, statement


@for_each(
    ("named", "refused"),
    [
        ("*", False),
        ("arn:aws:s3:::shop/*", False),
        (arn("Bucket"), False),
        ({"Fn::Sub": "${Bucket.Arn}/*"}, False),
        ({"Fn::Sub": "arn:aws:s3:::${Bucket}"}, False),
        (ref("Topic"), False),
        (ref("Open"), False),
        ({"Fn::Sub": "${Open}/*"}, False),
        (ref("Bucket"), True),
        ({"Fn::Sub": "${Bucket}/*"}, True),
        ([arn("Bucket"), "shop/*"], True),
    ],
)
def test_resources_of_statements_are_arns(named: Any, *, refused: bool) -> None:
    source = shop(
        role(document("s3:GetObject", named)),
        Bucket=resource("AWS::S3::Bucket"),
        Topic=resource("AWS::SNS::Topic"),
    )
    source["Parameters"] = {"Open": {"Type": "String"}}

    assert found(source, "role-resource-form") == [("role-resource-form", "error", "Role")] * refused


def test_a_role_can_be_named_by_an_arn_around_its_name() -> None:
    for given, judged in (
        ({"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:role/${Role}"}, True),
        ({"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:role/a-${Role}"}, False),
        ({"Fn::Sub": "${Role.Arn}-other"}, False),
    ):
        made = {**template(Function=function(Role=given), Role=role(document("*")))}
        assert bool(found(made, "role-administrator")) is judged


def test_policies_that_sam_left_out_are_said_where_the_function_is() -> None:
    raw = {**function(), "Metadata": {POLICIES_LEFT_OUT: True}}
    assert found(template(Function=raw), "policies-left-out") == [
        ("policies-left-out", "warning", "Function")
    ]
    assert found(template(Function=function()), "policies-left-out") == []
