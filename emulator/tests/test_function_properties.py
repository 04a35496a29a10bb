"""What a function may be: its role, its dead-letter queue, and what a template says about it."""

from collections.abc import Callable
from typing import Any, Final

import botocore.exceptions
import pytest

from emulator.tests.fidelity import Fidelity
from emulator.tests.stacks import function_resource, role_resource, stack
from emulator.tests.support import statement
from emulator.tests.workers import ACCOUNT_AND_REGION, WORKER, allow, create, queue, role
from lambda_constructs_emulator.clients import Client
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "AWS Lambda: functions and aliases",
    "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
)

ACCEPTED: Final = "accepted"
UNTRUSTING = "The role defined for the function cannot be assumed by Lambda."
DENIED = "The provided execution role does not have permissions to call SendMessage on SQS"
DEAD_LETTERS = f"arn:aws:sqs:{ACCOUNT_AND_REGION}:dead-letters"
MAY_SEND = statement("sqs:SendMessage", resource=DEAD_LETTERS)


def answer(call: Callable[[], object]) -> str:
    """What the API says to a request."""
    try:
        call()
    except botocore.exceptions.ClientError as error:
        code, text = error.response["Error"]["Code"], error.response["Error"]["Message"]
        return str(text) if code == "InvalidParameterValueException" else f"{code}: {text}"
    return ACCEPTED


def test_a_role_that_lambda_cannot_assume_is_refused(emulator: Emulator, plain: Emulator) -> None:
    name = "trusting"

    def observe(server: Emulator) -> list[str]:
        client = server.client("lambda")
        with (
            role(server, f"{name}-lambda") as good,
            role(server, f"{name}-ec2", trusted="ec2.amazonaws.com") as bad,
        ):
            refused = answer(lambda: create(client, name, bad))
            # Plain ministack has the function already.
            accepted = answer(lambda: create(client, name, good)) if refused == UNTRUSTING else refused
            changed = answer(lambda: client.update_function_configuration(FunctionName=name, Role=bad))
            client.delete_function(FunctionName=name)
            return [refused, accepted, changed]

    assert observe(emulator) == [UNTRUSTING, ACCEPTED, UNTRUSTING]
    assert observe(plain) == [ACCEPTED, ACCEPTED, ACCEPTED]


def test_a_function_that_cannot_run_here_is_refused(emulator: Emulator) -> None:
    client = emulator.client("lambda")
    runtimes = ("ruby3.3", "java21", "dotnet8")
    with role(emulator, "running") as arn:

        def made(**settings: Any) -> str:
            return answer(lambda: client.create_function(FunctionName="running", Role=arn, **settings))

        answers = [
            made(PackageType="Image", Code={"ImageUri": "image"}),
            *(made(Runtime=each, Handler="app.handler", Code={"ZipFile": b"code"}) for each in runtimes),
        ]

    end = "; it has the runtimes python*, nodejs*, provided*"
    assert answers == [f"The emulator does not run {each}{end}" for each in ("containers", *runtimes)]


def test_a_variable_that_lambda_sets_is_refused(emulator: Emulator) -> None:
    reserved = ("AWS_REGION", "AWS_ACCESS_KEY_ID", "LAMBDA_TASK_ROOT")
    malformed = ("1ST", "A-B", "A", "_HANDLER", "_X_AMZN_TRACE_ID")
    client = emulator.client("lambda")
    with role(emulator, "variables") as arn:

        def made(name: str) -> Callable[[], None]:
            return lambda: create(client, "variables", arn, Environment={"Variables": {name: "x"}})

        answers = {name: answer(made(name)) for name in (*reserved, *malformed)}
        made("AWS_ENDPOINT_URL")()

    assert all(answers[name].endswith(f"Reserved keys used in this request: {name}") for name in reserved)
    assert all(f"Value '{name}' at 'environment.variables'" in answers[name] for name in malformed)


