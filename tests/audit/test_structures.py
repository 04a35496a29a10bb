"""A template without errors, of which any part is unknown, malformed, or depends on a parameter."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from lambda_constructs.audit import Finding, audit
from lambda_constructs.audit.macros import expand
from tests.audit.support import (
    Json,
    alias,
    arn,
    function,
    mapping,
    parameter,
    queue,
    redrive,
    ref,
    resource,
    template,
    version,
)

Keys: TypeAlias = tuple[str | int, ...]


def allow(action: Any, on: Any, **more: Any) -> Json:
    return {"Effect": "Allow", "Action": action, "Resource": on, **more}


def trust(service: str) -> Json:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return {"Statement": [statement]}


def permission(service: str) -> Json:
    return resource(
        "AWS::Lambda::Permission",
        FunctionName=ref("Alias"),
        Principal=f"{service}.amazonaws.com",
        Action="lambda:InvokeFunction",
        SourceAccount=ref("AWS::AccountId"),
    )


SECTIONS = {
    "Parameters": {"Open": parameter("String"), "Stage": parameter("String")},
    "Conditions": {
        "Maybe": {"Fn::Equals": [ref("Open"), ref("AWS::Region")]},
        "IsProd": {"Fn::Equals": [ref("Stage"), "prod"]},
    },
}
SHOP = template(
    SECTIONS,
    Role=resource(
        "AWS::IAM::Role",
        AssumeRolePolicyDocument=trust("lambda.amazonaws.com"),
        ManagedPolicyArns=["arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"],
        Policies=[
            {
                "PolicyName": "Reads",
                "PolicyDocument": {
                    "Statement": [
                        allow(
                            ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
                            arn("Queue"),
                        ),
                        allow("kms:Decrypt", [arn("Key")]),
                    ]
                },
            }
        ],
    ),
    Policy=resource(
        "AWS::IAM::Policy",
        Roles=[ref("Role")],
        PolicyDocument={"Statement": [allow("sqs:SendMessage", arn("Failures"))]},
    ),
    Runs=resource(
        "AWS::IAM::Role",
        AssumeRolePolicyDocument=trust("scheduler.amazonaws.com"),
        Policies=[{"PolicyDocument": {"Statement": allow("lambda:InvokeFunction", ref("Alias"))}}],
    ),
    Function=function(
        Role=arn("Role"),
        TracingConfig={"Mode": "Active"},
        VpcConfig={"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
        FileSystemConfigs=[{"Arn": arn("Point"), "LocalMountPath": "/mnt" + "/x"}],
        LoggingConfig={"LogGroup": ref("Logs"), "LogFormat": "JSON"},
        Environment={"Variables": {"QUEUE": ref("Queue"), "STAGE": ref("Stage")}},
    ),
    Point=resource("AWS::EFS::AccessPoint", FileSystemId="fs-1"),
    Logs=resource("AWS::Logs::LogGroup", RetentionInDays=30),
    Version=version(),
    Alias=alias(),
    Config=resource(
        "AWS::Lambda::EventInvokeConfig",
        FunctionName=ref("Function"),
        Qualifier="live",
        DestinationConfig={"OnFailure": {"Destination": arn("Failures")}},
    ),
    Key=resource("AWS::KMS::Key", KeyPolicy={"Statement": []}),
    Queue=queue(VisibilityTimeout=180, RedrivePolicy=redrive("Failures"), KmsMasterKeyId=ref("Key")),
    Failures=queue(MessageRetentionPeriod=1_209_600),
    QueuePolicy=resource(
        "AWS::SQS::QueuePolicy",
        Queues=[ref("Failures")],
        PolicyDocument={
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "events.amazonaws.com"},
                    "Action": "sqs:SendMessage",
                    "Resource": arn("Failures"),
                }
            ]
        },
    ),
    Mapping=mapping("Queue", "Alias"),
    Rule=resource(
        "AWS::Events::Rule",
        EventPattern={"source": ["shop"]},
        Targets=[{"Id": "T", "Arn": ref("Alias"), "DeadLetterConfig": {"Arn": arn("Failures")}}],
    ),
    MayInvoke=permission("events"),
    Schedule=resource(
        "AWS::Scheduler::Schedule",
        ScheduleExpression="rate(1 hour)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": ref("Alias"),
            "RoleArn": arn("Runs"),
            "DeadLetterConfig": {"Arn": arn("Failures")},
        },
    ),
    Alarm=resource(
        "AWS::CloudWatch::Alarm",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions=[{"Name": "FunctionName", "Value": ref("Function")}],
        Period=60,
        EvaluationPeriods=1,
    ),
)


def paths(value: Any, keys: Keys = ()) -> Iterator[Keys]:
    """The places of a value and of all of its parts."""
    items: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    for key, item in items:
        yield (*keys, key)
        yield from paths(item, (*keys, key))


PLACES = [
    (name, "Properties", *each)
    for name, made in SHOP["Resources"].items()
    for each in paths(made["Properties"])
]


def changed(*changes: tuple[Keys, Any]) -> Json:
    """The template with other values at some places, as far as they still exist."""
    made = deepcopy(SHOP)
    for keys, value in changes:
        holder: Any = made["Resources"]
        try:
            for key in keys[:-1]:
                holder = holder[key]
            before = holder[keys[-1]]
            holder[keys[-1]] = value(before) if callable(value) else value
        except (KeyError, IndexError, TypeError):
            continue
    return made


def errors(source: Json) -> list[tuple[str, str]]:
    return [(each.code, each.resource) for each in audit("t", source) if each.severity == "error"]


def test_template_has_no_findings() -> None:
    assert [each for each in audit("t", SHOP) if each.severity != "undecided"] == []


def test_an_unknown_part_is_never_an_error() -> None:
    unknown = (ref("Open"), lambda before: {"Fn::If": ["Maybe", before, ref("AWS::NoValue")]})
    found = {(keys, *errors(changed((keys, unknown[position % 2])))) for position, keys in enumerate(PLACES)}

    assert {each for each in found if len(each) > 1} == set()


JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [
        *(None, "", "*", 0, -1, True, [], {}, [[]], [None], ["*"], 10**30, "arn:aws:iam::1:role/x"),
        {"Ref": "Nothing"},
        {"Ref": "Function"},
        {"Fn::If": ["Maybe", {}, []]},
        {"Fn::GetAtt": "Role"},
        {"a": {"b": ["c"]}},
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), JUNK), min_size=1, max_size=4))
def test_malformed_parts_do_not_crash(changes: list[tuple[Keys, Any]]) -> None:
    audit("t", changed(*changes))


def holding(found: list[Finding]) -> set[tuple[str, str]]:
    return {(each.code, each.resource) for each in found if each.severity != "undecided"}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), JUNK), min_size=1, max_size=3))
def test_a_value_for_a_parameter_adds_no_finding(changes: list[tuple[Keys, Any]]) -> None:
    def either(junk: Any) -> Any:
        return lambda before: {"Fn::If": ["IsProd", junk, before]}

    source = changed(*((keys, either(junk)) for keys, junk in changes))
    everything = holding(audit("t", source))

    for stage in ("prod", "test"):
        assert holding(audit("t", expand(source, parameters={"Stage": stage}).template)) <= everything
