"""A replaced resource that a function refers to publishes a version; an unrelated change does not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import aws_cdk as cdk
import cfnlint
import jsii
import pytest
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_ssm as ssm
from constructs import Construct, IConstruct

from lambda_constructs import Idempotency, ProductionFunction
from lambda_constructs.function import references
from lambda_constructs.template.create_only import all_properties, create_only
from tests.support import function, new_stack, resources, warnings
from tests.workloads import NEEDED, build

Refer = Callable[[Construct, str], dict[str, Any]]
SCHEMAS: Final = Path(cfnlint.__file__).parent / "data" / "schemas"
# CloudFormation's schemas call them conditional: they can be given again as they are.
ALWAYS_REPLACES: Final = {
    "AWS::DynamoDB::GlobalTable": {"KeySchema"},
    "AWS::DynamoDB::Table": {"KeySchema"},
    "AWS::Events::Rule": {"EventBusName"},
}


def version(stack: cdk.Stack) -> str:
    (found,) = resources(stack, "AWS::Lambda::Version")
    return found


def a_table(scope: Construct, name: str) -> dynamodb.Table:
    key = dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
    return dynamodb.Table(scope, "Data", partition_key=key)


def in_environment(scope: Construct, name: str) -> dict[str, Any]:
    return {"environment": {"TABLE": a_table(scope, name).table_name}}


def in_part_of_a_value(scope: Construct, name: str) -> dict[str, Any]:
    return {"environment": {"TABLE": f"tables/{a_table(scope, name).table_arn}/items"}}


def a_global_table(scope: Construct, name: str) -> dict[str, Any]:
    key = dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
    return {"environment": {"TABLE": dynamodb.TableV2(scope, "Data", partition_key=key).table_name}}


def a_table_of_another_stack(scope: Construct, name: str) -> dict[str, Any]:
    return in_environment(cdk.NestedStack(scope, "Storage"), name)


def a_table_for_idempotency(scope: Construct, name: str) -> dict[str, Any]:
    key = dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING)
    return {
        "idempotency": Idempotency(table=dynamodb.Table(scope, "Data", partition_key=key, table_name=name))
    }


def a_secret(scope: Construct, name: str) -> dict[str, Any]:
    return {"secrets": {"DATABASE": secretsmanager.Secret(scope, "Data", secret_name=name)}}


def a_parameter(scope: Construct, name: str) -> dict[str, Any]:
    parameter = ssm.StringParameter(scope, "Data", parameter_name=f"/{name}", string_value="1")
    return {"secrets": {"LIMIT": parameter}}


def a_queue(scope: Construct, name: str) -> dict[str, Any]:
    return {"environment": {"QUEUE": sqs.Queue(scope, "Data", queue_name=name).queue_url}}


def a_role(scope: Construct, name: str) -> dict[str, Any]:
    principal = iam.ServicePrincipal("lambda.amazonaws.com")
    return {"role": iam.Role(scope, "Data", role_name=name, assumed_by=principal)}


def a_log_group(scope: Construct, name: str) -> dict[str, Any]:
    return {"log_group": logs.LogGroup(scope, "Data", log_group_name=name)}


def a_layer(scope: Construct, name: str) -> dict[str, Any]:
    code = lambda_.Code.from_asset(str(Path(__file__).parent / "function" / "handlers"))
    return {"layers": [lambda_.LayerVersion(scope, "Data", code=code, layer_version_name=name)]}


def a_security_group(scope: Construct, name: str) -> dict[str, Any]:
    vpc = ec2.Vpc(scope, "Vpc", max_azs=2)
    return {
        "vpc": vpc,
        "security_groups": [ec2.SecurityGroup(scope, "Data", vpc=vpc, description=f"Traffic of {name}")],
    }


def a_vpc_below_a_security_group(scope: Construct, name: str) -> dict[str, Any]:
    block = ec2.IpAddresses.cidr(f"10.{len(name)}.0.0/16")
    return {"vpc": ec2.Vpc(scope, "Vpc", max_azs=2, ip_addresses=block)}


REFERENCES: Final[tuple[Refer, ...]] = (
    in_environment,
    in_part_of_a_value,
    a_global_table,
    a_table_of_another_stack,
    a_table_for_idempotency,
    a_secret,
    a_parameter,
    a_queue,
    a_role,
    a_log_group,
    a_layer,
    a_security_group,
    a_vpc_below_a_security_group,
)


@pytest.mark.parametrize("refer", REFERENCES, ids=lambda refer: refer.__name__)
def test_a_replaced_resource_publishes_a_version(refer: Refer) -> None:
    def of(name: str, tag: str = "") -> str:
        stack = new_stack()
        function(stack, **refer(stack, name))
        if tag:
            cdk.Tags.of(stack).add("team", tag)
        return version(stack)

    one = of("one")
    assert one != of("other")
    assert one == of("one", tag="shop"), "an unrelated change published a version"


def test_direct_references_give_the_versions_that_following_them_gives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def versions() -> list[str]:
        stack = new_stack()
        for refer in REFERENCES:
            scope = Construct(stack, refer.__name__)
            function(scope, **refer(scope, "one"))
        return list(resources(stack, "AWS::Lambda::Version"))

    direct = versions()
    monkeypatch.setattr(references, "direct_references", lambda *_: {})
    assert versions() == direct


def test_a_replaced_table_publishes_a_version_of_every_workload() -> None:
    def of(name: str) -> dict[str, str]:
        found = {}
        for kind in NEEDED:
            stack = new_stack()
            build(kind, stack, **in_environment(stack, name))
            found[kind.__name__] = version(stack)
        return found

    one, same, other = of("one"), of("one"), of("other")

    assert one == same
    assert [kind for kind in one if one[kind] == other[kind]] == []


def test_changes_that_replace_nothing_publish_no_version() -> None:
    def of(change: Callable[[cdk.Stack, dynamodb.Table], object] = lambda *_: None) -> str:
        stack = new_stack()
        table = a_table(stack, "id")
        function(stack, environment={"TABLE": table.table_name})
        change(stack, table)
        return next(name for name in resources(stack, "AWS::Lambda::Version") if name.startswith("Orders"))

    changes: tuple[Callable[[cdk.Stack, dynamodb.Table], object], ...] = (
        lambda _, table: setattr(table.node.default_child, "billing_mode", "PAY_PER_REQUEST"),
        lambda _, table: table.metric_consumed_read_capacity_units().create_alarm(
            table, "Alarm", threshold=1, evaluation_periods=1
        ),
        lambda stack, _: function(stack, "Returns", environment={"TABLE": sqs.Queue(stack, "Q").queue_url}),
    )
    assert {of(change) for change in changes} == {of()}


@jsii.implements(cdk.IAspect)
class Renamed:
    """Gives every table a name."""

    def visit(self, node: IConstruct) -> None:
        if isinstance(node, dynamodb.CfnTable):
            node.table_name = "orders"


def test_late_changes_count() -> None:
    def of(change: Callable[[dynamodb.Table, ProductionFunction], object]) -> str:
        stack = new_stack()
        orders = function(stack)
        table = a_table(stack, "id")
        orders.function.add_environment("TABLE", table.table_name)
        change(table, orders)
        return version(stack)

    plain = of(lambda *_: None)
    assert of(lambda table, _: setattr(table.node.default_child, "table_name", "orders")) != plain
    assert of(lambda table, _: cdk.Aspects.of(table).add(Renamed())) != plain


def test_an_app_that_is_synthesized_twice_gives_the_same_template() -> None:
    app = cdk.App(analytics_reporting=False)
    stack = cdk.Stack(app, "Shop")
    function(stack, **a_table_of_another_stack(stack, "id"))

    first = app.synth(force=True).get_stack_by_name("Shop").template
    assert app.synth(force=True).get_stack_by_name("Shop").template == first


def test_values_that_are_known_at_deployment_are_one_warning_that_names_the_options() -> None:
    stack = new_stack()
    parameter = cdk.CfnParameter(stack, "Table").value_as_string
    orders = function(
        stack,
        code=lambda_.Code.from_cfn_parameters(),
        environment={
            "TABLE": parameter,
            "BUCKET": f"{cdk.Fn.import_value('Bucket')}/orders",
            "LIMIT": "{{resolve:ssm:/limit}}",
            "REGION": cdk.Aws.REGION,
        },
    )

    assert warnings(stack) == ["lambda-constructs:version-unpublished"]
    (said,) = (str(each.data) for each in orders.function.node.metadata if each.type.endswith(":warning"))
    assert "in code, environment['BUCKET'], environment['LIMIT'], environment['TABLE'];" in said


def test_the_warning_can_be_acknowledged() -> None:
    stack = new_stack()
    parameter = cdk.CfnParameter(stack, "Table").value_as_string
    orders = function(stack, environment={"TABLE": parameter})
    cdk.Annotations.of(orders).acknowledge_warning("lambda-constructs:version-unpublished", "Never changes.")

    assert warnings(stack) == []


def test_the_properties_are_those_of_the_resource_schemas() -> None:
    provider = json.loads((SCHEMAS / "providers" / "us-east-1.json").read_text())

    def paths(schema: dict[str, Any], part: dict[str, Any], above: str = "") -> Iterator[str]:
        for name, each in part.get("properties", {}).items():
            yield f"{above}{name}"
            if "$ref" in each and above.count("/") < 2:
                named = schema["definitions"][each["$ref"].rpartition("/")[2]]
                yield from paths(schema, named, f"{above}{name}/")

    assert all_properties().keys() >= {each for each in provider if each.startswith("AWS::Lambda::")}
    for kind, listed in all_properties().items():
        schema = json.loads((SCHEMAS / "resources" / f"{provider[kind]}.json").read_text())
        assert listed.split() == sorted(paths(schema, schema)), kind


def test_the_create_only_properties_are_those_of_the_resource_schemas() -> None:
    provider = json.loads((SCHEMAS / "providers" / "us-east-1.json").read_text())
    wrong = {}
    for kind, listed in create_only().items():
        schema = json.loads((SCHEMAS / "resources" / f"{provider[kind]}.json").read_text())
        given, computed = (
            {path.removeprefix("/properties/") for path in schema.get(name, ()) if "*" not in path}
            for name in ("createOnlyProperties", "readOnlyProperties")
        )
        named = (given | ALWAYS_REPLACES.get(kind, set())) - computed
        expected = {path for path in named if not any(path.startswith(f"{above}/") for above in named)}
        if set(listed.split()) != expected:
            wrong[kind] = sorted(expected)

    assert wrong == {}
