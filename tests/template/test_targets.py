"""Which function, alias or queue a value means, in all the forms that tools write."""

from __future__ import annotations

from typing import Any

from lambda_constructs.template.targets import (
    LATEST,
    aliases_of,
    function_of,
    is_fifo,
    qualified,
    resource_of,
)
from lambda_constructs.template.template import Template
from lambda_constructs.template.values import Unknown, Value
from tests.audit.support import (
    Json,
    alias,
    arn,
    function,
    parameter,
    queue,
    ref,
    resource,
    template,
    version,
)
from tests.for_each import for_each

STACK_NAME = {"Fn::Sub": "${AWS::StackName}-mail"}
SHOP = template(
    {
        "Parameters": {"Stage": parameter("String"), "Name": parameter("String")},
        "Conditions": {"No": {"Fn::Equals": ["a", "b"]}},
    },
    Gone={**function(), "Condition": "No"},
    Function=function(),
    Version=version(),
    Alias=alias(),
    Worker=function(FunctionName="worker"),
    Blue=alias("Worker", Name="blue", FunctionName="worker"),
    Mail=function(FunctionName=STACK_NAME),
    Current=alias("Mail", Name="current", FunctionName=STACK_NAME),
    Given=function(FunctionName=ref("Name")),
    Lambda=function(FunctionName="lambda"),
    Unnamed=function(FunctionName=""),
    Staged=alias(Name=ref("Stage")),
    Lost=alias(FunctionName="elsewhere"),
    Circle=alias(FunctionName=ref("Circle")),
    Queue=queue(QueueName="orders"),
    Letters=queue(QueueName="letters.fifo", FifoQueue=True),
    Announced=queue(FifoQueue="true"),
    Generated=queue(QueueName={"Fn::Sub": "${Stage}-jobs"}),
    Maybe=queue(FifoQueue=ref("Stage")),
    Topic=resource("AWS::SNS::Topic", TopicName="orders"),
    Table=resource("AWS::DynamoDB::Table", TableName="orders"),
    Stream=resource("AWS::Kinesis::Stream", Name="clicks"),
    Fan=resource("AWS::Kinesis::StreamConsumer", StreamARN=arn("Stream")),
    Bucket=resource("AWS::S3::Bucket"),
    Nested=resource("AWS::CloudFormation::Stack"),
    Custom=resource("Custom::Queue"),
)


def given(value: Any) -> tuple[Template, Value]:
    """The shop, and the value as it reads it."""
    shop = Template("shop", {**SHOP, "Resources": {**SHOP["Resources"], "It": resource("It", Value=value)}})
    return shop, shop.resources["It"].get("Value")


def join(*parts: Any, by: str = "") -> Json:
    return {"Fn::Join": [by, list(parts)]}


def sub(text: str) -> Json:
    return {"Fn::Sub": text}


def name_out_of(value: Json) -> Json:
    """How CDK takes the function's name out of an ARN."""
    return {"Fn::Select": [6, {"Fn::Split": [":", value]}]}


URI = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions"
HERE = "arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function"
ANYWHERE = HERE.replace("aws", "${AWS::Partition}", 1)
ANY = Unknown("a qualifier")
ARN = "arn:aws:lambda:eu-west-1:123456789012:function"


