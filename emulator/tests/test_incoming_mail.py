"""Mails that arrive: the rules of the active receipt rule set invoke functions, store and publish."""

import email
import json
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest

from emulator.tests.fidelity import Fidelity
from emulator.tests.stacks import Stack, stack, typed
from emulator.tests.support import create_function, eventually, printed, received, statement
from emulator.tests.targets import Target
from lambda_constructs_emulator.clients import REGION
from lambda_constructs_emulator.kit import Mail, ReceivedMail
from lambda_constructs_emulator.process import ACCOUNT, Emulator

pytestmark = pytest.mark.deploy
GUIDE = "https://docs.aws.amazon.com/ses/latest/dg"
FIDELITY = Fidelity(
    "Amazon SES",
    f"{GUIDE}/receiving-email-concepts.html",
    {
        "test_a_mail_needs_a_rule_of_the_active_rule_set": [
            (
                "A mail needs a rule of the active rule set",
                "https://docs.aws.amazon.com/ses/latest/APIReference/API_SetActiveReceiptRuleSet.html",
            ),
            (
                "A rule may require TLS",
                "https://docs.aws.amazon.com/ses/latest/APIReference/API_ReceiptRule.html",
            ),
        ],
        "test_rules_apply_in_order_to_addresses_domains_and_subdomains": [
            (
                "Rules apply in order to addresses, domains and subdomains",
                f"{GUIDE}/receiving-email-receipt-rules-console-walkthrough.html",
            ),
        ],
        "test_a_function_stops_the_rule_or_the_rule_set": [
            (
                "A function stops the rule or the rule set by its disposition",
                f"{GUIDE}/receiving-email-action-lambda.html",
            ),
        ],
        "test_a_mail_is_stored_and_published": [
            ("A mail is stored in a bucket that permits it", f"{GUIDE}/receiving-email-action-s3.html"),
            ("A mail is published to a topic", f"{GUIDE}/receiving-email-action-sns.html"),
        ],
        "test_a_mail_needs_the_permission_of_the_alias": [
            (
                "A receipt rule needs the permission of the alias, and invokes it asynchronously",
                f"{GUIDE}/receiving-email-permissions.html",
            ),
        ],
    },
)

ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:judge"
HANDLER = """
import json
def handler(event, context):
    print(json.dumps(event))
    subject = event["Records"][0]["ses"]["mail"]["commonHeaders"]["subject"]
    if subject == "FAIL":
        raise RuntimeError("told to fail")
    return {"disposition": subject}
"""
PERMISSION = {
    "Action": "lambda:InvokeFunction",
    "FunctionName": "judge",
    "Principal": "ses.amazonaws.com",
    "SourceAccount": ACCOUNT,
}
TOPIC = {"Ref": "Topic"}
STORE = {"S3Action": {"BucketName": "mails", "ObjectKeyPrefix": "new/", "TopicArn": TOPIC}}
JUDGE = {"LambdaAction": {"FunctionArn": ARN, "InvocationType": "RequestResponse"}}
PUBLISH = {"SNSAction": {"TopicArn": TOPIC}}
STOP = {"StopAction": {"Scope": "RuleSet"}}


def rule(name: str, recipients: list[str], *actions: Any, after: str, **more: Any) -> dict[str, Any]:
    given = {"Name": name, "Enabled": True, "Recipients": recipients, "Actions": actions, **more}
    properties = {"RuleSetName": {"Ref": "Mail"}, "Rule": given, **({"After": after} if after else {})}
    return {"DependsOn": after.title() or "Policy", **typed("AWS::SES::ReceiptRule", properties)}


def resources(*, last: str = "shop.example") -> dict[str, Any]:
    """A rule set with five rules, a bucket, and a topic with a queue."""
    put = {
        **statement("s3:PutObject", resource="arn:aws:s3:::mails/new/*"),
        "Principal": {"Service": "ses.amazonaws.com"},
        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
    }
    everybody = {**statement("sqs:SendMessage"), "Principal": "*"}
    subscription = {
        "TopicArn": TOPIC,
        "Protocol": "sqs",
        "Endpoint": {"Fn::GetAtt": ["Queue", "Arn"]},
        "RawMessageDelivery": True,
    }
    return {
        "Permission": typed("AWS::Lambda::Permission", PERMISSION),
        "Mail": typed("AWS::SES::ReceiptRuleSet", {"RuleSetName": "mail"}),
        "Topic": typed("AWS::SNS::Topic", {}),
        "Queue": typed("AWS::SQS::Queue", {"QueueName": "mails"}),
        "QueuePolicy": typed(
            "AWS::SQS::QueuePolicy",
            {"Queues": [{"Ref": "Queue"}], "PolicyDocument": {"Statement": [everybody]}},
        ),
        "Subscription": typed("AWS::SNS::Subscription", subscription),
        "Bucket": typed("AWS::S3::Bucket", {"BucketName": "mails"}),
        "Policy": {
            "DependsOn": "Bucket",
            **typed("AWS::S3::BucketPolicy", {"Bucket": "mails", "PolicyDocument": {"Statement": [put]}}),
        },
        "Off": rule("off", [], STOP, after="", Enabled=False),
        "First": rule("first", ["ann@shop.example", ".shop.example"], JUDGE, STOP, after="off"),
        "Second": rule("second", ["judge@shop.example"], JUDGE, STORE, after="first", ScanEnabled=True),
        "Third": rule("third", ["safe@shop.example"], PUBLISH, after="second", TlsPolicy="Require"),
        "Last": rule("last", [last], PUBLISH, after="third"),
    }


