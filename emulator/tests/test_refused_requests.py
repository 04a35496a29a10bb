"""Requests that the services which invoke functions refuse."""

from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.tests.fidelity import Fidelity
from emulator.tests.stacks import stack, typed
from emulator.tests.targets import Target
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy
CONSTRAINTS = "https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html"
ENTRIES = "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html"
NOTIFICATIONS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html"
QUEUES = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html"
FIDELITY = Fidelity(
    "Services that invoke functions",
    ENTRIES,
    {
        "test_requests_outside_of_the_constraints_of_a_service_are_refused": [
            ("Requests outside of the constraints of a service are refused", CONSTRAINTS)
        ],
        "test_queues_have_letters_in_their_names_and_dead_letter_queues_of_their_kind": [
            ("Queues have plain names, and dead-letter queues of their kind", QUEUES)
        ],
        "test_notifications_of_one_event_of_one_object_overlap": [
            ("Notifications of one event of one object overlap", NOTIFICATIONS)
        ],
    },
)

LONG = "x" * 2049
OUTSIDE: dict[str, tuple[str, dict[str, Any]]] = {
    "apigateway": ("put_gateway_response", {"restApiId": "a", "responseType": "A_NEW_ONE"}),
    "apigatewayv2": ("create_api", {"Name": "a", "ProtocolType": "FTP"}),
    "application-autoscaling": (
        "register_scalable_target",
        {
            "ServiceNamespace": "lambda",
            "ResourceId": LONG,
            "ScalableDimension": "lambda:function:ProvisionedConcurrency",
        },
    ),
    "codedeploy": ("create_application", {"applicationName": LONG}),
    "cognito-idp": ("create_user_pool", {"PoolName": LONG}),
    "dynamodb": ("create_table", {"TableName": LONG}),
    "events": ("put_rule", {"Name": "a b", "ScheduleExpression": "rate(1 minute)"}),
    "kinesis": ("create_stream", {"StreamName": "a b", "ShardCount": 1}),
    "kms": ("create_alias", {"AliasName": "a b", "TargetKeyId": "a"}),
    "lambda": ("create_alias", {"FunctionName": "a", "Name": "a b", "FunctionVersion": "1"}),
    "logs": ("put_retention_policy", {"logGroupName": "a", "retentionInDays": 2}),
    "scheduler": ("create_schedule_group", {"Name": "a b"}),
    "secretsmanager": ("create_secret", {"Name": LONG}),
    "sqs": ("create_queue", {"QueueName": "a", "Attributes": {"DelaySeconds": "901"}}),
    "ssm": ("put_parameter", {"Name": LONG, "Value": "a", "Type": "String"}),
    "stepfunctions": (
        "create_state_machine",
        {"name": LONG, "definition": "{}", "roleArn": "arn:aws:iam::000000000000:role/a"},
    ),
}
"""A request to each service that is outside of its constraints."""


def test_requests_outside_of_the_constraints_of_a_service_are_refused(emulator: Emulator) -> None:
    answers = {}
    for service, (operation, request) in OUTSIDE.items():
        try:
            answers[service] = str(getattr(emulator.client(service), operation)(**request))
        except ClientError as error:
            answers[service] = str(error)

    assert [name for name, each in answers.items() if "failed to satisfy constraint" not in each] == []


def test_entries_that_are_no_events_are_refused(emulator: Emulator) -> None:
    good = {"Source": "shop", "DetailType": "order", "Detail": "{}"}
    entries = [
        good,
        *({**good, "Detail": detail} for detail in ("text", "[]", "1")),
        *({name: value for name, value in good.items() if name != missing} for missing in good),
        {**good, "Source": "aws.shop"},
        good,
    ]
    answer = emulator.client("events").put_events(Entries=entries)

    assert answer["FailedEntryCount"] == 7
    assert [each.get("ErrorCode", "") for each in answer["Entries"]] == [
        "",
        *["MalformedDetail"] * 3,
        *["InvalidArgument"] * 3,
        "NotAuthorizedForSourceException",
        "",
    ]


def notification(target: Target, *events: str, prefix: str = "", suffix: str = "") -> dict[str, Any]:
    rules = [{"Name": "prefix", "Value": prefix}, {"Name": "suffix", "Value": suffix}]
    key = {"Key": {"FilterRules": [rule for rule in rules if rule["Value"]]}}
    return {"LambdaFunctionArn": target.arn, "Events": list(events), "Filter": key}


def test_notifications_of_one_event_of_one_object_overlap(target: Target) -> None:
    client = target.emulator.client("s3")
    client.create_bucket(Bucket=target.name)
    principal = {"Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}
    target.client.add_permission(FunctionName=target.name, StatementId="push", **principal)
    created, put = "s3:ObjectCreated:*", "s3:ObjectCreated:Put"
    of = partial(notification, target)
    pairs = {
        "all and put": (of(created), of(put)),
        "prefix of prefix": (of(put, prefix="a/"), of(put, prefix="a/b/")),
        "prefix and suffix": (of(put, prefix="a/"), of(put, suffix=".txt")),
        "other prefix": (of(put, prefix="a/"), of(put, prefix="b/")),
        "other suffix": (of(put, prefix="a/", suffix=".txt"), of(put, prefix="a/b", suffix=".csv")),
        "other event": (of(created), of("s3:ObjectRemoved:*")),
    }
    refused = []
    for name, pair in pairs.items():
        configuration = {"LambdaFunctionConfigurations": pair}
        try:
            client.put_bucket_notification_configuration(
                Bucket=target.name, NotificationConfiguration=configuration
            )
        except ClientError as error:
            assert "Configurations overlap" in str(error)  # noqa: PT017 - each of them
            refused.append(name)

    assert refused == ["all and put", "prefix of prefix", "prefix and suffix"]


def test_queues_have_letters_in_their_names_and_dead_letter_queues_of_their_kind(emulator: Emulator) -> None:
    client = emulator.client("sqs")
    for name in ("a b", "ü", "a.b", "a" * 81, "a" * 76 + ".fifo", "a\n"):
        with pytest.raises(ClientError, match="Can only include alphanumeric characters"):
            client.create_queue(QueueName=name)
    for name in ("a" * 80, "a" * 75 + ".fifo", "A-b_1"):
        client.create_queue(QueueName=name, Attributes={"FifoQueue": "true"} if "." in name else {})
    fifo = typed("AWS::SQS::Queue", {"FifoQueue": True})
    redrive = {"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 3}
    with stack(emulator, "queues") as made:
        source = typed("AWS::SQS::Queue", {"RedrivePolicy": redrive})
        assert made.create({"Dead": fifo, "Source": source}) == "ROLLBACK_COMPLETE"
        assert "Dead-letter queue must be same type" in made.reasons()
    with stack(emulator, "fifo") as made:
        source = typed("AWS::SQS::Queue", {"FifoQueue": True, "RedrivePolicy": redrive})
        assert made.create({"Dead": fifo, "Source": source}) == "CREATE_COMPLETE"
