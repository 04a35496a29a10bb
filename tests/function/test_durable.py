"""Durable functions: their configuration, their permissions, and what they work with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs

from lambda_constructs import (
    Canary,
    CognitoTrigger,
    ConfigurationError,
    Durable,
    EventHandler,
    EventRule,
    FunctionUrlEndpoint,
    HttpFunction,
    Preset,
    ProductionFunction,
    ProvisionedConcurrency,
    RestApiEndpoint,
    ScheduledJob,
    SmokeTest,
    SqsWorker,
)
from lambda_constructs.rules.durable import CHECKPOINTS
from tests.adopted import plain
from tests.support import Resource, basics, new_stack, only, resources, role_statements, warnings
from tests.workloads import NEEDED, build

FUNCTION: Final = "AWS::Lambda::Function"
QUARTER: Final = cdk.Duration.minutes(15)
DAYS: Final = cdk.Duration.days(30)
CODES: Final = ("durable-execution-time", "durable-excludes")
PER_TENANT: Final[dict[str, Any]] = {"tenancy_config": lambda_.TenancyConfig.PER_TENANT}


def durable(timeout: cdk.Duration = DAYS, **options: Any) -> Durable:
    return Durable(execution_timeout=timeout, **options)


def refusal(make: Callable[..., object]) -> ConfigurationError:
    """What a stack is refused for; nothing stays in it but what it had before."""
    stack = new_stack()
    with pytest.raises(ConfigurationError) as refused:
        make(stack)
    assert stack.node.try_find_child("Orders") is None
    return refused.value


def checkpoints(stack: cdk.Stack) -> list[Resource]:
    """The statements that allow checkpoints."""
    policies = resources(stack, "AWS::IAM::Policy").values()
    statements = [each for policy in policies for each in policy["Properties"]["PolicyDocument"]["Statement"]]
    return [each for each in statements if CHECKPOINTS[0] in each["Action"]]


def test_the_function_saves_checkpoints_of_its_own_versions() -> None:
    for options in ({}, {"role": True}):
        stack = new_stack()
        role = iam.Role(stack, "Given", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        given: Any = {"role": role} if options else {}
        orders = ProductionFunction(stack, "Orders", durable=durable(), **given, **basics())
        assert only(stack, FUNCTION)["DurableConfig"] == {"ExecutionTimeout": 30 * 86_400}
        executions = stack.resolve(f"{orders.function.function_arn}:*")
        assert checkpoints(stack) == [{"Action": [*CHECKPOINTS], "Effect": "Allow", "Resource": executions}]
        assert warnings(stack) == []


def test_every_workload_takes_an_execution_that_its_trigger_waits_for() -> None:
    for kind in NEEDED:
        resource: Any = build(kind, new_stack(), durable=durable(QUARTER)).function.node.default_child
        assert resource.durable_config is not None, kind
        if kind in (ProductionFunction, EventHandler, ScheduledJob):
            build(kind, new_stack(), durable=durable())
        else:
            code = refusal(lambda stack, kind=kind: build(kind, stack, durable=durable())).code
            assert code == "durable-execution-time", kind
    for endpoint, seconds in ((None, 30), (RestApiEndpoint(), 29), (FunctionUrlEndpoint(), 900)):
        for more, refused in ((0, False), (1, True)):
            options: Any = {"durable": durable(cdk.Duration.seconds(seconds + more)), "endpoint": endpoint}
            stack = new_stack()
            if not refused:
                HttpFunction(stack, "Api", **basics(), **options)
                continue
            with pytest.raises(ConfigurationError, match=f"waits for {seconds};"):
                HttpFunction(stack, "Api", **basics(), **options)
    pool: dict[str, Any] = {
        "user_pool": cognito.UserPool(new_stack(), "Pool"),
        "operation": cognito.UserPoolOperation.PRE_SIGN_UP,
    }
    found = refusal(
        lambda stack: CognitoTrigger(
            stack, "Orders", durable=durable(cdk.Duration.seconds(6)), **pool, **basics()
        )
    )
    assert "a user pool waits for 5;" in str(found)
    found = refusal(lambda stack: build(ScheduledJob, stack, durable=durable(), no_overlap=True))
    assert found.code == "durable-overlap"
    smoke = Canary(before_traffic=SmokeTest())
    error = refusal(lambda stack: build(ProductionFunction, stack, durable=durable(), rollout=smoke))
    assert "a smoke test waits for 900" in str(error)


def test_a_queue_hides_messages_for_six_executions() -> None:
    stack = new_stack()
    SqsWorker(stack, "Orders", durable=durable(cdk.Duration.minutes(10)), **basics())
    queues = resources(stack, "AWS::SQS::Queue").values()
    assert {each["Properties"].get("VisibilityTimeout") for each in queues} == {None, 3_600}


def test_failed_events_go_to_the_dead_letter_queue_of_the_function() -> None:
    for kind in (EventHandler, ScheduledJob):
        stack = new_stack()
        workload: Any = build(kind, stack, durable=durable())
        queue = stack.resolve(workload.failure_queue.queue_arn)
        assert only(stack, FUNCTION)["DeadLetterConfig"] == {"TargetArn": queue}
        assert "DestinationConfig" not in only(stack, "AWS::Lambda::EventInvokeConfig")
        alarms = str(resources(stack, "AWS::CloudWatch::Alarm"))
        assert "DeadLetterErrors" in alarms
        assert "DestinationDeliveryFailures" not in alarms
        sends = [each["Resource"] for each in role_statements(stack) if each["Action"] == "sqs:SendMessage"]
        assert sends == [queue]
        assert warnings(stack) == []

        stack = new_stack()
        topic = sns.Topic(stack, "Topic")
        build(kind, stack, durable=durable(), on_failure=topic)
        assert only(stack, FUNCTION)["DeadLetterConfig"] == {"TargetArn": stack.resolve(topic.topic_arn)}
        assert "sns:Publish" in [each["Action"] for each in role_statements(stack)]

        for option, make, code in (
            ("on_failure", s3.Bucket, "destination-kind"),
            ("on_failure", events.EventBus, "destination-kind"),
            ("on_success", sqs.Queue, "durable-excludes"),
        ):
            found = refusal(
                lambda stack, kind=kind, option=option, make=make: build(
                    kind, stack, durable=durable(), **{option: make(stack, "Given")}
                )
            )
            assert found.code == code, (kind, option)


def test_refuses_numbers_and_runtimes_that_lambda_does_not_take() -> None:
    for options, code in (
        ({"durable": durable(cdk.Duration.seconds(0))}, "durable-execution-range"),
        ({"durable": durable(cdk.Duration.days(367))}, "durable-execution-range"),
        ({"durable": durable(cdk.Duration.millis(1_500))}, "whole-seconds"),
        ({"durable": durable(retention_period=cdk.Duration.days(91))}, "durable-retention-range"),
        ({"durable": durable(retention_period=cdk.Duration.hours(25))}, "durable-retention-days"),
        ({"durable": durable(), "runtime": lambda_.Runtime.PYTHON_3_12}, "durable-runtime"),
        ({"durable": {"execution_timeout": 900}}, "option-type"),
        ({"durable": Durable(execution_timeout=900)}, "option-type"),  # type: ignore[arg-type]
    ):
        found = refusal(lambda stack, given=options: build(ProductionFunction, stack, **given))
        assert found.code == code, options


def test_an_image_brings_its_own_runtime() -> None:
    stack = new_stack()
    code = lambda_.DockerImageCode.from_ecr(ecr.Repository.from_repository_name(stack, "Images", "shop"))
    ProductionFunction(stack, "Orders", code=code, durable=durable())
    assert only(stack, FUNCTION)["DurableConfig"] == {"ExecutionTimeout": 30 * 86_400}


def test_values_that_are_known_at_deployment_warn() -> None:
    stack = new_stack()
    number = cdk.CfnParameter(stack, "Number", type="Number").value_as_number
    late = durable(cdk.Duration.seconds(number), retention_period=cdk.Duration.days(number))
    for kind in (ProductionFunction, SqsWorker, EventHandler):
        kept: Any = {"durable": late, "preset": Preset(durable=durable())}
        scope = cdk.NestedStack(stack, kind.__name__)
        build(kind, scope, **kept)
    for code in ("durable-execution-range", "durable-retention-range", "durable-execution-time"):
        assert [each for each in warnings(stack) if f"lambda-constructs:{code}" in each] != [], code


def test_your_key_does_not_encrypt_executions() -> None:
    stack = new_stack()
    key = kms.Key(stack, "Key")
    ProductionFunction(stack, "Orders", durable=durable(), encryption_key=key, **basics())
    assert [each for each in warnings(stack) if "durable-key" in each] != []


def test_a_durable_function_of_the_app_gets_the_permission_and_the_same_checks() -> None:
    def own(scope: cdk.Stack, timeout: cdk.Duration = DAYS, **options: Any) -> lambda_.Function:
        config = lambda_.DurableConfig(execution_timeout=timeout)
        return plain(scope, durable_config=config, **options)

    stack = new_stack()
    function = own(stack)
    ProductionFunction(stack, "Orders", function=function)
    executions = stack.resolve(f"{function.function_arn}:*")
    assert checkpoints(stack) == [{"Action": [*CHECKPOINTS], "Effect": "Allow", "Resource": executions}]

    for options, build_workload, code in (
        ({}, lambda stack, f: SqsWorker(stack, "Orders", function=f), "durable-execution-time"),
        ({}, lambda stack, f: HttpFunction(stack, "Orders", function=f), "durable-execution-time"),
        (
            {},
            lambda stack, f: EventHandler(
                stack, "Orders", function=f, source=EventRule(pattern=events.EventPattern(source=["shop"]))
            ),
            "adopted-durable",
        ),
        (
            {"runtime": lambda_.Runtime.PYTHON_3_12},
            lambda stack, f: ProductionFunction(stack, "Orders", function=f),
            "durable-runtime",
        ),
    ):
        found = refusal(
            lambda stack, options=options, make=build_workload: make(stack, own(stack, **options))
        )
        assert found.code == code, options


def test_a_function_of_the_app_with_tenant_isolation_has_only_triggers_with_a_tenant() -> None:
    stack = new_stack()
    ProductionFunction(stack, "Orders", function=plain(stack, **PER_TENANT))
    for kind in NEEDED:
        if kind is not ProductionFunction:
            needed = {"code": None, "handler": None, "runtime": None}
            found = refusal(
                lambda stack, kind=kind, needed=needed: build(
                    kind, stack, function=plain(stack, **PER_TENANT), **needed
                )
            )
            assert found.code == "tenant-isolation-excludes", kind
    for options in (
        {"provisioned_concurrency": ProvisionedConcurrency(minimum=1, maximum=2)},
        {"rollout": Canary(before_traffic=SmokeTest())},
    ):
        found = refusal(
            lambda stack, given=options: ProductionFunction(
                stack, "Orders", function=plain(stack, **PER_TENANT), **given
            )
        )
        assert found.code == "tenant-isolation-excludes", options
    for endpoint in (None, RestApiEndpoint(), FunctionUrlEndpoint()):
        found = refusal(
            lambda stack, endpoint=endpoint: HttpFunction(
                stack, "Orders", function=plain(stack, **PER_TENANT), endpoint=endpoint
            )
        )
        assert found.code == "tenant-isolation-excludes", endpoint


def test_a_function_of_the_app_on_a_capacity_provider_has_no_provisioned_concurrency() -> None:
    def hosted(stack: cdk.Stack, **options: Any) -> lambda_.Function:
        function = plain(stack, memory_size=2_048, **options)
        resource: Any = function.node.default_child
        arn = "arn:aws:lambda:eu-west-1:123456789012:capacity-provider:shop"
        config = {"capacityProviderArn": arn}
        resource.capacity_provider_config = {"lambdaManagedInstancesCapacityProviderConfig": config}
        return function

    ProductionFunction(stack := new_stack(), "Orders", function=hosted(stack))
    warm = ProvisionedConcurrency(minimum=1, maximum=2)
    found = refusal(
        lambda stack: ProductionFunction(
            stack, "Orders", function=hosted(stack), provisioned_concurrency=warm
        )
    )
    assert found.code == "managed-instances-excludes"
    old = {"runtime": lambda_.Runtime.PYTHON_3_12}
    found = refusal(lambda stack: ProductionFunction(stack, "Orders", function=hosted(stack, **old)))
    assert found.code == "managed-instances-runtime"
