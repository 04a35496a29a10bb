"""Queues that other services of a template write to: whose key encrypts them."""

from __future__ import annotations

from typing import Any

from tests.audit.support import Json, arn, findings, found, parameter, queue, ref, resource, template
from tests.for_each import for_each

SQS = "arn:aws:sqs:eu-west-1:123456789012"
SENDERS = {
    "rule": resource("AWS::Events::Rule", Targets=[{"Id": "a", "Arn": arn("Queue")}]),
    "dead letters of a rule": resource(
        "AWS::Events::Rule", Targets=[{"Id": "a", "Arn": "b", "DeadLetterConfig": {"Arn": arn("Queue")}}]
    ),
    "bucket": resource(
        "AWS::S3::Bucket", NotificationConfiguration={"QueueConfigurations": [{"Queue": arn("Queue")}]}
    ),
    "bucket of CDK": resource(
        "Custom::S3BucketNotifications",
        NotificationConfiguration={"QueueConfigurations": [{"QueueArn": arn("Queue")}]},
    ),
    "subscription": resource("AWS::SNS::Subscription", Protocol="sqs", Endpoint=arn("Queue")),
    "dead letters of a subscription": resource(
        "AWS::SNS::Subscription", Endpoint="a", RedrivePolicy={"deadLetterTargetArn": arn("Queue")}
    ),
    "topic": resource("AWS::SNS::Topic", Subscription=[{"Protocol": "sqs", "Endpoint": f"{SQS}:orders"}]),
}


@for_each("sender", SENDERS.values())
def test_service_cannot_use_the_key_that_aws_manages(sender: Json) -> None:
    source = template(Queue=queue(QueueName="orders", KmsMasterKeyId="alias/aws/sqs"), Sender=sender)

    (problem,) = findings(source, "queue-managed-key")

    assert (problem.severity, problem.resource, problem.about) == ("error", "Queue", ("Sender",))


@for_each(
    ("key", "severity"),
    [
        ({"Fn::Sub": "arn:aws:kms:${AWS::Region}:${AWS::AccountId}:alias/aws/sqs"}, "error"),
        (ref("Text"), "undecided"),
        (arn("Key"), None),
        ("alias/orders", None),
        (None, None),
    ],
)
def test_key_of_a_queue_that_a_rule_writes_to(key: Any, severity: str | None) -> None:
    source = template(
        {"Parameters": {"Text": parameter("String")}},
        Queue=queue(KmsMasterKeyId=key),
        Key=resource("AWS::KMS::Key"),
        Rule=SENDERS["rule"],
    )

    assert [each.severity for each in findings(source, "queue-managed-key")] == (
        [severity] if severity else []
    )


def test_queue_that_no_service_writes_to_may_have_the_key_that_aws_manages() -> None:
    assert found(template(Queue=queue(KmsMasterKeyId="alias/aws/sqs")), "queue-managed-key") == []
