"""Roles that services assume, and secrets that a workload does not take."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import aws_cdk as cdk
import pytest

from lambda_constructs import (
    AllAtOnce,
    ConfigurationError,
    EventHandler,
    IotTopicRule,
    ScheduledJob,
    SmokeTest,
)
from tests.support import basics, function, new_stack, resources
from tests.workloads import build, hourly

# AWS documents neither key for the role of API Gateway's logs and for execution roles of Lambda.
WITHOUT_SOURCE = {"lambda.amazonaws.com", "apigateway.amazonaws.com"}


def test_every_role_of_a_service_is_for_sources_of_this_account() -> None:
    stack = new_stack()
    EventHandler(stack, "Iot", source=IotTopicRule(sql="SELECT * FROM 'till'"), **basics())
    ScheduledJob(stack, "Job", schedule=hourly(stack), **basics())
    seen = set()
    for name, role in resources(stack, "AWS::IAM::Role").items():
        (statement,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        service = statement["Principal"]["Service"]
        if service not in WITHOUT_SOURCE:
            keys = {key for values in statement["Condition"].values() for key in values}
            assert keys == {"aws:SourceAccount", "aws:SourceArn"}, name
            seen.add(service)

    assert seen == {"codedeploy.amazonaws.com", "iot.amazonaws.com", "scheduler.amazonaws.com"}


SECRET = {"customer": [{"password": "hunter2"}]}


def test_a_parameter_that_cloudformation_hides_is_refused_in_the_environment() -> None:
    for hidden in (True, False):
        stack = new_stack()
        parameter = cdk.CfnParameter(stack, "Password", no_echo=hidden)
        expected: AbstractContextManager[object] = nullcontext()
        if hidden:
            expected = pytest.raises(ConfigurationError, match="gets the parameter Password, a secret")
        with expected:
            function(stack, environment={"GREETING": f"hello {parameter.value_as_string}"})


def test_a_secret_is_refused_in_the_input_of_a_job_and_in_a_smoke_test() -> None:
    tests = (SmokeTest(payload=SECRET), SmokeTest(expect=SECRET))
    choices: list[dict[str, Any]] = [{"input": SECRET}]
    choices += [{"rollout": AllAtOnce(before_traffic=test)} for test in tests]
    choices += [{"rollout": AllAtOnce(after_traffic=test)} for test in tests]
    for options in choices:
        with pytest.raises(
            ConfigurationError, match="a value that looks like a secret under 'password'"
        ) as refusal:
            build(ScheduledJob, new_stack(), **options)
        assert refusal.value.code == "secret-in-payload"
