"""The task API: called through each endpoint, released under load, rolled back, and destroyed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from botocore.credentials import Credentials

from examples import driving
from examples.deployment import Deployment
from examples.report import Report
from examples.task_api import demo
from examples.task_api.demo import EXAMPLE
from examples.task_api.drive import STEPS, Driver
from examples.task_api.release import BAD, REQUESTS, Rollouts
from examples.task_api.traffic import by_version, stored
from lambda_constructs_emulator.cdk import Cdk
from lambda_constructs_emulator.kit.http import Caller
from lambda_constructs_emulator.process import Emulator
from tests.deploy.inventory import existing, physical_ids

pytestmark = pytest.mark.deploy

ACTIONS = {"dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Scan"}
RELEASE = {"release": "2"}


@pytest.fixture(scope="module")
def deployment(shared_emulator: Emulator, cdk: Cdk) -> Deployment:
    EXAMPLE.build()
    deployed = Deployment(EXAMPLE, shared_emulator, cdk)
    deployed.deploy()
    return deployed


@pytest.fixture(scope="module")
def driver(deployment: Deployment) -> Driver:
    return demo.create_driver(deployment)


@pytest.fixture(scope="module")
def rollouts(deployment: Deployment, driver: Driver) -> Rollouts:
    return Rollouts(deployment, driver, Report())


def titles(deployment: Deployment) -> list[str]:
    """The titles in the table, past the API."""
    items = driving.scan(deployment.emulator.client("dynamodb"), deployment.outputs["TasksTable"])
    return sorted(item["title"] for item in items)


def empty(deployment: Deployment) -> None:
    """Delete all tasks, past the API."""
    client, table = deployment.emulator.client("dynamodb"), deployment.outputs["TasksTable"]
    for item in driving.scan(client, table):
        client.delete_item(TableName=table, Key={"id": {"S": item["id"]}})


def table_statement(deployment: Deployment) -> tuple[str, str, dict[str, Any]]:
    """The role, the name and the one statement of the policy that the function was granted on the table."""
    iam = deployment.emulator.client("iam")
    function = deployment.emulator.client("lambda").get_function_configuration(
        FunctionName=deployment.outputs["FunctionName"]
    )
    role = function["Role"].rpartition("/")[2]
    granted = [
        (role, name, statement)
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]
        for statement in iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]["Statement"]
        if f":table/{deployment.outputs['TasksTable']}" in json.dumps(statement["Resource"])
    ]
    assert len(granted) == 1
    return granted[0]


@contextmanager
def only(deployment: Deployment, actions: set[str]) -> Iterator[None]:
    """Let the function do nothing else to the table."""
    iam = deployment.emulator.client("iam")
    role, name, statement = table_statement(deployment)

    def put(allowed: list[str]) -> None:
        document = {"Version": "2012-10-17", "Statement": [{**statement, "Action": allowed}]}
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))

    put(sorted(actions))
    try:
        yield
    finally:
        put(statement["Action"])


def test_callers_get_what_they_ask_for_and_bad_requests_their_status(
    deployment: Deployment, driver: Driver
) -> None:
    assert demo.use(driver, Report()) == []
    # Once more without the driver's own reading.
    assert titles(deployment) == [f"task-{number:02}" for number in range(25)]
    assert [driver.send("GET", f"tasks?limit={limit}").status for limit in (1, 100, 101)] == [200, 200, 400]


@pytest.mark.slow
def test_an_unchanged_app_has_no_difference(deployment: Deployment) -> None:
    assert not deployment.has_difference()


def test_only_the_role_may_call(deployment: Deployment) -> None:
    iam = deployment.emulator.client("iam")
    iam.create_user(UserName="stranger")
    key = iam.create_access_key(UserName="stranger")["AccessKey"]
    role = deployment.outputs["CallerRole"]
    caller = Caller.to(deployment.emulator).in_role(deployment.emulator.client("sts"), role)
    assert caller.credentials is not None
    others = {
        "stranger": Credentials(key["AccessKeyId"], key["SecretAccessKey"]),
        "forger": Credentials(caller.credentials.access_key, "wrong", caller.credentials.token),
    }
    url = f"{deployment.outputs['Url']}tasks"

    assert caller.send("GET", url).status == 200
    for who, credentials in others.items():
        assert replace(caller, credentials=credentials).send("GET", url).status == 403, who


def test_the_function_may_do_to_the_table_what_it_does_and_no_more(
    deployment: Deployment, driver: Driver
) -> None:
    _, _, statement = table_statement(deployment)
    assert set(statement["Action"]) == ACTIONS
    task = driver.create("least privilege").json
    path = f"tasks/{task['id']}"
    requests = {
        "dynamodb:PutItem": ("PUT", path, task),
        "dynamodb:GetItem": ("GET", path, None),
        "dynamodb:Scan": ("GET", "tasks", None),
        "dynamodb:DeleteItem": ("DELETE", path, None),
    }
    for action, request in requests.items():
        with only(deployment, ACTIONS - {action}):
            answer = driver.send(*request)
        assert answer.status == 500, action
        assert answer.json.keys() == {"message", "request_id"}
    assert driver.send("DELETE", path).status == 204


@pytest.mark.slow
def test_a_good_release_loses_no_request(rollouts: Rollouts) -> None:
    found = rollouts.release("a good release", RELEASE, at_least=REQUESTS)

    assert not found.refused
    assert found.shifts == [10, 100]
    assert int(found.after) > int(found.before)
    assert len(found.answers) >= REQUESTS
    assert found.wrong == []
    assert found.missing == []
    assert by_version(found.answers).keys() == {found.before, found.after}
    assert len(stored(found.answers)) >= REQUESTS / len(STEPS)


@pytest.mark.slow
def test_a_release_that_answers_500_is_rolled_back_though_it_never_raises(
    deployment: Deployment, rollouts: Rollouts
) -> None:
    found = rollouts.release("a bad release", BAD)

    assert found.refused
    assert (found.shifts, found.after) == ([10], found.before)
    assert deployment.status() == "UPDATE_ROLLBACK_COMPLETE"
    fired = {each["name"] for each in found.happened if each["kind"] == "alarm" and each["new"] == "ALARM"}
    assert any("FailedEvents" in name for name in fired)
    assert not any("ErrorsAlarm" in name for name in fired)
    assert {answer.status for answer in found.wrong} == {500}
    assert "read" not in {answer.step for answer in found.wrong}
    assert found.before not in by_version(found.wrong)
    assert found.missing == []


@pytest.mark.slow
@pytest.mark.parametrize("endpoint", ["rest-api", "function-url"])
def test_the_same_handler_answers_behind_another_endpoint(deployment: Deployment, endpoint: str) -> None:
    empty(deployment)

    deployment.deploy({**RELEASE, "endpoint": endpoint})

    assert demo.use(demo.create_driver(deployment), Report()) == []
    assert titles(deployment) == [f"task-{number:02}" for number in range(25)]


def test_destroy_leaves_nothing_of_the_stack(deployment: Deployment) -> None:
    stack = physical_ids(deployment)
    outputs = deployment.outputs
    assert {outputs["FunctionName"], outputs["TasksTable"]} <= stack & existing(deployment.emulator)

    deployment.destroy()

    assert not deployment.exists()
    assert stack & existing(deployment.emulator) == set()
    assert deployment.emulator.client("apigatewayv2").get_apis()["Items"] == []
    assert deployment.emulator.client("apigateway").get_rest_apis()["items"] == []
