"""What Lambda cannot update of a mapping, by botocore's model of its API, makes another mapping."""

from __future__ import annotations

from typing import Any, Final

import aws_cdk as cdk
import botocore.session
import jsii
from aws_cdk import aws_kinesis as kinesis

from lambda_constructs import KafkaConsumer, MqConsumer, ProductionFunction, SqsWorker, StreamConsumer
from tests.support import new_stack, resources, worker
from tests.workloads import build

MAPPING: Final = "AWS::Lambda::EventSourceMapping"
NAMES: Final[dict[type[ProductionFunction], tuple[str, str]]] = {
    KafkaConsumer: ("topic_name", "Topics"),
    MqConsumer: ("queue_name", "Queues"),
}
# CloudFormation replaces the mapping by itself: the schema says createOnly.
REPLACED: Final = {
    "EventSourceArn",
    "SelfManagedEventSource",
    "StartingPosition",
    "StartingPositionTimestamp",
}
# Lambda's TagResource updates it.
ELSEWHERE: Final = {"Tags"}


def mapping_of(kind: type[ProductionFunction], **options: Any) -> str:
    stack = new_stack()
    build(kind, stack, **options)
    (mapping,) = resources(stack, MAPPING)
    return mapping


def test_what_lambda_cannot_update_is_known() -> None:
    lambda_api = botocore.session.get_session().get_service_model("lambda")
    created, updated = (
        set(lambda_api.operation_model(f"{verb}EventSourceMapping").input_shape.members)
        for verb in ("Create", "Update")
    )

    assert created - updated == REPLACED | ELSEWHERE | {property_ for _, property_ in NAMES.values()}


def test_another_topic_or_queue_is_another_mapping() -> None:
    for kind, (option, _) in NAMES.items():
        orders, same, returns = (
            mapping_of(kind, **{option: name}) for name in ("orders", "orders", "returns")
        )
        assert orders == same != returns, kind.__name__


def test_a_name_that_is_known_at_deployment_only_is_no_part_of_the_id() -> None:
    for kind, (option, _) in NAMES.items():
        names = [cdk.Lazy.string(_Name(name)) for name in ("orders", "returns")]
        assert len({mapping_of(kind, **{option: name}) for name in names}) == 1, kind.__name__


@jsii.implements(cdk.IStableStringProducer)
class _Name:
    def __init__(self, name: str) -> None:
        self.name = name

    def produce(self) -> str:
        return self.name


def test_other_options_keep_the_mapping() -> None:
    for kind in (SqsWorker, StreamConsumer, KafkaConsumer, MqConsumer):
        assert mapping_of(kind) == mapping_of(kind, batch_size=5, enabled=False), kind.__name__


def test_the_mappings_of_queues_and_streams_have_one_id_each() -> None:
    stack = new_stack()
    orders = worker(stack)

    assert orders.event_source_mapping.node.id == "Mapping"


def test_tags_do_not_replace_the_consumer_of_a_stream_whose_name_is_taken() -> None:
    stack = new_stack()
    cdk.Tags.of(stack).add("team", "shop")
    build(StreamConsumer, stack, source=kinesis.Stream(stack, "Clicks"), enhanced_fan_out=True)

    (consumer,) = resources(stack, "AWS::Kinesis::StreamConsumer").values()
    assert "Tags" not in consumer["Properties"]


def test_a_workload_that_is_off_may_reserve_no_concurrency() -> None:
    off = {"enabled": False, "reserved_concurrency": 0}
    options: dict[type[ProductionFunction], dict[str, Any]] = {
        SqsWorker: {"max_concurrency": 10},
        StreamConsumer: {"parallelization_factor": 10},
        KafkaConsumer: {},
        MqConsumer: {},
    }
    for kind, more in options.items():
        stack = new_stack()
        workload = build(kind, stack, **off, **more)
        if isinstance(workload, SqsWorker):
            workload.add_queue("Returns", enabled=False)
        for mapping in resources(stack, MAPPING).values():
            assert mapping["Properties"]["Enabled"] is False, kind.__name__
            limits = mapping["Properties"].get("ScalingConfig", {"MaximumConcurrency": 2})
            assert 2 <= limits["MaximumConcurrency"] <= 10  # Lambda's minimum, and the option
