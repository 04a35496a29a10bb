"""The list of the honored resource types, triggers and runtimes.

A test compares the resource types with the server's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

MODELED: Final[Mapping[str, str]] = {
    "ApiGateway": "Account ApiKey Authorizer BasePathMapping Deployment DocumentationPart "
    "DocumentationVersion DomainName GatewayResponse Method Model RequestValidator Resource "
    "RestApi Stage UsagePlan UsagePlanKey",
    "ApiGatewayV2": "Api ApiMapping Authorizer DomainName Integration Route Stage",
    "CDK": "Metadata",
    "CertificateManager": "Certificate",
    "CloudFormation": "CustomResource Stack WaitCondition WaitConditionHandle",
    "CloudWatch": "Alarm CompositeAlarm Dashboard",
    "CodeDeploy": "Application DeploymentConfig DeploymentGroup",
    "Cognito": "IdentityPool IdentityPoolPrincipalTag IdentityPoolRoleAttachment UserPool UserPoolClient "
    "UserPoolDomain UserPoolGroup UserPoolResourceServer",
    "DynamoDB": "GlobalTable Table",
    "ElasticLoadBalancingV2": "Listener ListenerRule LoadBalancer TargetGroup",
    "Events": "EventBus Rule",
    "IAM": "InstanceProfile ManagedPolicy Policy Role User",
    "IoT": "CACertificate Certificate DomainConfiguration JobTemplate Policy PolicyPrincipalAttachment "
    "ProvisioningTemplate Thing ThingGroup ThingPrincipalAttachment ThingType TopicRule",
    "KMS": "Alias Key",
    "Kinesis": "Stream StreamConsumer",
    "Lambda": "Alias EventInvokeConfig EventSourceMapping Function LayerVersion LayerVersionPermission "
    "Permission Url Version",
    "Logs": "LogGroup LogStream MetricFilter QueryDefinition ResourcePolicy SubscriptionFilter",
    "S3": "AccessPoint Bucket BucketPolicy MultiRegionAccessPoint",
    "SES": "ConfigurationSet ConfigurationSetEventDestination EmailIdentity ReceiptRule ReceiptRuleSet",
    "SNS": "Subscription Topic TopicPolicy",
    "SQS": "Queue QueuePolicy",
    "SSM": "Parameter",
    "Scheduler": "Schedule ScheduleGroup",
    "SecretsManager": "Secret SecretTargetAttachment",
    "StepFunctions": "StateMachine",
}
"""Resource types that do here what they do on AWS, as far as the README says, by service."""

STORED: Final[Mapping[str, str]] = {
    "AppConfig": "Application ConfigurationProfile Deployment DeploymentStrategy Environment "
    "HostedConfigurationVersion",
    "AppSync": "ApiKey DataSource FunctionConfiguration GraphQLApi GraphQLSchema Resolver",
    "ApplicationAutoScaling": "ScalableTarget ScalingPolicy",
    "Athena": "WorkGroup",
    "AutoScaling": "AutoScalingGroup LaunchConfiguration LifecycleHook ScalingPolicy ScheduledAction",
    "Backup": "BackupPlan BackupVault",
    "CloudFront": "CachePolicy CloudFrontOriginAccessIdentity Distribution Function KeyValueStore "
    "OriginAccessControl OriginRequestPolicy ResponseHeadersPolicy",
    "CodeBuild": "Project",
    "DocDB": "DBCluster DBClusterParameterGroup DBInstance DBSubnetGroup",
    "EC2": "EIP InternetGateway LaunchTemplate NatGateway Route RouteTable SecurityGroup Subnet "
    "SubnetRouteTableAssociation VPC VPCEndpoint VPCGatewayAttachment",
    "ECR": "Repository",
    "ECS": "Cluster Service TaskDefinition",
    "EFS": "AccessPoint FileSystem MountTarget",
    "EKS": "Cluster Nodegroup",
    "ElastiCache": "CacheCluster ParameterGroup ReplicationGroup SubnetGroup User UserGroup",
    "Glue": "Connection Crawler Database Job Partition Table Trigger",
    "KinesisAnalyticsV2": "Application ApplicationCloudWatchLoggingOption",
    "KinesisFirehose": "DeliveryStream",
    "Location": "Tracker",
    "OpenSearchService": "Domain",
    "Pipes": "Pipe",
    "RDS": "DBCluster DBClusterParameterGroup DBInstance DBParameterGroup DBSubnetGroup",
    "Route53": "HostedZone RecordSet",
    "S3ObjectLambda": "AccessPoint AccessPointPolicy",
    "S3Tables": "Namespace Table TableBucket",
    "ServiceDiscovery": "HttpNamespace Instance PrivateDnsNamespace PublicDnsNamespace Service",
    "Signer": "ProfilePermission SigningProfile",
    "WAFv2": "WebACL",
}
"""Resource types that are created, and that APIs describe; nothing runs, routes, filters or scales."""

STORED_PROPERTIES: Final[Mapping[str, str]] = {
    "AWS::ApiGateway::Stage": "AccessLogSetting TracingEnabled",
    "AWS::ApiGatewayV2::Stage": "AccessLogSettings",
    "AWS::Kinesis::Stream": "StreamEncryption",
    "AWS::Lambda::Alias": "ProvisionedConcurrencyConfig",
    "AWS::Lambda::EventSourceMapping": "ProvisionedPollerConfig",
    "AWS::Lambda::Function": "Architectures EphemeralStorage KmsKeyArn RuntimeManagementConfig SnapStart "
    "TracingConfig VpcConfig",
    "AWS::Logs::LogGroup": "KmsKeyId RetentionInDays",
    "AWS::SQS::Queue": "KmsMasterKeyId SqsManagedSseEnabled",
}
"""Properties that APIs return, and that have no effect: handlers run as processes of this machine."""

HELPERS: Final = (
    "Custom::LogRetention",
    "Custom::S3AutoDeleteObjects",
    "Custom::VpcRestrictDefaultSG",
)
"""Custom resources of CDK whose work the emulator does itself."""

RUNTIMES: Final = ("python", "nodejs", "provided")
"""How the names of the runtimes begin."""

EVENT_SOURCES: Final = ("dynamodb", "kafka", "kinesis", "mq", "sqs")
"""Services that an event source mapping reads."""

USER_POOL_TRIGGERS: Final = (
    "CreateAuthChallenge",
    "CustomMessage",
    "DefineAuthChallenge",
    "InboundFederation",
    "PostAuthentication",
    "PostConfirmation",
    "PreAuthentication",
    "PreSignUp",
    "PreTokenGeneration",
    "PreTokenGenerationConfig",
    "VerifyAuthChallengeResponse",
)
"""Keys of a user pool's `LambdaConfig` that are invoked."""

