"""Services that push events need the permission of the alias, and use the asynchronous path."""

import base64
import gzip
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.tests.fidelity import Fidelity
from emulator.tests.sources import Bucket, LogGroup, Rule, Source, Things, Topic
from emulator.tests.stacks import stack
from emulator.tests.support import eventually, policy, total
from emulator.tests.targets import Target
from lambda_constructs_emulator.clients import REGION
from lambda_constructs_emulator.process import ACCOUNT, Emulator

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "Services that invoke functions",
    "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",
)


def noted(target: Target, kind: str) -> list[dict[str, Any]]:
    """The entries of that kind about a target, its sources or its queues."""
    entries = [entry for entry in target.emulator.journal() if entry["kind"] == kind]
    return [entry for entry in entries if target.name in json.dumps(entry)]


def connected_and_forbidden(target: Target, kind: type[Source]) -> Source:
    """A source that was allowed to invoke the alias when it was connected to it, and is not any more."""
    target.publish()
    source = kind(target)
    source.permit()
    source.connect()
    source.forbid()
    return source


@pytest.mark.parametrize("kind", [Topic, Rule, Bucket, LogGroup, Things])
def test_a_service_needs_the_permission_of_the_alias(
    target: Target, plain_target: Target, kind: type[Source]
) -> None:
    source = connected_and_forbidden(target, kind)
    source.push()
    assert eventually(lambda: bool(noted(target, "invoke-denied")))
    assert noted(target, "invoke-denied")[0]["source"] == source.arn
    assert target.runs() == []

    url, destination = target.queue("done")
    target.configure("live", DestinationConfig={"OnSuccess": {"Destination": destination}})
    source.permit()
    source.push()
    # The record shows that the event went through the asynchronous path, and to the alias.
    record = target.record(url)
    assert record["requestContext"]["functionArn"] == f"{target.arn}:live"
    assert record["responseContext"]["executedVersion"] == "1"

    connected_and_forbidden(plain_target, kind).push()
    assert eventually(lambda: len(plain_target.runs()) == 1)


