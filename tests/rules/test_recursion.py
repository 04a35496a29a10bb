"""Functions that may write to what triggers them."""

from __future__ import annotations

from typing import Any

from tests.audit.support import Json, arn, findings, found, function, mapping, queue, ref, resource, template
from tests.for_each import for_each

CERTAIN, POSSIBLE = "recursive-trigger", "recursive-trigger-possible"
ERROR = [(CERTAIN, "error", "Function")]
WARNING = [(POSSIBLE, "warning", "Function")]


def shop(action: Any, on: Any, **resources: Json) -> Json:
    """A function that may call the action on something."""
    statement = {"Effect": "Allow", "Action": action, "Resource": on}
    policies = [{"PolicyName": "Own", "PolicyDocument": {"Statement": [statement]}}]
    made = {"Function": function(Role=arn("Role")), "Role": resource("AWS::IAM::Role", Policies=policies)}
    return template(**{**made, **resources})


def recursions(source: Json) -> list[tuple[str, str, str]]:
    return found(source, CERTAIN, POSSIBLE)


def fed(source: str, **properties: Any) -> Json:
    return mapping(source, to="Function", **properties)


@for_each("action", ["sqs:SendMessage", ["logs:PutLogEvents", "sqs:Send*"], "SQS:*"])
def test_a_queue(action: Any) -> None:
    assert recursions(shop(action, arn("Queue"), Queue=queue(), Mapping=fed("Queue"))) == ERROR
    assert recursions(shop(action, arn("Other"), Queue=queue(), Other=queue(), Mapping=fed("Queue"))) == []
    assert recursions(shop("sqs:ReceiveMessage", arn("Queue"), Queue=queue(), Mapping=fed("Queue"))) == []
    assert recursions(shop(action, "*", Queue=queue(), Mapping=fed("Queue"))) == WARNING


def test_a_role_of_several_functions_may_have_the_grant_for_another() -> None:
    source = shop("sqs:SendMessage", arn("Queue"), Queue=queue(), Mapping=fed("Queue"))
    source["Resources"]["Producer"] = source["Resources"]["Function"]
    assert recursions(source) == WARNING


def test_a_queue_outside_the_template_by_its_arn() -> None:
    outside = "arn:aws:sqs:eu-west-1:123456789012:orders"

    assert recursions(shop("sqs:SendMessage", outside, Mapping=fed(outside))) == ERROR
    assert recursions(shop("sqs:SendMessage", f"{outside}-done", Mapping=fed(outside))) == []


def test_a_source_that_nothing_is_known_of_is_not_judged() -> None:
    imported = {"Fn::ImportValue": "orders"}

    assert recursions(shop("sqs:SendMessage", imported, Mapping=fed("Queue", EventSourceArn=imported))) == []


def test_a_filter_may_leave_out_what_the_function_writes() -> None:
    filtered = fed("Queue", FilterCriteria={"Filters": [{"Pattern": "{}"}]})

    assert recursions(shop("sqs:SendMessage", arn("Queue"), Queue=queue(), Mapping=filtered)) == WARNING


def test_a_stream_and_a_table() -> None:
    stream = resource("AWS::Kinesis::Stream")

    source = shop("kinesis:PutRecords", arn("Stream"), Stream=stream, Mapping=fed("Stream"))
    assert recursions(source) == ERROR

    changes = fed("Table", EventSourceArn={"Fn::GetAtt": ["Table", "StreamArn"]})
    for kind in ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"):
        table = resource(kind)
        assert recursions(shop("dynamodb:UpdateItem", arn("Table"), Table=table, Mapping=changes)) == WARNING
        assert recursions(shop("dynamodb:GetItem", arn("Table"), Table=table, Mapping=changes)) == []


def objects(prefix: str) -> Json:
    return {"Fn::Join": ["", [arn("Bucket"), f"/{prefix}*"]]}


def bucket(event: str = "s3:ObjectCreated:*", **rules: str) -> Json:
    filtered = {"S3Key": {"Rules": [{"Name": name, "Value": value} for name, value in rules.items()]}}
    notified = {"Event": event, "Function": arn("Function"), "Filter": filtered}
    return resource("AWS::S3::Bucket", NotificationConfiguration={"LambdaConfigurations": [notified]})


@for_each(
    ("made", "on", "expected"),
    [
        (bucket(), objects(""), ERROR),
        (bucket(), objects("in/"), ERROR),
        (bucket(), {"Fn::Join": ["", ["arn:aws:s3:::", ref("Bucket"), "/*"]]}, ERROR),
        (bucket(prefix="in/"), objects("in/new/"), ERROR),
        (bucket(prefix="in/"), objects("out/"), []),
        (bucket(prefix="in/"), objects(""), WARNING),
        (bucket(Prefix="in/", Suffix=".png"), objects("in/"), WARNING),
        (bucket("s3:ObjectRemoved:*"), objects(""), []),
        (bucket(), "arn:aws:s3:::another/*", []),
    ],
)
def test_a_bucket(made: Json, on: Any, expected: list[tuple[str, str, str]]) -> None:
    assert recursions(shop(["s3:GetObject", "s3:PutObject"], on, Bucket=made)) == expected


