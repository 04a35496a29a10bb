"""Triggers and permissions that bypass an alias with rollouts or provisioned concurrency."""

from __future__ import annotations

from typing import Any

from tests.audit.support import (
    Json,
    alias,
    arn,
    findings,
    found,
    function,
    mapping,
    parameter,
    queue,
    ref,
    resource,
    template,
    version,
)
from tests.for_each import for_each

CODES = ("alias-bypassed", "permission-not-on-alias", "trigger-on-version")
UPDATED: Json = {
    "CodeDeployLambdaAliasUpdate": {"ApplicationName": ref("App"), "DeploymentGroupName": ref("Group")}
}
SCALED = resource(
    "AWS::ApplicationAutoScaling::ScalableTarget",
    ResourceId={"Fn::Join": ["", ["function:", ref("Function"), ":live"]]},
    ServiceNamespace="lambda",
    ScalableDimension="lambda:function:ProvisionedConcurrency",
)


def released(**properties: Any) -> Json:
    return {**alias(**properties), "UpdatePolicy": UPDATED}


def workload(**resources: Json) -> Json:
    """A function whose alias "live" is rolled out, and these resources."""
    return template(**{"Function": function(), "Version": version(), "Alias": released(), **resources})


def triggers(invoked: Any) -> dict[str, Json]:
    """One of each kind of trigger, for what is invoked."""
    uri = {"Fn::Join": ["", ["arn:aws:apigateway:::lambda:path/functions/", invoked, "/invocations"]]}
    return {
        "event source mapping": mapping(to=invoked),
        "rule": resource("AWS::Events::Rule", Targets=[{"Id": "One", "Arn": invoked}]),
        "subscription": resource("AWS::SNS::Subscription", Protocol="lambda", Endpoint=invoked),
        "topic": resource("AWS::SNS::Topic", Subscription=[{"Protocol": "lambda", "Endpoint": invoked}]),
        "schedule": resource("AWS::Scheduler::Schedule", Target={"Arn": invoked}),
        "bucket": resource(
            "AWS::S3::Bucket",
            NotificationConfiguration={"LambdaConfigurations": [{"Event": "s3:*", "Function": invoked}]},
        ),
        "notification": resource(
            "Custom::S3BucketNotifications",
            NotificationConfiguration={"LambdaFunctionConfigurations": [{"LambdaFunctionArn": invoked}]},
        ),
        "method": resource("AWS::ApiGateway::Method", Integration={"Uri": uri}),
        "integration": resource("AWS::ApiGatewayV2::Integration", IntegrationUri=invoked),
        "authorizer": resource("AWS::ApiGatewayV2::Authorizer", AuthorizerUri=uri),
        "target group": resource("AWS::ElasticLoadBalancingV2::TargetGroup", Targets=[{"Id": invoked}]),
        "log subscription": resource("AWS::Logs::SubscriptionFilter", DestinationArn=invoked),
        "topic rule": resource(
            "AWS::IoT::TopicRule", TopicRulePayload={"Actions": [{"Lambda": {"FunctionArn": invoked}}]}
        ),
        "receipt rule": resource(
            "AWS::SES::ReceiptRule", Rule={"Actions": [{"LambdaAction": {"FunctionArn": invoked}}]}
        ),
        "rest api": resource(
            "AWS::ApiGateway::RestApi",
            Body={"paths": {"/a/b": {"get": {"x-amazon-apigateway-integration": {"uri": uri}}}}},
        ),
        "quick create": resource("AWS::ApiGatewayV2::Api", Target=invoked),
        "data source": resource("AWS::AppSync::DataSource", LambdaConfig={"LambdaFunctionArn": invoked}),
        "pipe": resource("AWS::Pipes::Pipe", Target=invoked),
        "enrichment": resource("AWS::Pipes::Pipe", Enrichment=invoked),
        "custom resource": resource("Custom::Seed", ServiceToken=invoked),
        "alarm": resource("AWS::CloudWatch::Alarm", AlarmActions=[invoked]),
        "task": resource(
            "AWS::StepFunctions::StateMachine",
            Definition={"States": {"Charge": {"Type": "Task", "Resource": invoked}}},
        ),
        "task of a text": resource(
            "AWS::StepFunctions::StateMachine",
            DefinitionString={
                "Fn::Join": ["", ['{"States":{"A":{"Type":"Task","Resource":"', invoked, '"}}}']]
            },
        ),
        "user pool": resource("AWS::Cognito::UserPool", LambdaConfig={"PreSignUp": invoked}),
    }


@for_each("kind", triggers(None))
def test_a_trigger_of_the_bare_function_skips_the_rollout(kind: str) -> None:
    source = workload(Trigger=triggers(arn("Function"))[kind])

    assert found(source, *CODES) == [("alias-bypassed", "warning", "Trigger")]


@for_each("kind", triggers(None))
def test_a_trigger_of_the_alias_does_not(kind: str) -> None:
    assert found(workload(Trigger=triggers(ref("Alias"))[kind]), *CODES) == []


@for_each("kind", triggers(None))
def test_a_trigger_of_a_function_without_such_an_alias_has_none_to_skip(kind: str) -> None:
    source = workload(Alias=alias(), Trigger=triggers(arn("Function"))[kind])

    assert found(source, *CODES) == []


