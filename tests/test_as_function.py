"""A workload is a function for CDK's constructs: whatever takes a function invokes the alias."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_appconfig as appconfig
from aws_cdk import aws_cloudtrail as cloudtrail
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_codepipeline as codepipeline
from aws_cdk import aws_codepipeline_actions as pipeline_actions
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_config as config
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_logs as logs
from aws_cdk import aws_logs_destinations as log_destinations
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_notifications as notifications
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as scheduler_targets
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ses as ses
from aws_cdk import aws_ses_actions as ses_actions
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as stepfunctions
from aws_cdk import aws_stepfunctions_tasks as tasks
from aws_cdk import custom_resources
from constructs import Construct

from lambda_constructs import (
    Canary,
    EventHandler,
    HttpApiEndpoint,
    HttpFunction,
    LambdaAuthorizer,
    ProductionFunction,
)
from tests.support import basics, function, new_stack, resources
from tests.workloads import NEEDED, build

HOURLY: Final = events.Schedule.rate(cdk.Duration.hours(1))
QUEUE_ARN: Final = "arn:aws:sqs:eu-west-1:123456789012:jobs"


def target(scope: Construct, orders: ProductionFunction) -> object:
    failed = sqs.Queue(scope, "Failed")
    return events.Rule(
        scope, "Rule", schedule=HOURLY, targets=[targets.LambdaFunction(orders, dead_letter_queue=failed)]
    )


def rest_api(scope: Construct, orders: ProductionFunction) -> object:
    authorizer = apigateway.TokenAuthorizer(scope, "Authorizer", handler=orders)
    return apigateway.LambdaRestApi(
        scope, "Api", handler=orders, default_method_options={"authorizer": authorizer}
    )


def http_api(scope: Construct, orders: ProductionFunction) -> object:
    return apigatewayv2.HttpApi(
        scope,
        "Api",
        default_integration=integrations.HttpLambdaIntegration("Orders", orders),
        default_authorizer=authorizers.HttpLambdaAuthorizer("Authorizer", orders),
    )


def pipeline(scope: Construct, orders: ProductionFunction) -> object:
    artifact, bucket = codepipeline.Artifact(), s3.Bucket(scope, "Bucket", versioned=True)
    source = pipeline_actions.S3SourceAction(
        action_name="Source", bucket=bucket, bucket_key="key", output=artifact
    )
    invoke = pipeline_actions.LambdaInvokeAction(action_name="Invoke", lambda_=orders)
    stages: list[codepipeline.StageProps | dict[str, object]] = [
        {"stageName": "Source", "actions": [source]},
        {"stageName": "Invoke", "actions": [invoke]},
    ]
    return codepipeline.Pipeline(scope, "Pipeline", stages=stages)


def custom_resource(scope: Construct, orders: ProductionFunction) -> object:
    provider = custom_resources.Provider(
        scope, "Provider", on_event_handler=orders, is_complete_handler=orders
    )
    return cdk.CustomResource(scope, "Custom", service_token=provider.service_token)


def stream(scope: Construct, orders: ProductionFunction) -> object:
    bucket = firehose.S3Bucket(
        s3.Bucket(scope, "Bucket"), processors=[firehose.LambdaFunctionProcessor(orders)]
    )
    return firehose.DeliveryStream(scope, "Stream", destination=bucket)


PLACES: Final[dict[str, Callable[[Construct, ProductionFunction], object]]] = {
    "bucket": lambda scope, orders: s3.Bucket(scope, "Bucket").add_event_notification(
        s3.EventType.OBJECT_CREATED, notifications.LambdaDestination(orders)
    ),
    "rule": target,
    "rest_api": rest_api,
    "http_api": http_api,
    "pipeline": pipeline,
    "custom_resource": custom_resource,
    "delivery_stream": stream,
    "extension": lambda scope, orders: appconfig.Extension(
        scope,
        "Extension",
        actions=[
            appconfig.Action(
                action_points=[appconfig.ActionPoint.ON_DEPLOYMENT_START],
                event_destination=appconfig.LambdaDestination(orders),
            )
        ],
    ),
    "trail": lambda scope, orders: cloudtrail.Trail(scope, "Trail").add_lambda_event_selector([orders]),
    "alarm": lambda scope, orders: cloudwatch.Alarm(
        scope,
        "Alarm",
        metric=cloudwatch.Metric(namespace="Shop", metric_name="Age"),
        threshold=1,
        evaluation_periods=1,
    ).add_alarm_action(actions.LambdaAction(orders)),
    "user_pool": lambda scope, orders: cognito.UserPool(
        scope, "Pool", lambda_triggers=cognito.UserPoolTriggers(pre_sign_up=orders)
    ),
    "config_rule": lambda scope, orders: config.CustomRule(
        scope, "Rule", lambda_function=orders, configuration_changes=True
    ),
    "destination": lambda scope, orders: function(scope, "Other").function.configure_async_invoke(
        on_success=destinations.LambdaDestination(orders, response_only=True)
    ),
    "log_group": lambda scope, orders: logs.LogGroup(scope, "Logs").add_subscription_filter(
        "Filter",
        destination=log_destinations.LambdaDestination(orders),
        filter_pattern=logs.FilterPattern.all_events(),
    ),
    "schedule": lambda scope, orders: scheduler.Schedule(
        scope,
        "Schedule",
        schedule=scheduler.ScheduleExpression.rate(cdk.Duration.hours(1)),
        target=scheduler_targets.LambdaInvoke(orders),
    ),
    "secret": lambda scope, orders: secretsmanager.Secret(scope, "Secret").add_rotation_schedule(
        "Rotation", rotation_lambda=orders
    ),
    "mail": lambda scope, orders: ses.ReceiptRuleSet(
        scope,
        "Rules",
        rules=[
            ses.ReceiptRuleOptions(
                recipients=["a@example.com"], actions=[ses_actions.Lambda(function=orders)]
            )
        ],
    ),
    "topic": lambda scope, orders: sns.Topic(scope, "Topic").add_subscription(
        subscriptions.LambdaSubscription(orders)
    ),
    "state_machine": lambda scope, orders: stepfunctions.StateMachine(
        scope,
        "Machine",
        definition_body=stepfunctions.DefinitionBody.from_chainable(
            tasks.LambdaInvoke(scope, "Invoke", lambda_function=orders)
        ),
    ),
    "permission": lambda scope, orders: lambda_.CfnPermission(
        scope,
        "Permission",
        action="lambda:InvokeFunction",
        function_name=orders,
        principal="iot.amazonaws.com",
    ),
    "grant": lambda scope, orders: orders.grant_invoke(iam.User(scope, "User")),
    "output": lambda scope, orders: sqs.Queue(scope, "Queue", queue_name=orders.function_arn),
}
"""Constructs of CDK below a scope, each with a workload as its function."""


def test_what_takes_a_function_invokes_the_alias_of_a_workload() -> None:
    stack = new_stack()
    orders = function(stack, timeout=cdk.Duration.seconds(5))
    orders.add_permission("Iot", principal=iam.ServicePrincipal("iot.amazonaws.com"), source_account="1")
    orders.add_event_source_mapping("Mapping", event_source_arn=QUEUE_ARN)
    orders.add_event_source(sources.SnsEventSource(sns.Topic(stack, "News")))
    orders.configure_async_invoke(retry_attempts=1)
    orders.add_function_url(auth_type=lambda_.FunctionUrlAuthType.AWS_IAM)
    for name, create in PLACES.items():
        create(Construct(stack, name.replace("_", "").title()), orders)

    found = cdk.assertions.Template.from_stack(stack).to_json()["Resources"]

    bare = f'"{stack.resolve(orders.function.function_arn)["Fn::GetAtt"][0]}"'
    alias = f'"{stack.resolve(orders.alias.function_arn)["Ref"]}"'
    permissions = [key for key, each in found.items() if each["Type"] == "AWS::Lambda::Permission"]
    assert len(permissions) > len(PLACES) / 2
    for name in PLACES:
        place = name.replace("_", "").title()
        below = {key: json.dumps(each.get("Properties")) for key, each in found.items()}
        assert any(alias in below[key] for key in below if key.startswith((place, f"Orders{place}"))), name
        assert not any(bare in below[key] for key in below if key.startswith(place)), name
    for name in permissions:
        assert alias in json.dumps(found[name]["Properties"]), name


def test_each_workload_has_each_member_of_a_function() -> None:
    members = [name for name in dir(lambda_.IFunction) if not name.startswith("_")]

    for kind in NEEDED:
        missing = [name for name in members if inspect.getattr_static(kind, name, None) is None]
        assert missing == [], kind
    stack = new_stack()
    for kind in NEEDED:
        orders = build(kind, Construct(stack, kind.__name__))
        assert orders.function_name == orders.alias.function_name
        assert orders.permissions_node.path.endswith("/Live")
        assert orders.role is not None


def test_options_that_take_a_function_take_a_workload() -> None:
    stack = new_stack()
    other = function(stack, "Other")

    build(EventHandler, Construct(stack, "Destination"), on_failure=other)
    function(stack, "Hooked", rollout=Canary(before_traffic=other))
    endpoint = HttpApiEndpoint(authorizer=LambdaAuthorizer(function=other))
    HttpFunction(stack, "Authorized", **basics(), endpoint=endpoint)

    alias = stack.resolve(other.alias.function_arn)["Ref"]
    kinds = {
        each["Type"]
        for key, each in resources(stack).items()
        if alias in json.dumps(each) and not key.startswith("Other")
    }
    assert {"Alias", "EventInvokeConfig", "Authorizer"} <= {kind.rpartition("::")[2] for kind in kinds}
