"""Settings of functions, versions, aliases and event source mappings that Lambda refuses."""

import io
import uuid
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.tests.fidelity import Fidelity
from emulator.tests.stacks import Resources, function_resource, role_resource, stack, typed
from emulator.tests.support import create_function
from emulator.tests.targets import Target
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "What AWS refuses", "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"
)
READS = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "dynamodb:*")
ACCEPTED = "accepted"


def answer(call: Callable[..., object], **request: Any) -> str:
    """The code and the message of an API's answer."""
    try:
        call(**request)
    except ClientError as error:
        return f"{error.response['Error']['Code']}: {error.response['Error']['Message']}"
    return ACCEPTED


def test_concurrency_that_the_account_lacks_is_refused(target: Target) -> None:
    client, of = target.client, {"FunctionName": target.name}
    target.publish()
    client.create_alias(**of, Name="next", FunctionVersion="1")

    def reserve(wanted: int) -> str:
        return answer(client.put_function_concurrency, **of, ReservedConcurrentExecutions=wanted)

    def provision(qualifier: str, wanted: int) -> str:
        return answer(
            client.put_provisioned_concurrency_config,
            **of,
            Qualifier=qualifier,
            ProvisionedConcurrentExecutions=wanted,
        )

    assert "below its minimum value of [100]" in reserve(901)
    assert reserve(900) == ACCEPTED
    assert "greater than the reservedConcurrentExecution" in provision("live", 901)
    client.delete_function_concurrency(**of)
    assert "account's unreserved concurrency [900]" in provision("live", 901)
    assert "unpublished function versions" in provision("$LATEST", 1)
    assert provision("live", 10) == ACCEPTED
    for other in ("1", "next"):
        assert "already Provisioned version" in provision(other, 1)
    assert "should not be less than the total" in reserve(9)
    assert reserve(10) == ACCEPTED


def test_versions_of_an_alias_exist_and_are_published(target: Target) -> None:
    client, of = target.client, {"FunctionName": target.name}
    target.publish()

    def weigh(version: str, **weights: float) -> str:
        routing = {"AdditionalVersionWeights": {name.strip("v"): each for name, each in weights.items()}}
        return answer(client.update_alias, **of, Name="live", FunctionVersion=version, RoutingConfig=routing)

    assert "Function not found" in answer(client.create_alias, **of, Name="lost", FunctionVersion="9")
    assert "Function not found" in weigh("1", v9=0.1)
    assert "$LATEST is not supported" in weigh("$LATEST", v1=0.1)
    assert "already included" in weigh("1", v1=0.1)
    assert "less than or equal to 1.0" in weigh("1", v2=1.1)
    assert "failed to satisfy constraint" in answer(client.create_alias, **of, Name="1", FunctionVersion="1")
    lost = {"FunctionName": target.name, "FunctionVersion": "9", "Name": "lost"}
    refused(target.emulator, {"Lost": typed("AWS::Lambda::Alias", lost)}, "Function not found")


def refused(emulator: Emulator, resources: Resources, reason: str) -> None:
    """A stack that is refused for a reason."""
    with stack(emulator, f"refused-{uuid.uuid4().hex[:8]}") as made:
        assert made.create(resources) == "ROLLBACK_COMPLETE", reason
        assert reason in made.reasons()


def test_a_function_has_its_package_and_not_more_than_its_limits(emulator: Emulator) -> None:
    s3 = emulator.client("s3")
    s3.create_bucket(Bucket="packages")
    s3.put_object(Bucket="packages", Key="text.zip", Body=b"no zip file")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("large.bin", b"")
        package.infolist()[0].file_size = 250 * 1024 * 1024 + 1  # as it says
    s3.put_object(Bucket="packages", Key="large.zip", Body=archive.getvalue())
    refusals = {
        "missing.zip": "NoSuchKey",
        "text.zip": "Could not unzip",
        "large.zip": "must be smaller than 262144000",
    }
    for key, reason in refusals.items():
        code = {"S3Bucket": "packages", "S3Key": key}
        resources = {"Role": role_resource(), "Function": function_resource(Code=code)}
        refused(emulator, resources, reason)
        assert reason in answer(emulator.client("lambda").publish_layer_version, LayerName="a", Content=code)
        refused(emulator, {"Layer": typed("AWS::Lambda::LayerVersion", {"Content": code})}, reason)
    changes: dict[str, dict[str, Any]] = {
        "exceeded the 4KB limit": {"Environment": {"Variables": {"LARGE": "x" * 4096}}},
        "'901' at 'timeout'": {"Timeout": "901"},
        "below its minimum value": {"ReservedConcurrentExecutions": 901},
    }
    for reason, change in changes.items():
        refused(emulator, {"Role": role_resource(), "Function": function_resource(**change)}, reason)