@for_each(
    ("value", "logical_id", "qualifier", "alias_id"),
    [
        # References
        (ref("Function"), "Function", LATEST, None),
        (arn("Function"), "Function", LATEST, None),
        (sub("${Function.Arn}"), "Function", LATEST, None),
        (ref("Alias"), "Function", "live", "Alias"),
        ({"Fn::GetAtt": ["Alias", "AliasArn"]}, "Function", "live", "Alias"),
        (ref("Version"), "Function", Unknown("a version"), None),
        ({"Fn::GetAtt": "Version.FunctionArn"}, "Function", Unknown("a version"), None),
        (ref("Staged"), "Function", Unknown("a name"), "Staged"),
        (ref("Blue"), "Worker", "blue", "Blue"),
        (ref("Current"), "Mail", "current", "Current"),
        # The function and a qualifier: Serverless Framework, SAM, and by hand
        (join(arn("Function"), "live", by=":"), "Function", "live", "Alias"),
        (sub("${Function.Arn}:live"), "Function", "live", "Alias"),
        (sub("${Function}:live"), "Function", "live", "Alias"),
        (join(arn("Function"), ":other"), "Function", "other", None),
        (sub("${Function.Arn}:7"), "Function", "7", None),
        (sub("${Function.Arn}:$LATEST"), "Function", LATEST, None),
        (sub("${Function.Arn}:$LATEST.PUBLISHED"), "Function", "$LATEST.PUBLISHED", None),
        (sub("${Function.Arn}:*"), "Function", ANY, None),
        (sub("${Function.Arn}:${Stage}"), "Function", ANY, None),
        (sub("${Function.Arn}:v${Stage}"), "Function", ANY, None),
        (sub("${Function.Arn}${Stage}"), "Function", ANY, None),
        # CDK's alias as the target of a mapping
        (join(name_out_of(ref("Alias")), ":live"), "Function", "live", "Alias"),
        (join(name_out_of(arn("Function")), ":live"), "Function", "live", "Alias"),
        (name_out_of(arn("Function")), "Function", LATEST, None),
        # Application Auto Scaling
        (join("function:", ref("Function"), ":live"), "Function", "live", "Alias"),
        (join("function:", name_out_of(ref("Alias")), ":live"), "Function", "live", "Alias"),
        ("function:worker:blue", "Worker", "blue", "Blue"),
        # ARNs by Sub and Join
        (sub(f"{URI}/${{Function.Arn}}/invocations"), "Function", LATEST, None),
        (sub(f"{URI}/${{Function.Arn}}:live/invocations"), "Function", "live", "Alias"),
        (sub(f"{URI}/${{Function.Arn}}:live/invocations${{Stage}}"), "Function", "live", "Alias"),
        (sub(f"{URI}/${{Alias}}/invocations"), "Function", "live", "Alias"),
        (sub(f"{URI}/${{Function.Arn}}:${{!stageVariables.alias}}/invocations"), "Function", ANY, None),
        (join(URI, "/", ref("Alias"), "/invocations"), "Function", "live", "Alias"),
        (sub(HERE + ":${Function}"), "Function", LATEST, None),
        (sub(HERE + ":${Function}:live"), "Function", "live", "Alias"),
        (sub(HERE + ":worker:blue"), "Worker", "blue", "Blue"),
        (sub(ANYWHERE + ":${AWS::StackName}-mail"), "Mail", LATEST, None),
        (sub(HERE + ":${AWS::StackName}-mail:current"), "Mail", "current", "Current"),
        (sub(HERE + ":${Name}"), "Given", LATEST, None),
        # Literal names and ARNs
        ("worker", "Worker", LATEST, None),
        ("worker:blue", "Worker", "blue", "Blue"),
        ("worker:green", "Worker", "green", None),
        (f"{ARN}:worker", "Worker", LATEST, None),
        (f"{ARN}:worker:blue", "Worker", "blue", "Blue"),
        ("123456789012:function:worker:blue", "Worker", "blue", "Blue"),
        (f"{URI}/{ARN}:worker:blue/invocations", "Worker", "blue", "Blue"),
        (f"{URI}/{ARN}:worker/invocations", "Worker", LATEST, None),
        (f"{ARN}:lambda:7", "Lambda", "7", None),
        (STACK_NAME, "Mail", LATEST, None),
        (ref("Name"), "Given", LATEST, None),
    ]
)  # fmt: skip
def test_function(value: Any, logical_id: str, qualifier: str | Unknown, alias_id: str | None) -> None:
    found = function_of(*given(value))

    assert found is not None
    assert (found.function.id, found.qualifier) == (logical_id, qualifier)
    assert (found.alias.id if found.alias else None) == alias_id


@for_each(
    "value",
    [
        None,
        5,
        "",
        [ref("Function")],
        {"a": ref("Function")},
        "elsewhere",
        "workers",
        "work",
        "elsewhere:worker",
        f"{ARN}:worker-of-mine",
        {"Fn::ImportValue": "Shop-Function"},
        ref("Stage"),
        ref("Queue"),
        ref("Lost"),
        ref("Circle"),
        ref("Gone"),
        sub("${Gone.Arn}:live"),
        sub("${Function}-of-mine"),
        sub("${Stage}-mail"),
    ],
)
def test_no_function_of_this_template(value: Any) -> None:
    assert function_of(*given(value)) is None


