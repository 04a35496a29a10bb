"""CodeDeploy's resources: known by their names, checked as CodeDeploy checks them, told by its API."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.tests.fidelity import Fidelity
from emulator.tests.releases import canary, linear, role
from emulator.tests.stacks import Stack, refs, stack, typed
from lambda_constructs_emulator.process import ACCOUNT, Emulator

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "AWS CodeDeploy",
    "https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html",
)

STACK = "CodeDeploy"
PREDEFINED = [
    "LambdaAllAtOnce",
    *(f"LambdaCanary10Percent{minutes}Minutes" for minutes in (5, 10, 15, 30)),
    "LambdaLinear10PercentEvery1Minute",
    *(f"LambdaLinear10PercentEvery{minutes}Minutes" for minutes in (2, 3, 10)),
]
STYLE = {"DeploymentType": "BLUE_GREEN", "DeploymentOption": "WITH_TRAFFIC_CONTROL"}

Resource = dict[str, Any]


@pytest.fixture
def roles(emulator: Emulator) -> Iterator[None]:
    """Roles that CodeDeploy and Lambda may assume."""
    with (
        role(emulator, "deploys", "codedeploy", ["lambda:*"]),
        role(emulator, "runs", "lambda", ["lambda:*"]),
    ):
        yield


@pytest.fixture
def made(emulator: Emulator, roles: None) -> Iterator[Stack]:  # noqa: ARG001 - its groups need the roles
    with stack(emulator, STACK) as made:
        yield made


def application(**properties: object) -> Resource:
    return typed("AWS::CodeDeploy::Application", {"ComputePlatform": "Lambda", **properties})


def config(routing: object, **properties: object) -> Resource:
    values = {"ComputePlatform": "Lambda", "TrafficRoutingConfig": routing, **properties}
    return typed("AWS::CodeDeploy::DeploymentConfig", values)


def group(**properties: object) -> Resource:
    values = {
        "ApplicationName": {"Ref": "Application"},
        "DeploymentConfigName": "CodeDeployDefault.LambdaAllAtOnce",
        "ServiceRoleArn": f"arn:aws:iam::{ACCOUNT}:role/deploys",
        "DeploymentStyle": STYLE,
        **properties,
    }
    return typed("AWS::CodeDeploy::DeploymentGroup", values)


def test_plain_ministack_has_no_code_deploy(plain: Emulator) -> None:
    client = plain.client("cloudformation")
    body = json.dumps({"Resources": {"Application": application()}})
    with pytest.raises(client.exceptions.ClientError, match="Unrecognized resource types"):
        client.create_stack(StackName="Refused", TemplateBody=body)
    deploy = plain.client("codedeploy", attempts=1)
    with pytest.raises(deploy.exceptions.ClientError):
        deploy.list_deployments()


def test_a_type_that_is_not_registered_is_still_refused(emulator: Emulator) -> None:
    client = emulator.client("cloudformation")
    body = json.dumps({"Resources": {"Unknown": typed("AWS::CodeDeploy::Rocket", {})}})
    with pytest.raises(client.exceptions.ClientError, match="Unrecognized resource types"):
        client.create_stack(StackName="Unknown", TemplateBody=body)


def test_resources_are_known_by_their_names(made: Stack) -> None:
    own = {"DeploymentConfigName": {"Ref": "Config"}}
    resources = {"Application": application(), "Config": config(canary(10, 5)), "Group": group(**own)}
    outputs = refs(*resources)
    assert made.create(resources, outputs) == "CREATE_COMPLETE", made.reasons()
    generated = made.outputs()
    for logical_id, name in generated.items():
        assert name.startswith(f"{STACK}-{logical_id}-")

    resources["Application"] = application(ApplicationName="shop")
    resources["Config"] = config(linear(20, 1), DeploymentConfigName="a-fifth")
    assert made.update(resources, outputs) == "UPDATE_COMPLETE", made.reasons()
    assert made.outputs() == {"Application": "shop", "Config": "a-fifth", "Group": generated["Group"]}

    resources["Config"] = config(linear(25, 1), DeploymentConfigName="a-fifth")
    assert made.update(resources, outputs) == "UPDATE_ROLLBACK_COMPLETE"
    assert "custom-named resource requires replacing. Rename a-fifth" in made.reasons()


def test_every_predefined_configuration_is_known(made: Stack) -> None:
    groups = {
        f"Group{number}": group(DeploymentConfigName=f"CodeDeployDefault.{name}")
        for number, name in enumerate(PREDEFINED)
    }
    assert made.create({"Application": application(), **groups}) == "CREATE_COMPLETE", made.reasons()


REFUSED_GROUPS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"ApplicationName": "missing"}, "No application found for name: missing"),
    ({"DeploymentConfigName": "CodeDeployDefault.LambdaCanary10Percent1Minutes"}, "No deployment config"),
    (
        {"ServiceRoleArn": f"arn:aws:iam::{ACCOUNT}:role/nobody"},
        "permissions required to assume the role",
    ),
    ({"ServiceRoleArn": f"arn:aws:iam::{ACCOUNT}:role/runs"}, "permissions required to assume the role"),
    ({"DeploymentStyle": {}}, "deployment type can be set to BLUE_GREEN"),
    (
        {"AlarmConfiguration": {"Enabled": True, "Alarms": [{"Name": str(each)} for each in range(11)]}},
        "at most 10 alarms",
    ),
    ({"AutoRollbackConfiguration": {"Enabled": True, "Events": ["RAIN"]}}, "Member must satisfy enum"),
)
REFUSED_RESOURCES = (
    (config(canary(100, 5)), "CanaryPercentage must be between 1 and 99"),
    (config(canary(10, 0)), "CanaryInterval must be at least 1 minute"),
    (config(linear(10, 321)), "at most 2880 minutes apart, not 2889"),
    (config({"Type": "Sudden"}), "Member must satisfy enum value set: [TimeBased"),
    (config(canary(10, 5), DeploymentConfigName="CodeDeployDefault.Mine"), "must not start with"),
    (application(ComputePlatform="Server"), "Only applications for the Lambda compute platform"),
)


@pytest.mark.usefixtures("roles")
def test_what_codedeploy_refuses_fails(emulator: Emulator) -> None:
    groups = (
        ({"Application": application(), "Group": group(**change)}, why) for change, why in REFUSED_GROUPS
    )
    others = (({"Refused": resource}, why) for resource, why in REFUSED_RESOURCES)
    for resources, reason in (*groups, *others):
        with stack(emulator, STACK) as made:
            assert made.create(resources) == "ROLLBACK_COMPLETE", resources
            assert reason in made.reasons()


def test_the_api_tells_about_a_group(emulator: Emulator, made: Stack) -> None:
    watched = group(
        DeploymentGroupName="watched",
        AlarmConfiguration={"Enabled": True, "Alarms": [{"Name": "red"}]},
        AutoRollbackConfiguration={"Enabled": True, "Events": ["DEPLOYMENT_FAILURE"]},
    )
    resources = {"Application": application(ApplicationName="shop"), "Group": watched}
    assert made.create(resources) == "CREATE_COMPLETE", made.reasons()
    client = emulator.client("codedeploy")
    names = {"applicationName": "shop", "deploymentGroupName": "watched"}
    info = client.get_deployment_group(**names)["deploymentGroupInfo"]

    assert info["deploymentConfigName"] == "CodeDeployDefault.LambdaAllAtOnce"
    assert info["alarmConfiguration"]["alarms"] == [{"name": "red"}]
    assert info["autoRollbackConfiguration"] == {"enabled": True, "events": ["DEPLOYMENT_FAILURE"]}
    assert client.list_deployments(**names)["deployments"] == []
    with pytest.raises(client.exceptions.DeploymentGroupDoesNotExistException):
        client.get_deployment_group(**{**names, "deploymentGroupName": "other"})
    with pytest.raises(client.exceptions.ClientError, match="CreateDeployment is not modelled here"):
        client.create_deployment(**names)
