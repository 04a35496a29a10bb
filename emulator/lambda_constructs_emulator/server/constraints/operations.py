"""The operations of an API that create and update a resource, by its type in CloudFormation.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from botocore.loaders import create_loader
from botocore.model import ServiceModel

from . import limits
from .violations import missing, of_members

OF_TYPES: Final[Mapping[str, str]] = {
    "AWS::ApiGateway::ApiKey": "apigateway CreateApiKey",
    "AWS::ApiGateway::Authorizer": "apigateway CreateAuthorizer",
    "AWS::ApiGateway::BasePathMapping": "apigateway CreateBasePathMapping",
    "AWS::ApiGateway::Deployment": "apigateway CreateDeployment",
    "AWS::ApiGateway::DomainName": "apigateway CreateDomainName",
    "AWS::ApiGateway::GatewayResponse": "apigateway PutGatewayResponse",
    "AWS::ApiGateway::Method": "apigateway PutMethod",
    "AWS::ApiGateway::Model": "apigateway CreateModel",
    "AWS::ApiGateway::RequestValidator": "apigateway CreateRequestValidator",
    "AWS::ApiGateway::Resource": "apigateway CreateResource",
    "AWS::ApiGateway::RestApi": "apigateway CreateRestApi",
    "AWS::ApiGateway::Stage": "apigateway CreateStage",
    "AWS::ApiGateway::UsagePlan": "apigateway CreateUsagePlan",
    "AWS::ApiGatewayV2::Api": "apigatewayv2 CreateApi",
    "AWS::ApiGatewayV2::ApiMapping": "apigatewayv2 CreateApiMapping",
    "AWS::ApiGatewayV2::Authorizer": "apigatewayv2 CreateAuthorizer",
    "AWS::ApiGatewayV2::DomainName": "apigatewayv2 CreateDomainName",
    "AWS::ApiGatewayV2::Integration": "apigatewayv2 CreateIntegration",
    "AWS::ApiGatewayV2::Route": "apigatewayv2 CreateRoute",
    "AWS::ApiGatewayV2::Stage": "apigatewayv2 CreateStage",
    "AWS::ApplicationAutoScaling::ScalableTarget": "application-autoscaling RegisterScalableTarget",
    "AWS::ApplicationAutoScaling::ScalingPolicy": "application-autoscaling PutScalingPolicy",
    "AWS::CloudWatch::Alarm": "cloudwatch PutMetricAlarm",
    "AWS::CloudWatch::CompositeAlarm": "cloudwatch PutCompositeAlarm",
    "AWS::CloudWatch::Dashboard": "cloudwatch PutDashboard",
    "AWS::CodeDeploy::Application": "codedeploy CreateApplication",
    "AWS::CodeDeploy::DeploymentConfig": "codedeploy CreateDeploymentConfig",
    "AWS::CodeDeploy::DeploymentGroup": "codedeploy CreateDeploymentGroup",
    "AWS::Cognito::UserPool": "cognito-idp CreateUserPool",
    "AWS::Cognito::UserPoolClient": "cognito-idp CreateUserPoolClient",
    "AWS::Cognito::UserPoolDomain": "cognito-idp CreateUserPoolDomain",
    "AWS::Cognito::UserPoolGroup": "cognito-idp CreateGroup",
    "AWS::Cognito::UserPoolResourceServer": "cognito-idp CreateResourceServer",
    "AWS::DynamoDB::GlobalTable": "dynamodb CreateTable",
    "AWS::DynamoDB::Table": "dynamodb CreateTable",
    "AWS::Events::EventBus": "events CreateEventBus",
    "AWS::Events::Rule": "events PutRule PutTargets",
    "AWS::IAM::ManagedPolicy": "iam CreatePolicy",
    "AWS::IAM::Policy": "iam PutRolePolicy",
    "AWS::IAM::Role": "iam CreateRole",
    "AWS::IAM::User": "iam CreateUser",
    "AWS::KMS::Alias": "kms CreateAlias",
    "AWS::KMS::Key": "kms CreateKey",
    "AWS::Kinesis::Stream": "kinesis CreateStream",
    "AWS::Kinesis::StreamConsumer": "kinesis RegisterStreamConsumer",
    "AWS::Lambda::Alias": "lambda CreateAlias",
    "AWS::Lambda::EventInvokeConfig": "lambda PutFunctionEventInvokeConfig",
    "AWS::Lambda::EventSourceMapping": "lambda CreateEventSourceMapping UpdateEventSourceMapping",
    "AWS::Lambda::Function": "lambda CreateFunction UpdateFunctionConfiguration PutFunctionConcurrency",
    "AWS::Lambda::LayerVersion": "lambda PublishLayerVersion",
    "AWS::Lambda::LayerVersionPermission": "lambda AddLayerVersionPermission",
    "AWS::Lambda::Permission": "lambda AddPermission",
    "AWS::Lambda::Url": "lambda CreateFunctionUrlConfig",
    "AWS::Lambda::Version": "lambda PublishVersion",
    "AWS::Logs::LogGroup": "logs CreateLogGroup PutRetentionPolicy",
    "AWS::Logs::LogStream": "logs CreateLogStream",
    "AWS::Logs::MetricFilter": "logs PutMetricFilter",
    "AWS::Logs::QueryDefinition": "logs PutQueryDefinition",
    "AWS::Logs::SubscriptionFilter": "logs PutSubscriptionFilter",
    "AWS::Pipes::Pipe": "pipes CreatePipe",
    "AWS::SNS::Subscription": "sns Subscribe",
    "AWS::SNS::Topic": "sns CreateTopic",
    "AWS::SQS::Queue": "sqs CreateQueue SetQueueAttributes",
    "AWS::SSM::Parameter": "ssm PutParameter",
    "AWS::Scheduler::Schedule": "scheduler CreateSchedule",
    "AWS::Scheduler::ScheduleGroup": "scheduler CreateScheduleGroup",
    "AWS::SecretsManager::Secret": "secretsmanager CreateSecret",
    "AWS::StepFunctions::StateMachine": "stepfunctions CreateStateMachine",
}
"""A service of botocore, and its operations."""

RENAMED: Final[Mapping[str, Mapping[str, str]]] = {
    # A stream has no `StreamEnabled`, and a table on demand may have capacities of 0.
    "AWS::DynamoDB::GlobalTable": {"StreamSpecification": ""},
    "AWS::DynamoDB::Table": {"ProvisionedThroughput": "", "StreamSpecification": ""},
    "AWS::IAM::ManagedPolicy": {"ManagedPolicyName": "PolicyName"},
    "AWS::KMS::Key": {"Tags": ""},
    "AWS::Kinesis::Stream": {"Name": "StreamName"},
    "AWS::Lambda::EventSourceMapping": {"SelfManagedEventSource": ""},
    "AWS::StepFunctions::StateMachine": {"StateMachineName": "name"},
}
"""Properties that the operation has under another name, or (empty) in another form, which is not judged."""

_TYPES: Final = {
    (service, operation): resource_type
    for resource_type, (service, *operations) in ((each, text.split()) for each, text in OF_TYPES.items())
    for operation in operations
}
_MODELS: Final = create_loader()


def refusals(resource_type: str, properties: Mapping[str, Any]) -> list[str]:
    """The errors of AWS for the properties of a resource, without names that CloudFormation fills in."""
    service, *operations = OF_TYPES[resource_type].split()
    renamed = RENAMED.get(resource_type, {})
    # CloudFormation does not send an empty list, of which some operations want one item.
    values = {renamed.get(name, name): each for name, each in properties.items() if each != []}
    found = [each for name in operations for each in of_members(described(service, name).input_shape, values)]
    return list(dict.fromkeys([*found, *limits.exceeded(resource_type, properties)]))


def refusals_of_request(service: str, operation: str, values: Mapping[str, Any]) -> list[str]:
    """The errors of AWS for a request to an API."""
    model = described(service, operation)
    if model is None or model.input_shape is None:
        return []
    found = [*missing(model.input_shape, values), *of_members(model.input_shape, values)]
    resource_type = _TYPES.get((service, operation), "")
    attributes = values.get("Attributes")  # of a queue
    properties = {**values, **attributes} if isinstance(attributes, Mapping) else values
    return list(dict.fromkeys([*found, *limits.exceeded(resource_type, properties)]))


@cache
def described(service: str, operation: str) -> Any:  # noqa: ANN401 - botocore has no static types
    """An operation of a service; None if its model lacks it."""
    model = _service(service)
    return model.operation_model(operation) if operation in model.operation_names else None


@cache
def _service(name: str) -> Any:  # noqa: ANN401 - botocore has no static types
    return ServiceModel(_MODELS.load_service_model(name, "service-2"), name)
