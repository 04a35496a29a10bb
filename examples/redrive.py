"""`python -m examples.redrive <queue-url> ...`: send failed events to their functions again.

Run it after you have fixed the function. Each event goes only to the alias of the function that failed, not
to other subscribers of the bus or topic. A message is deleted after Lambda has accepted its event. If the
program is interrupted in between, the function receives the event twice.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import ClientError

from examples.driving import BATCH, Client


@dataclass(frozen=True)
class Redriven:
    """The number of accepted events, and by message id why other messages stay in the queue."""

    accepted: int
    left: Mapping[str, str]


class NoEventError(ValueError):
    """The message does not contain which function failed on which event."""


def redrive(sqs: Client, lambda_: Client, queue_url: str) -> Redriven:
    """Send the events in a failure queue to the functions that failed on them."""
    accepted = 0
    left: dict[str, str] = {}
    while messages := _receive(sqs, queue_url):
        if all(message["MessageId"] in left for message in messages):
            break
        for message in messages:
            try:
                function, event = failed_event(message)
                lambda_.invoke(
                    FunctionName=function, InvocationType="Event", Payload=json.dumps(event).encode()
                )
            except (NoEventError, ClientError) as error:
                # The message becomes visible again after the visibility timeout.
                left[message["MessageId"]] = str(error)
            else:
                sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
                accepted += 1
    return Redriven(accepted, left)


def _receive(sqs: Client, queue_url: str) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = sqs.receive_message(
        QueueUrl=queue_url, MaxNumberOfMessages=BATCH, MessageAttributeNames=["All"]
    ).get("Messages", [])
    return messages


def failed_event(message: Mapping[str, Any]) -> tuple[str, Any]:
    """The function and the event of a message in a failure queue.

    Lambda puts an event that its function failed on into an invocation record. EventBridge sends the event
    itself, with the function in an attribute. SNS does not name the function, so its dead letters stay in the
    queue.

    Raises:
        NoEventError: The message is neither of the first two.
    """
    try:
        body = json.loads(message["Body"])
        if "requestContext" in body:
            return body["requestContext"]["functionArn"], body["requestPayload"]
        return message["MessageAttributes"]["TARGET_ARN"]["StringValue"], body
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise NoEventError(
            "neither an invocation record of Lambda nor a dead letter of EventBridge"
        ) from error


def main() -> int:
    """Redrive the queues from the command line and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m examples.redrive", description=__doc__)
    parser.add_argument("queue_url", nargs="+", help="a failure queue")
    sqs, lambda_ = boto3.client("sqs"), boto3.client("lambda")
    complete = True
    for queue_url in parser.parse_args().queue_url:
        result = redrive(sqs, lambda_, queue_url)
        sys.stdout.write(f"{queue_url}: {result.accepted} accepted, {len(result.left)} left\n")
        for message_id, reason in result.left.items():
            sys.stdout.write(f"  {message_id}: {reason}\n")
        complete = complete and not result.left
    return 0 if complete else 1


if __name__ == "__main__":
    sys.exit(main())