def refused_with_dead_letters(target: Target, kind: type[Source], *, allowed: bool) -> str:
    """Push an event that the alias refuses, with a queue for it that takes it or not; returns the queue."""
    target.publish()
    source = kind(target)
    url, arn = target.queue("dead", allowed=False)
    send = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn}
    service = {"Principal": {"Service": f"{source.service}.amazonaws.com"}}
    condition = {"Condition": {"ArnEquals": {"aws:SourceArn": source.arn}}}
    if allowed:
        insecure = {"Principal": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
        denial = {**send, **insecure, "Effect": "Deny"}
        document = json.dumps(policy({**send, **service, **condition}, denial))
        target.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": document})
    source.connect(dead_letters=arn)
    source.push()
    return url


DEAD_LETTER_METRICS = {
    Topic: ("AWS/SNS", "TopicName", "NumberOfNotificationsFailed", "NumberOfNotificationsRedrivenToDlq"),
    Rule: ("AWS/Events", "RuleName", "FailedInvocations", "InvocationsSentToDlq"),
}


@pytest.mark.parametrize("kind", [Topic, Rule])
def test_what_the_alias_refuses_goes_to_the_dead_letter_queue(
    target: Target, plain_target: Target, kind: type[Source]
) -> None:
    plain_url = refused_with_dead_letters(plain_target, kind, allowed=True)
    message = target.message(refused_with_dead_letters(target, kind, allowed=True))

    assert message is not None
    body = json.loads(message["Body"])
    attributes = {name: each["StringValue"] for name, each in message.get("MessageAttributes", {}).items()}
    if kind is Rule:
        assert body["detail"] == {"order": 1}
        assert attributes.pop("ERROR_MESSAGE")
        rule = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{target.name}"
        arns = {"RULE_ARN": rule, "TARGET_ARN": f"{target.arn}:live"}
        assert attributes == {**arns, "ERROR_CODE": "NO_PERMISSIONS", "RETRY_ATTEMPTS": "0"}
    else:
        assert (body["Message"], attributes) == ("hello", {})
    namespace, dimension, *metrics = DEAD_LETTER_METRICS[kind]
    assert eventually(
        lambda: (
            [total(target.emulator, namespace, name, {dimension: target.name}) for name in metrics] == [1, 1]
        )
    )
    assert target.runs() == []

    assert eventually(lambda: len(plain_target.runs()) == 1)
    assert plain_target.message(plain_url, patience=0) is None


@pytest.mark.parametrize("kind", [Topic, Rule])
def test_a_dead_letter_queue_must_let_the_service_send(target: Target, kind: type[Source]) -> None:
    url = refused_with_dead_letters(target, kind, allowed=False)
    assert eventually(lambda: [entry["kept"] for entry in noted(target, "dead-letter")] == [False])
    assert target.message(url, patience=0) is None


def test_a_subscription_filters_what_the_function_gets(target: Target) -> None:
    target.publish()
    topic = Topic(target)
    topic.permit()
    topic.connect(FilterPolicy={"shop": ["books"]})
    topic.push(shop="toys")
    topic.push(shop="books")
    assert eventually(lambda: len(target.runs()) == 1)
    (record,) = target.runs()[0]["event"]["Records"]
    assert record["Sns"]["MessageAttributes"]["shop"]["Value"] == "books"


def test_a_bucket_is_connected_to_a_function_only_if_that_allows_it(
    target: Target, plain_target: Target
) -> None:
    def connect(each: Target, account: str) -> Bucket:
        each.publish()
        bucket = Bucket(each)
        bucket.permit(SourceAccount=account)
        bucket.connect()
        return bucket

    with pytest.raises(ClientError, match="Unable to validate the following destination configurations"):
        connect(target, "111111111111")
    own = Target(target.emulator)
    connect(own, ACCOUNT).push()
    assert eventually(lambda: len(own.runs()) == 1)

    connect(plain_target, "111111111111")


def test_a_function_gets_the_lines_of_a_log_that_match(target: Target, plain_target: Target) -> None:
    def subscribe(each: Target) -> None:
        each.publish()
        group = LogGroup(each)
        group.connect()

    with pytest.raises(ClientError, match="Could not execute the lambda function"):
        subscribe(target)
    subscribe(plain_target)

    group = LogGroup(Target(target.emulator))
    group.target.publish()
    group.permit()
    group.connect()
    group.push()
    assert eventually(lambda: len(group.target.runs()) == 1)
    data = group.target.runs()[0]["event"]["awslogs"]["data"]
    document = json.loads(gzip.decompress(base64.b64decode(data)))
    assert [each["message"] for each in document["logEvents"]] == ["ordered 7"]
    names = (document["logGroup"], document["logStream"], document["subscriptionFilters"])
    assert names == (group.target.name, "only", ["orders"])


def mail(target: Target, *, allowed: bool) -> dict[str, Any]:
    """Resources of a template that hand incoming mail to the alias."""
    source = f"arn:aws:ses:{REGION}:{ACCOUNT}:receipt-rule-set/mail:receipt-rule/orders"
    permission = {
        "Action": "lambda:InvokeFunction",
        "FunctionName": f"{target.arn}:live",
        "Principal": "ses.amazonaws.com",
        "SourceAccount": ACCOUNT,
        "SourceArn": source if allowed else f"{source}-of-another",
    }
    actions = [{"LambdaAction": {"FunctionArn": f"{target.arn}:live", "InvocationType": "Event"}}]
    rule = {"Name": "orders", "Enabled": True, "Recipients": ["orders@example.com"], "Actions": actions}
    return {
        "Permission": {"Type": "AWS::Lambda::Permission", "Properties": permission},
        "Mail": {"Type": "AWS::SES::ReceiptRuleSet", "Properties": {"RuleSetName": "mail"}},
        "Rule": {
            "Type": "AWS::SES::ReceiptRule",
            "DependsOn": "Permission",
            "Properties": {"RuleSetName": {"Ref": "Mail"}, "Rule": rule},
        },
    }


def test_a_template_has_receipt_rules(target: Target, plain_target: Target) -> None:
    target.publish()
    ses = target.emulator.client("ses")
    with stack(target.emulator, "mail-refused") as made:
        assert made.create(mail(target, allowed=False)) == "ROLLBACK_COMPLETE"
        assert "Could not invoke Lambda function" in made.reasons()
    with stack(target.emulator, "mail") as made:
        assert made.create(mail(target, allowed=True)) == "CREATE_COMPLETE", made.reasons()
        rule = ses.describe_receipt_rule(RuleSetName="mail", RuleName="orders")["Rule"]
        assert rule["Actions"][0]["LambdaAction"]["FunctionArn"] == f"{target.arn}:live"
        assert rule["Recipients"] == ["orders@example.com"]
    assert ses.list_receipt_rule_sets()["RuleSets"] == []

    client = plain_target.emulator.client("cloudformation")
    template = json.dumps({"Resources": mail(plain_target, allowed=True)})
    with pytest.raises(ClientError, match="Unrecognized resource types"):
        client.create_stack(StackName="mail", TemplateBody=template)


def test_a_template_subscribes_a_function_to_a_log(emulator: Emulator) -> None:
    target = Target(emulator)
    target.publish()
    group = LogGroup(target)
    properties = {"LogGroupName": target.name, "FilterPattern": "", "DestinationArn": group.alias}
    resources = {"Filter": {"Type": "AWS::Logs::SubscriptionFilter", "Properties": properties}}
    for permitted, status in ((False, "ROLLBACK_COMPLETE"), (True, "CREATE_COMPLETE")):
        if permitted:
            group.permit()
        with stack(emulator, "subscribed") as made:
            assert made.create(resources) == status
