"""Names that a deployment needs before they are free."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Final

from ..template.changes import Change, Definitions

_NAMES: Final = {
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::CodeDeploy::Application": "ApplicationName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Events::Rule": "Name",
    "AWS::IAM::Role": "RoleName",
    "AWS::Kinesis::Stream": "Name",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::Scheduler::Schedule": "Name",
}
"""The property with the name that one resource of a type has at a time."""


def taken_names(
    before: Definitions, after: Definitions, changes: Iterable[Change]
) -> Iterator[tuple[str, str]]:
    """The resources that cannot be created because of their name, and why.

    CloudFormation creates the new resource before it removes the old one.
    """
    every = list(changes)
    owners = {
        key: each.id
        for each in every
        if each.action in ("replace", "delete") and (key := _key(before, each.id))
    }
    for each in every:
        if each.action not in ("create", "replace") or (key := _key(after, each.id)) not in owners:
            continue
        name = _NAMES[each.type]
        text = f"needs the {name} that {owners[key]} still has, so the deployment fails"
        yield each.id, f"{text}; keep the resource as it was, or change the {name}"


def _key(definitions: Definitions, logical_id: str) -> str:
    """The type and the name of a resource; empty if CloudFormation makes the name."""
    kind = definitions[logical_id].get("Type")
    properties = definitions[logical_id].get("Properties")
    name = properties.get(_NAMES.get(str(kind))) if isinstance(properties, dict) else None
    return json.dumps([kind, name], sort_keys=True) if name else ""
