"""Which messages of a failure queue are redriven, to whom, and which stay."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from examples.redrive import NoEventError, failed_event, redrive

ALIAS = "arn:aws:lambda:us-east-1:000000000000:function:billing:live"
EVENT = {"detail": {"order_id": "o-1"}}
RECORD = {"Body": json.dumps({"requestContext": {"functionArn": ALIAS}, "requestPayload": EVENT})}
DEAD_LETTER = {
    "Body": json.dumps(EVENT),
    "MessageAttributes": {"TARGET_ARN": {"DataType": "String", "StringValue": ALIAS}},
}


@pytest.mark.parametrize("message", [RECORD, DEAD_LETTER])
def test_the_event_goes_to_the_alias_that_failed_on_it(message: dict[str, Any]) -> None:
    assert failed_event(message) == (ALIAS, EVENT)


@pytest.mark.parametrize("body", ["what is this?", "[]", "7", "{}", '{"requestContext": {}}', "null"])
def test_a_message_that_names_no_function_is_no_event(body: str) -> None:
    with pytest.raises(NoEventError, match="neither an invocation record"):
        failed_event({"Body": body})


class Service:
    """Stands in for SQS and Lambda: a queue, and a function that refuses some events."""

    def __init__(self, messages: list[dict[str, Any]], *, refused: str = "") -> None:
        self.messages = [
            {**message, "MessageId": f"m-{number}", "ReceiptHandle": f"m-{number}"}
            for number, message in enumerate(messages)
        ]
        self.deleted: list[str] = []
        self.invoked: list[Any] = []
        self.refused = refused

    def receive_message(self, **request: Any) -> dict[str, Any]:
        """As if all that was received were visible again at once."""
        left = [message for message in self.messages if message["MessageId"] not in self.deleted]
        return {"Messages": left[: request["MaxNumberOfMessages"]]} if left else {}

    def delete_message(self, **request: Any) -> None:
        self.deleted.append(request["ReceiptHandle"])

    def invoke(self, **request: Any) -> None:
        if self.refused in request["Payload"].decode() and self.refused:
            raise ClientError({"Error": {"Code": "TooManyRequestsException"}}, "Invoke")
        assert request["InvocationType"] == "Event"
        self.invoked.append((request["FunctionName"], json.loads(request["Payload"])))


def test_what_lambda_accepts_is_deleted() -> None:
    service = Service([RECORD, DEAD_LETTER] * 12)

    result = redrive(service, service, "url")

    assert (result.accepted, dict(result.left)) == (24, {})
    assert service.invoked == [(ALIAS, EVENT)] * 24
    assert len(service.deleted) == 24


def test_what_is_no_event_or_is_refused_stays() -> None:
    service = Service([{"Body": "?"}, RECORD, {"Body": RECORD["Body"].replace("o-1", "o-2")}], refused="o-2")

    result = redrive(service, service, "url")

    assert result.accepted == 1
    assert service.deleted == ["m-1"]
    assert result.left.keys() == {"m-0", "m-2"}
    assert "TooManyRequestsException" in result.left["m-2"]
