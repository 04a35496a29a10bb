"""CodeDeploy moves an alias step by step, stops when it has to, and puts it back."""

import itertools
import json

import pytest

from emulator.tests.fidelity import Fidelity
from emulator.tests.releases import AT_ONCE, SHIFTING, alarm, canary, linear, release, role, turn
from emulator.tests.stacks import settled, typed
from emulator.tests.versions import ALIAS, TELLS_ITS_VERSION, two_versions
from lambda_constructs_emulator.process import Emulator
from lambda_constructs_emulator.pytest_plugin import TIME_SCALE

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "AWS CodeDeploy",
    "https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-steps-lambda.html",
)

LONG = canary(50, 60)
"""36 s of this machine: longer than any test waits for it."""

BROKEN = typed("AWS::CodeDeploy::Application", {"ComputePlatform": "Mainframe"})


def test_the_alias_waits_with_a_tenth_of_the_traffic_on_the_new_version(emulator: Emulator) -> None:
    with release(emulator, routing=canary(10, 2)) as ready:
        ready.start()
        ready.until("shift")
        assert ready.alias() == ("1", {"2": 0.1})
        assert ready.settled() == "UPDATE_COMPLETE"

        assert ready.alias() == ("2", {})
        assert ready.kinds() == ["deployment-started", "shift", "shift", "succeeded"]
        first, second = (entry for entry in ready.journal() if entry["kind"] == "shift")
        assert (first["percent"], first["version"]) == (10, "2")
        assert (second["percent"], second["version"]) == (100, "2")
        assert 2 * 60 * TIME_SCALE - 0.01 <= second["at"] - first["at"] < 2 * 60 * TIME_SCALE + 5


@pytest.mark.parametrize(
    ("settings", "percentages", "minutes"),
    [
        ({"routing": AT_ONCE}, [100], 0),
        ({"config": "CodeDeployDefault.LambdaAllAtOnce"}, [100], 0),
        ({"routing": linear(40, 1)}, [40, 80, 100], 1),
        ({"config": "CodeDeployDefault.LambdaLinear10PercentEvery1Minute"}, list(range(10, 101, 10)), 1),
    ],
)
def test_traffic_moves_as_the_configuration_says(
    emulator: Emulator, settings: dict[str, str], percentages: list[int], minutes: int
) -> None:
    with release(emulator, **settings) as ready:
        assert ready.update() == "UPDATE_COMPLETE", ready.reasons()
        shifts = [entry for entry in ready.journal() if entry["kind"] == "shift"]
        assert ready.alias() == ("2", {})
    assert [shift["percent"] for shift in shifts] == percentages
    for earlier, later in itertools.pairwise(shifts):
        assert later["at"] - earlier["at"] >= minutes * 60 * TIME_SCALE - 0.01


def test_plain_ministack_moves_the_alias_whatever_the_policy_says(
    emulator: Emulator, plain: Emulator
) -> None:
    assert moved_under_a_policy_without_group(emulator) == ("UPDATE_ROLLBACK_COMPLETE", "1")
    assert moved_under_a_policy_without_group(plain) == ("UPDATE_COMPLETE", "2")


def moved_under_a_policy_without_group(emulator: Emulator) -> tuple[str, str]:
    name = "without-group"
    policy = {"ApplicationName": "nobody's", "DeploymentGroupName": "no group"}

    def template(version: str) -> str:
        properties = {"FunctionName": name, "Name": "shop", "FunctionVersion": version}
        resource = typed("AWS::Lambda::Alias", properties)
        resource["UpdatePolicy"] = {"CodeDeployLambdaAliasUpdate": policy}
        return json.dumps({"Resources": {"Alias": resource}})

    client = emulator.client("cloudformation")
    with two_versions(emulator, name) as functions:
        client.create_stack(StackName=name, TemplateBody=template("1"))
        assert settled(emulator, name) == "CREATE_COMPLETE"
        client.update_stack(StackName=name, TemplateBody=template("2"))
        state = settled(emulator, name)
        version = functions.get_alias(FunctionName=name, Name="shop")["FunctionVersion"]
        client.delete_stack(StackName=name)
    return state, version


def test_an_alarm_stops_the_deployment_and_the_alias_goes_back(emulator: Emulator) -> None:
    with (
        alarm(emulator, "turns-red") as red,
        release(emulator, routing=LONG, alarms={"Enabled": True, "Alarms": [{"Name": red}]}) as ready,
    ):
        ready.start()
        ready.until("shift")
        turn(emulator, red, "ALARM")
        assert ready.settled() == "UPDATE_ROLLBACK_COMPLETE"

        assert ready.alias() == ("1", {})
        assert "Activated alarms: turns-red" in ready.reasons()
        assert ready.kinds() == ["deployment-started", "shift", "stopped", "rollback"]
        assert_told_by_the_api(emulator, ready.journal()[0]["deployment"])


