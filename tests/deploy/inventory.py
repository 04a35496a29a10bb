"""What exists in an emulator, to see that nothing of a stack is left."""

from collections.abc import Callable, Mapping
from typing import Any

from examples.example import Example
from lambda_constructs_emulator.kit import Aws, Deployed

Answer = Mapping[str, Any]

# By service: the operation that lists something, and how to get the physical ids from its answer.
_LISTS: dict[str, list[tuple[str, Callable[[Answer], list[str]]]]] = {
    "cloudwatch": [("describe_alarms", lambda a: [each["AlarmName"] for each in a["MetricAlarms"]])],
    "dynamodb": [("list_tables", lambda a: a["TableNames"])],
    "events": [
        ("list_event_buses", lambda a: [each["Name"] for each in a["EventBuses"]]),
        ("list_rules", lambda a: [each["Name"] for each in a["Rules"]]),
    ],
    "iam": [("list_roles", lambda a: [each["RoleName"] for each in a["Roles"]])],
    "lambda": [
        ("list_functions", lambda a: [each["FunctionName"] for each in a["Functions"]]),
        ("list_event_source_mappings", lambda a: [each["UUID"] for each in a["EventSourceMappings"]]),
    ],
    "logs": [("describe_log_groups", lambda a: [each["logGroupName"] for each in a["logGroups"]])],
    "scheduler": [("list_schedules", lambda a: [each["Name"] for each in a["Schedules"]])],
    "sesv2": [
        ("list_email_identities", lambda a: [each["IdentityName"] for each in a["EmailIdentities"]]),
    ],
    "s3": [("list_buckets", lambda a: [each["Name"] for each in a["Buckets"]])],
    "sns": [("list_topics", lambda a: [each["TopicArn"] for each in a["Topics"]])],
    "sqs": [("list_queues", lambda a: a.get("QueueUrls", []))],
}


def resources(deployed: Deployed) -> dict[str, tuple[str, str]]:
    """The type and the physical id of each resource of a stack, by logical id."""
    pages = deployed.aws.client("cloudformation").get_paginator("list_stack_resources")
    return {
        each["LogicalResourceId"]: (each["ResourceType"], each["PhysicalResourceId"])
        for page in pages.paginate(StackName=deployed.stack)
        for each in page["StackResourceSummaries"]
    }


def assert_destroyed(example: Example, deployed: Deployed, *named: str, at_least: int = 0) -> None:
    """Delete the stack: nothing is left of it, among that what has these physical ids."""
    stack = {physical_id for _, physical_id in resources(deployed).values()}
    before = stack & existing(deployed.aws)
    assert set(named) <= before
    assert len(before) >= at_least

    example.destroy(deployed)

    assert not deployed.status
    assert stack & existing(deployed.aws) == set()


def existing(aws: Aws) -> set[str]:
    """The physical ids of all that there is of the listed kinds."""
    return {
        identifier
        for service, lists in _LISTS.items()
        for operation, identifiers in lists
        for identifier in identifiers(getattr(aws.client(service), operation)())
    }
