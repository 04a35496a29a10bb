"""Values that Python has and CDK does not know: members of enums, odd ids, copies of options."""

from __future__ import annotations

import copy
import json
import zipfile
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from pathlib import Path
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_events as events
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from lambda_constructs import (
    Canary,
    ConfigurationError,
    Cors,
    EventHandler,
    EventRule,
    HttpFunction,
    KafkaConsumer,
    MqConsumer,
    Preset,
    ProductionFunction,
    PythonCode,
    ScheduledJob,
    SmokeTest,
    SqsWorker,
)
from lambda_constructs.template.package import Package
from tests.support import basics, function, new_stack, worker
from tests.workloads import build


class Mixed(str, Enum):  # noqa: UP042 - as users write it
    """In an f-string, a member of it is `Mixed.NAME`."""

    NAME = "orders"
    HEADER = "X-Shop"
    KEY = "STAGE"


class Number(IntEnum):
    """An enum of numbers."""

    ONE = 1


class Plain(StrEnum):
    """In an f-string, a member of it is its value."""

    NAME = "orders"
    HEADER = "X-Shop"
    KEY = "STAGE"


def templates(names: type[Mixed | Plain]) -> str:
    stack = new_stack()
    preset = Preset(description=names.NAME, environment={names.KEY: names.NAME})
    first: SqsWorker = worker(stack, names.NAME, queue_name=names.NAME, preset=preset)
    first.add_queue(names.KEY)
    build(KafkaConsumer, Construct(stack, "Kafka"), topic_name=names.NAME, consumer_group_id=names.NAME)
    build(MqConsumer, Construct(stack, "Mq"), queue_name=names.NAME)
    cors = Cors(allow_origins=["https://shop.example"], allow_headers=(names.HEADER,))
    HttpFunction(stack, "Http", cors=cors, **basics())
    return json.dumps(assertions.Template.from_stack(stack).to_json())


def test_a_member_of_an_enum_of_strings_is_its_value_everywhere() -> None:
    assert templates(Mixed) == templates(Plain)
    stack = new_stack()
    worker(stack, Mixed.NAME, queue_name="orders")
    with pytest.raises(ConfigurationError, match="'orders' is the name of"):
        worker(stack, "Other", queue_name=Mixed.NAME)


def test_an_id_that_breaks_javascript_is_refused_and_harms_nothing() -> None:
    stack = new_stack()
    first = worker(stack)
    for construct_id in ("constructor", "__proto__", "toString", "hasOwnProperty"):
        for add in (lambda name: worker(stack, name), first.add_queue):
            with pytest.raises(ConfigurationError, match="a member of every JavaScript object") as refusal:
                add(construct_id)
            assert refusal.value.code == "construct-id-reserved"
    with pytest.raises(ConfigurationError, match=r"construct_id is '\\ud800'"):
        worker(stack, "\ud800")

    assert [each.node.id for each in stack.node.children] == ["Orders", "LambdaConstructs"]


def test_the_resource_of_a_message_has_a_name_and_no_address() -> None:
    stack = new_stack()
    imported = cdk.aws_lambda.Function.from_function_name(stack, "Imported", "orders")
    for given, words in ((imported, "an imported Function"), (sqs.CfnQueue(stack, "Queue"), "a CfnQueue")):
        with pytest.raises(ConfigurationError, match=f"function is {words}; pass"):
            build(ProductionFunction, stack, function=given)
    schedule: Any = cdk.aws_events.Schedule.rate(cdk.Duration.days(1))
    with pytest.raises(ConfigurationError, match="schedule is a Schedule; pass a ScheduleExpression"):
        build(ScheduledJob, stack, schedule=schedule)


def test_the_class_of_another_module_is_told_from_that_of_the_option() -> None:
    stack = new_stack()
    code = cdk.aws_cloudfront.FunctionCode.from_inline("function handler(event) { return event.request; }")
    edge: Any = cdk.aws_cloudfront.Function(stack, "Edge", code=code)
    with pytest.raises(ConfigurationError, match=r"is an aws_cdk\.aws_cloudfront\.Function;") as refusal:
        build(ProductionFunction, stack, rollout=Canary(before_traffic=edge))
    assert "of aws_cdk.aws_lambda [option-type]" in str(refusal.value)


