"""Projects of any age: their feature flags of CDK decide nothing that a workload promises."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from lambda_constructs import (
    Canary,
    CognitoAuthorizer,
    HttpFunction,
    LambdaAuthorizer,
    RestApiEndpoint,
)
from tests.support import basics, function, new_stack, resources
from tests.variants import VARIANTS
from tests.workloads import ARN

# Flags that write the same template in other words, or that are the choice of a project: whose notifications
# a bucket keeps, which regions a stack without a region may be in.
CHOICES: Final = (
    "@aws-cdk/aws-apigateway:logGroupDestinationArnWithoutWildcard",
    "@aws-cdk/aws-iam:minimizePolicies",
    "@aws-cdk/aws-s3:keepNotificationInImportedBucket",
    "@aws-cdk/core:target-partitions",
)
NEW_POLICIES: Final = "@aws-cdk/aws-lambda:createNewPoliciesWithAddToRolePolicy"


def all_flags() -> dict[str, object]:
    """Every flag that the installed CDK recommends a value for, turned on."""
    (package,) = Path(str(files("aws_cdk._jsii"))).glob("*.tgz")
    with tarfile.open(package) as archive:
        file = archive.extractfile("package/recommended-feature-flags.json")
        assert file is not None
        return dict.fromkeys(json.load(file), True)


def synthesize(context: Mapping[str, object]) -> dict[str, tuple[Any, list[str]]]:
    """The template of every option, and its warnings."""
    app = cdk.App(context=dict(context), analytics_reporting=False)
    for name, build_variant in VARIANTS.items():
        build_variant(cdk.Stack(app, name.replace("_", "-")))
    return {
        each.stack_name: (each.template, [str(message.entry.data) for message in each.messages])
        for each in app.synth().stacks
    }


@pytest.mark.slow
def test_flags_change_only_functions_of_the_user() -> None:
    on = {name: value for name, value in all_flags().items() if name not in CHOICES}

    before, after = synthesize({}), synthesize(on)

    assert NEW_POLICIES in on
    assert {name for name, each in before.items() if after[name] != each} == {"adopted-functions"}


def api(scope: Construct, user_pool: str, authorizer: str) -> None:
    """Three REST APIs, with the authorizers that API Gateway has."""
    pool = cognito.UserPool.from_user_pool_arn(scope, "Pool", ARN.format("cognito-idp", user_pool))
    handler = lambda_.Function.from_function_arn(scope, "Check", ARN.format("lambda", authorizer))
    authorizers: dict[str, CognitoAuthorizer | LambdaAuthorizer] = {
        "Pooled": CognitoAuthorizer(user_pool=pool),
        "Token": LambdaAuthorizer(function=handler, token_only=True),
        "Request": LambdaAuthorizer(function=handler),
    }
    for name, each in authorizers.items():
        HttpFunction(scope, name, **basics(), endpoint=RestApiEndpoint(authorizer=each))


def test_another_authorizer_is_deployed_in_a_project_of_any_age() -> None:
    old, new = new_stack(), new_stack()
    api(old, "userpool/eu-west-1_a", "function:a")
    api(new, "userpool/eu-west-1_b", "function:b")

    deployments = [set(resources(each, "AWS::ApiGateway::Deployment")) for each in (old, new)]

    assert [len(each) for each in deployments] == [3, 3]
    assert deployments[0].isdisjoint(deployments[1])


def test_hook_may_report_before_it_runs_in_a_project_of_any_age() -> None:
    stack = new_stack(context={NEW_POLICIES: True})
    hook = lambda_.Function(stack, "Check", **basics())

    function(stack, rollout=Canary(before_traffic=hook))

    found = resources(stack)
    (policy,) = (name for name, each in found.items() if "PutLifecycle" in json.dumps(each))
    (check,) = (each for name, each in found.items() if name.startswith("Check") and "Handler" in str(each))
    assert policy in check["DependsOn"]