@pytest.mark.slow
def test_the_canary_waits_for_the_start_of_an_environment(emulator: Emulator) -> None:
    """The start takes longer here than the three minutes of the canary."""
    source = f"import time\ntime.sleep(5)\n{TELLS_ITS_VERSION}"
    with release(emulator, source=source, routing=canary(50, 3)) as ready:
        ready.start()
        ready.until("shift")
        answer = emulator.client("lambda").invoke(FunctionName=ready.name, Qualifier="2")
        promoted = [entry["percent"] for entry in ready.journal() if entry["kind"] == "shift"]
        assert json.load(answer["Payload"])["version"] == "2"
        assert promoted == [50]
        assert ready.settled() == "UPDATE_COMPLETE", ready.reasons()


def test_a_request_stops_the_deployment_and_the_alias_goes_back(emulator: Emulator) -> None:
    client = emulator.client("codedeploy")
    with release(emulator, routing=LONG) as ready:
        ready.start()
        ready.until("shift")
        identifier = ready.journal()[0]["deployment"]
        assert lifecycle(emulator, identifier) == ["Succeeded", "InProgress", "Pending"]
        info = client.get_deployment(deploymentId=identifier)["deploymentInfo"]
        assert '"CurrentVersion": "1", "TargetVersion": "2"' in info["revision"]["appSpecContent"]["content"]
        stopped = client.stop_deployment(deploymentId=identifier, autoRollbackEnabled=True)
        assert stopped["status"] == "Pending"
        assert ready.settled() == "UPDATE_ROLLBACK_COMPLETE"

        assert ready.alias() == ("1", {})
        assert ready.kinds() == ["deployment-started", "shift", "stopped", "rollback"]
        info = client.get_deployment(deploymentId=identifier)["deploymentInfo"]
        assert (info["status"], info["errorInformation"]["code"]) == ("Stopped", "MANUAL_STOP")
        assert lifecycle(emulator, identifier) == ["Succeeded", "Failed", "Skipped"]
        with pytest.raises(client.exceptions.DeploymentAlreadyCompletedException):
            client.stop_deployment(deploymentId=identifier)


def lifecycle(emulator: Emulator, identifier: str) -> list[str]:
    """The states of the lifecycle events of a deployment."""
    client = emulator.client("codedeploy")
    targets = client.list_deployment_targets(deploymentId=identifier)["targetIds"]
    found = client.batch_get_deployment_targets(deploymentId=identifier, targetIds=targets)
    (target,) = found["deploymentTargets"]
    return [each["status"] for each in target["lambdaTarget"]["lifecycleEvents"]]


def assert_told_by_the_api(emulator: Emulator, identifier: str) -> None:
    client = emulator.client("codedeploy")
    info = client.get_deployment(deploymentId=identifier)["deploymentInfo"]
    assert (info["status"], info["errorInformation"]["code"]) == ("Stopped", "ALARM_ACTIVE")
    back = info["rollbackInfo"]["rollbackDeploymentId"]
    group = {key: info[key] for key in ("applicationName", "deploymentGroupName")}
    assert client.list_deployments(**group)["deployments"] == [back, identifier]
    assert client.list_deployments(**group, includeOnlyStatuses=["Succeeded"])["deployments"] == [back]
    (undone,) = client.batch_get_deployments(deploymentIds=[back])["deploymentsInfo"]
    assert (undone["status"], undone["creator"]) == ("Succeeded", "codeDeployRollback")
    assert undone["rollbackInfo"] == {"rollbackTriggeringDeploymentId": identifier}


def test_an_alarm_that_is_red_already_refuses_the_deployment(emulator: Emulator) -> None:
    with alarm(emulator, "is-red", "ALARM") as red:
        names = [{"Name": red}]
        with release(emulator, alarms={"Enabled": True, "Alarms": names}) as ready:
            assert ready.update() == "UPDATE_ROLLBACK_COMPLETE"
            assert ready.kinds() == ["deployment-started", "stopped", "rollback"]
            turn(emulator, red, "OK")
            assert ready.update() == "UPDATE_COMPLETE"
        with release(emulator, alarms={"Enabled": False, "Alarms": names}) as ready:
            turn(emulator, red, "ALARM")
            assert ready.update() == "UPDATE_COMPLETE"


