"""A function that the app defines itself, in every workload: nothing of it changes."""

from __future__ import annotations

from typing import Any, Final

import aws_cdk as cdk
import pytest
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from lambda_constructs import (
    CognitoTrigger,
    ConfigurationError,
    Durable,
    EventHandler,
    HttpFunction,
    Preset,
    ProductionFunction,
    ProvisionedConcurrency,
    ScheduledJob,
    SqsWorker,
    StreamConsumer,
)
from lambda_constructs.function.options import SETTINGS
from tests.adopted import FUNCTIONS, good, plain
from tests.support import Resource, basics, new_stack, resources, warnings
from tests.test_bad_values import WORKLOADS
from tests.workloads import hourly

OF_A_PLAIN_FUNCTION: Final = [
    f"lambda-constructs:adopted-{name}"
    for name in ("architecture", "log-format", "managed-policy", "memory-size", "timeout")
]


def shop(function: str, *, adopted: bool) -> dict[str, Resource]:
    """The resources of a stack with a function for each workload, before and after it is adopted."""
    stack = new_stack()
    for kind, needed in WORKLOADS.items():
        part = Construct(stack, kind.__name__)
        options: dict[str, Any] = {name: make(part) for name, make in needed.items()}
        options["function"] = FUNCTIONS[function](part)
        if adopted:
            kind(part, "Orders", **options)
    return resources(stack)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_is_adopted_by_every_workload_and_nothing_of_it_changes(function: str) -> None:
    before, after = shop(function, adopted=False), shop(function, adopted=True)

    changed = {name: after.get(name) for name, each in before.items() if after.get(name) != each}
    assert [each["Type"] for each in changed.values() if each] == ["AWS::Cognito::UserPool"]
    kinds = [each["Type"] for name, each in after.items() if name not in before]
    for kind in ("AWS::Lambda::Alias", "AWS::Lambda::Version", "AWS::CodeDeploy::DeploymentGroup"):
        assert kinds.count(kind) == len(WORKLOADS), kind
    assert "AWS::Lambda::Function" not in kinds


def adopt(stack: Construct, kind: type[ProductionFunction] = SqsWorker, **options: Any) -> ProductionFunction:
    """A workload around a function."""
    needed = {name: make(stack) for name, make in WORKLOADS[kind].items() if name not in options}
    function = options.pop("function", None) or good(stack)
    return kind(stack, "Orders", function=function, **needed, **options)


def test_what_the_own_function_would_have_is_warned_of_and_a_good_function_is_not() -> None:
    stack = new_stack()
    adopt(stack)
    assert warnings(stack) == []

    for make in ("plain", "image", "signed"):
        stack = new_stack()
        adopt(stack, function=FUNCTIONS[make](stack))
        assert [each for each in warnings(stack) if "adopted" in each] == OF_A_PLAIN_FUNCTION, make


def test_a_policy_that_the_app_manages_is_not_one_of_aws() -> None:
    stack = new_stack()
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    role.add_managed_policy(
        iam.ManagedPolicy(
            stack,
            "Policy",
            statements=[iam.PolicyStatement(actions=["s3:ListBucket"], resources=["arn:aws:s3:::orders"])],
        )
    )
    role.add_managed_policy(
        iam.ManagedPolicy.from_managed_policy_arn(stack, "Arn", "arn:aws:iam::1:policy/orders")
    )
    adopt(stack, function=good(stack, role=role))

    assert warnings(stack) == []


def test_a_setting_that_is_known_only_at_deployment_is_warned_of() -> None:
    stack = new_stack()
    number = cdk.CfnParameter(stack, "Number", type="Number").value_as_number
    options: dict[str, Any] = {
        "timeout": cdk.Duration.seconds(number),
        "memory_size": number,
        "ephemeral_storage_size": cdk.Size.mebibytes(number),
        "reserved_concurrent_executions": number,
        "snap_start": lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS,
    }
    visibility = cdk.Duration.hours(2)
    adopt(stack, function=good(stack, **options), visibility_timeout=visibility)

    codes = ("adopted-memory-size", "adopted-timeout", "snap-start-exclusions", "visibility-below-timeout")
    assert {f"lambda-constructs:{code}" for code in codes} <= set(warnings(stack))