def test_a_dead_letter_queue_needs_the_permission_to_send(emulator: Emulator, plain: Emulator) -> None:
    name, letters = "undelivered", {"TargetArn": DEAD_LETTERS}

    def changing(client: Client) -> str:
        settings = {"FunctionName": name, "DeadLetterConfig": letters}
        return answer(lambda: client.update_function_configuration(**settings))

    def observe(server: Emulator) -> list[str]:
        client = server.client("lambda")
        with queue(server, "dead-letters"), role(server, name, WORKER) as arn:
            first = answer(lambda: create(client, f"{name}-first", arn, DeadLetterConfig=letters))
            create(client, name, arn)
            denied = changing(client)
            allow(server, name, [*WORKER, MAY_SEND])
            allowed = changing(client)
            for created in (name, f"{name}-first") if first == ACCEPTED else (name,):
                client.delete_function(FunctionName=created)
            return [first, denied, allowed]

    assert observe(emulator) == [DENIED, DENIED, ACCEPTED]
    assert observe(plain) == [ACCEPTED, ACCEPTED, ACCEPTED]


@pytest.mark.parametrize(
    ("role_of_function", "refusal"),
    [(role_resource(trusted="ec2.amazonaws.com"), UNTRUSTING), (role_resource(), DENIED)],
    ids=["trust", "dead-letters"],
)
def test_cloudformation_is_refused_too(
    emulator: Emulator, plain: Emulator, role_of_function: dict[str, Any], refusal: str
) -> None:
    with_letters = function_resource(DeadLetterConfig={"TargetArn": DEAD_LETTERS})
    resources = {"Role": role_of_function, "Function": with_letters}

    def observe(server: Emulator) -> tuple[str, str]:
        with queue(server, "dead-letters"), stack(server, "refused-function") as made:
            return made.create(resources), made.reasons()

    status, reasons = observe(emulator)
    assert status == "ROLLBACK_COMPLETE"
    assert f"Invalid request provided: {refusal}" in reasons
    assert observe(plain) == ("CREATE_COMPLETE", "")


KEY = f"arn:aws:kms:{ACCOUNT_AND_REGION}:key/11111111-2222-3333-4444-555555555555"


def test_a_template_gives_and_takes_properties(emulator: Emulator, plain: Emulator) -> None:
    name = "with-properties"
    more = {
        "DeadLetterConfig": {"TargetArn": DEAD_LETTERS},
        "KmsKeyArn": KEY,
        "RecursiveLoop": "Allow",
        "VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
    }

    def resources(**properties: Any) -> dict[str, Any]:
        return {
            "Role": role_resource(MAY_SEND),
            "Function": function_resource(FunctionName=name, **properties),
        }

    def described(client: Client) -> list[Any]:
        found = client.get_function_configuration(FunctionName=name)
        return [
            found.get("DeadLetterConfig"),
            found.get("KMSKeyArn") or None,
            (found.get("VpcConfig") or {}).get("SubnetIds") or None,
            client.get_function_recursion_config(FunctionName=name)["RecursiveLoop"],
        ]

    def observe(server: Emulator) -> list[list[Any]]:
        client = server.client("lambda")
        seen = []
        with queue(server, "dead-letters"), stack(server, name) as made:
            for operate, properties in (
                (made.create, {}),
                (made.update, more),
                (made.update, {"Timeout": 5}),
            ):
                status = operate(resources(**properties))
                assert status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}, made.reasons()
                seen.append(described(client))
        return seen

    without = [None, None, None, "Terminate"]
    with_all = [{"TargetArn": DEAD_LETTERS}, KEY, ["subnet-1"], "Allow"]
    assert observe(emulator) == [without, with_all, without]
    assert observe(plain) == [without, without, without]


def test_a_refused_update_leaves_the_function_as_it_was(emulator: Emulator, plain: Emulator) -> None:
    name = "kept"
    before = {"Timeout": 5, "ReservedConcurrentExecutions": 7}

    def resources(**properties: Any) -> dict[str, Any]:
        return {"Role": role_resource(), "Function": function_resource(FunctionName=name, **properties)}

    def observe(server: Emulator) -> tuple[str, int, int | None]:
        client = server.client("lambda")
        with queue(server, "dead-letters"), stack(server, name) as made:
            assert made.create(resources(**before)) == "CREATE_COMPLETE"
            status = made.update(resources(Timeout=6, DeadLetterConfig={"TargetArn": DEAD_LETTERS}))
            reserved = client.get_function_concurrency(FunctionName=name).get("ReservedConcurrentExecutions")
            return status, client.get_function_configuration(FunctionName=name)["Timeout"], reserved

    assert observe(emulator) == ("UPDATE_ROLLBACK_COMPLETE", 5, 7)
    assert observe(plain) == ("UPDATE_COMPLETE", 6, None)