def test_a_change_of_the_group_counts_for_the_deployment_of_the_same_update(emulator: Emulator) -> None:
    with (
        alarm(emulator, "stays-red", "ALARM") as red,
        release(emulator, alarms={"Enabled": True, "Alarms": [{"Name": red}]}) as ready,
    ):
        ready.settings.alarms = {"Enabled": False}
        assert ready.update() == "UPDATE_COMPLETE", ready.reasons()
        assert ready.kinds() == ["deployment-started", "shift", "succeeded"]


def test_an_alarm_that_does_not_exist_is_a_state_that_cannot_be_read(emulator: Emulator) -> None:
    unknown = {"Enabled": True, "Alarms": [{"Name": "nobody-knows"}]}
    with release(emulator, alarms=unknown) as ready:
        assert ready.update() == "UPDATE_ROLLBACK_COMPLETE"
        assert "alarm nobody-knows could not be retrieved" in ready.reasons()
    with release(emulator, alarms={**unknown, "IgnorePollAlarmFailure": True}) as ready:
        assert ready.update() == "UPDATE_COMPLETE"


@pytest.mark.parametrize("action", ["lambda:GetAlias", "lambda:UpdateAlias", "cloudwatch:DescribeAlarms"])
def test_the_role_must_be_allowed_what_codedeploy_does(emulator: Emulator, action: str) -> None:
    rest = [allowed for allowed in SHIFTING if allowed != action]
    with (
        alarm(emulator, "green") as green,
        release(emulator, may=rest, alarms={"Enabled": True, "Alarms": [{"Name": green}]}) as ready,
    ):
        assert ready.update() == "UPDATE_ROLLBACK_COMPLETE"
        assert f"not authorized to perform: {action} on resource: " in ready.reasons()
        assert ready.alias() == ("1", {})


def test_the_role_must_see_the_provisioned_concurrency_of_the_alias(emulator: Emulator) -> None:
    look = "lambda:GetProvisionedConcurrencyConfig"
    for may, end in ((SHIFTING, "UPDATE_ROLLBACK_COMPLETE"), ((*SHIFTING, look), "UPDATE_COMPLETE")):
        with release(emulator, may=may) as ready:
            emulator.client("lambda").put_provisioned_concurrency_config(
                FunctionName=ready.name, Qualifier=f"stack-{ALIAS}", ProvisionedConcurrentExecutions=1
            )
            assert ready.update() == end
            refused = f"not authorized to perform: {look} on resource: "
            assert (refused in ready.reasons()) == (end == "UPDATE_ROLLBACK_COMPLETE")


def test_without_automatic_rollback_cloudformation_puts_the_alias_back(emulator: Emulator) -> None:
    with (
        alarm(emulator, "no-rollback") as red,
        release(
            emulator,
            routing=LONG,
            rollback={"Enabled": False},
            alarms={"Enabled": True, "Alarms": [{"Name": red}]},
        ) as ready,
    ):
        ready.start()
        ready.until("shift")
        turn(emulator, red, "ALARM")
        assert ready.settled() == "UPDATE_ROLLBACK_COMPLETE"
        assert ready.alias() == ("1", {})
        assert ready.kinds() == ["deployment-started", "shift", "stopped", "rollback"]
        assert ready.journal()[-1]["by"] == "CloudFormation"


def test_a_rollback_of_the_stack_is_no_deployment(emulator: Emulator) -> None:
    with release(emulator) as ready:
        assert ready.update(Late={**BROKEN, "DependsOn": "Alias"}) == "UPDATE_ROLLBACK_COMPLETE"
        assert ready.kinds() == ["deployment-started", "shift", "succeeded", "rollback"]
        assert ready.journal()[-1]["by"] == "CloudFormation"
        assert ready.alias() == ("1", {})


def test_an_update_that_keeps_the_version_is_no_deployment(emulator: Emulator) -> None:
    with release(emulator) as ready:
        queue = typed("AWS::SQS::Queue", {})
        assert ready.update("1", Queue=queue) == "UPDATE_COMPLETE"
        assert ready.kinds() == []


def test_a_role_that_stopped_trusting_codedeploy_fails_the_deployment(emulator: Emulator) -> None:
    with role(emulator, "somebody", "lambda", ["lambda:*"]), release(emulator) as ready:
        iam = emulator.client("iam")
        trust = iam.get_role(RoleName="somebody")["Role"]["AssumeRolePolicyDocument"]
        iam.update_assume_role_policy(RoleName=f"{ready.name}-deploys", PolicyDocument=json.dumps(trust))
        assert ready.update() == "UPDATE_ROLLBACK_COMPLETE"
        assert "cannot assume the role" in ready.reasons()
