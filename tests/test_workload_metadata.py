"""What the template says about its workloads: the contract that tools outside of CDK read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import assertions
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from lambda_constructs import (
    EventHandler,
    KafkaConsumer,
    MqConsumer,
    ProductionFunction,
    ScheduledJob,
    SqsWorker,
    StreamConsumer,
)
from tests.support import basics, new_stack, worker
from tests.workloads import ARN, NEEDED, build

TYPES: Final = {
    "function": "AWS::Lambda::Function",
    "alias": "AWS::Lambda::Alias",
    "deploymentGroup": "AWS::CodeDeploy::DeploymentGroup",
    "queue": "AWS::SQS::Queue",
    "deadLetterQueue": "AWS::SQS::Queue",
    "failureQueue": "AWS::SQS::Queue",
    "eventSourceMapping": "AWS::Lambda::EventSourceMapping",
}
OF_ALL: Final = {"function", "alias", "deploymentGroup"}
RESOURCES: Final[dict[type[ProductionFunction], set[str]]] = {
    ProductionFunction: OF_ALL,
    SqsWorker: {*OF_ALL, "queue", "deadLetterQueue", "eventSourceMapping"},
    StreamConsumer: {*OF_ALL, "failureQueue", "eventSourceMapping"},
    KafkaConsumer: {*OF_ALL, "failureQueue", "eventSourceMapping"},
    MqConsumer: {*OF_ALL, "eventSourceMapping"},
    EventHandler: {*OF_ALL, "failureQueue"},
    ScheduledJob: {*OF_ALL, "failureQueue"},
}


def entry(template: Mapping[str, Any]) -> list[dict[str, str]]:
    """The workloads that a template names."""
    found = template["Metadata"]["lambda-constructs"]
    assert found["format"] == 1
    workloads: list[dict[str, str]] = found["workloads"]
    return workloads


def workloads(stack: cdk.Stack) -> list[dict[str, str]]:
    """The workloads that the template of a stack names."""
    return entry(assertions.Template.from_stack(stack).to_json())


def test_each_workload_names_its_class_path_and_resources_by_their_logical_ids() -> None:
    assert RESOURCES.keys() == NEEDED.keys()
    for kind, names in RESOURCES.items():
        stack = new_stack()
        build(kind, stack)
        template = assertions.Template.from_stack(stack).to_json()

        (found,) = entry(template)

        assert (found.pop("class"), found.pop("path")) == (kind.__name__, "Shop/Orders")
        types = {name: template["Resources"][logical_id]["Type"] for name, logical_id in found.items()}
        assert types == {name: TYPES[name] for name in names}, kind


def test_the_workloads_of_a_stack_stand_in_their_order_below_their_scopes() -> None:
    stack = new_stack()
    area = Construct(stack, "Area")
    for kind in (SqsWorker, EventHandler):
        build(kind, Construct(area, kind.__name__))
    build(ProductionFunction, stack)

    found = [(each["class"], each["path"]) for each in workloads(stack)]

    assert found == [
        ("SqsWorker", "Shop/Area/SqsWorker/Orders"),
        ("EventHandler", "Shop/Area/EventHandler/Orders"),
        ("ProductionFunction", "Shop/Orders"),
    ]


def test_a_subclass_of_the_user_is_the_workload_that_it_extends() -> None:
    class HouseWorker(SqsWorker):
        """A worker as one house has them."""

    stack = new_stack()
    HouseWorker(stack, "Orders", **basics())

    assert [each["class"] for each in workloads(stack)] == ["SqsWorker"]


def test_the_workload_of_a_nested_stack_stands_in_its_template_with_its_whole_path(tmp_path: Path) -> None:
    app = cdk.App(outdir=str(tmp_path), analytics_reporting=False)
    stack = cdk.Stack(app, "Shop")
    nested = cdk.NestedStack(stack, "Nested")
    build(SqsWorker, nested)
    app.synth()

    (file,) = tmp_path.glob("*.nested.template.json")
    template = json.loads(file.read_text())
    (found,) = entry(template)

    assert found["path"] == "Shop/Nested/Orders"
    assert template["Resources"][found["queue"]]["Type"] == "AWS::SQS::Queue"
    assert "Metadata" not in json.loads((tmp_path / "Shop.template.json").read_text())


def test_an_overridden_logical_id_is_the_one_that_is_named() -> None:
    stack = new_stack()
    orders = worker(stack)
    for resource, logical_id in ((orders.function, "TheFunction"), (orders.queue, "TheQueue")):
        child = resource.node.default_child
        assert isinstance(child, cdk.CfnResource)
        child.override_logical_id(logical_id)
    orders.event_source_mapping.override_logical_id("TheMapping")

    (found,) = workloads(stack)

    named = (found["function"], found["queue"], found["eventSourceMapping"])
    assert named == ("TheFunction", "TheQueue", "TheMapping")


def given_queue(scope: Construct) -> tuple[sqs.Queue, sqs.Queue]:
    """A queue that a worker takes, and its dead-letter queue."""
    dead = sqs.Queue(scope, "Dead", retention_period=cdk.Duration.days(14))
    dead_letters = sqs.DeadLetterQueue(queue=dead, max_receive_count=5)
    timeout = cdk.Duration.minutes(10)
    return sqs.Queue(scope, "Queue", visibility_timeout=timeout, dead_letter_queue=dead_letters), dead


def test_a_given_queue_of_the_same_stack_is_named() -> None:
    stack = new_stack()
    queue, dead = given_queue(stack)
    worker(stack, queue=queue)

    (found,) = workloads(stack)

    named = [found["queue"], found["deadLetterQueue"]]
    assert named == [stack.resolve(each.queue_url)["Ref"] for each in (queue, dead)]


def test_what_another_stack_has_is_left_out() -> None:
    app = cdk.App(analytics_reporting=False)
    stack, other = cdk.Stack(app, "Shop"), cdk.Stack(app, "Other")
    queue, _ = given_queue(other)
    worker(stack, queue=queue)
    failed = sqs.Queue.from_queue_arn(stack, "Failed", ARN.format("sqs", "failed"))
    build(StreamConsumer, Construct(stack, "Area"), on_failure=failed)

    of_worker, of_consumer = workloads(stack)

    assert of_worker.keys() == {"class", "path", *OF_ALL, "eventSourceMapping"}
    assert of_consumer.keys() == {"class", "path", *OF_ALL, "eventSourceMapping"}


def test_a_failure_destination_that_is_no_queue_is_left_out() -> None:
    stack = new_stack()
    build(StreamConsumer, stack, on_failure=sns.Topic(stack, "Failed"))

    (found,) = workloads(stack)

    assert found.keys() == {"class", "path", *OF_ALL, "eventSourceMapping"}


def test_a_queue_that_is_known_by_a_parameter_is_left_out() -> None:
    stack = new_stack()
    parameter = cdk.CfnParameter(stack, "Failed")
    failed = sqs.Queue.from_queue_arn(stack, "Queue", parameter.value_as_string)
    build(StreamConsumer, stack, on_failure=failed)

    (found,) = workloads(stack)

    assert found.keys() == {"class", "path", *OF_ALL, "eventSourceMapping"}
