"""Reads a resource that CloudFormation created from its service's API, by the names of its properties."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from lambda_constructs_emulator.connection import Connection

Properties = Mapping[str, Any]
Reader = Callable[[Connection, str, Properties], Any]
"""Takes the emulator, the result of `Ref` and the properties with their references resolved."""


def _ask(service: str, operation: str, *names: str, ref: str = "", path: str = "", **also: Any) -> Reader:
    """A reader that calls one operation.

    Args:
        service: Its client.
        operation: The method of the client.
        names: Parameters whose values are the properties of these names.
        ref: A parameter whose value is the end of the result of `Ref`, or a list with it: `AlarmNames[]`.
        path: The member of the answer that describes the resource; the first element of a list.
        also: More parameters.
    """

    def read(emulator: Connection, found: str, properties: Properties) -> Any:
        addressed = {_capital(name): properties[_capital(name)] for name in names}
        arguments = {name: addressed[_capital(name)] for name in names} | also
        if ref:
            arguments |= {ref.removesuffix("[]"): [found] if ref.endswith("[]") else found}
        answer = getattr(emulator.client(service), operation)(**arguments)
        answer = answer[path] if path else answer
        return {**addressed, **(answer[0] if isinstance(answer, list) else answer)}

    return read


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]


def _renamed(read: Reader, **names: str) -> Reader:
    """The same with members under the names of properties: a dotted path, from the answer's root."""

    def rename(emulator: Connection, ref: str, properties: Properties) -> Any:
        found = read(emulator, ref, properties)
        return {**found, **{name: _at(found, path) for name, path in names.items()}}

    return rename


def _at(found: Any, path: str) -> Any:
    for step in path.split("."):
        found = found.get(step, {}) if step else found
    return found


def _last(read: Reader) -> Reader:
    """The same for a `Ref` that the API knows by its end."""
    return lambda emulator, ref, properties: read(
        emulator, ref.rpartition("/")[2].rpartition("|")[2], properties
    )


def _method(emulator: Connection, _ref: str, properties: Properties) -> Any:
    client, api = emulator.client("apigateway"), properties["RestApiId"]
    resource = properties["ResourceId"] or client.get_rest_api(restApiId=api)["rootResourceId"]
    found = client.get_method(restApiId=api, resourceId=resource, httpMethod=properties["HttpMethod"])
    found |= {"RestApiId": api, "ResourceId": resource}
    integration = found.get("methodIntegration", {})
    return {**found, "Integration": {**integration, "IntegrationHttpMethod": integration.get("httpMethod")}}


def _stage(emulator: Connection, ref: str, properties: Properties) -> Any:
    found = _ask("apigateway", "get_stage", "restApiId", ref="stageName")(emulator, ref, properties)
    settings = [
        {
            **each,
            "HttpMethod": name.rpartition("/")[2],
            "ResourcePath": f"/{name.rpartition('/')[0].lstrip('/')}",
        }
        for name, each in found["methodSettings"].items()
    ]
    return {**found, "MethodSettings": settings, "AccessLogSetting": found.get("accessLogSettings")}


def _queue(emulator: Connection, ref: str, _: Properties) -> Any:
    found = emulator.client("sqs").get_queue_attributes(QueueUrl=ref, AttributeNames=["All"])["Attributes"]
    return {**found, "QueueName": ref.rpartition("/")[2]}


def _policy_of(service: str, operation: str, parameter: str, names: str, **also: Any) -> Reader:
    """A reader of a resource policy, which is an attribute of what it protects."""

    def read(emulator: Connection, _ref: str, properties: Properties) -> Any:
        (protected,) = properties[names]
        found = getattr(emulator.client(service), operation)(**{parameter: protected}, **also)
        return {**properties, "PolicyDocument": found["Attributes"]["Policy"]}

    return read


def _bucket_policy(emulator: Connection, _ref: str, properties: Properties) -> Any:
    found = emulator.client("s3").get_bucket_policy(Bucket=properties["Bucket"])
    return {**properties, "PolicyDocument": found["Policy"]}


def _notifications(emulator: Connection, _ref: str, properties: Properties) -> Any:
    found = emulator.client("s3").get_bucket_notification_configuration(Bucket=properties["BucketName"])
    return {**properties, "NotificationConfiguration": found}


def _role(emulator: Connection, name: str, _: Properties) -> Any:
    iam = emulator.client("iam")
    policies = iam.list_role_policies(RoleName=name)["PolicyNames"]
    attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    return {
        **iam.get_role(RoleName=name)["Role"],
        "Policies": [iam.get_role_policy(RoleName=name, PolicyName=each) for each in policies],
        "ManagedPolicyArns": [each["PolicyArn"] for each in attached],
    }


def _policy(emulator: Connection, _ref: str, properties: Properties) -> Any:
    (role,) = properties["Roles"]
    found = emulator.client("iam").get_role_policy(RoleName=role, PolicyName=properties["PolicyName"])
    return {**found, "Roles": [role]}


