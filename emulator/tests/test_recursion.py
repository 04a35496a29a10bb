"""Functions that invoke themselves through other services are stopped after 16 invocations."""

import json

import pytest

from emulator.tests.fidelity import Fidelity
from emulator.tests.support import create_function, eventually, observed, received, total
from lambda_constructs_emulator.process import Emulator

pytestmark = [pytest.mark.deploy, pytest.mark.slow]
FIDELITY = Fidelity(
    "AWS Lambda: recursive loops", "https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html"
)
HANDLER = """
import boto3, os, pathlib
def handler(event, context):
    with pathlib.Path({trace!r}).open("a") as lines:
        lines.write("run\\n")
    {send}
"""
SENDS = {
    "sqs": "boto3.client('sqs').send_message(QueueUrl=os.environ['TO'], MessageBody='again')",
    "sns": "boto3.client('sns').publish(TopicArn=os.environ['TO'], Message='again')",
    "s3": "boto3.client('s3').put_object(Bucket=os.environ['TO'], Key='again', Body=b'')",
}
PRINCIPALS = {"sns": "sns.amazonaws.com", "s3": "s3.amazonaws.com"}


class Loop:
    """A function that sends to the service that invokes it."""

    def __init__(self, emulator: Emulator, service: str, to: str) -> None:
        self.emulator, self.name = emulator, f"loop-{service}"
        self._trace = emulator.directory / f"{self.name}.trace"
        source = HANDLER.format(trace=str(self._trace), send=SENDS[service])
        environment = {"Variables": {"TO": to}}
        self.role = create_function(emulator, self.name, source, Environment=environment)
        everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [everything]})
        emulator.client("iam").put_role_policy(RoleName=self.role, PolicyName="all", PolicyDocument=policy)
        self.client = emulator.client("lambda")
        self.arn = f"arn:aws:lambda:us-east-1:000000000000:function:{self.name}"
        if service in PRINCIPALS:
            self.client.add_permission(
                FunctionName=self.name,
                StatementId="push",
                Action="lambda:InvokeFunction",
                Principal=PRINCIPALS[service],
            )

    def runs(self) -> int:
        return len(self._trace.read_text().splitlines()) if self._trace.exists() else 0

    def dropped(self) -> float:
        return total(self.emulator, "AWS/Lambda", "RecursiveInvocationsDropped", {"FunctionName": self.name})

    def assert_stopped(self) -> None:
        assert observed(self.dropped, lambda count: count == 1, 60) == 1
        assert self.runs() in {16, 17}


def test_loops_through_a_queue_and_a_topic_are_stopped(emulator: Emulator) -> None:
    sqs, sns = emulator.client("sqs"), emulator.client("sns")
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    arn = "arn:aws:sqs:us-east-1:000000000000"
    redrive = json.dumps({"deadLetterTargetArn": f"{arn}:dead", "maxReceiveCount": 5})
    queue = sqs.create_queue(QueueName="loop", Attributes={"RedrivePolicy": redrive})["QueueUrl"]
    topic = sns.create_topic(Name="loop")["TopicArn"]
    worker, listener = Loop(emulator, "sqs", queue), Loop(emulator, "sns", topic)
    worker.client.create_event_source_mapping(FunctionName=worker.name, EventSourceArn=f"{arn}:loop")
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=listener.arn)
    sqs.send_message(QueueUrl=queue, MessageBody="first")
    sns.publish(TopicArn=topic, Message="first")

    worker.assert_stopped()
    listener.assert_stopped()
    message = received(sqs, dead)
    assert message is not None
    assert message["Body"] == "again"


def test_a_loop_through_a_bucket_is_stopped_unless_the_function_allows_it(emulator: Emulator) -> None:
    s3 = emulator.client("s3")
    s3.create_bucket(Bucket="loop")
    loop = Loop(emulator, "s3", "loop")
    notification = {"LambdaFunctionArn": loop.arn, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket="loop", NotificationConfiguration={"LambdaFunctionConfigurations": [notification]}
    )
    s3.put_object(Bucket="loop", Key="first", Body=b"")
    loop.assert_stopped()

    loop.client.put_function_recursion_config(FunctionName=loop.name, RecursiveLoop="Allow")
    s3.put_object(Bucket="loop", Key="first", Body=b"")
    assert eventually(lambda: loop.runs() > 40, patience=60)
    s3.put_bucket_notification_configuration(Bucket="loop", NotificationConfiguration={})