SUBSCRIPTIONS: Final = ("http", "https", "lambda", "sqs")
"""Protocols of SNS subscriptions that deliver."""

RULE_TARGETS: Final = (
    "AWS::Events::ApiDestination",
    "AWS::Events::EventBus",
    "AWS::Lambda::Alias",
    "AWS::Lambda::Function",
    "AWS::Lambda::Version",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::StepFunctions::StateMachine",
)
"""Resource types that a rule of EventBridge delivers to."""

INTEGRATIONS: Final = (("lambda", "path"), ("sqs", "path"))
"""Services that a REST API calls, and what follows them in the URI of the integration."""

RECEIPT_ACTIONS: Final = ("LambdaAction", "S3Action", "SNSAction", "StopAction")
"""Actions of SES's receipt rules that are taken."""

_POLICIES: Final = {
    "": (
        "AWSCloudFormationFullAccess AWSCloudFormationReadOnlyAccess AWSXRayDaemonWriteAccess "
        "AWSXrayReadOnlyAccess AdministratorAccess AmazonDynamoDBFullAccess AmazonEC2FullAccess "
        "AmazonEC2ReadOnlyAccess AmazonEKSClusterPolicy AmazonEKSServicePolicy "
        "AmazonEKSWorkerNodePolicy AmazonEKS_CNI_Policy AmazonS3FullAccess AmazonS3ReadOnlyAccess "
        "AmazonSNSFullAccess AmazonSQSFullAccess AmazonSSMManagedInstanceCore "
        "CloudWatchAgentServerPolicy CloudWatchLambdaInsightsExecutionRolePolicy "
        "CloudWatchLogsFullAccess IAMFullAccess IAMReadOnlyAccess PowerUserAccess ReadOnlyAccess "
        "SecurityAudit"
    ),
    "service-role/": (
        "AWSCodeDeployRoleForLambda AWSCodeDeployRoleForLambdaLimited AWSIoTThingsRegistration "
        "AWSLambdaBasicExecutionRole AWSLambdaDynamoDBExecutionRole AWSLambdaKinesisExecutionRole "
        "AWSLambdaRole AWSLambdaSQSQueueExecutionRole AWSLambdaVPCAccessExecutionRole "
        "AmazonAPIGatewayPushToCloudWatchLogs AmazonECSTaskExecutionRolePolicy"
    ),
}
MANAGED_POLICIES: Final = frozenset(
    path + name for path, names in _POLICIES.items() for name in names.split()
)
"""AWS managed policies whose statements are known."""


def types(table: Mapping[str, str]) -> Iterator[str]:
    """The full names of the types of a table."""
    for service, names in table.items():
        for name in names.split():
            yield f"AWS::{service}::{name}"


ALL_TYPES: Final = frozenset([*types(MODELED), *types(STORED), *HELPERS])
"""What a template may create; also a custom resource whose function is in the stack."""


def described() -> str:
    """Everything that the emulator honors, for a reader."""
    return "\n".join(
        [
            "The emulator honors:",
            f"  runtimes             {', '.join(f'{name}*' for name in RUNTIMES)}, no container images",
            f"  event sources        {', '.join(EVENT_SOURCES)}",
            f"  user pool triggers   {', '.join(USER_POOL_TRIGGERS)}",
            f"  subscriptions        {', '.join(SUBSCRIPTIONS)}",
            f"  receipt actions      {', '.join(RECEIPT_ACTIONS)}",
            f"  rule targets         {', '.join(RULE_TARGETS)}",
            "  API integrations     functions, HTTP endpoints, mocks; of REST APIs also queues",
            f"  custom resources     {', '.join(HELPERS)}, and those of functions of the stack",
            "  layers               of the stack",
            f"  managed policies     {', '.join(sorted(MANAGED_POLICIES))}",
            *(f"  AWS::{service:<22} {names}" for service, names in sorted(MODELED.items())),
            "and stores, so that nothing runs, routes, filters or scales:",
            *(f"  AWS::{service:<22} {names}" for service, names in sorted(STORED.items())),
            "and stores these properties, so that APIs return them:",
            *(f"  {kind:<27} {names}" for kind, names in sorted(STORED_PROPERTIES.items())),
        ]
    )