@pytest.fixture(scope="module")
def made(shared_emulator: Emulator) -> Iterator[Stack]:
    create_function(shared_emulator, "judge", HANDLER)
    with stack(shared_emulator, "mail") as created:
        assert created.create(resources()) == "CREATE_COMPLETE", created.reasons()
        yield created
        shared_emulator.client("ses").set_active_receipt_rule_set()
        s3 = shared_emulator.client("s3")
        for each in s3.list_objects_v2(Bucket="mails").get("Contents", []):
            s3.delete_object(Bucket="mails", Key=each["Key"])


@pytest.fixture
def emulator(made: Stack, shared_emulator: Emulator) -> Emulator:
    """An emulator whose rule set is active."""
    assert made
    shared_emulator.client("ses").set_active_receipt_rule_set(RuleSetName="mail")
    return shared_emulator


def mail(
    emulator: Emulator, recipient: str | list[str], subject: str = "CONTINUE", **more: Any
) -> ReceivedMail:
    return Mail(emulator).receive(
        sender="Bob <bob@home.example>", recipient=recipient, subject=subject, **more
    )


def actions(emulator: Emulator, recipient: str, subject: str = "CONTINUE") -> list[str]:
    return list(mail(emulator, recipient, subject).actions)


def test_a_mail_needs_a_rule_of_the_active_rule_set(emulator: Emulator) -> None:
    ses = emulator.client("ses")
    with pytest.raises(AssertionError, match="no enabled rule of the active receipt rule set mail applies"):
        mail(emulator, "ann@elsewhere.example")
    with pytest.raises(AssertionError, match=r"the rule third of .* mail requires TLS"):
        mail(emulator, "safe@shop.example", tls=False)
    assert mail(emulator, "safe@shop.example").rule_set == "mail"

    with stack(emulator, "other") as other:
        other.create({"Other": typed("AWS::SES::ReceiptRuleSet", {"RuleSetName": "other"})})
        ses.set_active_receipt_rule_set(RuleSetName="other")
        with pytest.raises(AssertionError, match="Cannot delete active rule set: other"):
            other.delete()
        ses.set_active_receipt_rule_set()
        with pytest.raises(AssertionError, match=r"no receipt rule set is active; .* account: mail, other"):
            mail(emulator, "safe@shop.example")


def test_rules_apply_in_order_to_addresses_domains_and_subdomains(emulator: Emulator, made: Stack) -> None:
    first, last = ["first: Lambda", "first: Stop"], ["last: SNS"]
    expected = {
        "Ann@shop.example": first,
        "ann+label@SHOP.example": first,
        "any@eu.shop.example": first,
        "any@shop.example": last,
        "safe@shop.example": ["third: SNS", *last],
    }
    assert {recipient: actions(emulator, recipient) for recipient in expected} == expected
    both = mail(emulator, ["ann@shop.example", "any@shop.example"])
    assert list(both.actions) == first
    event = printed(emulator, "judge")[-1]["Records"][0]["ses"]
    assert event["receipt"]["recipients"] == ["ann@shop.example"]
    assert event["mail"]["destination"] == ["ann@shop.example", "any@shop.example"]

    assert made.update(resources(last="home.example")) == "UPDATE_COMPLETE", made.reasons()
    rules = emulator.client("ses").describe_active_receipt_rule_set()["Rules"]
    assert [each["Name"] for each in rules] == ["off", "first", "second", "third", "last"]
    assert made.update(resources()) == "UPDATE_COMPLETE", made.reasons()


def test_a_function_stops_the_rule_or_the_rule_set(emulator: Emulator) -> None:
    judged, stored, last = ["second: Lambda"], ["second: S3"], ["last: SNS"]
    expected = {
        "CONTINUE": [*judged, *stored, *last],
        "anything": [*judged, *stored, *last],
        "STOP_RULE": [*judged, *last],
        "STOP_RULE_SET": judged,
    }
    assert {subject: actions(emulator, "judge@shop.example", subject) for subject in expected} == expected
    with pytest.raises(AssertionError, match=r"LambdaAction of the rule second failed: .*told to fail"):
        actions(emulator, "judge@shop.example", "FAIL")
    assert "told to fail" in [each for each in emulator.journal() if each["kind"] == "mail"][-1]["error"]