SOME: Final[dict[str, object]] = {
    "code": "handlers/orders",
    "handler": "app.handler",
    "runtime": lambda_.Runtime.PYTHON_3_14,
    "architecture": lambda_.Architecture.ARM_64,
    "memory_size": 512,
    "timeout": cdk.Duration.seconds(9),
    "ephemeral_storage_size": 512,
    "environment": {},
    "secrets": {},
    "durable": Durable(execution_timeout=cdk.Duration.seconds(9)),
    "layers": [],
    "description": "",
    "reserved_concurrency": 1,
    "snap_start": False,
    "tracing": lambda_.Tracing.ACTIVE,
    "insights_version": "1.0.498.0",
    "application_log_level": lambda_.ApplicationLogLevel.INFO,
    "system_log_level": lambda_.SystemLogLevel.INFO,
    "log_retention": logs.RetentionDays.ONE_DAY,
    "security_groups": [],
    "ipv6_allowed_for_dual_stack": False,
    "runtime_management_mode": lambda_.RuntimeManagementMode.AUTO,
}


def test_the_settings_of_the_function_are_refused_by_name_and_ignored_in_a_preset() -> None:
    for kind in WORKLOADS:
        stack = new_stack()
        function = good(stack)
        given: dict[str, Any] = SOME
        with pytest.raises(ConfigurationError, match="given together with function; set them") as refusal:
            adopt(stack, kind, function=function, **given)
        assert refusal.value.code == "function-excludes"
        assert f": {', '.join(name for name in SETTINGS if name in SOME)} given" in str(refusal.value)
        assert stack.node.try_find_child("Orders") is None

        adopt(Construct(stack, "Part"), kind, function=function, preset=Preset(**given))
        assert len(resources(stack, "AWS::Lambda::Function")) == 1

    untyped = {"idempotency", "log_group", "role", "vpc", "vpc_subnets", "code_signing_config"}
    assert set(SETTINGS) == SOME.keys() | untyped


def test_code_of_the_workload_wins_over_the_function_of_a_preset() -> None:
    stack = new_stack()
    preset = Preset(function=good(stack))
    ProductionFunction(stack, "Own", **basics(), preset=preset)
    ProductionFunction(stack, "Orders", preset=preset)

    targets = [each["Properties"]["FunctionName"] for each in resources(stack, "AWS::Lambda::Alias").values()]
    assert [str(each["Ref"])[:3] for each in targets] == ["Own", "Fn9"]


def test_what_is_not_the_function_itself_is_refused_with_the_fix() -> None:
    stack = new_stack()
    function = good(stack)
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:orders"
    others: dict[str, object] = {
        "Imported": lambda_.Function.from_function_arn(stack, "Imported", arn),
        "Alias": lambda_.Alias(stack, "Other", alias_name="other", version=function.current_version),
        "Version": function.current_version,
        "Workload": ProductionFunction(stack, "Workload", **basics()),
    }
    for name, other in others.items():
        with pytest.raises(ConfigurationError, match="pass the Function that this stack creates") as refusal:
            adopt(stack, function=other)
        assert refusal.value.code == "option-type", name
        assert stack.node.try_find_child("Orders") is None


def test_a_function_of_another_stack_is_refused() -> None:
    app = cdk.App()
    function = plain(cdk.Stack(app, "Platform"))
    stack = cdk.Stack(app, "Shop")

    with pytest.raises(ConfigurationError, match="function Platform/Fn is in stack Platform") as refusal:
        adopt(stack, function=function)
    assert (refusal.value.code, stack.node.children) == ("function-of-another-stack", [])
    with pytest.raises(ConfigurationError, match="is in stack Platform"):
        adopt(cdk.NestedStack(stack, "Nested"), function=function)


