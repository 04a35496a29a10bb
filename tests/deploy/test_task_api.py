"""The task API: called through each endpoint, released under load, rolled back, and destroyed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from botocore.credentials import Credentials

from examples.report import Report
from examples.task_api import demo
from examples.task_api.demo import EXAMPLE
from examples.task_api.drive import STEPS, Driver
from examples.task_api.release import BAD, REQUESTS, Rollouts
from examples.task_api.traffic import by_version, stored
from lambda_constructs_emulator.kit import Aws, Caller, Deployed
from tests.deploy.inventory import assert_destroyed

pytestmark = pytest.mark.deploy

ACTIONS = {"dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Scan"}
RELEASE = {"release": "2"}


@pytest.fixture(scope="module")
def deployed(shared_aws: Aws) -> Deployed:
    return EXAMPLE.deploy(shared_aws)


@pytest.fixture(scope="module")
def driver(deployed: Deployed) -> Driver:
    return demo.create_driver(deployed)


@pytest.fixture(scope="module")
def rollouts(deployed: Deployed, driver: Driver) -> Rollouts:
    return Rollouts(deployed, driver, Report())


def titles(deployed: Deployed) -> list[str]:
    """The titles in the table, past the API."""
    return sorted(item["title"] for item in deployed.table("Tasks").items())


def empty(deployed: Deployed) -> None:
    """Delete all tasks, past the API."""
    table = deployed.table("Tasks")
    for item in table.items():
        table.dynamodb.delete_item(TableName=table.name, Key={"id": {"S": item["id"]}})


def table_statement(deployed: Deployed) -> tuple[str, str, dict[str, Any]]:
    """The role, the name and the one statement of the policy that the function was granted on the table."""
    iam = deployed.aws.client("iam")
    name, table = deployed.function("Api").name, deployed.table("Tasks").name
    function = deployed.aws.client("lambda").get_function_configuration(FunctionName=name)
    role = function["Role"].rpartition("/")[2]
    granted = [
        (role, name, statement)
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]
        for statement in iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]["Statement"]
        if f":table/{table}" in json.dumps(statement["Resource"])
    ]
    assert len(granted) == 1
    return granted[0]


@contextmanager
def only(deployed: Deployed, actions: set[str]) -> Iterator[None]:
    """Let the function do nothing else to the table."""
    iam = deployed.aws.client("iam")
    role, name, statement = table_statement(deployed)

    def put(allowed: list[str]) -> None:
        document = {"Version": "2012-10-17", "Statement": [{**statement, "Action": allowed}]}
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))

    put(sorted(actions))
    try:
        yield
    finally:
        put(statement["Action"])


def test_callers_get_what_they_ask_for_and_bad_requests_their_status(
    deployed: Deployed, driver: Driver
) -> None:
    assert demo.use(driver, Report()) == []
    # Once more without the driver's own reading.
    assert titles(deployed) == [f"task-{number:02}" for number in range(25)]
    assert [driver.send("GET", f"tasks?limit={limit}").status for limit in (1, 100, 101)] == [200, 200, 400]


@pytest.mark.slow
def test_an_unchanged_app_has_no_difference(deployed: Deployed) -> None:
    assert not deployed.has_difference()


def test_only_the_role_may_call(deployed: Deployed) -> None:
    iam = deployed.aws.client("iam")
    iam.create_user(UserName="stranger")
    key = iam.create_access_key(UserName="stranger")["AccessKey"]
    role = deployed.outputs["CallerRole"]
    caller = Caller.to(deployed.aws.emulator).in_role(deployed.aws.client("sts"), role)
    assert caller.credentials is not None
    others = {
        "stranger": Credentials(key["AccessKeyId"], key["SecretAccessKey"]),
        "forger": Credentials(caller.credentials.access_key, "wrong", caller.credentials.token),
    }
    url = f"{deployed.outputs['Url']}tasks"

    assert caller.send("GET", url).status == 200
    for who, credentials in others.items():
        assert replace(caller, credentials=credentials).send("GET", url).status == 403, who


def test_the_function_may_do_to_the_table_what_it_does_and_no_more(
    deployed: Deployed, driver: Driver
) -> None:
    _, _, statement = table_statement(deployed)
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
        with only(deployed, ACTIONS - {action}):
            answer = driver.send(*request)
        assert answer.status == 500, action
        assert answer.json.keys() == {"message", "request_id"}
    assert driver.send("DELETE", path).status == 204


@pytest.mark.slow
def test_a_good_release_loses_no_request(rollouts: Rollouts) -> None:
    found = rollouts.release("a good release", RELEASE, at_least=REQUESTS)

    found.release.assert_promoted()
    assert found.release.shifts == [10, 100]
    assert int(found.after) > int(found.before)
    assert len(found.answers) >= REQUESTS
    assert found.wrong == []
    assert found.missing == []
    assert by_version(found.answers).keys() == {found.before, found.after}
    assert len(stored(found.answers)) >= REQUESTS / len(STEPS)


@pytest.mark.slow
def test_a_release_that_answers_500_is_rolled_back_though_it_never_raises(
    deployed: Deployed, rollouts: Rollouts
) -> None:
    found = rollouts.release("a bad release", BAD)

    found.release.assert_rolled_back(by="FailedEvents")
    assert (found.release.shifts, found.after) == ([10], found.before)
    assert deployed.status == "UPDATE_ROLLBACK_COMPLETE"
    assert not any("ErrorsAlarm" in name for name in found.release.stopped_by)
    assert {answer.status for answer in found.wrong} == {500}
    assert "read" not in {answer.step for answer in found.wrong}
    assert found.before not in by_version(found.wrong)
    assert found.missing == []


@pytest.mark.slow
@pytest.mark.parametrize("endpoint", ["rest-api", "function-url"])
def test_the_same_handler_answers_behind_another_endpoint(deployed: Deployed, endpoint: str) -> None:
    empty(deployed)

    assert deployed.release(context={**RELEASE, "endpoint": endpoint}).error == ""

    assert demo.use(demo.create_driver(deployed), Report()) == []
    assert titles(deployed) == [f"task-{number:02}" for number in range(25)]


def test_destroy_leaves_nothing_of_the_stack(deployed: Deployed) -> None:
    function, table = deployed.function("Api").name, deployed.table("Tasks").name
    assert_destroyed(EXAMPLE, deployed, function, table)
    assert deployed.aws.client("apigatewayv2").get_apis()["Items"] == []
    assert deployed.aws.client("apigateway").get_rest_apis()["items"] == []
