"""The kinds of triggers: the types of resources that invoke functions, and the properties that name these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MAPPING: Final = "event source mapping"
URL: Final = "function URL"
RULE: Final = "rule"
SUBSCRIPTION: Final = "subscription"
SCHEDULE: Final = "schedule"
NOTIFICATION: Final = "bucket notification"
INTEGRATION: Final = "API integration"
AUTHORIZER: Final = "authorizer"
TARGET_GROUP: Final = "target group"
LOG_SUBSCRIPTION: Final = "log subscription"
RECEIPT_RULE: Final = "receipt rule"
USER_POOL: Final = "user pool"
DATA_SOURCE: Final = "AppSync data source"
APPSYNC_AUTHORIZER: Final = "AppSync authorizer"
PIPE: Final = "pipe"
ENRICHMENT: Final = "enrichment of a pipe"
TRANSFORMATION: Final = "Firehose transformation"
OBJECT_LAMBDA: Final = "S3 Object Lambda access point"
EDGE: Final = "CloudFront distribution"
CUSTOM_RESOURCE: Final = "custom resource"
TASK: Final = "Step Functions task"
CONNECT: Final = "Amazon Connect integration"

METHOD: Final = "AWS::ApiGateway::Method"
REST_API: Final = "AWS::ApiGateway::RestApi"
V2_API: Final = "AWS::ApiGatewayV2::Api"
DISTRIBUTION: Final = "AWS::CloudFront::Distribution"
STATE_MACHINE: Final = "AWS::StepFunctions::StateMachine"

# An OpenAPI definition: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
_OPENAPI_INTEGRATIONS: Final = (
    "Body/paths/*/*/x-amazon-apigateway-integration/uri",
    "Body/components/x-amazon-apigateway-integrations/*/uri",
)
_OPENAPI_AUTHORIZERS: Final = (
    "Body/securityDefinitions/*/x-amazon-apigateway-authorizer/authorizerUri",
    "Body/components/securitySchemes/*/x-amazon-apigateway-authorizer/authorizerUri",
)
_EDGE: Final = "LambdaFunctionAssociations/*/LambdaFunctionARN"


@dataclass(frozen=True)
class Kind:
    """A kind of trigger."""

    name: str  # its name in messages
    type: str  # the type of its resources; `Custom::*` is every type that starts with this
    path: str  # the property that names the function they invoke; `*` is each item
    # Whether Lambda queues their events and retries them, unless a resource says otherwise
    asynchronous: bool = False


def _queued(name: str, kind: str, path: str) -> Kind:
    """A kind of trigger whose events Lambda queues and retries, unless a resource says otherwise."""
    return Kind(name, kind, path, asynchronous=True)


KINDS: Final = (
    Kind(MAPPING, "AWS::Lambda::EventSourceMapping", "FunctionName"),
    Kind(URL, "AWS::Lambda::Url", "TargetFunctionArn"),
    _queued(RULE, "AWS::Events::Rule", "Targets/*/Arn"),
    _queued(SUBSCRIPTION, "AWS::SNS::Subscription", "Endpoint"),
    _queued(SUBSCRIPTION, "AWS::SNS::Topic", "Subscription/*/Endpoint"),
    _queued(SCHEDULE, "AWS::Scheduler::Schedule", "Target/Arn"),
    _queued(NOTIFICATION, "AWS::S3::Bucket", "NotificationConfiguration/LambdaConfigurations/*/Function"),
    _queued(
        NOTIFICATION,
        "Custom::S3BucketNotifications",
        "NotificationConfiguration/LambdaFunctionConfigurations/*/LambdaFunctionArn",
    ),
    Kind(INTEGRATION, METHOD, "Integration/Uri"),
    *(Kind(INTEGRATION, REST_API, path) for path in _OPENAPI_INTEGRATIONS),
    Kind(INTEGRATION, "AWS::ApiGatewayV2::Integration", "IntegrationUri"),
    Kind(INTEGRATION, V2_API, "Target"),
    *(Kind(INTEGRATION, V2_API, path) for path in _OPENAPI_INTEGRATIONS),
    Kind(AUTHORIZER, "AWS::ApiGateway::Authorizer", "AuthorizerUri"),
    *(Kind(AUTHORIZER, REST_API, path) for path in _OPENAPI_AUTHORIZERS),
    Kind(AUTHORIZER, "AWS::ApiGatewayV2::Authorizer", "AuthorizerUri"),
    *(Kind(AUTHORIZER, V2_API, path) for path in _OPENAPI_AUTHORIZERS),
    Kind(TARGET_GROUP, "AWS::ElasticLoadBalancingV2::TargetGroup", "Targets/*/Id"),
    Kind("VPC Lattice target group", "AWS::VpcLattice::TargetGroup", "Targets/*/Id"),
    _queued(LOG_SUBSCRIPTION, "AWS::Logs::SubscriptionFilter", "DestinationArn"),
    _queued("topic rule", "AWS::IoT::TopicRule", "TopicRulePayload/Actions/*/Lambda/FunctionArn"),
    _queued("topic rule", "AWS::IoT::TopicRule", "TopicRulePayload/ErrorAction/Lambda/FunctionArn"),
    _queued(RECEIPT_RULE, "AWS::SES::ReceiptRule", "Rule/Actions/*/LambdaAction/FunctionArn"),
    Kind(USER_POOL, "AWS::Cognito::UserPool", "LambdaConfig/*"),
    Kind(USER_POOL, "AWS::Cognito::UserPool", "LambdaConfig/PreTokenGenerationConfig/LambdaArn"),
    Kind(DATA_SOURCE, "AWS::AppSync::DataSource", "LambdaConfig/LambdaFunctionArn"),
    Kind(APPSYNC_AUTHORIZER, "AWS::AppSync::GraphQLApi", "LambdaAuthorizerConfig/AuthorizerUri"),
    Kind(
        APPSYNC_AUTHORIZER,
        "AWS::AppSync::GraphQLApi",
        "AdditionalAuthenticationProviders/*/LambdaAuthorizerConfig/AuthorizerUri",
    ),
    Kind(PIPE, "AWS::Pipes::Pipe", "Target"),
    Kind(ENRICHMENT, "AWS::Pipes::Pipe", "Enrichment"),
    Kind(
        TRANSFORMATION,
        "AWS::KinesisFirehose::DeliveryStream",
        "*/ProcessingConfiguration/Processors/*/Parameters/*/ParameterValue",
    ),
    Kind(
        OBJECT_LAMBDA,
        "AWS::S3ObjectLambda::AccessPoint",
        "ObjectLambdaConfiguration/TransformationConfigurations/*/ContentTransformation/AwsLambda/FunctionArn",
    ),
    Kind(EDGE, DISTRIBUTION, f"DistributionConfig/DefaultCacheBehavior/{_EDGE}"),
    Kind(EDGE, DISTRIBUTION, f"DistributionConfig/CacheBehaviors/*/{_EDGE}"),
    # Lambda queues its events too, but a failure without an answer fails the deployment: nothing is lost.
    Kind(CUSTOM_RESOURCE, "AWS::CloudFormation::CustomResource", "ServiceToken"),
    Kind(CUSTOM_RESOURCE, "Custom::*", "ServiceToken"),
    _queued("alarm action", "AWS::CloudWatch::Alarm", "AlarmActions/*"),
    _queued("alarm action", "AWS::CloudWatch::Alarm", "OKActions/*"),
    Kind("AWS Config rule", "AWS::Config::ConfigRule", "Source/SourceIdentifier"),
    Kind(
        "CodePipeline action", "AWS::CodePipeline::Pipeline", "Stages/*/Actions/*/Configuration/FunctionName"
    ),
    Kind("secret rotation", "AWS::SecretsManager::RotationSchedule", "RotationLambdaARN"),
    Kind(CONNECT, "AWS::Connect::IntegrationAssociation", "IntegrationArn"),
    Kind(
        "Amazon Lex code hook",
        "AWS::Lex::BotAlias",
        "BotAliasLocaleSettings/*/BotAliasLocaleSetting/CodeHookSpecification/LambdaCodeHook/LambdaArn",
    ),
    Kind("Amazon Bedrock action group", "AWS::Bedrock::Agent", "ActionGroups/*/ActionGroupExecutor/Lambda"),
)
