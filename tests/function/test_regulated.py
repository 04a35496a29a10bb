"""`Preset.REGULATED`: it requires what only a house can give, and merges with the preset of one."""

from __future__ import annotations

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns

from lambda_constructs import Alarms, AllAtOnce, ConfigurationError, Preset, SqsWorker
from tests.compliance.regulated import house
from tests.support import assert_refused, basics, new_stack, worker


def test_every_option_that_is_missing_is_named() -> None:
    message = assert_refused(worker, "regulated-option-missing", preset=Preset.REGULATED)

    assert (
        "vpc, encryption_key, reserved_concurrency, alarms=Alarms(topic=...) are not given; pass them"
        in message
    )


def test_an_alarm_that_notifies_no_topic_is_refused_and_one_that_is_off_is_not() -> None:
    stack = new_stack()
    preset, topic = Preset.REGULATED | house(stack), sns.Topic(stack, "Own")
    with pytest.raises(ConfigurationError, match=r"regulated is True, but alarms=Alarms\(topic=...\) is not"):
        worker(stack, preset=preset, alarms=Alarms(errors=topic))

    worker(stack, "Off", preset=preset, alarms=Alarms.NONE, rollout=AllAtOnce())
    worker(stack, preset=preset)


def test_the_house_changes_the_retention_and_a_workload_can_be_exempt() -> None:
    both = Preset.REGULATED | Preset(log_retention=cdk.aws_logs.RetentionDays.TEN_YEARS)

    assert both.options["regulated"] is True
    assert both.options["log_retention"] == cdk.aws_logs.RetentionDays.TEN_YEARS
    worker(new_stack(), preset=both.but(regulated=None))
    worker(new_stack(), preset=both, regulated=False)


def test_a_function_of_yours_needs_a_topic_only() -> None:
    stack = new_stack()
    options = basics()
    fn = lambda_.Function(
        stack, "Fn", code=options["code"], handler="index.handler", runtime=options["runtime"], timeout=None
    )
    preset = Preset.REGULATED | Preset(alarms=Alarms(topic=sns.Topic(stack, "Topic")))

    assert SqsWorker(stack, "Orders", function=fn, preset=preset).function is fn
