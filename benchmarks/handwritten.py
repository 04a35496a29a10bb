"""The bundles of `SqsWorker` and `HttpFunction` with L2 constructs, as a careful team would write them.

They create the same resources as the constructs; ids, names and texts differ, and a few properties that the
L2 constructs set. Both have the same properties: arm64, 512 MB, JSON logs in a separate log group, tracing, a
separate role, a retained version, an alias, a canary with two rollback alarms and a role that may shift only
this alias, provisioned concurrency with target tracking, and five alarms. The worker has a queue and a
dead-letter queue with TLS and encryption, partial batch responses and event metrics. The other function has
an HTTP API with IAM, throttling and an access log.
"""

import json
from collections.abc import Mapping, Sequence
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

MINUTE = cdk.Duration.minutes(1)
KEPT = cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE


class Shared(Construct):
    """One CodeDeploy application, and one policy for X-Ray, for all functions of a stack."""

    def __init__(self, scope: Construct) -> None:
        """Create both."""
        super().__init__(scope, "Shared")
        self.application = codedeploy.LambdaApplication(self, "Application")
        tracing = allow(["xray:PutTelemetryRecords", "xray:PutTraceSegments"], ["*"])
        self.tracing = iam.ManagedPolicy(self, "Tracing", statements=[tracing])
        stack = cdk.Stack.of(self)
        groups = stack.format_arn(
            service="codedeploy",
            resource="deploymentgroup",
            resource_name=f"{self.application.application_name}/*",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        conditions = {
            "ArnLike": {"aws:SourceArn": groups},
            "StringEquals": {"aws:SourceAccount": stack.account},
        }
        self.code_deploy = iam.ServicePrincipal("codedeploy.amazonaws.com", conditions=conditions)


def allow(actions: Sequence[str], resources: Sequence[str]) -> iam.PolicyStatement:
    """A statement that allows actions."""
    return iam.PolicyStatement(actions=list(actions), resources=list(resources))


class HandwrittenFunction(Construct):
    """A function with everything except a trigger, written by hand."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        shared: Shared,
        code: lambda_.Code,
        timeout: int,
        statements: Sequence[iam.PolicyStatement] = (),
    ) -> None:
        """Create the function, its alias, and the common alarms."""
        super().__init__(scope, construct_id)
        self.shared = shared
        log_group = logs.LogGroup(self, "Logs", retention=logs.RetentionDays.ONE_MONTH, removal_policy=KEPT)
        write = allow(["logs:CreateLogStream", "logs:PutLogEvents"], [log_group.log_group_arn])
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={"Workload": iam.PolicyDocument(statements=[write, *statements])},
            managed_policies=[shared.tracing],
        )
        self.function = function = lambda_.Function(
            self,
            "Function",
            code=code,
            handler="app.handler",
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            memory_size=512,
            timeout=cdk.Duration.seconds(timeout),
            role=role,
            log_group=log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            application_log_level_v2=lambda_.ApplicationLogLevel.INFO,
            system_log_level_v2=lambda_.SystemLogLevel.INFO,
            current_version_options=lambda_.VersionOptions(removal_policy=KEPT),
        )
        # The option `tracing` would add a policy with actions on '*' to each role.
        resource = cast(lambda_.CfnFunction, function.node.default_child)
        resource.tracing_config = lambda_.CfnFunction.TracingConfigProperty(mode="Active")
        self.alias = lambda_.Alias(
            self,
            "Live",
            alias_name="live",
            version=function.current_version,
            provisioned_concurrent_executions=1,
        )
        scaling = self.alias.add_auto_scaling(min_capacity=1, max_capacity=10)
        scaling.scale_on_utilization(utilization_target=0.7)
        name = function.function_name
        self.dimensions = {"FunctionName": name, "Resource": f"{name}:live"}
        self.failed_name = f"{cdk.Stack.of(self).stack_name}/{construct_id}/FailedEvents"
        executed = {**self.dimensions, "ExecutedVersion": function.current_version.version}
        errors = self.metric("AWS/Lambda", "Errors", executed)
        self.errors = self.alarm("ErrorsAlarm", "The new version raises errors: read its log", errors, 1)
        self.alarm(
            "SpilloverAlarm",
            "Provisioned concurrency is not enough: raise its maximum",
            self.metric("AWS/Lambda", "ProvisionedConcurrencySpilloverInvocations", self.dimensions),
            1,
            periods=3,
        )

    def metric(
        self, namespace: str, name: str, dimensions: Mapping[str, str], statistic: str = "Sum"
    ) -> cloudwatch.Metric:
        """A metric with a period of one minute."""
        return cloudwatch.Metric(
            namespace=namespace,
            metric_name=name,
            dimensions_map=dict(dimensions),
            statistic=statistic,
            period=MINUTE,
        )

    def alarm(
        self,
        alarm_id: str,
        description: str,
        metric: cloudwatch.IMetric,
        threshold: float,
        *,
        periods: int = 1,
        name: str | None = None,
    ) -> cloudwatch.Alarm:
        """An alarm that treats missing data as not breaching."""
        return cloudwatch.Alarm(
            self,
            alarm_id,
            alarm_name=name,
            alarm_description=f"{self.node.path}: {description}",
            metric=metric,
            threshold=threshold,
            evaluation_periods=periods,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )

    def watch_share(self, failed: cloudwatch.Metric, all_of_them: cloudwatch.Metric) -> None:
        """An alarm on the share of failures."""
        share = cloudwatch.MathExpression(
            expression="100*failed/invoked",
            using_metrics={"failed": failed, "invoked": all_of_them},
            period=MINUTE,
        )
        description = "The share of failing events is too large: read the log of the function"
        self.alarm("FailedEventsAlarm", description, share, 5, name=self.failed_name)

    def roll_out(self) -> None:
        """Shift traffic to new versions, and roll back on an alarm."""
        function_arn = self.function.function_arn
        weigh = ["lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias"]
        failed = cloudwatch.Alarm.from_alarm_name(self, "FailedEvents", self.failed_name)
        statements = [
            allow(weigh, [function_arn, f"{function_arn}:live"]),
            allow(["cloudwatch:DescribeAlarms"], [self.errors.alarm_arn, failed.alarm_arn]),
        ]
        role = iam.Role(
            self,
            "RolloutRole",
            assumed_by=self.shared.code_deploy,
            inline_policies={"Rollout": iam.PolicyDocument(statements=statements)},
        )
        codedeploy.LambdaDeploymentGroup(
            self,
            "Rollout",
            application=self.shared.application,
            # The group would attach a policy of AWS, which may read all alarms and buckets.
            role=role.without_policy_updates(),
            alias=self.alias,
            deployment_config=codedeploy.LambdaDeploymentConfig.CANARY_10_PERCENT_5_MINUTES,
            alarms=[self.errors, failed],
            auto_rollback=codedeploy.AutoRollbackConfig(
                failed_deployment=True, stopped_deployment=True, deployment_in_alarm=True
            ),
        )


class HandwrittenWorker(HandwrittenFunction):
    """A queue worker with everything, written by hand."""

    def __init__(self, scope: Construct, construct_id: str, *, shared: Shared, code: lambda_.Code) -> None:
        """Create all of it."""
        dead_letter_queue = sqs.Queue(
            scope,
            f"{construct_id}DeadLetterQueue",
            retention_period=cdk.Duration.days(14),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            removal_policy=KEPT,
        )
        queue = sqs.Queue(
            scope,
            f"{construct_id}Queue",
            visibility_timeout=cdk.Duration.seconds(180),
            retention_period=cdk.Duration.days(4),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letter_queue, max_receive_count=5),
            removal_policy=KEPT,
        )
        read = ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
        super().__init__(
            scope,
            construct_id,
            shared=shared,
            code=code,
            timeout=30,
            statements=[allow(read, [queue.queue_arn])],
        )
        policy = sqs.QueuePolicy(self, "QueuePolicy", queues=[queue, dead_letter_queue])
        policy.document.add_statements(
            iam.PolicyStatement(
                effect=iam.Effect.DENY,
                principals=[iam.StarPrincipal()],
                actions=["sqs:*"],
                resources=["*"],
                conditions={"Bool": {"aws:SecureTransport": "false"}},
            )
        )
        # The class SqsEventSource would add a policy to the role, with two more actions.
        source = lambda_.EventSourceMapping(
            self,
            "Mapping",
            target=self.alias,
            event_source_arn=queue.queue_arn,
            batch_size=10,
            report_batch_item_failures=True,
            metrics_config=lambda_.MetricsConfig(metrics=[lambda_.MetricType.EVENT_COUNT]),
        )
        self.alarm(
            "DeadLettersAlarm",
            "Messages are in the dead-letter queue: inspect them, fix the cause, redrive",
            dead_letter_queue.metric_approximate_number_of_messages_visible(
                period=MINUTE, statistic="Maximum"
            ),
            1,
        )
        self.alarm(
            "MessageAgeAlarm",
            "Messages wait longer than their retries take: raise the concurrency",
            queue.metric_approximate_age_of_oldest_message(period=MINUTE, statistic="Maximum"),
            1080,
        )
        mapping = {"EventSourceMappingUUID": source.event_source_mapping_id}
        self.watch_share(
            self.metric("AWS/Lambda", "FailedInvokeEventCount", mapping),
            self.metric("AWS/Lambda", "InvokedEventCount", mapping),
        )
        self.roll_out()


class HandwrittenHttpFunction(HandwrittenFunction):
    """A function behind an HTTP API with everything, written by hand."""

    def __init__(self, scope: Construct, construct_id: str, *, shared: Shared, code: lambda_.Code) -> None:
        """Create all of it."""
        super().__init__(scope, construct_id, shared=shared, code=code, timeout=15)
        access_log = logs.LogGroup(
            self, "AccessLog", retention=logs.RetentionDays.ONE_MONTH, removal_policy=KEPT
        )
        api = apigatewayv2.HttpApi(
            self, "Api", create_default_stage=False, default_authorizer=authorizers.HttpIamAuthorizer()
        )
        stage = apigatewayv2.HttpStage(
            self,
            "Stage",
            http_api=api,
            auto_deploy=True,
            throttle=apigatewayv2.ThrottleSettings(rate_limit=1000, burst_limit=500),
        )
        fields = ("requestId", "routeKey", "status", "responseLatency", "integrationErrorMessage")
        cast(
            apigatewayv2.CfnStage, stage.node.default_child
        ).access_log_settings = apigatewayv2.CfnStage.AccessLogSettingsProperty(
            destination_arn=access_log.log_group_arn,
            format=json.dumps({field: f"$context.{field}" for field in fields}),
        )
        integration = integrations.HttpLambdaIntegration(
            "Integration", self.alias, scope_permission_to_route=False
        )
        for path in ("/", "/{proxy+}"):
            api.add_routes(path=path, methods=[apigatewayv2.HttpMethod.ANY], integration=integration)
        requests = {"ApiId": api.api_id}
        self.watch_share(
            self.metric("AWS/ApiGateway", "5xx", requests),
            self.metric("AWS/ApiGateway", "Count", requests, "SampleCount"),
        )
        self.alarm(
            "LatencyAlarm",
            "Requests take too long: read the traces",
            self.metric("AWS/ApiGateway", "Latency", requests, "p99"),
            7500,
            periods=3,
        )
        throttles = self.metric("AWS/Lambda", "Throttles", self.dimensions)
        self.alarm("ThrottlesAlarm", "Lambda throttles requests: raise the concurrency", throttles, 1)
        self.roll_out()
