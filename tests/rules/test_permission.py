"""Permissions to invoke functions, the size of their policies, and function URLs."""

from __future__ import annotations

from typing import Any

from tests.audit.support import (
    Json,
    alias,
    arn,
    findings,
    found,
    function,
    parameter,
    ref,
    resource,
    template,
    version,
)
from tests.for_each import for_each

PRINCIPALS = ("permission-without-source", "permission-without-account", "permission-public")
PAIR = "function-url-permission"
SIZES = ("function-policy-size", "function-policy-nearly-full")


def permission(principal: Any, action: str = "lambda:InvokeFunction", /, **properties: Any) -> Json:
    common = {"FunctionName": ref("Alias"), "Action": action, "Principal": principal}
    return resource("AWS::Lambda::Permission", **{**common, **properties})


def shop(**resources: Json) -> Json:
    return template(**{"Function": function(), "Version": version(), "Alias": alias(), **resources})


@for_each(
    "allowed",
    [
        permission("sns.amazonaws.com", SourceArn=ref("Topic")),
        permission("ses.amazonaws.com", SourceAccount=ref("AWS::AccountId")),
        permission("s3.amazonaws.com", SourceArn=arn("Bucket"), SourceAccount=ref("AWS::AccountId")),
        permission("alexa-appkit.amazon.com", EventSourceToken="skill"),
        permission("123456789012"),
        permission("arn:aws:iam::123456789012:root"),
        permission("*", PrincipalOrgID="o-1"),
        permission("*", "lambda:InvokeFunctionUrl", FunctionUrlAuthType="NONE"),
        permission("*", InvokedViaFunctionUrl=True),
        permission(ref("Who")),
        permission("sns.amazonaws.com", FunctionName="elsewhere"),
    ],
)
def test_permissions_that_say_for_what(allowed: Json) -> None:
    source = {**shop(Permission=allowed), "Parameters": {"Who": parameter("String")}}

    assert found(source, *PRINCIPALS) == []


@for_each(
    ("allowed", "code", "severity"),
    [
        (permission("sns.amazonaws.com"), "permission-without-source", "warning"),
        (permission("s3.amazonaws.com", SourceArn=arn("Bucket")), "permission-without-account", "warning"),
        (permission("*"), "permission-public", "error"),
        (
            permission("*", "lambda:InvokeFunctionUrl", FunctionUrlAuthType="AWS_IAM"),
            "permission-public",
            "error",
        ),
        (
            permission("*", "lambda:InvokeFunctionUrl", FunctionUrlAuthType=ref("Who")),
            "permission-public",
            "undecided",
        ),
    ],
)
def test_permissions_for_more_than_is_meant(allowed: Json, code: str, severity: str) -> None:
    source = {**shop(Permission=allowed), "Parameters": {"Who": parameter("String")}}

    assert found(source, *PRINCIPALS) == [(code, severity, "Permission")]


def test_a_public_permission_of_a_function_with_a_url_is_told_how_to_be_for_the_url() -> None:
    url = resource("AWS::Lambda::Url", TargetFunctionArn=ref("Alias"), AuthType="NONE")
    other = resource("AWS::SNS::Subscription", Protocol="lambda", Endpoint=ref("Alias"))
    for trigger, advice in ((url, "set InvokedViaFunctionUrl"), (other, "name accounts")):
        (finding,) = findings(shop(Trigger=trigger, Permission=permission("*")), "permission-public")
        assert advice in finding.message


def test_a_function_url_needs_both_permissions() -> None:
    calls = permission("*", "lambda:InvokeFunctionUrl", FunctionUrlAuthType="NONE")
    invokes = permission("*", InvokedViaFunctionUrl=True)

    assert found(shop(Calls=calls, Invokes=invokes), PAIR) == []
    assert found(shop(Calls=calls), PAIR) == [(PAIR, "error", "Calls")]

    of_another = permission("*", FunctionName=ref("Function"), InvokedViaFunctionUrl=True)
    assert found(shop(Calls=calls, Invokes=of_another), PAIR) == [(PAIR, "error", "Calls")]


@for_each(("principal", "wrong"), [("cloudfront.amazonaws.com", ["Calls"]), ("123456789012", [])])
def test_accounts_can_be_allowed_by_their_own_policies(principal: str, wrong: list[str]) -> None:
    calls = permission(principal, "lambda:InvokeFunctionUrl", FunctionUrlAuthType="AWS_IAM")

    assert [resource for _, _, resource in found(shop(Calls=calls), PAIR)] == wrong


def test_an_action_that_is_only_known_at_deployment_may_be_the_other_one() -> None:
    calls = permission("*", "lambda:InvokeFunctionUrl", FunctionUrlAuthType="NONE")
    source = shop(Calls=calls, Other=permission("*", Action=ref("What")))

    assert found({**source, "Parameters": {"What": parameter("String")}}, PAIR) == []


@for_each("known", ["FunctionName", "Principal"])
def test_a_permission_that_may_be_for_the_same_url_is_not_judged(known: str) -> None:
    calls = permission("*", "lambda:InvokeFunctionUrl", FunctionUrlAuthType="NONE")
    source = shop(Calls=calls, Other=permission("*", **{known: ref("What")}))

    assert found({**source, "Parameters": {"What": parameter("String")}}, PAIR) == [
        (PAIR, "undecided", "Calls")
    ]


@for_each(("auth_type", "severities"), [("AWS_IAM", []), ("NONE", ["warning"]), (ref("Who"), ["undecided"])])
def test_a_function_url_without_authentication_is_open_to_everybody(
    auth_type: Any, severities: list[str]
) -> None:
    url = resource("AWS::Lambda::Url", TargetFunctionArn=ref("Alias"), AuthType=auth_type)
    source = {**shop(Url=url), "Parameters": {"Who": parameter("String")}}

    assert [severity for _, severity, _ in found(source, "function-url-public")] == severities


def routes(count: int, **properties: Any) -> dict[str, Json]:
    """As many permissions as CDK writes for half as many methods of a REST API."""
    pieces = ["arn:", ref("AWS::Partition"), ":execute-api:", ref("AWS::Region"), ":", ref("AWS::AccountId")]
    source = {"Fn::Join": ["", [*pieces, ":", ref("Api"), "/*/GET/orders"]]}
    allowed = permission("apigateway.amazonaws.com", SourceArn=source, **properties)
    return {f"Permission{number}": allowed for number in range(count)}


def test_the_policy_of_an_alias_has_room_for_some_permissions() -> None:
    assert found(shop(**routes(30)), *SIZES) == []
    assert found(shop(**routes(55)), *SIZES) == [("function-policy-nearly-full", "warning", "Function")]
    assert found(shop(**routes(90)), *SIZES) == [("function-policy-size", "error", "Function")]


def test_each_alias_has_a_separate_policy() -> None:
    others = {f"Other{name}": made for name, made in routes(30, FunctionName=arn("Function")).items()}

    assert found(shop(**routes(30), **others), *SIZES) == []


def test_permissions_that_may_be_left_out_do_not_count() -> None:
    allowed = {name: {**made, "Condition": "Late"} for name, made in routes(90).items()}

    assert found(shop(**allowed), *SIZES) == []
