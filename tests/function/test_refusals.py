"""What does not synthesize."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager

from lambda_constructs import Alarms, Canary, ConfigurationError, Linear, ProvisionedConcurrency
from tests.support import assert_refused, function, new_stack, warnings

CASES: list[tuple[str, dict[str, Any], str]] = [
    ("memory-size-range", {"memory_size": 20480}, "memory_size is 20480 MB"),
    ("memory-size-range", {"memory_size": 127}, "128 to 10240"),
    ("timeout-range", {"timeout": cdk.Duration.minutes(20)}, "timeout is 1200 seconds"),
    ("whole-seconds", {"timeout": cdk.Duration.millis(1500)}, "timeout is 1500 milliseconds"),
    ("ephemeral-storage-range", {"ephemeral_storage_size": 10241}, "10241 MB"),
    ("description-length", {"description": "x" * 257}, "257 characters"),
    ("environment-key", {"environment": {"AWS_REGION": "eu-west-1"}}, "'AWS_REGION'"),
    ("environment-key", {"environment": {"A": "1"}}, "'A'"),
    ("environment-size", {"environment": {"TEXT": "x" * 4093}}, "4097 bytes"),
    ("secret-in-environment", {"environment": {"DB_PASSWORD": "hunter2"}}, "'DB_PASSWORD'"),
    ("secret-in-environment", {"environment": {"X_ID": "AKIAIOSFODNN7EXAMPLE"}}, "credential"),
    ("reserved-concurrency-range", {"reserved_concurrency": -1}, "-1"),
    (
        "provisioned-range",
        {"provisioned_concurrency": ProvisionedConcurrency(minimum=0, maximum=5)},
        "minimum is 0",
    ),
    (
        "provisioned-range",
        {"provisioned_concurrency": ProvisionedConcurrency(minimum=5, maximum=4)},
        "maximum is 4",
    ),
    (
        "target-utilization-range",
        {"provisioned_concurrency": ProvisionedConcurrency(minimum=1, maximum=5, target_utilization=0.95)},
        "0.95",
    ),
    (
        "provisioned-above-reserved",
        {
            "provisioned_concurrency": ProvisionedConcurrency(minimum=1, maximum=50),
            "reserved_concurrency": 20,
        },
        "maximum is 50 but reserved_concurrency is 20",
    ),
    ("rollout-percentage-range", {"rollout": Canary(percentage=100)}, "use AllAtOnce"),
    (
        "rollout-interval-range",
        {"rollout": Canary(interval=cdk.Duration.seconds(90))},
        "90 seconds",
    ),
    (
        "rollout-interval-range",
        {"rollout": Linear(percentage=1, interval=cdk.Duration.hours(1))},
        "5940 minutes",
    ),
    ("rollout-without-alarm", {"alarms": Alarms.NONE}, "Canary"),
    ("rollout-without-alarm", {"alarms": Alarms.NONE, "rollout": Linear()}, "Linear"),
    (
        "alarm-not-available",
        {"alarms": Alarms(failed_events_percentage=100)},
        "alarms.failed_events_percentage is set, but ProductionFunction does not use it",
    ),
    ("option-type", {"rollout": "canary"}, "'canary' (str)"),
    ("option-type", {"timeout": 30}, "30 (int); pass a Duration"),
    ("option-type", {"memory_size": "512"}, "'512' (str)"),
    ("option-type", {"memory_size": True}, "True (bool)"),
    ("option-type", {"alarms": {"errors": True}}, "Alarms"),
    ("option-type", {"code": 5}, "Code.from_asset"),
    ("option-type", {"runtime": "python3.13"}, "Runtime"),
    ("option-type", {"tracing": "Active"}, "Tracing.ACTIVE"),
    ("option-type", {"system_log_level": "WARN"}, "system_log_level"),
    ("option-type", {"provisioned_concurrency": 3}, "ProvisionedConcurrency"),
    ("option-type", {"environment": {"PAGES": 3}}, "environment['PAGES']"),
    ("option-type", {"environment": {3: "PAGES"}}, "3 (int); pass a string"),
    ("option-type", {"environment": ["PAGES"]}, "a mapping"),
    ("option-type", {"secrets": ["DB"]}, "a mapping"),
    ("option-type", {"secrets": {"DB": "hunter2"}}, "secrets['DB'] is a str"),
    ("handler-form", {"handler": ""}, "handler is ''"),
    ("handler-form", {"handler": "app handler"}, "module.function"),
    ("handler-form", {"handler": "x" * 129}, "handler"),
    ("inline-code-runtime", {"runtime": lambda_.Runtime.JAVA_21}, "java21 does not support inline code"),
    ("option-type", {"snap_start": "yes"}, "'yes' (str); pass True or False"),
    ("option-type", {"memory_size": float("nan")}, "memory_size is nan (float)"),
    ("option-type", {"memory_size": float("-inf")}, "memory_size is -inf (float)"),
    ("option-type", {"layers": 3}, "layers is 3 (int); pass a list"),
    ("option-type", {"layers": ["tools"]}, "layers[0] is 'tools' (str); pass a LayerVersion"),
    ("option-type", {"log_retention": 30}, "a RetentionDays, such as RetentionDays.ONE_DAY"),
    ("option-type", {"log_group": "orders"}, "pass a LogGroup"),
    ("option-type", {"role": "arn:aws:iam::123456789012:role/orders"}, "pass a Role"),
    ("option-type", {"encryption_key": False}, "pass a Key"),
    ("option-type", {"vpc": float("nan")}, "vpc is nan (float); pass a Vpc"),
    ("option-type", {"insights_version": 1}, "insights_version is 1"),
    ("option-type", {"alarms": Alarms(errors=3)}, "alarms.errors is 3"),  # type: ignore[arg-type]
    ("option-type", {"alarms": Alarms(topic="t")}, "alarms.topic"),  # type: ignore[arg-type]
    ("option-type", {"rollout": Canary(alarms=["e"])}, "rollout.alarms[0]"),  # type: ignore[list-item]
    ("runtime-refused", {"runtime": lambda_.Runtime.PYTHON_3_7}, "use python3.14"),
    ("snap-start-runtime", {"snap_start": True, "runtime": lambda_.Runtime.PYTHON_3_11}, "python3.11"),
    (
        "snap-start-exclusions",
        {"snap_start": True, "provisioned_concurrency": ProvisionedConcurrency(minimum=1, maximum=2)},
        "exclude each other",
    ),
    ("snap-start-exclusions", {"snap_start": True, "ephemeral_storage_size": 1024}, "1024"),
    ("insights-version", {"insights_version": "9.9.9.9"}, "'9.9.9.9'"),
    (
        "vpc-options",
        {"vpc_subnets": ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)},
        "vpc_subnets given without vpc",
    ),
]


@pytest.mark.parametrize(
    ("code", "options", "fragment"), CASES, ids=[f"{n}-{case[0]}" for n, case in enumerate(CASES)]
)
def test_refuses(code: str, options: dict[str, Any], fragment: str) -> None:
    assert_refused(function, code, fragment, **options)


@pytest.mark.parametrize(
    ("made_for", "expected"),
    [
        ({}, []),
        ({"compatible_architectures": [lambda_.Architecture.ARM_64]}, []),
        (
            {"compatible_architectures": [lambda_.Architecture.X86_64]},
            ["lambda-constructs:layer-incompatible"],
        ),
        ({"compatible_runtimes": [lambda_.Runtime.PYTHON_3_14]}, []),
    ],
)
def test_warns_of_a_layer_that_is_made_for_something_else(
    made_for: Any, expected: list[str], tmp_path: Path
) -> None:
    stack = new_stack()
    code = lambda_.Code.from_asset(str(tmp_path))
    layer = lambda_.LayerVersion(stack, "Tools", code=code, **made_for)

    function(stack, layers=[layer])

    assert warnings(stack) == expected


def test_warns_of_a_logger_whose_logs_lambda_drops() -> None:
    stack = new_stack()
    debug = {"POWERTOOLS_LOG_LEVEL": "DEBUG"}

    function(stack, environment=debug)
    assert warnings(stack) == ["lambda-constructs:log-level-dropped"]

    stack = new_stack()
    function(stack, environment=debug, application_log_level=lambda_.ApplicationLogLevel.DEBUG)
    assert warnings(stack) == []


def test_refuses_a_layer_for_another_runtime(tmp_path: Path) -> None:
    stack = new_stack()
    code, runtimes = lambda_.Code.from_asset(str(tmp_path)), [lambda_.Runtime.PYTHON_3_12]
    layer = lambda_.LayerVersion(stack, "Tools", code=code, compatible_runtimes=runtimes)

    with pytest.raises(ConfigurationError, match=r"Tools, which is made for python3\.12; pass layers for"):
        function(stack, layers=[layer])


def test_refuses_six_layers_and_counts_the_one_of_insights() -> None:
    stack = new_stack()
    layers = [
        lambda_.LayerVersion.from_layer_version_arn(
            stack, f"Layer{n}", f"arn:aws:lambda:eu-west-1:123456789012:layer:tools:{n}"
        )
        for n in range(1, 6)
    ]
    function(stack, "Five", layers=layers)

    with pytest.raises(ConfigurationError, match="the number of layers is 6") as refusal:
        function(stack, layers=layers, insights_version="1.0.498.0")

    assert refusal.value.code == "layers-maximum"


def test_refuses_a_layer_that_is_there_twice() -> None:
    arn = "arn:aws:lambda:eu-west-1:123456789012:layer:tools:1"

    def build(stack: cdk.Stack) -> object:
        layers = [
            lambda_.LayerVersion.from_layer_version_arn(cdk.Stack(stack, name), "Layer", arn) for name in "AB"
        ]
        return function(stack, layers=layers)

    with pytest.raises(ConfigurationError, match=r"layers is a list with 'arn:.*' twice; pass each"):
        build(new_stack())


def test_warns_of_logs_that_never_expire() -> None:
    stack = new_stack()

    function(stack, log_retention=logs.RetentionDays.INFINITE)

    assert warnings(stack) == ["lambda-constructs:log-retention-missing"]


def test_refuses_retention_for_a_log_group_made_elsewhere() -> None:
    stack = new_stack()
    group = logs.LogGroup(stack, "Shared")

    with pytest.raises(ConfigurationError) as refusal:
        function(stack, log_group=group, log_retention=logs.RetentionDays.ONE_DAY)

    assert refusal.value.code == "not-your-log-group"
    assert stack.node.try_find_child("Orders") is None


def test_refuses_a_key_that_stands_in_environment_and_in_secrets() -> None:
    stack = new_stack()
    secret = secretsmanager.Secret(stack, "Database")

    with pytest.raises(ConfigurationError, match="DATABASE") as refusal:
        function(stack, environment={"DATABASE": "orders"}, secrets={"DATABASE": secret})

    assert refusal.value.code == "environment-key-twice"


@pytest.mark.parametrize("how", ["unsafe_unwrap", "to_string"])
def test_refuses_a_secret_that_is_resolved_into_the_environment(how: str) -> None:
    stack = new_stack()
    value = secretsmanager.Secret(stack, "Database").secret_value

    with pytest.raises(ConfigurationError, match="secrets=") as refusal:
        function(stack, environment={"URL": f"postgres://{getattr(value, how)()}@db"})

    assert refusal.value.code == "secret-in-environment"


def test_refuses_a_misspelt_option_before_anything_is_created() -> None:
    stack = new_stack()

    with pytest.raises(TypeError, match="time_out"):
        function(stack, time_out=cdk.Duration.seconds(3))

    assert stack.node.children == []


def test_refuses_secrets_in_plain_sight_and_does_not_repeat_them() -> None:
    for secrets, said in (
        ("hunter2", "secrets is a str; pass a mapping"),
        (["hunter2"], "secrets is a list; pass a mapping"),
        ({"DB": "hunter2"}, "secrets['DB'] is a str; pass a Secret"),
        ({"DB": ["hunter2"]}, "secrets['DB'] is a list; pass a Secret"),
    ):
        message = assert_refused(function, "option-type", said, secrets=secrets)

        assert "hunter2" not in message


def test_the_error_tells_path_value_fix_code_and_source() -> None:
    message = assert_refused(function, "timeout-range", timeout=cdk.Duration.minutes(20))

    assert message == (
        "Shop/Orders: timeout is 1200 seconds, Lambda allows 1 to 900; split the work or use Step "
        "Functions [timeout-range] "
        "(https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html)"
    )
