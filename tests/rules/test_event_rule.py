"""EventBridge rules in templates: their names, their descriptions, and the input of a function."""

from __future__ import annotations

from tests.audit.support import findings, ref, resource, template


def test_names_descriptions_and_paths_are_judged() -> None:
    named = {"bucket": "$.detials.bucket", "time": "$.time", "late": ref("Path")}
    targets = [
        {"Id": "A", "Arn": "arn:aws:sqs:eu-west-1:123456789012:a", "InputPath": "$.detail_type"},
        {
            "Id": "B",
            "Arn": "arn:aws:sqs:eu-west-1:123456789012:b",
            "InputTransformer": {"InputPathsMap": named},
        },
        {"Id": "C", "Arn": "arn:aws:sqs:eu-west-1:123456789012:c", "InputPath": "$.detail"},
    ]
    source = template(
        Rule=resource("AWS::Events::Rule", Name="shop orders", Description="x" * 513, Targets=targets),
        Good=resource("AWS::Events::Rule", Name="orders", Description="x" * 512),
        Schedule=resource("AWS::Scheduler::Schedule", Name="shop/orders", Target={}),
        Stage=resource("AWS::ApiGateway::Stage", StageName="v1.0"),
    )

    found = {
        (each.code, each.resource, each.location.removeprefix("Properties/")) for each in findings(source)
    }

    assert {each for each in found if each[0] in CODES} == {
        ("trigger-name", "Rule", "Name"),
        ("trigger-name", "Schedule", "Name"),
        ("rule-description-length", "Rule", "Description"),
        ("event-input-path", "Rule", "Targets/0/InputPath"),
        ("event-input-path", "Rule", "Targets/1/InputTransformer/InputPathsMap/bucket"),
        ("stage-name", "Stage", "StageName"),
    }


CODES = {"event-input-path", "rule-description-length", "stage-name", "trigger-name"}