def test_a_function_that_has_the_alias_already_is_refused_wherever_the_alias_is() -> None:
    for number in range(4):
        stack = new_stack()
        function = good(stack)
        if number == 0:
            adopt(stack, function=function)
        elif number == 1:
            function.add_alias("live")
        elif number == 2:
            lambda_.Alias(Construct(stack, "Part"), "A", alias_name="live", version=function.current_version)
        else:
            lambda_.CfnAlias(
                stack, "A", name="live", function_name=function.function_arn, function_version="1"
            )
        with pytest.raises(ConfigurationError, match="function Shop/Fn has the alias 'live' already, at"):
            HttpFunction(stack, "Api", function=function)
        assert stack.node.try_find_child("Api") is None

    workload = ProductionFunction(stack, "Workload", **basics())
    with pytest.raises(ConfigurationError, match="already, at Shop/Workload/Live"):
        HttpFunction(stack, "Api", function=workload.function)
    function.add_alias("other")
    good(stack, "Second").add_alias("live")


def test_a_workload_that_is_refused_does_not_keep_the_function() -> None:
    stack = new_stack()
    function = good(stack)
    with pytest.raises(ConfigurationError):
        adopt(stack, function=function, batch_size=0)
    adopt(stack, function=function)


def test_rules_judge_the_settings_of_the_function_and_say_who_can_change_them() -> None:
    slow, time = {"timeout": cdk.Duration.seconds(60)}, cdk.Duration.seconds
    snap = {"snap_start": lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS}
    warm = ProvisionedConcurrency.fixed(5)
    reserved = {"reserved_concurrent_executions": 3}
    cases: list[tuple[type[ProductionFunction], dict[str, Any], dict[str, Any], str, str]] = [
        (SqsWorker, slow, {"visibility_timeout": time(60)}, "visibility-below-timeout", "timeout"),
        (CognitoTrigger, slow, {}, "timeout-above-trigger", "timeout"),
        (HttpFunction, slow, {}, "timeout-above-endpoint", "timeout"),
        (ScheduledJob, {"timeout": time(850)}, {"schedule": hourly(new_stack())}, "", ""),
        (SqsWorker, snap, {"provisioned_concurrency": warm}, "snap-start-exclusions", "snap_start"),
        (SqsWorker, reserved, {"provisioned_concurrency": warm}, "provisioned-above-reserved", "reserved_"),
        (SqsWorker, reserved, {"max_concurrency": 9}, "max-concurrency-above-reserved", "reserved_"),
    ]
    for kind, settings, options, code, setting in cases:
        stack = new_stack()
        function = good(stack, **settings)
        if not code:
            adopt(stack, kind, function=function, **options)
            continue
        with pytest.raises(ConfigurationError) as refusal:
            adopt(stack, kind, function=function, **options)
        assert refusal.value.code == code
        assert f"; change {setting}" in str(refusal.value)
        assert "where you define Shop/Fn [" in str(refusal.value)


def test_what_an_option_would_set_on_the_function_must_be_set_there() -> None:
    options: list[tuple[type[ProductionFunction], str, str, dict[str, Any]]] = [
        (
            ScheduledJob,
            "no_overlap",
            "reserved_concurrent_executions=1",
            {"reserved_concurrent_executions": 1},
        ),
        *(
            (
                kind,
                "allow_recursion",
                "recursive_loop=Allow",
                {"recursive_loop": lambda_.RecursiveLoop.ALLOW},
            )
            for kind in (EventHandler, SqsWorker)
        ),
    ]
    for kind, option, setting, given in options:
        stack = new_stack()
        with pytest.raises(
            ConfigurationError, match=f"{option} needs {setting}, which is not set"
        ) as refusal:
            adopt(stack, kind, **{option: True})
        assert refusal.value.code == "adopted-setting"

        stack = new_stack()
        adopt(stack, kind, function=good(stack, **given), **{option: True})


