"""Resources that rules read, and that lack what the rules judge."""

from __future__ import annotations

from typing import Final

from tests.audit.support import (
    alias,
    arn,
    found,
    function,
    kept_warm,
    mapping,
    parameter,
    ref,
    resource,
    template,
    version,
)

ELSEWHERE: Final = "arn:aws:lambda:eu-west-1:123456789012:function:other"
TOPIC: Final = "arn:aws:sns:eu-west-1:123456789012:pager"
QUEUE: Final = "arn:aws:sqs:eu-west-1:123456789012:failed"
CODES: Final = (
    *("alarm-dimensions", "alarm-topic-key", "alarm-topic-policy", "async-settings-twice"),
    *("destination-role-rights", "function-policy-size", "mapping-role-rights", "provisioned-range"),
    *("role-trust-lambda", "timeout-above-endpoint"),
)


def test_rules_say_nothing_of_what_they_cannot_judge() -> None:
    uri = {"Fn::Sub": "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${Function}/invocations"}
    failing = {"OnFailure": {"Destination": ref("Name")}}
    source = template(
        {"Parameters": {"Name": parameter("String")}},
        Function=function(Role=arn("Role")),
        Role=resource("AWS::IAM::Role"),
        Version=version(),
        Alias=alias(**kept_warm(1)),
        Alarm=resource(
            "AWS::CloudWatch::Alarm", Namespace="AWS/Lambda", MetricName="Errors", AlarmActions=[TOPIC]
        ),
        Events=resource(
            "AWS::Lambda::EventInvokeConfig",
            FunctionName=ref("Function"),
            Qualifier=ref("Name"),
            DestinationConfig=failing,
        ),
        Away=mapping(QUEUE, to=ELSEWHERE, DestinationConfig={"OnFailure": {"Destination": QUEUE}}),
        Other=function(),
        Here=mapping(QUEUE, to="Other"),
        Permission=resource("AWS::Lambda::Permission", FunctionName=ref("Function"), Action="lambda:*"),
        Method=resource(
            "AWS::ApiGateway::Method", Integration={"Uri": uri, "RequestParameters": ref("Name")}
        ),
    )

    assert found(source, *CODES) == [("timeout-above-endpoint", "undecided", "Function")]