def _managed_policy(emulator: Connection, arn: str, _: Properties) -> Any:
    iam = emulator.client("iam")
    found = iam.get_policy(PolicyArn=arn)["Policy"]
    version = iam.get_policy_version(PolicyArn=arn, VersionId=found["DefaultVersionId"])["PolicyVersion"]
    roles = iam.list_entities_for_policy(PolicyArn=arn)["PolicyRoles"]
    return {**found, "PolicyDocument": version["Document"], "Roles": [each["RoleName"] for each in roles]}


def _rule(emulator: Connection, ref: str, properties: Properties) -> Any:
    client, name = emulator.client("events"), ref.rpartition("|")[2].rpartition("/")[2]
    bus = {"EventBusName": properties["EventBusName"]} if "EventBusName" in properties else {}
    targets = client.list_targets_by_rule(Rule=name, **bus)["Targets"]
    return {**client.describe_rule(Name=name, **bus), "Targets": targets}


def _schedule(emulator: Connection, ref: str, properties: Properties) -> Any:
    group = {"GroupName": properties["GroupName"]} if "GroupName" in properties else {}
    return emulator.client("scheduler").get_schedule(Name=ref.rpartition("/")[2], **group)


def _table(emulator: Connection, name: str, _: Properties) -> Any:
    client = emulator.client("dynamodb")
    expiry = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    return {
        **client.describe_table(TableName=name)["Table"],
        "TimeToLiveSpecification": {**expiry, "Enabled": expiry["TimeToLiveStatus"] == "ENABLED"},
    }


def _key(emulator: Connection, key: str, _: Properties) -> Any:
    client = emulator.client("kms")
    return {
        "EnableKeyRotation": client.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"],
        "KeyPolicy": client.get_key_policy(KeyId=key, PolicyName="default")["Policy"],
    }


def _secret(emulator: Connection, arn: str, _: Properties) -> Any:
    value = emulator.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    return {"GenerateSecretString": {"length": len(value)}}


def _security_group(emulator: Connection, ref: str, properties: Properties) -> Any:
    read = _ask("ec2", "describe_security_groups", ref="GroupIds[]", path="SecurityGroups")
    found = read(emulator, ref, properties)
    egress = [{**rule, **cidr} for rule in found["IpPermissionsEgress"] for cidr in rule["IpRanges"]]
    return {**found, "GroupDescription": found["Description"], "SecurityGroupEgress": egress}


def _listener_rule(emulator: Connection, arn: str, properties: Properties) -> Any:
    found = emulator.client("elbv2").describe_rules(ListenerArn=properties["ListenerArn"])["Rules"]
    (rule,) = (each for each in found if each["RuleArn"] == arn)
    return {**rule, "ListenerArn": properties["ListenerArn"]}


def _target_group(emulator: Connection, arn: str, properties: Properties) -> Any:
    found = emulator.client("elbv2").describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
    names = {each["Key"] for each in properties["TargetGroupAttributes"]}
    return {"TargetGroupAttributes": [each for each in found if each["Key"] in names]}


def _scalable_target(emulator: Connection, _ref: str, properties: Properties) -> Any:
    client, named = emulator.client("application-autoscaling"), properties["ResourceId"]
    (found,) = client.describe_scalable_targets(ServiceNamespace="lambda", ResourceIds=[named])[
        "ScalableTargets"
    ]
    actions = client.describe_scheduled_actions(ServiceNamespace="lambda", ResourceId=named)
    return {**found, "ScheduledActions": actions["ScheduledActions"]}


def _scaling_policy(emulator: Connection, ref: str, _: Properties) -> Any:
    found = emulator.client("application-autoscaling").describe_scaling_policies(ServiceNamespace="lambda")
    (policy,) = (each for each in found["ScalingPolicies"] if each["PolicyARN"] == ref)
    target = "|".join(policy[name] for name in ("ResourceId", "ScalableDimension", "ServiceNamespace"))
    return {**policy, "ScalingTargetId": target}


def _log_group(emulator: Connection, name: str, _: Properties) -> Any:
    found = emulator.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return next(each for each in found if each["logGroupName"] == name)


_api = partial(_ask, "apigateway")
_http_api = partial(_ask, "apigatewayv2")

