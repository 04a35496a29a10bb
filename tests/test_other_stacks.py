"""Resources of other stacks of the app: what works, and what is refused because it would be a circle."""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import assertions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from lambda_constructs import BucketNotification, EventHandler
from tests.support import basics, new_stack, only, resources
from tests.workloads import rule


def stacks() -> tuple[cdk.Stack, cdk.Stack]:
    """The stack of the workloads and another one of the same app."""
    shop = new_stack()
    return shop, cdk.Stack(cdk.App.of(shop), "Shared")


def role(scope: Construct) -> iam.Role:
    return iam.Role(scope, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))


def test_a_bucket_of_another_stack_notifies_handlers() -> None:
    shop, shared = stacks()
    bucket = s3.Bucket(shared, "Bucket")
    for name in ("In", "Out"):
        source = BucketNotification(bucket=bucket, prefix=f"{name}/")
        EventHandler(shop, name, source=source, **basics())

    permissions = resources(shared, "AWS::Lambda::Permission")
    notifying = {each["Properties"]["Principal"] for each in permissions.values()}
    assert len(permissions) == 2
    assert notifying == {"s3.amazonaws.com"}
    assert "AWS::Lambda::Permission" not in {each["Type"] for each in resources(shop).values()}
    waits = next(iter(resources(shared, "Custom::S3BucketNotifications").values()))["DependsOn"]
    assert permissions.keys() <= set(waits)


def test_a_queue_of_another_stack_gets_events_that_a_rule_cannot_deliver() -> None:
    shop, shared = stacks()
    EventHandler(shop, "Orders", source=rule(shop), on_failure=sqs.Queue(shared, "Failed"), **basics())

    (statement,) = only(shared, "AWS::SQS::QueuePolicy")["PolicyDocument"]["Statement"]
    assert statement["Condition"] == {
        "ArnLike": {
            "aws:SourceArn": {
                "Fn::Join": [
                    "",
                    [
                        "arn:",
                        {"Ref": "AWS::Partition"},
                        ":events:",
                        {"Ref": "AWS::Region"},
                        ":",
                        {"Ref": "AWS::AccountId"},
                        ":rule/*",
                    ],
                ]
            }
        }
    }


def test_what_a_nested_stack_shares_with_its_parent_is_no_circle() -> None:
    for inner in (True, False):
        shop, _ = stacks()
        nested = cdk.NestedStack(shop, "Nested")
        mine, other = (nested, shop) if inner else (shop, nested)
        source = BucketNotification(bucket=s3.Bucket(other, "Bucket"))
        EventHandler(mine, "In", source=source, **basics())
        if inner:
            EventHandler(mine, "Out", source=rule(mine), on_failure=sqs.Queue(other, "Failed"), **basics())
        assertions.Template.from_stack(shop)


def test_a_failure_queue_of_a_nested_stack_is_not_judged() -> None:
    shop, _ = stacks()
    queue = sqs.Queue(cdk.NestedStack(shop, "Nested"), "Failed")
    EventHandler(shop, "Orders", source=rule(shop), on_failure=queue, **basics())
    assertions.Template.from_stack(shop)
