"""What IAM says about services: whom a role trusts, what it may, who may invoke; and what follows."""

import json
import subprocess
from typing import Any

import pytest

from emulator.tests.fidelity import Fidelity
from emulator.tests.stacks import Stack, function_resource, role_resource, stack
from emulator.tests.support import policy, printed, statement, trusting
from emulator.tests.workers import ACCOUNT_AND_REGION, LOGS_ACTIONS, allow, function
from lambda_constructs_emulator.paths import PACKAGE, SERVER_PYTHON
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "AWS IAM",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",
)

ROLE = "arn:aws:iam::000000000000:role/path/worker"
QUEUE = f"arn:aws:sqs:{ACCOUNT_AND_REGION}:orders"
TOPIC = f"arn:aws:sns:{ACCOUNT_AND_REGION}:orders"
FUNCTION = f"arn:aws:lambda:{ACCOUNT_AND_REGION}:function:worker"
RECEIVE = "sqs:ReceiveMessage"

ASK = """
import json, sys
given = json.load(sys.stdin)
from lambda_constructs_emulator.server.iam import permissions
from ministack.services import iam, lambda_svc, sqs
iam._roles["worker"] = {"RoleName": "worker", "AttachedPolicies": [], "Tags": [], **given.get("role", {})}
for name, document in given.get("managed", {}).items():
    iam.store_policy(name, "boundary", "/", json.dumps(document))
lambda_svc._functions["worker"] = {"policy": given.get("function_policy", {}), "config": {}}
print(json.dumps([getattr(permissions, name)(*arguments) for name, *arguments in given["questions"]]))
"""


def ask(*questions: tuple[str, ...], **given: Any) -> list[bool]:
    """What the functions of the module answer, in the emulator's own environment."""
    done = subprocess.run(
        [str(SERVER_PYTHON), "-c", ASK],
        input=json.dumps({"questions": questions, **given}),
        env={"PYTHONPATH": str(PACKAGE.parent), "AUTH": "true"},
        capture_output=True,
        text=True,
        check=True,
    )
    answers: list[bool] = json.loads(done.stdout)
    return answers


def in_role(*statements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"InlinePolicies": {"inline": policy(*statements)}, **more}


def test_a_role_may_what_its_policies_allow_and_none_denies() -> None:
    questions = [
        ("role_allows", ROLE, action, resource)
        for action in (RECEIVE, "sqs:DeleteMessage")
        for resource in (QUEUE, f"{QUEUE}-other")
    ]
    allowing = statement(RECEIVE, resource=QUEUE)
    denying = {**statement(RECEIVE), "Effect": "Deny"}

    assert ask(*questions, role=in_role(allowing)) == [True, False, False, False]
    assert ask(*questions, role=in_role(statement("sqs:*"))) == [True, True, True, True]
    assert ask(*questions, role=in_role(statement("sqs:*"), denying)) == [False, False, True, True]
    nobody = ROLE.replace("worker", "nobody")
    assert ask(("role_allows", nobody, RECEIVE, QUEUE), role=in_role(allowing)) == [False]


def test_a_boundary_limits_a_role() -> None:
    boundary = "arn:aws:iam::000000000000:policy/boundary"
    bounded = in_role(statement("sqs:*"), PermissionsBoundary=boundary)

    answers = ask(
        ("role_allows", ROLE, RECEIVE, QUEUE),
        ("role_allows", ROLE, "sqs:DeleteMessage", QUEUE),
        role=bounded,
        managed={boundary: policy(statement(RECEIVE))},
    )

    assert answers == [True, False]


@pytest.mark.parametrize("as_text", [False, True])
def test_a_role_trusts_the_services_it_names(*, as_text: bool) -> None:
    document = trusting("lambda.amazonaws.com")
    trust = {"AssumeRolePolicyDocument": json.dumps(document) if as_text else document}

    answers = ask(
        ("role_trusts", ROLE, "lambda.amazonaws.com"),
        ("role_trusts", ROLE, "codedeploy.amazonaws.com"),
        ("role_trusts", "", "lambda.amazonaws.com"),
        role=trust,
    )

    assert answers == [True, False, False]


def test_a_function_policy_is_for_one_service_source_and_qualifier() -> None:
    alias = f"{FUNCTION}:live"
    invoke = {
        "Sid": "topic",
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": alias,
        "Condition": {"ArnLike": {"AWS:SourceArn": TOPIC}},
    }

    answers = ask(
        ("function_policy_allows", alias, "sns.amazonaws.com", TOPIC),
        ("function_policy_allows", alias, "sns.amazonaws.com", f"{TOPIC}-other"),
        ("function_policy_allows", alias, "events.amazonaws.com", TOPIC),
        ("function_policy_allows", FUNCTION, "sns.amazonaws.com", TOPIC),
        ("function_policy_allows", f"{FUNCTION}-other:live", "sns.amazonaws.com", TOPIC),
        function_policy=policy(invoke),
    )

    assert answers == [True, False, False, False, False]