def test_values_that_json_does_not_have_are_refused_in_patterns_and_input() -> None:
    holds_itself: dict[str, Any] = {}
    holds_itself["again"] = holds_itself
    for value in (("a",), [Number.ONE], [Decimal(1)], {1}, "\ud800", holds_itself):
        for kind, options in (
            (ScheduledJob, {"input": {"value": value}}),
            (EventHandler, {"source": EventRule(pattern=events.EventPattern(detail={"value": value}))}),
            (ProductionFunction, {"rollout": Canary(before_traffic=SmokeTest(payload={"value": value}))}),
        ):
            stack = new_stack()
            with pytest.raises(ConfigurationError, match="JSON values") as refusal:
                build(kind, stack, **options)
            assert refusal.value.code == "option-type"
            assert stack.node.try_find_child("Orders") is None


def test_a_file_that_cannot_be_unpacked_is_refused_and_hides_no_other_finding(tmp_path: Path) -> None:
    code = b"def handler(event, context): ..."
    with zipfile.ZipFile(tmp_path / "stored.zip", "w") as archive:
        archive.writestr("index.py", code)
    with zipfile.ZipFile(tmp_path / "deflated.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.py", code * 9)
    stored, deflated = ((tmp_path / f"{name}.zip").read_bytes() for name in ("stored", "deflated"))
    locked, unknown = bytearray(stored), bytearray(stored)
    locked[locked.index(b"PK\x01\x02") + 8] |= 1  # encrypted
    unknown[unknown.index(b"PK\x01\x02") + 10] = 93  # compressed by a method that Python does not have
    changed = stored.replace(b"event", b"evens")  # the sum of its bytes differs
    broken = deflated.replace(deflated[38:48], bytes(10))
    for content in (b"", b"no zip", bytes(locked), bytes(unknown), changed, broken, stored[:-30]):
        path = tmp_path / "code.zip"
        path.write_bytes(content)
        package = Package(path)
        assert (package.is_archive, package.files) == (False, {})
        with pytest.raises(ConfigurationError, match="code is a file that is not a zip") as refusal:
            function(new_stack(), code=str(path))
        assert refusal.value.code == "package-archive"


def test_presets_are_compared_by_their_options_and_copied() -> None:
    house = Preset(memory_size=1024, environment={"STAGE": "prod"})

    assert house == Preset(environment={"STAGE": "prod"}, memory_size=1024)
    assert {house, copy.deepcopy(house), house.but(memory_size=512)} == {house, house.but(memory_size=512)}
    assert copy.deepcopy(Preset.SANDBOX) == Preset.SANDBOX != Preset.REGULATED


def test_a_name_that_cdk_or_a_condition_may_leave_out_restricts_no_dead_letters() -> None:
    stack = new_stack()
    always = cdk.Fn.condition_equals("a", "a")
    condition = cdk.CfnCondition(stack, "Named", expression=always).logical_id
    given = cdk.CfnParameter(stack, "Name").value_as_string
    sometimes = cdk.Fn.condition_if(condition, "orders", cdk.Aws.NO_VALUE).to_string()
    for number, name in enumerate((cdk.PhysicalName.GENERATE_IF_NEEDED, sometimes, given)):
        worker(stack, f"Orders{number}", queue_name=name)
    found = assertions.Template.from_stack(stack).find_resources("AWS::SQS::Queue")

    assert [name[:7] for name, each in found.items() if "RedriveAllowPolicy" in each["Properties"]] == [
        "Orders2"
    ]


def test_a_misspelt_option_is_near_one_that_contains_it() -> None:
    for name, option in (("memory", "memory_size"), ("env", "environment"), ("insights", "insights_version")):
        with pytest.raises(TypeError, match=f"did you mean '{option}'"):
            build(SqsWorker, new_stack(), **{name: 1})
        with pytest.raises(TypeError, match=f"did you mean '{option}'"):
            cast(Any, Preset)(**{name: 1})


def test_a_path_of_pathlib_is_code(tmp_path: Path) -> None:
    Path(tmp_path, "index.py").write_text("def handler(event, context): ...\n")
    stack = new_stack()
    for number, code in enumerate((str(tmp_path), tmp_path, Preset(code=tmp_path))):
        given: dict[str, Any] = {"preset": code} if isinstance(code, Preset) else {"code": code}
        function(stack, f"Orders{number}", **{**basics(), "code": None, **given})
    functions = assertions.Template.from_stack(stack).find_resources("AWS::Lambda::Function").values()
    assert len({json.dumps(each["Properties"]["Code"]) for each in functions}) == 1

    with pytest.raises(ConfigurationError, match="'nowhere'") as refusal:
        function(stack, "Nowhere", **{**basics(), "code": Path("nowhere")})
    assert refusal.value.code == "code-path-missing"
    assert PythonCode(tmp_path).path == tmp_path