def test_aliases_of_a_function() -> None:
    shop = Template("shop", SHOP)

    assert {
        each.id: [one.id for one in aliases_of(shop, each)] for each in shop.of_type("AWS::Lambda::Function")
    } == {
        "Function": ["Alias", "Staged"],
        "Worker": ["Blue"],
        "Mail": ["Current"],
        "Given": [],
        "Lambda": [],
        "Unnamed": [],
    }


@for_each(
    ("qualifier", "found", "alias_id"),
    [
        (None, LATEST, None),
        ("$LATEST", LATEST, None),
        ("live", "live", "Alias"),
        ("7", "7", None),
        (ref("Alias"), "live", "Alias"),
        ({"Fn::GetAtt": ["Version", "Version"]}, Unknown("a version"), None),
        (ref("Stage"), Unknown("parameter Stage"), None),
        (ref("Queue"), Unknown("a reference"), None),
        (ref("Blue"), Unknown("a reference"), None),
    ],
)
def test_qualifier_of_its_own(qualifier: Any, found: str | Unknown, alias_id: str | None) -> None:
    shop, value = given(qualifier)

    target = qualified(shop, shop.resources["Function"], value)

    assert target.qualifier == found
    assert (target.alias.id if target.alias else None) == alias_id


SQS = "arn:aws:sqs:eu-west-1:123456789012"


@for_each(
    ("value", "kind", "logical_id"),
    [
        (arn("Queue"), "AWS::SQS::Queue", "Queue"),
        (ref("Queue"), "AWS::SQS::Queue", "Queue"),
        (f"{SQS}:orders", "AWS::SQS::Queue", "Queue"),
        ("orders", "AWS::SQS::Queue", "Queue"),
        (sub("arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:orders"), "AWS::SQS::Queue", "Queue"),
        (sub("arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:${Queue.QueueName}"), "AWS::SQS::Queue", "Queue"),
        (sub("arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:${Stage}-jobs"), "AWS::SQS::Queue", "Generated"),
        (f"{SQS}:orders", "AWS::SNS::Topic", None),
        (f"{SQS}:other-orders", "AWS::SQS::Queue", None),
        ("arn:aws:sns:eu-west-1:123456789012:orders", "AWS::SNS::Topic", "Topic"),
        ("arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/2026", "AWS::DynamoDB::Table", "Table"),
        ("arn:aws:kinesis:eu-west-1:123456789012:stream/clicks", "AWS::Kinesis::Stream", "Stream"),
        (arn("Topic"), "AWS::SQS::Queue", None),
        (ref("Stage"), "AWS::SQS::Queue", None),
        (arn("Bucket"), "AWS::S3::Bucket", "Bucket"),
        ("shop", "AWS::S3::Bucket", None),
        (None, "AWS::SQS::Queue", None),
    ],
)
def test_resource_of_a_type(value: Any, kind: str, logical_id: str | None) -> None:
    shop, resolved = given(value)

    found = resource_of(shop, resolved, kind)

    assert (None if found is None else found.id) == logical_id


@for_each(
    ("value", "fifo"),
    [
        (arn("Queue"), False),
        (arn("Letters"), True),
        (arn("Announced"), True),
        (arn("Maybe"), Unknown("parameter Stage")),
        (arn("Topic"), False),
        (f"{SQS}:elsewhere", False),
        (f"{SQS}:elsewhere.fifo", True),
        (sub("arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:${Stage}.fifo"), True),
        (sub("arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:${Stage}"), Unknown("a reference")),
        (ref("Stage"), Unknown("parameter Stage")),
        (arn("Bucket"), False),
        (arn("Nested"), Unknown("a reference")),
        (arn("Custom"), Unknown("a reference")),
    ],
)
def test_fifo(value: Any, *, fifo: bool | Unknown) -> None:
    assert is_fifo(*given(value)) == fifo