def test_what_is_certain_comes_before_what_is_possible() -> None:
    on = [objects(""), objects("in/")]

    assert recursions(shop("s3:PutObject", on, Bucket=bucket(prefix="in/"))) == ERROR


@for_each(("prefix", "expected"), [("in/", ERROR), ("out/", [])])
def test_a_bucket_that_cdk_notifies_by(prefix: str, expected: list[tuple[str, str, str]]) -> None:
    notified = {
        "Events": ["s3:ObjectCreated:Put"],
        "LambdaFunctionArn": arn("Function"),
        "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "in/"}]}},
    }
    notifications = resource(
        "Custom::S3BucketNotifications",
        BucketName=ref("Bucket"),
        NotificationConfiguration={"LambdaFunctionConfigurations": [notified]},
    )
    made = resource("AWS::S3::Bucket")

    source = shop("s3:Put*", objects(prefix), Bucket=made, Notifications=notifications)
    assert recursions(source) == expected


def test_a_pipe_a_transformation_and_a_state_machine() -> None:
    firehose = {"ParameterName": "LambdaArn", "ParameterValue": arn("Function")}
    processing = {"ProcessingConfiguration": {"Processors": [{"Parameters": [firehose]}]}}
    delivery = resource("AWS::KinesisFirehose::DeliveryStream", ExtendedS3DestinationConfiguration=processing)
    task = {"Type": "Task", "Resource": arn("Function")}
    machine = resource("AWS::StepFunctions::StateMachine", Definition={"States": {"Charge": task}})
    for made, action, on, expected in (
        (resource("AWS::Pipes::Pipe", Source=arn("Queue"), Target=arn("Function")), "sqs:*", "Queue", ERROR),
        (
            resource("AWS::Pipes::Pipe", Source=arn("Queue"), Enrichment=arn("Function")),
            "sqs:*",
            "Queue",
            ERROR,
        ),
        (
            resource(
                "AWS::Pipes::Pipe",
                Source=arn("Queue"),
                SourceParameters={"FilterCriteria": {"Filters": [{"Pattern": "{}"}]}},
                Target=arn("Function"),
            ),
            "sqs:*",
            "Queue",
            WARNING,
        ),
        (delivery, "firehose:PutRecord", "Trigger", ERROR),
        (machine, "states:StartExecution", "Trigger", WARNING),
        (machine, "states:StartExecution", "Other", []),
    ):
        other = resource("AWS::StepFunctions::StateMachine")
        own = shop(action, arn(on), Queue=queue(), Other=other, Trigger=made)
        assert recursions(own) == expected, (made, action)


def test_a_bucket_outside_the_template_by_its_name() -> None:
    notified = {"Events": ["s3:ObjectCreated:Put"], "LambdaFunctionArn": arn("Function")}
    notifications = resource(
        "Custom::S3BucketNotifications",
        BucketName="orders",
        NotificationConfiguration={"LambdaFunctionConfigurations": [notified]},
    )

    source = shop("s3:PutObject", "arn:aws:s3:::orders/*", Notifications=notifications)
    assert recursions(source) == ERROR


def test_a_bucket_by_its_name() -> None:
    made = bucket()
    made["Properties"]["BucketName"] = "orders"

    assert recursions(shop("s3:PutObject", "arn:aws:s3:::orders/*", Bucket=made)) == ERROR


@for_each("on", [ref("Topic"), {"Fn::GetAtt": ["Topic", "TopicArn"]}])
def test_a_topic(on: Any) -> None:
    invoked = {"Protocol": "lambda", "Endpoint": arn("Function")}
    topic = resource("AWS::SNS::Topic", Subscription=[invoked])
    assert recursions(shop("sns:Publish", on, Topic=topic)) == ERROR

    topic = resource("AWS::SNS::Topic")
    subscription = resource("AWS::SNS::Subscription", TopicArn=ref("Topic"), **invoked)
    assert recursions(shop("sns:Publish", on, Topic=topic, Subscription=subscription)) == ERROR

    subscription["Properties"]["FilterPolicy"] = {"kind": ["order"]}
    assert recursions(shop("sns:Publish", on, Topic=topic, Subscription=subscription)) == WARNING


def test_a_topic_outside_the_template_by_its_arn() -> None:
    outside = "arn:aws:sns:eu-west-1:123456789012:orders"
    subscription = resource(
        "AWS::SNS::Subscription", TopicArn=outside, Protocol="lambda", Endpoint=arn("Function")
    )

    assert recursions(shop("sns:Publish", outside, Subscription=subscription)) == ERROR
    assert recursions(shop("sns:Publish", f"{outside}-done", Subscription=subscription)) == []


