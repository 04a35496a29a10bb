"""Another user of the machine reaches the port, but no API and no page without the key of this run."""

import hashlib
import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from emulator.tests.support import create_function, invoke, policy, statement
from lambda_constructs_emulator.clients import REGION, Client
from lambda_constructs_emulator.process import ACCOUNT, Emulator

pytestmark = pytest.mark.deploy

CALLS: dict[str, Callable[[Client], object]] = {
    "apigateway": lambda client: client.get_rest_apis(),
    "apigatewayv2": lambda client: client.get_apis(),
    "application-autoscaling": lambda client: client.describe_scalable_targets(ServiceNamespace="lambda"),
    "cloudformation": lambda client: client.list_stacks(),
    "cloudwatch": lambda client: client.list_metrics(),
    "dynamodb": lambda client: client.list_tables(),
    "events": lambda client: client.list_rules(),
    "iam": lambda client: client.list_roles(),
    "kinesis": lambda client: client.list_streams(),
    "lambda": lambda client: client.list_functions(),
    "logs": lambda client: client.describe_log_groups(),
    "s3": lambda client: client.list_buckets(),
    "scheduler": lambda client: client.list_schedules(),
    "secretsmanager": lambda client: client.list_secrets(),
    "sns": lambda client: client.list_topics(),
    "sqs": lambda client: client.list_queues(),
    "ssm": lambda client: client.describe_parameters(),
    "sts": lambda client: client.get_caller_identity(),
}
PAGES = ("/_emulator/journal", "/_ministack/reset", "/_ministack/ses/messages", "/_ministack/config")
OWN_KEY = """
import os
def handler(event, context):
    return [os.environ[f"AWS_{name}"] for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN")]
"""
FORM = '--part\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'


def test_only_the_key_of_this_run_is_the_root_user(emulator: Emulator) -> None:
    own = emulator.client_environment["AWS_ACCESS_KEY_ID"]
    some = ("iam", "lambda", "s3", "sqs")  # creating a client takes long
    guesses = {"test": CALLS, own: some, ACCOUNT: some, "AKIAIOSFODNN7EXAMPLE": some}

    for access_key, services in guesses.items():
        for service in services:
            client = emulator.client(service, access_key=access_key, secret_key="test", attempts=1)
            with pytest.raises(ClientError):
                CALLS[service](client)

    for service, call in CALLS.items():
        assert call(emulator.client(service)), service


def test_a_request_without_a_signature_is_refused(emulator: Emulator) -> None:
    for service, call in CALLS.items():
        client = boto3.client(
            service,
            region_name=REGION,
            endpoint_url=emulator.endpoint,
            verify=str(emulator.authority),
            config=Config(signature_version=UNSIGNED, proxies={}),
        )
        with pytest.raises(ClientError):
            call(client)


def test_the_pages_of_the_emulator_are_for_its_owner(emulator: Emulator) -> None:
    for page in PAGES:
        for method in ("GET", "POST", "PUT"):
            assert status(emulator, page, method=method) == 403, page

    assert emulator.journal() == []


def test_nobody_can_compute_the_credentials_of_a_function(emulator: Emulator) -> None:
    create_function(emulator, "known", OWN_KEY)
    access_key, secret_key, token = invoke(emulator, "known")
    function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:known"
    digest = hashlib.sha256(f"{function}:arn:aws:iam::{ACCOUNT}:role/known-role".encode()).hexdigest()

    assert access_key == f"ASIA{digest[:16].upper()}"
    assert secret_key != hashlib.sha256(f"secret:{digest}".encode()).hexdigest()
    assert token != hashlib.sha256(f"token:{digest}".encode()).hexdigest()
    assert emulator.client_environment["AWS_SECRET_ACCESS_KEY"] != secret_key


def test_a_link_and_a_form_that_the_owner_signed_are_served(emulator: Emulator) -> None:
    s3 = emulator.client("s3")
    s3.create_bucket(Bucket="orders")

    post = s3.generate_presigned_post("orders", "form")
    fields = {**post["fields"], "file": "from a form"}
    form = "".join(FORM.format(name, value) for name, value in fields.items()) + "--part--\r\n"
    sent = {"Content-Type": "multipart/form-data; boundary=part"}

    assert status(emulator, "/orders", method="POST", body=form.encode(), headers=sent) == 204
    link = s3.generate_presigned_url("get_object", Params={"Bucket": "orders", "Key": "form"})
    assert status(emulator, link.removeprefix(emulator.endpoint)) == 200
    assert status(emulator, "/orders/form") == 403
    assert status(emulator, "/another", method="PUT") == 403


def status(
    emulator: Emulator,
    path: str,
    *,
    method: str = "GET",
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> int:
    """The status of the answer to a plain HTTPS request."""
    context = ssl.create_default_context(cafile=str(emulator.authority))
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
    )
    request = urllib.request.Request(  # noqa: S310 - https, always
        f"{emulator.endpoint}{path}", data=body, method=method, headers=headers or {}
    )
    try:
        with opener.open(request, timeout=10) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_each_operation_of_lambda_needs_its_own_action(emulator: Emulator) -> None:
    create_function(emulator, "orders", "def handler(event, context):\n    return 1\n")
    emulator.client("lambda").publish_version(FunctionName="orders")
    emulator.client("lambda").create_alias(FunctionName="orders", Name="live", FunctionVersion="1")
    iam, allowed = emulator.client("iam"), ["lambda:GetAlias", "lambda:ListVersionsByFunction"]
    iam.create_user(UserName="reader")
    document = json.dumps(policy(statement(*allowed, "lambda:InvokeFunction")))
    iam.put_user_policy(UserName="reader", PolicyName="read", PolicyDocument=document)
    key = iam.create_access_key(UserName="reader")["AccessKey"]
    reader = emulator.client("lambda", access_key=key["AccessKeyId"], secret_key=key["SecretAccessKey"])

    reader.get_alias(FunctionName="orders", Name="live")
    reader.list_versions_by_function(FunctionName="orders")
    reader.invoke(FunctionName="orders", Qualifier="live")
    for refused in (reader.get_function, reader.list_aliases, reader.get_function_concurrency):
        with pytest.raises(ClientError, match="AccessDenied"):
            refused(FunctionName="orders")


def test_a_batch_of_sqs_needs_the_action_of_a_message(emulator: Emulator) -> None:
    url = emulator.client("sqs").create_queue(QueueName="orders")["QueueUrl"]
    iam = emulator.client("iam")
    iam.create_user(UserName="sender")
    document = json.dumps(policy(statement("sqs:SendMessage")))
    iam.put_user_policy(UserName="sender", PolicyName="send", PolicyDocument=document)
    key = iam.create_access_key(UserName="sender")["AccessKey"]
    sender = emulator.client("sqs", access_key=key["AccessKeyId"], secret_key=key["SecretAccessKey"])

    assert sender.send_message_batch(QueueUrl=url, Entries=[{"Id": "1", "MessageBody": "1"}])["Successful"]
    with pytest.raises(ClientError, match="AccessDenied"):
        sender.delete_message_batch(QueueUrl=url, Entries=[{"Id": "1", "ReceiptHandle": "1"}])
