"""CodeDeploy for Lambda: resource types, updates of aliases, and the API.

The API describes and stops deployments, and accepts the reports of hooks. `CreateDeployment` and all other
operations return an error.

    https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_GetDeployment.html
    https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_ListDeployments.html
    https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_BatchGetDeploymentTargets.html
    https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_GetDeploymentConfig.html
    https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_GetDeploymentGroup.html
    https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_StopDeployment.html
    https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_PutLifecycleEventHookExecutionStatus.html
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodedeploy.html

IAM checks a hook's report against the deployment group, which is what CDK grants on.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from ..cloudformation.resource_types import named_as_in_the_api
from ..core import service_api
from ..core.service_api import Request, ServiceError
from . import alias_updates, deployment_groups, deployments
from .deployment_groups import ON_REQUEST, Group
from .deployments import Deployment, Move

_REPORTABLE: Final = ("Succeeded", "Failed")


def install() -> None:
    """Register the types and the API, and take over the updates of aliases.

    Raises:
        hooks.HookError: ministack has CodeDeploy itself now, or lost what this hooks into.
    """
    deployment_groups.install()
    deployments.install()
    alias_updates.install()
    service_api.register(
        "codedeploy",
        "CodeDeploy_20141006",
        {
            "BatchGetDeploymentTargets": _batch_get_deployment_targets,
            "BatchGetDeployments": _batch_get_deployments,
            "GetDeployment": _get_deployment,
            "GetDeploymentConfig": _get_deployment_config,
            "GetDeploymentGroup": _get_deployment_group,
            "ListDeploymentTargets": _list_deployment_targets,
            "ListDeployments": _list_deployments,
            "PutLifecycleEventHookExecutionStatus": _put_status,
            "StopDeployment": _stop_deployment,
        },
        resource=_resource,
    )


def _resource(request: Request) -> str:
    """The deployment group that a request is about."""
    deployment = deployments.find(request.get("deploymentId", ""))
    group = deployment.group if deployment else _requested_group(request)
    return group.arn if group else "*"


def _requested_group(request: Request) -> Group | None:
    return deployment_groups.find(request.get("applicationName", ""), request.get("deploymentGroupName", ""))


def _deployment(request: Request) -> Deployment:
    name = request.get("deploymentId", "")
    if not name:
        raise ServiceError("DeploymentIdRequiredException", "Deployment Id must be specified")
    deployment = deployments.find(name)
    if deployment is None:
        raise ServiceError("DeploymentDoesNotExistException", f"The deployment {name} could not be found")
    return deployment


def _get_deployment(request: Request) -> Mapping[str, Any]:
    return {"deploymentInfo": _deployment_info(_deployment(request))}


def _batch_get_deployments(request: Request) -> Mapping[str, Any]:
    found = [deployments.find(name) for name in request.get("deploymentIds", [])]
    return {"deploymentsInfo": [_deployment_info(each) for each in found if each]}


def _list_deployments(request: Request) -> Mapping[str, Any]:
    """Newest first, as AWS does in practice."""
    application, group = request.get("applicationName"), request.get("deploymentGroupName")
    statuses = request.get("includeOnlyStatuses")
    found = [
        each.id
        for each in reversed(deployments.all_deployments())
        if application in {None, each.group.application}
        and group in {None, each.group.name}
        and (not statuses or each.status in statuses)
    ]
    return {"deployments": found}


def _list_deployment_targets(request: Request) -> Mapping[str, Any]:
    return {"targetIds": [_deployment(request).move.function]}


def _batch_get_deployment_targets(request: Request) -> Mapping[str, Any]:
    deployment = _deployment(request)
    function = deployment.move.function
    if [*request.get("targetIds", ())] != [function]:
        raise ServiceError("DeploymentTargetDoesNotExistException", "The deployment has another target")
    target = {
        "deploymentId": deployment.id,
        "targetId": function,
        "status": "Failed" if deployment.error else deployment.status,
        "lifecycleEvents": deployment.events.described(),
    }
    return {"deploymentTargets": [{"deploymentTargetType": "LambdaTarget", "lambdaTarget": target}]}


def _stop_deployment(request: Request) -> Mapping[str, Any]:
    """Stop a deployment at its next look at the alarms, and roll it back if the request says so."""
    deployment = _deployment(request)
    if deployment.completed is not None:
        raise ServiceError(
            "DeploymentAlreadyCompletedException", f"The deployment {deployment.id} is already complete"
        )
    deployment.stop = frozenset({ON_REQUEST} if request.get("autoRollbackEnabled") else ())
    return {"status": "Pending", "statusMessage": "The deployment is being stopped."}


def _get_deployment_config(request: Request) -> Mapping[str, Any]:
    name = request.get("deploymentConfigName", "")
    properties = deployment_groups.config(name)
    if properties is None:
        raise ServiceError(
            "DeploymentConfigDoesNotExistException", f"No Deployment Configuration found for name: {name}"
        )
    return {
        "deploymentConfigInfo": {
            "deploymentConfigName": name,
            "computePlatform": "Lambda",
            "trafficRoutingConfig": named_as_in_the_api(properties["TrafficRoutingConfig"]),
        }
    }


def _get_deployment_group(request: Request) -> Mapping[str, Any]:
    group = _requested_group(request)
    if group is None:
        name = request.get("deploymentGroupName", "")
        raise ServiceError(
            "DeploymentGroupDoesNotExistException", f"No Deployment Group found for name: {name}"
        )
    return {
        "deploymentGroupInfo": {
            "applicationName": group.application,
            "deploymentGroupName": group.name,
            "deploymentConfigName": group.config_name,
            "serviceRoleArn": group.role_arn,
            "computePlatform": "Lambda",
            "alarmConfiguration": {
                "enabled": bool(group.alarms),
                "ignorePollAlarmFailure": group.ignores_poll_failure,
                "alarms": [{"name": name} for name in group.alarms],
            },
            "autoRollbackConfiguration": _auto_rollback(group),
        }
    }


def _put_status(request: Request) -> Mapping[str, Any]:
    deployment = _deployment(request)
    execution = request.get("lifecycleEventHookExecutionId", "")
    status = request.get("status", "")
    if status not in _REPORTABLE:
        raise ServiceError(
            "InvalidLifecycleEventHookExecutionStatusException",
            f"The status must be one of {', '.join(_REPORTABLE)}, not {status}",
        )
    if execution not in deployment.reports:
        raise ServiceError(
            "InvalidLifecycleEventHookExecutionIdException",
            f"The deployment {deployment.id} has no hook execution {execution}",
        )
    if deployment.reports[execution] or deployment.completed is not None:
        raise ServiceError(
            "LifecycleEventAlreadyCompletedException", f"The hook execution {execution} is already complete"
        )
    deployment.reports[execution] = status
    return {"lifecycleEventHookExecutionId": execution}


def _deployment_info(deployment: Deployment) -> dict[str, Any]:
    group = deployment.group
    info = {
        "applicationName": group.application,
        "deploymentGroupName": group.name,
        "deploymentConfigName": group.config_name,
        "deploymentId": deployment.id,
        "status": deployment.status,
        "computePlatform": "Lambda",
        "creator": deployment.creator,
        "createTime": deployment.created,
        "startTime": deployment.created,
        "autoRollbackConfiguration": _auto_rollback(group),
        "revision": {
            "revisionType": "AppSpecContent",
            "appSpecContent": {"content": json.dumps(_app_spec(deployment.move))},
        },
    }
    if deployment.completed is not None:
        info["completeTime"] = deployment.completed
    if deployment.error is not None:
        info["errorInformation"] = {"code": deployment.error.code, "message": str(deployment.error)}
    rollback = {
        "rollbackDeploymentId": deployment.rolled_back_by,
        "rollbackTriggeringDeploymentId": deployment.rolls_back,
    }
    if any(rollback.values()):
        info["rollbackInfo"] = {name: value for name, value in rollback.items() if value}
    return info


def _app_spec(move: Move) -> dict[str, Any]:
    """The AppSpec that CloudFormation deploys.

    https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
    """
    versions = {"CurrentVersion": move.old, "TargetVersion": move.new}
    properties = {"Name": move.function, "Alias": move.alias, **versions}
    return {
        "version": 0.0,
        "Resources": [{move.function: {"Type": "AWS::Lambda::Function", "Properties": properties}}],
    }


def _auto_rollback(group: Group) -> dict[str, Any]:
    return {"enabled": bool(group.rollback_events), "events": sorted(group.rollback_events)}