def test_the_finding_says_where_it_is_and_what_it_is_about() -> None:
    (finding,) = findings(workload(Trigger=triggers(arn("Function"))["rule"]), "alias-bypassed")

    assert finding.location == "Properties/Targets/0/Arn"
    assert finding.about == ("Function", "Alias")


@for_each(
    "resources",
    [
        {"Alias": alias(ProvisionedConcurrencyConfig={"ProvisionedConcurrentExecutions": 5})},
        {"Alias": alias(), "Scaling": SCALED},
    ],
)
def test_a_trigger_of_the_bare_function_skips_provisioned_concurrency(resources: dict[str, Json]) -> None:
    source = workload(**resources, Queue=queue(), Mapping=mapping(to="Function"))

    assert found(source, *CODES) == [("alias-bypassed", "warning", "Mapping")]


@for_each("qualifier", [None, "live", "other"])
def test_a_function_url_is_that_of_its_qualifier(qualifier: str | None) -> None:
    source = workload(
        Url=resource(
            "AWS::Lambda::Url", TargetFunctionArn=ref("Function"), AuthType="AWS_IAM", Qualifier=qualifier
        )
    )

    assert found(source, *CODES) == ([] if qualifier else [("alias-bypassed", "warning", "Url")])


@for_each("kind", triggers(None))
def test_a_version_is_no_alias(kind: str) -> None:
    source = workload(Trigger=triggers(ref("Version"))[kind])

    assert found(source, *CODES) == [("alias-bypassed", "warning", "Trigger")]


def test_a_number_of_a_version_never_changes() -> None:
    fixed = {"Fn::Join": ["", [arn("Function"), ":3"]]}

    assert found(workload(Mapping=mapping(to=fixed)), *CODES) == [("alias-bypassed", "warning", "Mapping")]
    assert found(template(Function=function(), Mapping=mapping(to=fixed)), *CODES) == [
        ("trigger-on-version", "warning", "Mapping")
    ]


def test_a_version_that_every_deployment_publishes_anew_is_invoked_by_each() -> None:
    source = template(Function=function(), Version=version(), Mapping=mapping(to="Version"))

    assert found(source, *CODES) == []


def test_a_qualifier_that_is_only_known_at_deployment_is_undecided() -> None:
    sections = {"Parameters": {"Stage": parameter("String")}}
    invoked = {"Fn::Join": [":", [arn("Function"), ref("Stage")]]}
    source = {**workload(Mapping=mapping(to=invoked)), **sections}

    assert found(source, *CODES) == [("alias-bypassed", "undecided", "Mapping")]


def test_an_alias_and_a_trigger_of_different_conditions_may_never_meet() -> None:
    source = workload(
        Alias={**released(), "Condition": "Production"},
        Mapping={**mapping(to="Function"), "Condition": "Development"},
    )

    assert found(source, *CODES) == [("alias-bypassed", "undecided", "Mapping")]
    source["Resources"]["Mapping"]["Condition"] = "Production"
    assert found(source, *CODES) == [("alias-bypassed", "warning", "Mapping")]


def permission(invoked: Any, principal: str = "s3.amazonaws.com") -> Json:
    return resource(
        "AWS::Lambda::Permission",
        FunctionName=invoked,
        Action="lambda:InvokeFunction",
        Principal=principal,
        SourceAccount="123456789012",
    )


def test_the_only_permission_of_a_service_is_for_what_it_invokes() -> None:
    source = workload(Permission=permission(arn("Function")))

    assert found(source, *CODES) == [("alias-bypassed", "warning", "Permission")]


@for_each("principal", ["s3.amazonaws.com", "123456789012"])
def test_a_permission_in_addition_to_that_of_the_alias_bypasses_it(principal: str) -> None:
    source = workload(
        Permission=permission(arn("Function"), principal), Right=permission(ref("Alias"), principal)
    )

    assert found(source, *CODES) == [("permission-not-on-alias", "warning", "Permission")]


def test_a_permission_of_what_is_a_finding_itself_is_not_reported_twice() -> None:
    source = workload(Permission=permission(ref("Function")), Trigger=triggers(ref("Function"))["rule"])

    assert found(source, *CODES) == [("alias-bypassed", "warning", "Trigger")]


def test_a_permission_of_a_version_is_not_one_of_the_alias() -> None:
    source = workload(Permission=permission(ref("Version")))

    assert found(source, *CODES) == [("alias-bypassed", "warning", "Permission")]


def test_two_versions_behind_an_alias_share_a_dead_letter_queue() -> None:
    failing = function(DeadLetterConfig={"TargetArn": arn("Queue")})
    code = "dead-letter-config-with-rollout"
    group = resource(
        "AWS::CodeDeploy::DeploymentGroup",
        DeploymentConfigName="CodeDeployDefault.LambdaCanary10Percent5Minutes",
    )
    source = workload(Function=failing, Group=group)

    assert found(source, code) == [(code, "warning", "Function")]
    source["Resources"]["Function"] = function()
    assert found(source, code) == []


def test_without_a_gradual_rollout_a_dead_letter_queue_is_never_of_two_versions() -> None:
    group = resource(
        "AWS::CodeDeploy::DeploymentGroup", DeploymentConfigName="CodeDeployDefault.LambdaAllAtOnce"
    )
    source = workload(Function=function(DeadLetterConfig={"TargetArn": arn("Queue")}), Group=group)

    assert found(source, "dead-letter-config-with-rollout") == []