READERS: Final[Mapping[str, Reader]] = {
    "AWS::ApiGateway::Account": _api("get_account"),
    "AWS::ApiGateway::Authorizer": _api("get_authorizer", "restApiId", ref="authorizerId"),
    "AWS::ApiGateway::Deployment": _api("get_deployment", "restApiId", ref="deploymentId"),
    "AWS::ApiGateway::Method": _method,
    "AWS::ApiGateway::Model": _api("get_model", "restApiId", ref="modelName"),
    "AWS::ApiGateway::RequestValidator": _api("get_request_validator", "restApiId", ref="requestValidatorId"),
    "AWS::ApiGateway::Resource": _api("get_resource", "restApiId", ref="resourceId"),
    "AWS::ApiGateway::RestApi": _api("get_rest_api", ref="restApiId"),
    "AWS::ApiGateway::Stage": _stage,
    "AWS::ApiGatewayV2::Api": _http_api("get_api", ref="ApiId"),
    "AWS::ApiGatewayV2::ApiMapping": _last(_http_api("get_api_mapping", "DomainName", ref="ApiMappingId")),
    "AWS::ApiGatewayV2::Authorizer": _http_api("get_authorizer", "ApiId", ref="AuthorizerId"),
    "AWS::ApiGatewayV2::DomainName": _http_api("get_domain_name", ref="DomainName"),
    "AWS::ApiGatewayV2::Integration": _last(_http_api("get_integration", "ApiId", ref="IntegrationId")),
    "AWS::ApiGatewayV2::Route": _last(_http_api("get_route", "ApiId", ref="RouteId")),
    "AWS::ApiGatewayV2::Stage": _http_api("get_stage", "ApiId", ref="StageName"),
    "AWS::ApplicationAutoScaling::ScalableTarget": _scalable_target,
    "AWS::ApplicationAutoScaling::ScalingPolicy": _scaling_policy,
    "AWS::CloudWatch::Alarm": _ask("cloudwatch", "describe_alarms", ref="AlarmNames[]", path="MetricAlarms"),
    "AWS::CodeDeploy::DeploymentConfig": _ask(
        "codedeploy", "get_deployment_config", ref="deploymentConfigName", path="deploymentConfigInfo"
    ),
    "AWS::CodeDeploy::DeploymentGroup": _ask(
        "codedeploy",
        "get_deployment_group",
        "applicationName",
        ref="deploymentGroupName",
        path="deploymentGroupInfo",
    ),
    "AWS::Cognito::UserPool": _ask("cognito-idp", "describe_user_pool", ref="UserPoolId", path="UserPool"),
    "AWS::DynamoDB::Table": _table,
    "AWS::EC2::SecurityGroup": _security_group,
    "AWS::ElasticLoadBalancingV2::ListenerRule": _listener_rule,
    "AWS::ElasticLoadBalancingV2::TargetGroup": _target_group,
    "AWS::Events::EventBus": _ask("events", "describe_event_bus", ref="Name"),
    "AWS::Events::Rule": _rule,
    "AWS::IAM::ManagedPolicy": _managed_policy,
    "AWS::IAM::Policy": _policy,
    "AWS::IAM::Role": _role,
    "AWS::IoT::TopicRule": _renamed(_ask("iot", "get_topic_rule", ref="ruleName"), TopicRulePayload="rule"),
    "AWS::KMS::Key": _key,
    "AWS::Kinesis::Stream": _renamed(
        _ask("kinesis", "describe_stream_summary", ref="StreamName", path="StreamDescriptionSummary"),
        ShardCount="OpenShardCount",
        StreamEncryption="",
    ),
    "AWS::Kinesis::StreamConsumer": _ask(
        "kinesis", "describe_stream_consumer", ref="ConsumerARN", path="ConsumerDescription"
    ),
    "AWS::Logs::LogGroup": _log_group,
    "AWS::Logs::SubscriptionFilter": _ask(
        "logs", "describe_subscription_filters", "logGroupName", path="subscriptionFilters"
    ),
    "AWS::S3::Bucket": _ask("s3", "head_bucket", ref="Bucket"),
    "AWS::S3::BucketPolicy": _bucket_policy,
    "AWS::SES::ReceiptRule": _last(
        _renamed(_ask("ses", "describe_receipt_rule", "RuleSetName", ref="RuleName"), Rule="Rule")
    ),
    "AWS::SES::ReceiptRuleSet": _ask("ses", "describe_receipt_rule_set", ref="RuleSetName"),
    "AWS::SNS::Subscription": _ask(
        "sns", "get_subscription_attributes", ref="SubscriptionArn", path="Attributes"
    ),
    "AWS::SNS::Topic": _ask("sns", "get_topic_attributes", ref="TopicArn", path="Attributes"),
    "AWS::SNS::TopicPolicy": _policy_of("sns", "get_topic_attributes", "TopicArn", "Topics"),
    "AWS::SQS::Queue": _queue,
    "AWS::SQS::QueuePolicy": _policy_of(
        "sqs", "get_queue_attributes", "QueueUrl", "Queues", AttributeNames=["Policy"]
    ),
    "AWS::Scheduler::Schedule": _schedule,
    "AWS::Scheduler::ScheduleGroup": _ask("scheduler", "get_schedule_group", ref="Name"),
    "AWS::SecretsManager::Secret": _secret,
    "Custom::S3BucketNotifications": _notifications,
}
"""How to read a resource, by its type; those of Lambda are in `functions`."""