PRINTS = "def handler(event, context): print('[\"ran\"]')"


def test_logs_are_written_with_the_role_of_the_function(emulator: Emulator, plain: Emulator) -> None:
    name = "logging"

    def observe(server: Emulator) -> list[int]:
        """How many invocations were logged after one with no, with half and with all permissions."""
        group = f"arn:aws:logs:{ACCOUNT_AND_REGION}:log-group:/aws/lambda/{name}:*"
        half = statement("logs:CreateLogGroup", "logs:CreateLogStream", resource=group)
        logged = []
        with function(server, name, PRINTS, allowed=[statement("sqs:*")]) as client:
            server.client("logs").delete_log_group(logGroupName=f"/aws/lambda/{name}")
            for allowed in (statement("sqs:*"), half, statement(*LOGS_ACTIONS, resource=group)):
                allow(server, name, [allowed])
                client.invoke(FunctionName=name)
                logged.append(len(printed(server, name)))
        return logged

    assert observe(emulator) == [0, 0, 1]
    assert observe(plain) == [1, 2, 3]


READS_SECRET = """
import boto3, os
def handler(event, context):
    client = boto3.client("secretsmanager")
    try:
        return client.get_secret_value(SecretId=os.environ["NAME"])["SecretString"]
    except client.exceptions.ClientError as error:
        return error.response["Error"]["Code"]
"""
READS_PARAMETER = """
import boto3, os
def handler(event, context):
    client = boto3.client("ssm")
    try:
        return client.get_parameter(Name=os.environ["NAME"])["Parameter"]["Value"]
    except client.exceptions.ClientError as error:
        return error.response["Error"]["Code"]
"""


def reading(server: Emulator, made: Stack) -> str:
    found = made.outputs()
    payload = server.client("lambda").invoke(FunctionName=found["Function"])["Payload"]
    return str(json.load(payload))


def test_a_grant_on_the_reference_of_a_secret_works(emulator: Emulator, plain: Emulator) -> None:
    def resources(value: str) -> dict[str, Any]:
        read = {**statement("secretsmanager:GetSecretValue"), "Resource": {"Ref": "Secret"}}
        variables = {"Environment": {"Variables": {"NAME": {"Ref": "Secret"}}}}
        return {
            "Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {"SecretString": value}},
            "Role": role_resource(read),
            "Function": function_resource(READS_SECRET, Timeout=10, **variables),
        }

    def observe(server: Emulator) -> tuple[bool, str, str, list[Any]]:
        outputs = {"Function": {"Ref": "Function"}, "Ref": {"Ref": "Secret"}}
        with stack(server, "with-secret") as made:
            assert made.create(resources("first"), outputs) == "CREATE_COMPLETE", made.reasons()
            first, reference = reading(server, made), made.outputs()["Ref"]
            assert made.update(resources("second"), outputs) == "UPDATE_COMPLETE", made.reasons()
            second, kept = reading(server, made), made.outputs()["Ref"] == reference
        left = server.client("secretsmanager").list_secrets()["SecretList"]
        return kept and reference.startswith("arn:aws:secretsmanager:"), first, second, left

    assert observe(emulator) == (True, "first", "second", [])
    assert observe(plain) == (False, "AccessDeniedException", "AccessDeniedException", [])


def test_a_grant_on_a_parameter_without_a_name_works(emulator: Emulator, plain: Emulator) -> None:
    def resources(value: str) -> dict[str, Any]:
        arn = {"Fn::Sub": "arn:aws:ssm:${AWS::Region}:${AWS::AccountId}:parameter/${Parameter}"}
        read = {**statement("ssm:GetParameter"), "Resource": arn}
        variables = {"Environment": {"Variables": {"NAME": {"Ref": "Parameter"}}}}
        parameter = {"Type": "String", "Value": value}
        return {
            "Parameter": {"Type": "AWS::SSM::Parameter", "Properties": parameter},
            "Role": role_resource(read),
            "Function": function_resource(READS_PARAMETER, Timeout=10, **variables),
        }

    def observe(server: Emulator) -> tuple[bool, str, str]:
        outputs = {"Function": {"Ref": "Function"}, "Ref": {"Ref": "Parameter"}}
        with stack(server, "with-parameter") as made:
            assert made.create(resources("first"), outputs) == "CREATE_COMPLETE", made.reasons()
            first, reference = reading(server, made), made.outputs()["Ref"]
            assert made.update(resources("second"), outputs) == "UPDATE_COMPLETE", made.reasons()
            second, kept = reading(server, made), made.outputs()["Ref"] == reference
            return kept and reference.startswith("CFN-Parameter-"), first, second

    assert observe(emulator) == (True, "first", "second")
    assert observe(plain) == (False, "AccessDeniedException", "AccessDeniedException")
