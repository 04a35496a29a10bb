"""Finds where AWS keeps the failed work of a workload, and where it goes again."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from .failed_work import Bucket, Place, Queue
from .redrive_targets import Alias, SourceQueue, Target
from .workloads import Client, Clients, OperationError, Workload


def failure_paths(clients: Clients, workload: Workload) -> list[tuple[Place, Target]]:
    """The places that keep the failed work of all triggers of a workload, each with its target.

    The event source mappings and the asynchronous settings of the alias name the destinations, also those in
    other stacks. It is an OperationError if there is no destination that can be read.
    """
    sqs, alias = clients("sqs"), Alias(clients, workload)
    dead = dict(_dead_letter_queues(clients, workload))
    found: list[tuple[Place, Target]] = [
        (Queue(sqs, arn), SourceQueue(sqs, source)) for source, arn in dead.items()
    ]
    unread, queues = [], set(dead.values())
    for arn, folder in destinations(clients, workload):
        service = arn.split(":")[2]
        if service == "s3":
            found.append((Bucket(clients("s3"), arn, folder), alias))
        elif service != "sqs":
            unread.append(arn)
        elif arn not in queues:
            queues.add(arn)
            found.append((Queue(sqs, arn), alias))
    if not found:
        why = f"; {', '.join(unread)} cannot be read" if unread else ""
        raise OperationError(f"{workload.path} has no queue or bucket with failed work{why}")
    for arn in unread:
        print(f"note: {arn} cannot be read; failed work there is not sent again", file=sys.stderr)
    return found


def mappings(functions: Client, workload: Workload) -> Iterator[dict[str, object]]:
    """The event source mappings that invoke the alias."""
    for page in functions.get_paginator("list_event_source_mappings").paginate(
        FunctionName=workload.alias_arn
    ):
        yield from page["EventSourceMappings"]


def _dead_letter_queues(clients: Clients, workload: Workload) -> Iterator[tuple[str, str]]:
    """The ARNs of the source queues, with those of their dead-letter queues."""
    for mapping in mappings(clients("lambda"), workload):
        source = str(mapping.get("EventSourceArn", ""))
        if source.split(":")[2:3] == ["sqs"]:
            url = Queue(clients("sqs"), source).url
            attributes = clients("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])
            if policy := attributes.get("Attributes", {}).get("RedrivePolicy"):
                yield source, json.loads(policy)["deadLetterTargetArn"]


def destinations(clients: Clients, workload: Workload) -> Iterator[tuple[str, str]]:
    """The ARNs of the failure destinations, and the prefix of the keys that Lambda writes to a bucket.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
    """
    functions = clients("lambda")
    for mapping in mappings(functions, workload):
        match mapping:
            case {"DestinationConfig": {"OnFailure": {"Destination": str(arn)}}} if arn:
                yield arn, f"aws/lambda/{mapping['UUID']}/"
    try:
        config = functions.get_function_event_invoke_config(**workload.qualified)
    except functions.exceptions.ResourceNotFoundException:
        config = {}
    match config:
        case {"DestinationConfig": {"OnFailure": {"Destination": str(arn)}}} if arn:
            yield arn, f"aws/lambda/async/{workload.function}/"
    if url := workload.resources.get("failureQueue"):
        attributes = clients("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        yield attributes["Attributes"]["QueueArn"], ""
