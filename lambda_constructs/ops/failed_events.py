"""Turns what AWS keeps of failed work back into the event that the function got."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from .failed_work import Letter
from .stream_records import dynamodb_event, kinesis_event, plain
from .workloads import Clients, Workload

_SNS_NAMES: Final = {"SigningCertURL": "SigningCertUrl", "UnsubscribeURL": "UnsubscribeUrl"}

_INPUTS: Final = frozenset({"Input", "InputPath", "InputTransformer"})  # of a target


class NoEventError(Exception):
    """The letter cannot become an event of the function; the message says why."""


@dataclass(frozen=True)
class FailedEvent:
    """An event for the alias."""

    payload: str  # the event, in JSON
    # It is a batch, whose mapping does not see a second failure: only its sender does
    of_stream: bool = False


def failed_event(letter: Letter, workload: Workload, clients: Clients) -> FailedEvent:
    """The event in a letter.

    Lambda writes an invocation record: with the event of an asynchronous invocation, with the position of
    the records of a stream, and in a bucket with the records themselves. EventBridge and Scheduler keep the
    event, and name the function in an attribute. SNS keeps its notification. It is a NoEventError if the
    letter is not a failed event of this function, if its records are gone, or if the function got something
    else than the event.
    """
    try:
        body = json.loads(letter.body)
    except ValueError:
        body = None
    target = letter.attributes.get("TARGET_ARN", {}).get("StringValue")
    match body:
        case {"requestContext": {"functionArn": str(function)}}:
            _require(workload, function)
            return _of_record(body, workload, clients)
        case {"TopicArn": str(topic), "MessageId": str()}:
            return FailedEvent(_notification(body, _subscription(clients, topic, workload)))
        case _ if target and body is not None:
            _require(workload, target)
            if rule := letter.attributes.get("RULE_ARN", {}).get("StringValue"):
                _require_event(clients, rule, target)
            return FailedEvent(letter.body)
    raise NoEventError(
        "neither an invocation record of Lambda nor a dead letter of EventBridge, Scheduler or SNS"
    )


def _require(workload: Workload, function: str) -> None:
    """Refuse the event of another function."""
    if function.split(":")[:7] != workload.alias_arn.split(":")[:7]:
        raise NoEventError(f"it is an event of {function}")


def _require_event(clients: Clients, rule: str, target: str) -> None:
    """Refuse an event that its rule transforms: EventBridge keeps the event, not what the function gets."""
    *bus, name = rule.split(":", 5)[5].split("/")[1:]
    found = {"EventBusName": bus[0], "Rule": name} if bus else {"Rule": name}
    targets = clients("events").list_targets_by_rule(**found)["Targets"]
    if any(each["Arn"] == target and not _INPUTS.isdisjoint(each) for each in targets):
        raise NoEventError(
            f"the rule {name} does not send the event itself to the function; put the event on its bus "
            "again, or invoke the alias with what the rule makes of it"
        )


def _of_record(record: Mapping[str, Any], workload: Workload, clients: Clients) -> FailedEvent:
    match record:
        case {"requestPayload": payload}:
            return FailedEvent(json.dumps(payload))
        case {"payload": str(payload)}:
            return FailedEvent(payload, of_stream=True)
        case {"KinesisBatchInfo": batch}:
            records = kinesis_event(clients, batch, workload.function)
        case {"DDBStreamBatchInfo": batch}:
            records = dynamodb_event(clients, batch)
        case _:
            raise NoEventError("the record has no events; only a failure bucket keeps those of Kafka")
    if len(records) != batch["batchSize"]:
        raise NoEventError(
            f"the stream has {len(records)} records from the first to the last of this batch, which had "
            f"{batch['batchSize']}: some have expired, or belong to other batches"
        )
    return FailedEvent(json.dumps({"Records": records}, default=plain), of_stream=True)


def _subscription(clients: Clients, topic: str, workload: Workload) -> str:
    """The ARN of the alias's subscription of a topic: a notification does not name its function."""
    pages = clients("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    for page in pages:
        for each in page["Subscriptions"]:
            if each["Endpoint"] == workload.alias_arn:
                return str(each["SubscriptionArn"])
    raise NoEventError(f"the topic {topic} does not invoke {workload.alias_arn}")


def _notification(body: Mapping[str, Any], subscription: str) -> str:
    """The event that SNS sends to a function for a notification."""
    sns = {_SNS_NAMES.get(name, name): value for name, value in body.items()}
    record = {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription,
        "Sns": {"Subject": None, "MessageAttributes": {}, **sns},
    }
    return json.dumps({"Records": [record]})
