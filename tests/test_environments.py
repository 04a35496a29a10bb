"""Stacks of a company: flags, boundaries, aspects, synthesizers, stages, pipelines and products."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, cast

import aws_cdk as cdk
import jsii
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_servicecatalog as servicecatalog
from aws_cdk import aws_sqs as sqs
from aws_cdk import pipelines
from constructs import Construct, IConstruct

from lambda_constructs import (
    Canary,
    ConfigurationError,
    EventHandler,
    MqConsumer,
    ProductionFunction,
    SmokeTest,
    SqsWorker,
)
from tests.support import flags, new_stack, resources, worker
from tests.test_bad_values import WORKLOADS, build
from tests.variants import VARIANTS

Template = dict[str, Any]
Change = Callable[[IConstruct], None]
HOME: Final = cdk.Environment(account="123456789012", region="eu-west-1")
TLS: Final = {"Bool": {"aws:SecureTransport": "false"}}
KEY: Final = "arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d-0000-4000-8000-000000000000"
BOUNDARY: Final = {"@aws-cdk/core:permissionsBoundary": {"name": "company"}}


@jsii.implements(cdk.IAspect)
class Aspect:
    """An aspect that is a function."""

    def __init__(self, change: Change) -> None:
        self._change = change

    def visit(self, node: IConstruct) -> None:
        self._change(node)


def demand_tls(node: IConstruct) -> None:
    if isinstance(node, sqs.Queue):
        node.add_to_resource_policy(
            iam.PolicyStatement(
                effect=iam.Effect.DENY,
                principals=[iam.AnyPrincipal()],
                actions=["sqs:*"],
                resources=[node.queue_arn],
                conditions=TLS,
            )
        )


def encrypt(node: IConstruct) -> None:
    if isinstance(node, sqs.CfnQueue):
        node.kms_master_key_id, node.sqs_managed_sse_enabled = KEY, None
    if isinstance(node, logs.CfnLogGroup):
        node.kms_key_id, node.retention_in_days = KEY, 365


def pin_runtime(node: IConstruct) -> None:
    if isinstance(node, lambda_.CfnFunction):
        node.runtime = "python3.13"
        node.add_property_override("Environment.Variables.COMPANY", "shop")


def add_variable(node: IConstruct) -> None:
    if isinstance(node, lambda_.Function):
        node.add_environment("TEAM", "shop")


def keep(node: IConstruct) -> None:
    if isinstance(node, cdk.CfnResource):
        node.apply_removal_policy(cdk.RemovalPolicy.RETAIN)


def change_everything(node: IConstruct) -> None:
    for change in (demand_tls, encrypt, pin_runtime, add_variable, keep):
        change(node)


def company(app: cdk.App, priority: float | None) -> None:
    """What a company does to every stack."""
    cdk.Tags.of(app).add("team", "shop")
    cdk.Aspects.of(app).add(Aspect(change_everything), priority=priority)


def synthesize(app: cdk.App) -> dict[str, Template]:
    """The templates of an app, those of nested stacks and of stages included, by file name."""
    folder = Path(app.synth().directory)
    return {file.name: json.loads(file.read_text()) for file in folder.rglob("*.template.json")}


def of_type(templates: Iterable[Template], kind: str) -> list[dict[str, Any]]:
    return [
        each["Properties"]
        for template in templates
        for each in template["Resources"].values()
        if each["Type"] == kind
    ]


def check_company(templates: list[Template]) -> None:
    """Everything that a company does arrives, and no resource has two owners."""
    for function in of_type(templates, "AWS::Lambda::Function"):
        assert function["Runtime"] == "python3.13"
        assert function["Environment"]["Variables"].items() >= {"COMPANY": "shop", "TEAM": "shop"}.items()
    for group in of_type(templates, "AWS::Logs::LogGroup"):
        assert (group["RetentionInDays"], group["KmsKeyId"]) == (365, KEY)
    for template in templates:
        policies = of_type([template], "AWS::SQS::QueuePolicy")
        queues = [json.dumps(queue) for each in policies for queue in each["Queues"]]
        assert len(queues) == len(set(queues)) == len(of_type([template], "AWS::SQS::Queue"))
        assert all(any(_tls(each) for each in policy["PolicyDocument"]["Statement"]) for policy in policies)


def _tls(statement: Mapping[str, Any]) -> bool:
    return (statement["Effect"], statement.get("Condition")) == ("Deny", TLS)


@pytest.mark.parametrize(
    "context",
    [pytest.param({}, marks=pytest.mark.slow), {**flags(), **BOUNDARY}],
    ids=["no flags", "flags"],
)
def test_a_company_changes_every_workload(context: dict[str, object]) -> None:
    app = cdk.App(context=context, analytics_reporting=False)
    stack = cdk.Stack(app, "Shop")
    for number, kind in enumerate(WORKLOADS):
        build(kind, Construct(stack, f"Team{number}"), {})
    company(app, cdk.AspectPriority.MUTATING if context else None)

    templates = [*synthesize(app).values()]

    check_company(templates)
    bounded = ["PermissionsBoundary" in role for role in of_type(templates, "AWS::IAM::Role")]
    assert set(bounded) == {bool(context)}


def product(scope: Construct) -> cdk.Stack:
    """The stack of a product of Service Catalog."""
    bucket = s3.Bucket.from_bucket_name(scope, "Assets", "shop-assets")
    stack = servicecatalog.ProductStack(scope, "Product", asset_bucket=bucket)
    template = servicecatalog.CloudFormationTemplate.from_product_stack(stack)
    versions = [servicecatalog.CloudFormationProductVersion(cloud_formation_template=template)]
    servicecatalog.CloudFormationProduct(
        scope, "Orders", owner="Shop", product_name="Orders", product_versions=versions
    )
    return stack


def deploy_with_pipeline(stack: cdk.Stack) -> None:
    """Let a pipeline deploy the stage of a stack, and synthesize the stage."""
    scope = cdk.Stack(cast(cdk.App, stack.node.root), "Pipeline", env=HOME)
    bucket = s3.Bucket.from_bucket_name(scope, "Source", "shop-source")
    synth = pipelines.ShellStep(
        "Synth", input=pipelines.CodePipelineSource.s3(bucket, "shop.zip"), commands=["cdk synth"]
    )
    stage = cast(cdk.Stage, cdk.Stage.of(stack))
    pipelines.CodePipeline(scope, "Pipeline", synth=synth).add_stage(stage)


PLACES: Final[dict[str, Callable[[Construct], cdk.Stack]]] = {
    "nested": lambda scope: cdk.NestedStack(cdk.NestedStack(scope, "One"), "Two"),
    "product": product,
    "stage": lambda scope: cdk.Stack(cdk.Stage(scope, "Beta", env=HOME), "Shop"),
    "cli credentials": lambda scope: cdk.Stack(
        scope, "Cli", synthesizer=cdk.CliCredentialsStackSynthesizer(qualifier="shop")
    ),
    "legacy": lambda scope: cdk.Stack(scope, "Legacy", synthesizer=cdk.LegacyStackSynthesizer()),
    "without bootstrap": lambda scope: cdk.Stack(scope, "Plain", synthesizer=cdk.BootstraplessSynthesizer()),
}


def kinds(template: Template) -> dict[str, int]:
    found = [each["Type"] for each in template["Resources"].values()]
    return {kind: found.count(kind) for kind in found}


@pytest.mark.parametrize(
    "chosen",
    [[EventHandler, SqsWorker], pytest.param([*WORKLOADS], marks=pytest.mark.slow)],
    ids=["two", "all"],
)
def test_a_workload_is_the_same_in_every_kind_of_stack(chosen: list[type[ProductionFunction]]) -> None:
    app = cdk.App(context=flags(), analytics_reporting=False)
    files = {}
    for number, (name, place) in enumerate({"": lambda scope: scope, **PLACES}.items()):
        stack: Any = place(cdk.Stack(app, f"Home{number}", env=HOME))
        for kind in chosen:
            queue = {"queue_name": f"orders{number}"} if kind is MqConsumer else {}  # one reader of a queue
            build(kind, Construct(stack, kind.__name__), queue)
        files[name] = stack.template_file
        if name == "stage":
            deploy_with_pipeline(stack)

    found = synthesize(app)

    expected = kinds(found[files[""]])
    assert {name for name, file in files.items() if kinds(found[file]) != expected} == set()


def test_what_stacks_share_goes_too_if_it_could_not_be_created() -> None:
    stack = cdk.Stack(cdk.App(analytics_reporting=False), synthesizer=cdk.BootstraplessSynthesizer())
    worker(stack, "First")
    before = [each.node.path for each in stack.node.find_all()]
    with pytest.raises(ConfigurationError, match="Cannot add assets"):
        worker(stack, rollout=Canary(before_traffic=SmokeTest()))

    assert [each.node.path for each in stack.node.find_all()] == before


@pytest.mark.slow
def test_a_company_changes_every_option() -> None:
    for context in ({}, {**flags(), **BOUNDARY}):
        app = cdk.App(context=context, analytics_reporting=False)
        for name, build_variant in VARIANTS.items():
            build_variant(cdk.Stack(app, name.replace("_", "-")))
        cdk.Aspects.of(app).add(Aspect(demand_tls))
        cdk.Tags.of(app).add("team", "shop")

        for template in synthesize(app).values():
            policies = of_type([template], "AWS::SQS::QueuePolicy")
            queues = [json.dumps(queue) for each in policies for queue in each["Queues"]]
            assert len(queues) == len(set(queues)) == len(of_type([template], "AWS::SQS::Queue"))


def test_tags_and_boundaries_publish_no_version() -> None:
    def versions(context: Mapping[str, object], *, tagged: bool) -> set[str]:
        stack = new_stack(context=context)
        worker(stack)
        if tagged:
            cdk.Tags.of(stack).add("team", "shop")
        return set(resources(stack, "AWS::Lambda::Version"))

    assert versions({}, tagged=False) == versions(BOUNDARY, tagged=True)
