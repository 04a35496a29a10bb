"""Requests that the services which invoke functions refuse."""

from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.tests.fidelity import Fidelity
from emulator.tests.targets import Target
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy
ENTRIES = "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html"
NOTIFICATIONS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html"
FIDELITY = Fidelity(
    "Services that invoke functions",
    ENTRIES,
    {
        "test_notifications_of_one_event_of_one_object_overlap": [
            ("Notifications of one event of one object overlap", NOTIFICATIONS)
        ]
    },
)


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
