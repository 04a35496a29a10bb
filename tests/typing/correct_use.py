"""Correct uses that a type checker must not object to. Not executed: mypy and pyright are the tests."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict, assert_type

from aws_cdk import Duration, Stack, TimeZone
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecr_assets as ecr_assets
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_lambda_nodejs as nodejs
from aws_cdk import aws_logs as logs
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_ssm as ssm

from lambda_constructs import (
    Alarms,
    AllAtOnce,
    BusinessHours,
    Canary,
    CodeSource,
    Durable,
    EventHandler,
    FunctionOptions,
    Idempotency,
    IotTopicRule,
    Linear,
    Preset,
    ProductionFunction,
    ProvisionedConcurrency,
    PythonCode,
    ScheduledConcurrency,
    ScheduledJob,
    SqsPollers,
    SqsWorker,
    StreamConsumer,
)


class Basics(TypedDict):
    """What is required."""

    code: lambda_.Code
    handler: str
    runtime: lambda_.Runtime


BASICS: Basics = {
    "code": lambda_.Code.from_asset("handlers/orders"),
    "handler": "app.handler",
    "runtime": lambda_.Runtime.PYTHON_3_14,
}
LAYERED = PythonCode("orders", bytecode=True, dependencies="layer", allow_source=["docopt"])
PACKAGED: FunctionOptions = {"code": PythonCode("orders", groups=["charts"], sdk="runtime", strip="tests")}
PLAIN: FunctionOptions = {"code": "handlers/orders"}
HOUSE: FunctionOptions = {
    "code": lambda_.Code.from_asset("handlers/orders"),
    "handler": "app.handler",
    "runtime": lambda_.Runtime.PYTHON_3_14,
    "memory_size": 1024,
    "alarms": Alarms.NONE,
}


def presets_and_what_differs_from_them(stack: Stack) -> None:
    SqsWorker(stack, "Same", **HOUSE)
    SqsWorker(stack, "More", batch_size=5, **HOUSE)
    other: FunctionOptions = {**HOUSE, "memory_size": 256, "timeout": Duration.seconds(10)}
    ProductionFunction(stack, "Other", **other)
    EventHandler(stack, "Things", source=IotTopicRule(sql="SELECT * FROM 'till'"), **HOUSE)


def presets(stack: Stack, other: Stack) -> None:
    house = Preset(runtime=lambda_.Runtime.PYTHON_3_14, alarms=Alarms(topic=sns.Topic(stack, "Pager")))
    nothing = Preset()
    team = house.but(timeout=Duration.seconds(10), alarms=None)
    assert_type(house | Preset.SANDBOX | nothing, Preset)
    Preset(preset=house, code="handlers/orders", handler="app.handler")
    SqsWorker(stack, "Preset1", code="handlers/orders", handler="app.handler", preset=house)
    SqsWorker(other, "Preset1", code="handlers/orders", handler="app.handler", preset=team | Preset.SANDBOX)
    as_sized: FunctionOptions = {**HOUSE, "preset": house, "memory_size": None}
    ProductionFunction(stack, "Preset2", **as_sized)
    more: FunctionOptions = {"preset": house, "memory_size": 256}
    EventHandler(stack, "Preset3", source=IotTopicRule(sql="SELECT * FROM 'till'"), **more)
    handled: FunctionOptions = {**more, "handler": "app.handler"}
    ProductionFunction(stack, "Preset4", **handled)
    assert_type(house.options, Mapping[str, object])


def code_from_everywhere(stack: Stack) -> None:
    repository: ecr.IRepository = ecr.Repository.from_repository_name(stack, "Repository", "orders")
    sources: list[CodeSource] = [
        "handlers/orders",
        Path("handlers/orders"),
        PythonCode(Path("handlers/orders"), cache_dir=Path("cache")),
        lambda_.Code.from_asset("handlers/orders"),
        lambda_.Code.from_inline("def handler(event, context): ..."),
        lambda_.Code.from_asset_image("images/orders", platform=ecr_assets.Platform.LINUX_ARM64),
        lambda_.Code.from_ecr_image(repository, tag_or_digest="1"),
        lambda_.DockerImageCode.from_image_asset("images/orders", cmd=["app.handler"]),
        lambda_.DockerImageCode.from_ecr(repository),
    ]
    for code in sources:
        SqsWorker(stack, "Any", code=code)
    SqsWorker(stack, "Image", code=lambda_.DockerImageCode.from_image_asset("images/orders"))
    SqsWorker(stack, "Asset", code=lambda_.Code.from_asset_image("images/orders"), snap_start=True)
    SqsWorker(stack, "Ecr", code=lambda_.Code.from_ecr_image(ecr.Repository(stack, "Own")))


def functions_of_every_class(stack: Stack, given: lambda_.Function) -> None:
    image = lambda_.DockerImageCode.from_image_asset("images/orders")
    docker = lambda_.DockerImageFunction(stack, "Docker", code=image)
    node = nodejs.NodejsFunction(stack, "Node", entry="handlers/orders/index.ts")
    worker = SqsWorker(stack, "Adopted1", function=docker, queue=sqs.Queue(stack, "Jobs"))
    StreamConsumer(stack, "Adopted2", function=node, source=dynamodb.Table.from_table_name(stack, "T", "t"))
    EventHandler(stack, "Adopted3", function=given, source=IotTopicRule(sql="SELECT * FROM 'till'"))
    adopted: FunctionOptions = {"function": given, "rollout": AllAtOnce()}
    ProductionFunction(stack, "Adopted4", **adopted)
    assert_type(worker.function, lambda_.Function)
    assert_type(worker.log_group, logs.ILogGroup)


def none_is_the_default(stack: Stack) -> None:
    SqsWorker(stack, "None", memory_size=None, alarms=None, queue=None, fifo=None, filters=None, **BASICS)
    Alarms(topic=None, errors=None, failed_events_percentage=None)
    Canary(percentage=None, interval=None, alarms=None, before_traffic=None)


def topics_and_keys_by_class_and_by_interface(stack: Stack) -> None:
    arn = "arn:aws:sns:eu-west-1:111122223333:alarms"
    imported: sns.ITopic = sns.Topic.from_topic_arn(stack, "Imported", arn)
    key = kms.Key(stack, "Key")
    by_interface: kms.IKey = kms.Key.from_lookup(stack, "LookedUp", alias_name="alias/orders")
    Alarms(topic=sns.Topic(stack, "Topic"))
    Alarms(topic=imported, actions=[actions.SnsAction(imported)])
    SqsWorker(stack, "Key1", encryption_key=key, **BASICS)
    SqsWorker(stack, "Key2", encryption_key=by_interface, **BASICS)


def queues_created_and_imported(stack: Stack) -> None:
    dead_letters = sqs.Queue(stack, "DeadLetters")
    queue = sqs.Queue(
        stack, "Queue", dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letters, max_receive_count=5)
    )
    imported: sqs.IQueue = sqs.Queue.from_queue_arn(stack, "Inbox", "arn:aws:sqs:eu-west-1:111122223333:in")
    SqsWorker(stack, "Created", queue=queue, **BASICS)
    SqsWorker(
        stack,
        "Imported",
        queue=imported,
        dead_letter_queue=dead_letters,
        visibility_timeout=Duration.minutes(3),
        **BASICS,
    )


def what_is_brought_along(stack: Stack) -> None:
    role = iam.Role.from_role_name(stack, "Role", "orders")
    by_arn: iam.IRole = iam.Role.from_role_arn(stack, "ByArn", "arn:aws:iam::111122223333:role/orders")
    vpc = ec2.Vpc(stack, "Vpc")
    secret = secretsmanager.Secret(stack, "Secret")
    by_name: secretsmanager.ISecret = secretsmanager.Secret.from_secret_name_v2(
        stack, "Shop", "shop/database"
    )
    ProductionFunction(stack, "Role1", role=role, log_group=logs.LogGroup(stack, "Logs"), **BASICS)
    ProductionFunction(stack, "Role2", role=by_arn, **BASICS)
    key = dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING)
    table: dynamodb.ITable = dynamodb.Table.from_table_name(stack, "ByName", "idempotency")
    ProductionFunction(stack, "Table1", idempotency=Idempotency(), **BASICS)
    ProductionFunction(stack, "Durable", durable=Durable(execution_timeout=Duration.days(2)), **BASICS)
    ProductionFunction(stack, "Table2", idempotency=Idempotency(table=table), **BASICS)
    ProductionFunction(
        stack,
        "Table3",
        idempotency=Idempotency(table=dynamodb.Table(stack, "Own", partition_key=key)),
        **BASICS,
    )
    ProductionFunction(
        stack,
        "Network",
        vpc=vpc,
        vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
        security_groups=[ec2.SecurityGroup(stack, "Group", vpc=vpc)],
        **BASICS,
    )
    ProductionFunction(
        stack,
        "Secrets",
        environment={"STAGE": "live"},
        secrets={
            "DATABASE": secret,
            "SHOP": by_name,
            "FLAGS": ssm.StringParameter(stack, "Flags", string_value="none"),
        },
        layers=[lambda_.LayerVersion(stack, "Layer", code=lambda_.Code.from_asset("layer"))],
        **BASICS,
    )


def every_choice(stack: Stack, alarm: cloudwatch.Alarm, composite: cloudwatch.CompositeAlarm) -> None:
    rollouts: list[Canary | Linear | AllAtOnce | None] = [
        Canary(),
        Canary(percentage=5, interval=Duration.minutes(15), alarms=[alarm, composite]),
        Linear(percentage=20, interval=Duration.minutes(2)),
        AllAtOnce(),
        None,
    ]
    for number, rollout in enumerate(rollouts):
        SqsWorker(stack, f"Rollout{number}", rollout=rollout, **BASICS)
    nights = ScheduledConcurrency(
        schedule=autoscaling.Schedule.cron(hour="22", minute="0"),
        minimum=1,
        maximum=1,
        time_zone=TimeZone.EUROPE_ZURICH,
    )
    days = BusinessHours(minimum=5, maximum=20, time_zone=TimeZone.of("Europe/Zurich"), week_days="TUE-SAT")
    SqsWorker(
        stack,
        "Everything",
        provisioned_concurrency=ProvisionedConcurrency(
            minimum=2, maximum=20, target_utilization=0.5, schedules=[nights, days]
        ),
        provisioned_pollers=SqsPollers(minimum=2, maximum=10),
        filters=[lambda_.FilterCriteria.filter({"body": {"kind": lambda_.FilterRule.is_equal("order")}})],
        enabled=False,
        **BASICS,
    )


def what_comes_back_is_of_concrete_types(stack: Stack) -> None:
    worker = SqsWorker(stack, "Worker", **BASICS)
    function: ProductionFunction = worker
    assert_type(function.function, lambda_.Function)
    assert_type(function.alarms, list[cloudwatch.Alarm])
    assert_type(worker.event_source_mapping, lambda_.CfnEventSourceMapping)
    worker.queue.grant_send_messages(function)
    function.grant_invoke(iam.ServicePrincipal("events.amazonaws.com"))
    sqs.Queue(stack, "Jobs").grant_consume_messages(worker)


def what_each_workload_adds_is_of_concrete_types(
    reader: StreamConsumer, handler: EventHandler, job: ScheduledJob, table: dynamodb.Table
) -> None:
    assert_type(reader.event_source_mapping, lambda_.CfnEventSourceMapping)
    assert_type(reader.failure_queue, sqs.IQueue)
    assert_type(handler.async_config, lambda_.CfnEventInvokeConfig)
    assert_type(job.schedule, scheduler.CfnSchedule)
    assert_type(job.schedule_role, iam.Role)
    assert_type(job.idempotency_table, dynamodb.ITable)
    for workload in (reader, handler, job):
        table.grant_read_data(workload)


def alias_by_class_and_by_interface(function: ProductionFunction) -> tuple[lambda_.Alias, lambda_.IFunction]:
    return function.alias, function.alias


def workload_as_a_function(worker: SqsWorker, job: ScheduledJob, jobs: sqs.Queue) -> list[lambda_.IFunction]:
    worker.add_event_source(event_sources.SqsEventSource(jobs))
    targets.LambdaFunction(worker)
    assert_type(worker.function_arn, str)
    assert_type(worker.add_function_url(), lambda_.FunctionUrl)
    return [worker, job]


def group_of_the_rollout(function: ProductionFunction) -> codedeploy.LambdaDeploymentGroup:
    return function.deployment_group