@for_each(
    ("pattern", "expected"),
    [
        ({"account": ["123456789012"]}, ERROR),
        ({"source": ["shop"]}, []),
        ({"account": ["123456789012"], "detail-type": ["Order"]}, []),
    ],
)
def test_a_bus(pattern: Json, expected: list[tuple[str, str, str]]) -> None:
    target = {"Id": "One", "Arn": arn("Function")}
    rule = resource("AWS::Events::Rule", EventBusName=ref("Bus"), EventPattern=pattern, Targets=[target])
    bus = resource("AWS::Events::EventBus")
    assert recursions(shop("events:PutEvents", arn("Bus"), Bus=bus, Rule=rule)) == expected

    default = {"Fn::Sub": "arn:aws:events:${AWS::Region}:${AWS::AccountId}:event-bus/default"}
    del rule["Properties"]["EventBusName"]
    assert recursions(shop("events:PutEvents", default, Rule=rule)) == expected


@for_each(("pattern", "expected"), [("", ERROR), ("ERROR", WARNING)])
def test_a_log_group(pattern: str, expected: list[tuple[str, str, str]]) -> None:
    subscription = resource(
        "AWS::Logs::SubscriptionFilter",
        LogGroupName=ref("Logs"),
        DestinationArn=arn("Function"),
        FilterPattern=pattern,
    )
    logs = resource("AWS::Logs::LogGroup", RetentionInDays=30)

    assert (
        recursions(shop("logs:PutLogEvents", arn("Logs"), Logs=logs, Subscription=subscription)) == expected
    )


def test_a_log_group_by_its_name_is_not_judged() -> None:
    subscription = resource(
        "AWS::Logs::SubscriptionFilter", LogGroupName="orders", DestinationArn=arn("Function")
    )

    assert recursions(shop("logs:PutLogEvents", "*", Subscription=subscription)) == []


def test_what_is_meant_or_narrow_is_let_be() -> None:
    source = shop("sqs:SendMessage", arn("Queue"), Queue=queue(), Mapping=fed("Queue"))
    statement = source["Resources"]["Role"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"][0]

    statement["Condition"] = {"StringEquals": {"aws:SourceVpc": "vpc-1"}}
    assert recursions(source) == []

    del statement["Condition"]
    source["Resources"]["Function"] = function(Role=arn("Role"), RecursiveLoop="Allow")
    assert recursions(source) == []


def test_who_may_do_everything_is_told_that_alone() -> None:
    source = shop("*", "*", Queue=queue(), Mapping=fed("Queue"))

    assert recursions(source) == []


def test_the_finding_is_about_the_trigger_and_the_policy() -> None:
    source = shop("sqs:SendMessage", arn("Queue"), Queue=queue(), Mapping=fed("Queue"))

    (finding,) = findings(source, CERTAIN)

    assert finding.about == ("Mapping", "Role")


@for_each("name", [ref("Bucket"), "orders", {"Fn::GetAtt": ["Other", "Name"]}])
def test_a_rule_for_the_objects_of_a_bucket(name: Any) -> None:
    def rule(**more: Any) -> Json:
        pattern = {"source": ["aws.s3"], "detail": {"bucket": {"name": [name]}}, **more}
        target = {"Arn": arn("Function"), "Id": "Target"}
        return resource("AWS::Events::Rule", EventPattern=pattern, Targets=[target])

    def judged(on: Any, made: Json, action: str = "s3:PutObject") -> list[tuple[str, str, str]]:
        return recursions(shop(action, on, Rule=made, Bucket=resource("AWS::S3::Bucket")))

    objects = {"Fn::Join": ["", ["arn:", ref("AWS::Partition"), ":s3:::", name, "/*"]]}
    bucket = {"bucket": {"name": [name]}}
    assert judged(objects, rule()) == ERROR
    assert judged(objects, rule(**{"detail-type": ["Object Created"]})) == ERROR
    assert judged(objects, rule(detail={**bucket, "object": {"key": [{"prefix": "in/"}]}})) == WARNING
    assert judged("*", rule()) == WARNING
    assert judged(objects, rule(**{"detail-type": ["Object Deleted"]})) == []
    assert judged(objects, rule(**{"detail-type": "Object Created"})) == []
    assert judged(objects, rule(detail={"bucket": {"name": [{"prefix": "orders"}]}})) == []
    assert judged(objects, rule(detail={"object": {"key": ["a"]}})) == []
    assert judged(objects, rule(), action="s3:GetObject") == []
    assert judged("arn:aws:s3:::another/*", rule()) == []


def test_a_rule_that_only_has_a_schedule_is_no_loop() -> None:
    target = {"Arn": arn("Function"), "Id": "Target"}
    rule = resource("AWS::Events::Rule", ScheduleExpression="rate(1 hour)", Targets=[target])

    assert recursions(shop("events:PutEvents", "*", Rule=rule)) == []


def test_a_rule_for_the_objects_of_a_bucket_and_its_arn() -> None:
    pattern = {"source": ["aws.s3"], "detail": {"bucket": {"name": [ref("Bucket")]}}}
    target = {"Arn": arn("Function"), "Id": "Target"}
    rule = resource("AWS::Events::Rule", EventPattern=pattern, Targets=[target])
    objects = {"Fn::Join": ["", [arn("Bucket"), "/*"]]}

    assert recursions(shop("s3:Put*", objects, Rule=rule, Bucket=resource("AWS::S3::Bucket"))) == ERROR
