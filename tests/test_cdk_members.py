"""Every workload has the members of CDK's function, and keeps its guarantees after they were used."""

from __future__ import annotations

from collections import Counter
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from lambda_constructs import (
    ConfigurationError,
    EventHandler,
    Idempotency,
    ProductionFunction,
    ScheduledJob,
    SqsWorker,
    StreamConsumer,
)
from lambda_constructs.function.idempotency import idempotency_keys
from tests.support import Resource, alarm, function, new_stack, resources, warnings, worker
from tests.test_bad_values import WORKLOADS, build


def workload(kind: type[ProductionFunction], scope: Construct, **options: object) -> ProductionFunction:
    build(kind, scope, options)
    found = scope.node.find_child("Orders")
    assert isinstance(found, kind)
    return found


def all_workloads(stack: cdk.Stack, **options: object) -> dict[str, ProductionFunction]:
    """Every workload in one stack, by the name of its class."""
    return {kind.__name__: workload(kind, Construct(stack, kind.__name__), **options) for kind in WORKLOADS}


def of_workload(name: str, template: dict[str, Resource], kind: str, part: str) -> tuple[str, Resource]:
    """The one resource of a type whose logical id begins with the workload and this part."""
    found = [
        (key, each)
        for key, each in template.items()
        if each["Type"] == f"AWS::{kind}" and key.startswith(f"{name}Orders{part}")
    ]
    assert len(found) == 1, (name, kind)
    return found[0]


def test_security_groups_let_every_workload_in_and_out() -> None:
    stack = new_stack()
    vpc = ec2.Vpc.from_vpc_attributes(
        stack, "Vpc", vpc_id="vpc-1", availability_zones=["a"], private_subnet_ids=["subnet-1"]
    )
    database = ec2.SecurityGroup(stack, "Database", vpc=vpc, allow_all_outbound=False)

    for orders in all_workloads(stack, vpc=vpc).values():
        database.connections.allow_from(orders, ec2.Port.tcp(5432))
        orders.connections.allow_from(database, ec2.Port.tcp(443))

    ingress = resources(stack, "AWS::EC2::SecurityGroupIngress").values()
    ports = Counter(each["Properties"]["FromPort"] for each in ingress)
    assert ports == {5432: len(WORKLOADS), 443: len(WORKLOADS)}


def test_without_a_vpc_the_error_says_what_to_pass() -> None:
    stack = new_stack()
    orders = worker(stack)
    group = ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-1")

    with pytest.raises(AttributeError, match="no connections: pass vpc"):
        _ = orders.connections
    with pytest.raises(RuntimeError, match="no connections: pass vpc"):
        group.connections.allow_from(orders, ec2.Port.tcp(5432))


def test_a_missing_member_of_a_function_says_where_it_is() -> None:
    orders: Any = worker(new_stack())
    present = {*dir(type(orders)), *vars(orders)}
    absent = [each for each in dir(lambda_.Function) if each[0] != "_" and each not in present]
    assert {"add_alias", "current_version"} < set(absent)

    for name in absent:
        owner = "alias" if hasattr(lambda_.Alias, name) else "function"
        with pytest.raises(AttributeError, match=f"SqsWorker has no {name}: use {owner}.{name}"):
            getattr(orders, name)
        if name != "PROPERTY_INJECTION_ID":
            assert hasattr(type(getattr(orders, owner)), name)
    with pytest.raises(AttributeError, match="'SqsWorker' object has no attribute 'function_names'"):
        _ = orders.function_names


def test_a_later_variable_is_part_of_a_new_version_that_the_alias_points_to() -> None:
    before, after = new_stack(), new_stack()
    all_workloads(before)

    for orders in all_workloads(after).values():
        orders.add_environment("REGION_NAME", "north")

    templates = resources(before), resources(after)
    for kind in WORKLOADS:
        old, new = (of_workload(kind.__name__, each, "Lambda::Version", "")[0] for each in templates)
        assert old != new, kind
        _, alias = of_workload(kind.__name__, templates[1], "Lambda::Alias", "")
        assert alias["Properties"]["FunctionVersion"] == {"Fn::GetAtt": [new, "Version"]}
        _, resource = of_workload(kind.__name__, templates[1], "Lambda::Function", "")
        assert resource["Properties"]["Environment"]["Variables"] == {"REGION_NAME": "north"}


