"""An alias's weights route its invocations, and every invocation is counted by alias and version."""

import itertools
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from emulator.tests.fidelity import Fidelity
from emulator.tests.support import printed
from emulator.tests.versions import ALIAS, two_versions
from lambda_constructs_emulator.clients import REGION, Client
from lambda_constructs_emulator.process import ACCOUNT, Emulator

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "AWS Lambda: functions and aliases",
    "https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html",
)

OF_AN_INVOCATION = ("Invocations", "Errors", "Throttles", "Duration")

_numbers = itertools.count()


@pytest.fixture
def name() -> str:
    return f"traffic-{next(_numbers)}"


def test_an_invocation_goes_to_the_additional_version_by_its_weight(
    emulator: Emulator, plain: Emulator, name: str
) -> None:
    assert directly_invoked(emulator, name) == {("1", "1"): 18, ("2", "2"): 2}
    assert directly_invoked(plain, name) == {("1", "1"): 20}


def directly_invoked(emulator: Emulator, name: str) -> Counter[tuple[str, str]]:
    """Which version the handler saw and the response named, for 20 invocations at 10 %."""
    with two_versions(emulator, name) as client:
        weigh(client, name, 0.1)
        responses = [client.invoke(FunctionName=name, Qualifier=ALIAS, Payload=b"{}") for _ in range(20)]
        answers = [json.load(response["Payload"]) for response in responses]
        assert {answer["arn"] for answer in answers} == {alias_arn(name)}
        executed = [response["ExecutedVersion"] for response in responses]
    return Counter((answer["version"], ran) for answer, ran in zip(answers, executed, strict=True))


def test_the_weights_of_the_moment_count(emulator: Emulator, name: str) -> None:
    with two_versions(emulator, name) as client:

        def versions(count: int) -> Counter[str]:
            return Counter(
                client.invoke(FunctionName=f"{name}:{ALIAS}", Payload=b"{}")["ExecutedVersion"]
                for _ in range(count)
            )

        weigh(client, name, 0.5)
        assert versions(4) == {"1": 2, "2": 2}
        weigh(client, name, 0.25)
        assert versions(8) == {"1": 6, "2": 2}
        weigh(client, name, None)
        assert versions(3) == {"1": 3}
        client.update_alias(FunctionName=name, Name=ALIAS, FunctionVersion="2")
        assert versions(2) == {"2": 2}


def test_the_provisioned_concurrency_of_an_alias_with_weights_cannot_be_changed(
    emulator: Emulator, plain: Emulator, name: str
) -> None:
    assert refused_changes(emulator, name) == ["put", "delete"]
    assert refused_changes(plain, name) == []


def refused_changes(emulator: Emulator, name: str) -> list[str]:
    """The changes of provisioned concurrency that Lambda refuses while the alias has weights."""
    alias = {"FunctionName": name, "Qualifier": ALIAS}
    refused = []
    with two_versions(emulator, name) as client:
        client.put_provisioned_concurrency_config(**alias, ProvisionedConcurrentExecutions=1)
        weigh(client, name, 0.1)
        try:
            client.put_provisioned_concurrency_config(**alias, ProvisionedConcurrentExecutions=2)
        except client.exceptions.InvalidParameterValueException:
            refused.append("put")
        try:
            client.delete_provisioned_concurrency_config(**alias)
        except client.exceptions.InvalidParameterValueException:
            refused.append("delete")
        weigh(client, name, None)
        client.put_provisioned_concurrency_config(**alias, ProvisionedConcurrentExecutions=2)
    return refused


def test_a_mapping_to_the_alias_follows_the_weights(emulator: Emulator, plain: Emulator, name: str) -> None:
    assert polled(emulator, name) == {("1", alias_arn(name)): 4, ("2", alias_arn(name)): 4}
    assert polled(plain, name) == {("1", f"{function_arn(name)}:1"): 8}


def polled(emulator: Emulator, name: str) -> Counter[tuple[str, str]]:
    """Version and invoked ARN in the handler, for 8 batches at 50 %."""
    with two_versions(emulator, name) as client, queue(emulator, name) as (url, arn):
        weigh(client, name, 0.5)
        with mapping(client, f"{name}:{ALIAS}", arn):
            for number in range(1, 9):
                emulator.client("sqs").send_message(QueueUrl=url, MessageBody=str(number))
                wait_for_lines(emulator, name, number)
        return Counter((run["version"], run["arn"]) for run in printed(emulator, name))


def test_an_asynchronous_invocation_follows_the_weights(
    emulator: Emulator, plain: Emulator, name: str
) -> None:
    assert asynchronously_invoked(emulator, name) == {"1": 2, "2": 2}
    assert asynchronously_invoked(plain, name) == {"1": 4}


def asynchronously_invoked(emulator: Emulator, name: str) -> Counter[str]:
    with two_versions(emulator, name) as client:
        weigh(client, name, 0.5)
        for number in range(1, 5):
            client.invoke(FunctionName=name, Qualifier=ALIAS, InvocationType="Event", Payload=b"{}")
            wait_for_lines(emulator, name, number)
        return Counter(run["version"] for run in printed(emulator, name))