def test_a_mail_is_stored_and_published(emulator: Emulator) -> None:
    sqs = emulator.client("sqs")
    url = sqs.get_queue_url(QueueName="mails")["QueueUrl"]
    sqs.purge_queue(QueueUrl=url)
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        "Bob <bob@home.example>",
        "judge@shop.example",
        "Größe",
    )
    message.set_content("see the file")
    message.add_attachment(b"1,2", maintype="text", subtype="csv", filename="a.csv")

    done = mail(emulator, "judge@shop.example", message=message, verdicts={"virus": "FAIL", "dmarc": "FAIL"})

    object_key = f"new/{done.message_id}"
    raw = emulator.client("s3").get_object(Bucket="mails", Key=object_key)["Body"].read()
    stored = email.message_from_bytes(raw)
    assert stored["Return-Path"] == "<bob@home.example>"
    assert (stored["X-SES-Spam-Verdict"], stored["X-SES-Virus-Verdict"]) == ("PASS", "FAIL")
    assert [part.get_filename() for part in stored.walk()][-1] == "a.csv"

    notices = {}
    for _ in range(2):
        found = received(sqs, url)
        assert found is not None
        sqs.delete_message(QueueUrl=url, ReceiptHandle=found["ReceiptHandle"])
        notice = json.loads(found["Body"])
        notices[notice["receipt"]["action"]["type"]] = notice
    told = notices["S3"]
    assert told["notificationType"] == "Received"
    assert told["receipt"]["action"].items() >= {"bucketName": "mails", "objectKey": object_key}.items()
    assert told["receipt"]["virusVerdict"] == {"status": "FAIL"}
    assert told["receipt"]["dmarcPolicy"] == "none"
    assert told["mail"]["commonHeaders"]["from"] == ["Bob <bob@home.example>"]
    assert told["mail"]["commonHeaders"]["subject"] == "Größe"
    assert "content" not in told
    assert notices["SNS"]["content"].encode() == raw

    with stack(emulator, "closed") as closed:
        bucket = {"BucketName": "closed"}
        given = {"Name": "closed", "Actions": [{"S3Action": bucket}]}
        properties = {"RuleSetName": "mail", "Rule": given}
        template = {
            "Bucket": typed("AWS::S3::Bucket", bucket),
            "Rule": {"DependsOn": "Bucket", **typed("AWS::SES::ReceiptRule", properties)},
        }
        assert closed.create(template) == "ROLLBACK_COMPLETE"
        assert "Could not write to bucket: closed" in closed.reasons()


def test_a_mail_needs_the_permission_of_the_alias(emulator: Emulator) -> None:
    target = Target(emulator)
    alias = target.publish()
    url, destination = target.queue("failed")
    target.configure(
        "live", MaximumRetryAttempts=1, DestinationConfig={"OnFailure": {"Destination": destination}}
    )
    ses = emulator.client("ses")
    ses.create_receipt_rule_set(RuleSetName="aliases")
    invoke = {"LambdaAction": {"FunctionArn": alias, "InvocationType": "Event"}}
    ses.create_receipt_rule(RuleSetName="aliases", Rule={"Name": "one", "Enabled": True, "Actions": [invoke]})
    ses.set_active_receipt_rule_set(RuleSetName="aliases")
    rule_arn = f"arn:aws:ses:{REGION}:{ACCOUNT}:receipt-rule-set/aliases:receipt-rule/one"

    with pytest.raises(AssertionError, match=r"one failed: ses.amazonaws.com may not invoke .*:live for"):
        mail(emulator, "any@shop.example")
    assert [each["source"] for each in emulator.journal() if each["kind"] == "invoke-denied"][-1] == rule_arn
    assert target.runs() == []

    target.client.add_permission(
        FunctionName=target.name,
        Qualifier="live",
        StatementId="mail",
        Action="lambda:InvokeFunction",
        Principal="ses.amazonaws.com",
        SourceAccount=ACCOUNT,
        SourceArn=rule_arn,
    )
    assert list(mail(emulator, "any@shop.example").actions) == ["one: Lambda"]
    assert eventually(lambda: len(target.runs()) == 1)
    assert target.runs()[0]["event"]["Records"][0]["ses"]["receipt"]["spamVerdict"] == {"status": "DISABLED"}
    emulator.ask("failures", {"function": target.name, "kind": "crash", "times": 2})
    mail(emulator, "any@shop.example")
    record = target.record(url)
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 2
