"""Counts the resources of a deployed shop by workload, compared with CloudFormation's limit."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from lambda_constructs.rules.stack import stack_resources_maximum
from lambda_constructs_emulator.kit import Deployed

WORKLOADS = ("SignUps", "Api", "Worker", "Scores", "Thumbnails", "Deliveries", "Report")
"""The ids of the workloads in the stack, in display order."""
SHARED, OTHERS, TOTAL = "shared by them", "all others", "in total"
_SHARED = ("LambdaConstructs", "BucketNotificationsHandler")


def template(deployed: Deployed) -> dict[str, Any]:
    """The template of a deployed stack."""
    body = deployed.aws.client("cloudformation").get_template(StackName=deployed.stack)["TemplateBody"]
    parsed: dict[str, Any] = json.loads(body) if isinstance(body, str) else body
    return parsed


def count(deployed: Mapping[str, Any]) -> dict[str, int]:
    """Count a template's resources by workload, from their construct paths, with shared ones and the sum."""
    paths = [resource["Metadata"]["aws:cdk:path"] for resource in deployed["Resources"].values()]
    counted = Counter(_owner(path.split("/")[1]) for path in paths)
    return {**{name: counted[name] for name in (*WORKLOADS, SHARED, OTHERS)}, TOTAL: len(paths)}


def _owner(construct: str) -> str:
    if construct in WORKLOADS:
        return construct
    return SHARED if construct.startswith(_SHARED) else OTHERS


def rows(counted: Mapping[str, int]) -> list[tuple[str, object, str]]:
    """The count as lines of a report."""
    remarks = {TOTAL: f"of {stack_resources_maximum.high} that CloudFormation allows"}
    return [(name, number, remarks.get(name, "")) for name, number in counted.items()]