def test_invocations_are_counted_by_alias_and_executed_version(
    emulator: Emulator, plain: Emulator, name: str
) -> None:
    by_function = (("FunctionName", name),)
    by_alias = (*by_function, ("Resource", f"{name}:{ALIAS}"))

    def by_version(version: str) -> tuple[tuple[str, str], ...]:
        return (("ExecutedVersion", version), *by_alias)

    # Two of each kind: direct, failing, asynchronous, polled. Each kind gets both versions once.
    all_of_them = {"Invocations": 8, "Errors": 2, "Throttles": 0, "Duration": 8}
    half_of_them = {"Invocations": 4, "Errors": 1, "Throttles": 0, "Duration": 4}
    assert counted(emulator, name) == {
        by_function: all_of_them,
        by_alias: all_of_them,
        by_version("1"): half_of_them,
        by_version("2"): half_of_them,
    }
    # Neither the polled ones nor the alias, and no duration for asynchronous ones.
    assert counted(plain, name) == {
        by_function: {"Invocations": 6, "Errors": 2, "Throttles": 0, "Duration": 4}
    }


def counted(emulator: Emulator, name: str) -> dict[tuple[tuple[str, str], ...], dict[str, float]]:
    """The metrics of eight invocations, by dimensions: sums, and the number of durations."""
    with two_versions(emulator, name) as client, queue(emulator, name) as (url, arn):
        weigh(client, name, 0.5)
        for payload in (b"{}", b"{}", b'{"fail": true}', b'{"fail": true}'):
            client.invoke(FunctionName=name, Qualifier=ALIAS, Payload=payload)
        for done in (5, 6):
            client.invoke(FunctionName=name, Qualifier=ALIAS, InvocationType="Event", Payload=b"{}")
            wait_for_lines(emulator, name, done)
        with mapping(client, f"{name}:{ALIAS}", arn):
            for done in (7, 8):
                emulator.client("sqs").send_message(QueueUrl=url, MessageBody="any")
                wait_for_lines(emulator, name, done)
    time.sleep(0.2)  # The log is written a moment before the metrics.
    return statistics(emulator, name)


def statistics(emulator: Emulator, name: str) -> dict[tuple[tuple[str, str], ...], dict[str, float]]:
    cloudwatch = emulator.client("cloudwatch")
    filters = [{"Name": "FunctionName", "Value": name}]
    listed = cloudwatch.list_metrics(Namespace="AWS/Lambda", Dimensions=filters)["Metrics"]
    metrics = [metric for metric in listed if metric["MetricName"] in OF_AN_INVOCATION]
    now = datetime.now(UTC)
    found: dict[tuple[tuple[str, str], ...], dict[str, float]] = {}
    for metric in metrics:
        statistic = "SampleCount" if metric["MetricName"] == "Duration" else "Sum"
        points = cloudwatch.get_metric_statistics(
            **metric,
            StartTime=now - timedelta(hours=1),
            EndTime=now + timedelta(hours=1),
            Period=3600 * 24,
            Statistics=[statistic],
        )["Datapoints"]
        key = tuple(sorted((each["Name"], each["Value"]) for each in metric["Dimensions"]))
        found.setdefault(key, {})[metric["MetricName"]] = sum(point[statistic] for point in points)
    return found


def test_a_throttled_invocation_counts_as_a_throttle_only(
    emulator: Emulator, plain: Emulator, name: str
) -> None:
    assert throttled(emulator, name) == {"Throttles": 1}
    # Counted twice, and as an invocation that failed and took time.
    assert throttled(plain, name) == {"Invocations": 2, "Errors": 1, "Throttles": 2, "Duration": 1}


def throttled(emulator: Emulator, name: str) -> dict[str, float]:
    """The metrics of the function for one throttled request."""
    with two_versions(emulator, name) as client:
        client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
        impatient = emulator.client("lambda", attempts=1)
        with pytest.raises(impatient.exceptions.TooManyRequestsException):
            impatient.invoke(FunctionName=name, Payload=b"{}")
    found = statistics(emulator, name)
    assert list(found) == [(("FunctionName", name),)]
    return found[(("FunctionName", name),)]


def weigh(client: Client, name: str, weight: float | None) -> None:
    """Give the second version that share of the alias's traffic."""
    weights = {} if weight is None else {"2": weight}
    client.update_alias(FunctionName=name, Name=ALIAS, RoutingConfig={"AdditionalVersionWeights": weights})


def function_arn(name: str) -> str:
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


def alias_arn(name: str) -> str:
    return f"{function_arn(name)}:{ALIAS}"


@contextmanager
def queue(emulator: Emulator, name: str) -> Iterator[tuple[str, str]]:
    sqs = emulator.client("sqs")
    url = sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "60"})["QueueUrl"]
    role = {"RoleName": f"{name}-role", "PolicyName": "poll"}
    statement = {"Effect": "Allow", "Action": "sqs:*", "Resource": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    emulator.client("iam").put_role_policy(**role, PolicyDocument=document)
    try:
        yield url, statement["Resource"]
    finally:
        emulator.client("iam").delete_role_policy(**role)
        sqs.delete_queue(QueueUrl=url)


@contextmanager
def mapping(client: Client, function: str, source: str) -> Iterator[None]:
    created = client.create_event_source_mapping(FunctionName=function, EventSourceArn=source, BatchSize=1)
    try:
        yield
    finally:
        client.delete_event_source_mapping(UUID=created["UUID"])


def wait_for_lines(emulator: Emulator, name: str, number: int) -> None:
    """Wait for what one invocation after the other prints: plain ministack loses some of it when many do."""
    until(lambda: len(printed(emulator, name)) == number, f"line {number}")


def until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, f"did not come: {what}"
        time.sleep(0.05)