def test_what_there_is_already_and_what_an_alias_uses_is_in_conflict(target: Target) -> None:
    client, of = target.client, {"FunctionName": target.name}
    target.publish()
    statement = {"StatementId": "call", "Action": "lambda:InvokeFunction", "Principal": "sns.amazonaws.com"}
    for call, request in (
        (client.create_function_url_config, {"AuthType": "AWS_IAM"}),
        (client.add_permission, statement),
    ):
        assert answer(call, **of, **request) == ACCEPTED
        assert answer(call, **of, **request).startswith("ResourceConflictException")
    taken = answer(client.create_alias, **of, Name="live", FunctionVersion="1")
    assert taken.startswith("ResourceConflictException")
    used = answer(client.delete_function, **of, Qualifier="1")
    assert used.startswith("ResourceConflictException")


@pytest.fixture
def sources(target: Target) -> dict[str, str]:
    """A queue, a FIFO queue and the stream of a table, which the function may read."""
    for action in READS:
        target.allow(action, "*")
    target.sqs.create_queue(QueueName=target.name)
    target.sqs.create_queue(QueueName=f"{target.name}.fifo", Attributes={"FifoQueue": "true"})
    key = {"AttributeName": "id"}
    table = target.emulator.client("dynamodb").create_table(
        TableName=target.name,
        KeySchema=[{**key, "KeyType": "HASH"}],
        AttributeDefinitions=[{**key, "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )["TableDescription"]
    name = f"arn:aws:sqs:us-east-1:000000000000:{target.name}"
    return {"queue": name, "fifo": f"{name}.fifo", "stream": table["LatestStreamArn"]}


SETTINGS: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("queue", {"StartingPosition": "LATEST"}, "not valid for SQS"),
    ("queue", {"ParallelizationFactor": 2}, "Unsupported ParallelizationFactor"),
    ("queue", {"MaximumRetryAttempts": 0}, "Unsupported MaximumRetryAttempts"),
    (
        "queue",
        {"DestinationConfig": {"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:000000000000:a"}}},
        "Unsup",
    ),
    ("queue", {"BatchSize": 10_001}, "less than or equal to 10000"),
    ("queue", {"ScalingConfig": {"MaximumConcurrency": 1001}}, "less than or equal to 1000"),
    ("queue", {"FilterCriteria": {"Filters": [{"Pattern": "{}"}] * 6}}, "less than or equal to 5"),
    ("fifo", {"BatchSize": 11}, "FIFO"),
    ("stream", {}, "Value null at 'startingPosition'"),
    ("stream", {"StartingPosition": "AT_TIMESTAMP"}, "Unsupported starting position"),
    ("stream", {"StartingPosition": "LATEST", "ParallelizationFactor": 11}, "less than or equal to 10"),
    ("stream", {"StartingPosition": "LATEST", "ScalingConfig": {"MaximumConcurrency": 2}}, "ScalingConfig"),
    ("stream", {"StartingPosition": "LATEST", "Topics": ["a-topic"]}, "Unsupported Topics"),
)


def test_settings_that_a_source_lacks_are_refused(target: Target, sources: dict[str, str]) -> None:
    create = target.client.create_event_source_mapping
    for source, settings, reason in SETTINGS:
        request = {"FunctionName": target.name, "EventSourceArn": sources[source], **settings}
        assert reason in answer(create, **request), settings
        refused(target.emulator, {"Mapping": typed("AWS::Lambda::EventSourceMapping", request)}, reason)


def test_a_second_mapping_of_a_queue_to_a_function_is_refused(
    target: Target, sources: dict[str, str]
) -> None:
    target.publish()
    create, of = target.client.create_event_source_mapping, {"EventSourceArn": sources["queue"]}
    first = create(FunctionName=target.name, **of)["UUID"]
    second = answer(create, FunctionName=target.name, **of)
    mapping = typed("AWS::Lambda::EventSourceMapping", {"FunctionName": target.name, **of})

    assert second.startswith("ResourceConflictException: An event source mapping with SQS arn")
    assert second.endswith(f"with UUID {first}")
    refused(target.emulator, {"Mapping": mapping}, "already exists. Please update or delete")
    assert len(target.client.list_event_source_mappings(FunctionName=target.name)["EventSourceMappings"]) == 1
    assert answer(create, FunctionName=f"{target.name}:live", **of) == ACCEPTED


@pytest.mark.slow
def test_the_quota_of_concurrent_executions_can_be_another() -> None:
    with Emulator(concurrency=3000) as emulator:
        create_function(emulator, "heavy", "def handler(event, context): pass")
        client = emulator.client("lambda")
        reserve = client.put_function_concurrency

        assert answer(reserve, FunctionName="heavy", ReservedConcurrentExecutions=2900) == ACCEPTED
        assert "[100]" in answer(reserve, FunctionName="heavy", ReservedConcurrentExecutions=2901)
        limits = client.get_account_settings()["AccountLimit"]
        assert (limits["ConcurrentExecutions"], limits["UnreservedConcurrentExecutions"]) == (3000, 100)

    with pytest.raises(ValueError, match="concurrency must be at least 100, not 99"):
        Emulator(concurrency=99)