def test_a_worker_does_not_start_more_invocations_than_the_function_reserves() -> None:
    stack = new_stack()
    adopt(stack, function=good(stack, reserved_concurrent_executions=7))

    (mapping,) = resources(stack, "AWS::Lambda::EventSourceMapping").values()
    assert mapping["Properties"]["ScalingConfig"] == {"MaximumConcurrency": 7}


@pytest.mark.parametrize("mutable", [True, False])
def test_statements_for_an_imported_role_are_added_or_warned_of(*, mutable: bool) -> None:
    stack = new_stack(env=cdk.Environment(account="123456789012", region="eu-west-1"))
    arn = "arn:aws:iam::123456789012:role/orders"
    role = iam.Role.from_role_arn(stack, "Role", arn, mutable=mutable)
    worker = adopt(stack, function=good(stack, role=role))
    policies = resources(stack, "AWS::IAM::Policy")

    assert worker.role.role_arn == role.role_arn
    assert ("lambda-constructs:role-not-changed" in warnings(stack)) is not mutable
    assert [each["Properties"]["Roles"] for each in policies.values()] == [["orders"]] * mutable


def test_the_statements_for_a_stream_are_in_a_policy_of_the_workload() -> None:
    stack = new_stack()
    adopt(stack, StreamConsumer)
    consumer = stack.node.find_child("Orders")
    (policy,) = resources(stack, "AWS::IAM::Policy").values()
    statements = policy["Properties"]["PolicyDocument"]["Statement"]

    assert isinstance(consumer, StreamConsumer)
    assert [each["Resource"] for each in statements if each["Action"] == "dynamodb:ListStreams"] == ["*"]
    assert resources(stack, "AWS::IAM::ManagedPolicy") == {}
    (mapping,) = resources(stack, "AWS::Lambda::EventSourceMapping").values()
    assert [name for name in mapping["DependsOn"] if "Access" in name]


def test_a_version_that_the_app_publishes_already_keeps_its_logical_id_and_is_kept() -> None:
    def versions(*, adopted: bool) -> dict[str, Resource]:
        stack = new_stack()
        table = dynamodb.Table(
            stack, "Table", partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING)
        )
        function = good(stack, environment={"TABLE": table.table_name})
        lambda_.Alias(stack, "Prod", alias_name="prod", version=function.current_version)
        if adopted:
            adopt(stack, function=function)
            assert warnings(stack) == []
        return resources(stack, "AWS::Lambda::Version")

    before, after = versions(adopted=False), versions(adopted=True)
    assert before.keys() == after.keys()
    assert [each["DeletionPolicy"] for each in after.values()] == ["RetainExceptOnCreate"]


def test_another_version_of_the_same_content_is_warned_of() -> None:
    stack = new_stack()
    function = good(stack)
    lambda_.Version(stack, "First", lambda_=function)
    adopt(stack, function=function)

    assert warnings(stack) == ["lambda-constructs:adopted-version"]


def test_a_replaced_resource_or_a_layer_publishes_a_version_as_for_an_own_function() -> None:
    def version(text: str) -> set[str]:
        stack = new_stack()
        layer = lambda_.CfnLayerVersion(
            stack, "Layer", content=lambda_.CfnLayerVersion.ContentProperty(s3_bucket="b", s3_key=text)
        )
        tools = lambda_.LayerVersion.from_layer_version_arn(stack, "Tools", layer.ref)
        adopt(stack, function=good(stack, layers=[tools]))
        return set(resources(stack, "AWS::Lambda::Version"))

    assert version("one") == version("one") != version("two")


def test_a_failure_path_that_the_function_has_itself_is_judged_by_the_rules() -> None:
    stack = new_stack()
    adopt(stack, EventHandler, function=FUNCTIONS["traced"](stack))

    settings = resources(stack, "AWS::Lambda::EventInvokeConfig")
    qualifiers = sorted(each["Properties"]["Qualifier"] for each in settings.values())
    assert qualifiers == ["$LATEST", "live"]
