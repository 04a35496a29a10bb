"""Stacks whose workloads all have `Preset.REGULATED` and what a house adds to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import cast
from unittest.mock import patch

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from lambda_constructs import Alarms, FunctionOptions, Preset
from lambda_constructs.function import settings
from lambda_constructs.function.options import merge


def house(stack: cdk.Stack) -> Preset:
    """What a preset of a company adds: its network, its key, its topic, and a limit of concurrency."""
    scope = Construct(stack, "House")
    vpc = ec2.Vpc.from_vpc_attributes(
        scope,
        "Vpc",
        vpc_id="vpc-0123456789abcdef0",
        availability_zones=["eu-west-1a", "eu-west-1b"],
        private_subnet_ids=["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
        private_subnet_route_table_ids=["rtb-0123456789abcdef0", "rtb-0123456789abcdef1"],
    )
    key = kms.Key(scope, "Key", enable_key_rotation=True)
    topic = sns.Topic(scope, "Pager", master_key=key)
    return Preset(vpc=vpc, encryption_key=key, reserved_concurrency=200, alarms=Alarms(topic=topic))


@contextmanager
def regulated(stack: cdk.Stack) -> Iterator[None]:
    """Every workload that is created now has the preset; what it says itself wins."""
    preset = Preset.REGULATED | house(stack)
    topic = cast(Alarms, preset.options["alarms"]).topic

    def with_preset(options: FunctionOptions) -> dict[str, object]:
        given = merge(options)
        if isinstance(alarms := given.get("alarms"), Alarms) and alarms != Alarms.NONE:
            given["alarms"] = replace(alarms, topic=alarms.topic or topic)
        return {**preset.options, **given}

    with patch.object(settings, "merge", with_preset):
        yield


def build_regulated(builds: Mapping[str, Callable[[cdk.Stack], object]], **context: object) -> cdk.App:
    """An app with a stack for each of these, as regulated workloads."""
    app = cdk.App(analytics_reporting=False, context=context)
    for name, build in builds.items():
        stack = cdk.Stack(app, name.replace("_", "-"))
        with regulated(stack):
            build(stack)
    return app
