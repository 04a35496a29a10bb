"""The deployments of a workload, as CodeDeploy keeps them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from .workloads import Clients, Workload

_RUNNING: Final = ("Created", "Queued", "InProgress", "Baking", "Ready")
# The revision is an AppSpec in JSON or YAML.
_VERSIONS: Final = re.compile(r'"?(CurrentVersion|TargetVersion)"?\s*:\s*"?(\d+)')


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """A deployment."""

    id: str  # its id
    status: str  # its status, such as `InProgress`
    old: str  # the version that it shifts traffic from; empty if CodeDeploy does not say
    new: str  # the version that it shifts traffic to
    config: str  # the deployment configuration
    started: datetime | None  # when it started; None if it has not
    ended: datetime | None  # when it ended; None if it has not
    error: str  # why it failed or stopped; empty if it did not
    rolls_back: str  # the deployment that it undoes; empty if it is none that CodeDeploy started by itself

    @property
    def is_running(self) -> bool:
        """Whether it can still shift traffic."""
        return self.status in _RUNNING


def deployments(clients: Clients, workload: Workload, *statuses: str) -> Iterator[Deployment]:
    """The deployments of a workload with one of these statuses, or all, the newest first."""
    group = workload.resources.get("deploymentGroup")
    if not group or not workload.application:
        return
    codedeploy = clients("codedeploy")
    pages = codedeploy.get_paginator("list_deployments").paginate(
        applicationName=workload.application,
        deploymentGroupName=group,
        **({"includeOnlyStatuses": [*statuses]} if statuses else {}),
    )
    for page in pages:
        for name in page["deployments"]:
            yield _deployment(codedeploy.get_deployment(deploymentId=name)["deploymentInfo"])


def lifecycle_events(clients: Clients, deployment: Deployment) -> list[dict[str, Any]]:
    """The lifecycle events of a deployment in order, with their status and times."""
    codedeploy = clients("codedeploy")
    names = codedeploy.list_deployment_targets(deploymentId=deployment.id)["targetIds"]
    if not names:
        return []
    found = codedeploy.batch_get_deployment_targets(deploymentId=deployment.id, targetIds=names)
    return [
        {
            "name": event["lifecycleEventName"],
            "status": event.get("status", "Unknown"),
            "started": event.get("startTime"),
            "ended": event.get("endTime"),
        }
        for each in found["deploymentTargets"]
        for event in each.get("lambdaTarget", {}).get("lifecycleEvents", [])
    ]


def _deployment(info: Mapping[str, Any]) -> Deployment:
    revision = info.get("revision", {})
    text = revision.get("appSpecContent", revision.get("string", {})).get("content", "")
    versions = dict(_VERSIONS.findall(text))
    return Deployment(
        id=info["deploymentId"],
        status=info["status"],
        old=versions.get("CurrentVersion", ""),
        new=versions.get("TargetVersion", ""),
        config=info.get("deploymentConfigName", ""),
        started=info.get("startTime"),
        ended=info.get("completeTime"),
        error=info.get("errorInformation", {}).get("message", ""),
        rolls_back=info.get("rollbackInfo", {}).get("rollbackTriggeringDeploymentId", ""),
    )