def test_a_later_variable_meets_the_rules_of_environment() -> None:
    stack = new_stack()
    secret = secretsmanager.Secret.from_secret_name_v2(stack, "Secret", "orders")
    orders = function(stack, secrets={"LOGIN": secret}, idempotency=Idempotency())
    (reserved,) = idempotency_keys(Idempotency())
    plain = secretsmanager.Secret.from_secret_name_v2(stack, "Plain", "plain").secret_value.unsafe_unwrap()

    for key, value, rule in (
        ("H", "x", "environment-key"),
        ("AWS_REGION", "x", "environment-key"),
        ("DB_PASSWORD", "hunter2", "secret-in-environment"),
        ("NAME", plain, "secret-in-environment"),
        ("LOGIN", "x", "environment-key-twice"),
        (reserved, "x", "environment-key-twice"),
        ("NAME", 5, "option-type"),
    ):
        with pytest.raises(ConfigurationError) as refusal:
            orders.add_environment(key, value)  # type: ignore[arg-type]
        assert refusal.value.code == rule, key
        assert str(refusal.value).startswith("Shop/Orders: ")


def test_a_later_statement_is_in_a_policy_that_the_function_waits_for() -> None:
    stack = new_stack()

    for orders in all_workloads(stack).values():
        orders.add_to_role_policy(iam.PolicyStatement(actions=["s3:GetObject"], resources=["*"]))

    template = resources(stack)
    for kind in WORKLOADS:
        name, policy = of_workload(kind.__name__, template, "IAM::Policy", "Role")
        (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
        assert statement["Action"] == "s3:GetObject"
        _, resource = of_workload(kind.__name__, template, "Lambda::Function", "")
        assert name in resource["DependsOn"], kind


def test_a_role_that_ignores_a_later_statement_is_reported() -> None:
    stack = new_stack()
    role = iam.Role.from_role_arn(stack, "Role", "arn:aws:iam::123456789012:role/orders", mutable=False)
    orders = function(stack, role=role, tracing=lambda_.Tracing.DISABLED)

    orders.add_to_role_policy(iam.PolicyStatement(actions=["s3:GetObject"], resources=["*"]))

    assert set(warnings(stack)) == {"lambda-constructs:role-not-changed"}


def test_metrics_are_those_of_the_alias() -> None:
    stack = new_stack()
    orders = worker(stack)
    for metric in (
        orders.metric_duration(),
        orders.metric_errors(period=cdk.Duration.minutes(1)),
        orders.metric_invocations(label="Orders"),
        orders.metric_throttles(),
        orders.metric("ConcurrentExecutions", statistic="Maximum"),
    ):
        metric.create_alarm(stack, f"Of{metric.metric_name}", threshold=1, evaluation_periods=1)

    found = {name: alarm(stack, f"Of{name}") for name in ("Duration", "Errors", "ConcurrentExecutions")}
    assert {each["MetricName"] for each in found.values()} == set(found)
    assert [found[name]["Statistic"] for name in found] == ["Average", "Sum", "Maximum"]
    assert found["Errors"]["Period"] == 60
    for each in found.values():
        assert [dimension["Name"] for dimension in each["Dimensions"]] == ["FunctionName", "Resource"]


def test_workloads_have_the_age_of_what_waits_as_a_metric() -> None:
    stack = new_stack()
    queued = worker(stack)
    reader = workload(StreamConsumer, cdk.Stack(stack, "Stream"))
    handler = workload(EventHandler, cdk.Stack(stack, "Events"))
    job = workload(ScheduledJob, cdk.Stack(stack, "Jobs"))
    assert isinstance(queued, SqsWorker)
    assert isinstance(reader, StreamConsumer)
    assert isinstance(handler, EventHandler)
    assert isinstance(job, ScheduledJob)

    found = [
        queued.metric_message_age(),
        reader.metric_iterator_age(),
        handler.metric_event_age(),
        job.metric_event_age(),
    ]

    assert [(each.metric_name, each.statistic) for each in found] == [
        ("ApproximateAgeOfOldestMessage", "Maximum"),
        ("IteratorAge", "Maximum"),
        ("AsyncEventAge", "Maximum"),
        ("AsyncEventAge", "Maximum"),
    ]
    assert reader.metric_iterator_age(statistic="p90").statistic == "p90"
