"""The bundles of `SqsWorker` and `HttpFunction` with L2 constructs, as a careful team would write them.

Both have the same properties: arm64, 512 MB, JSON logs in a separate log group, tracing, a separate role, a
retained version, an alias, a canary with two rollback alarms, provisioned concurrency with target tracking,
and five alarms. The worker has a queue and a dead-letter queue with TLS and encryption, partial batch
responses and event metrics. The other function has an HTTP API with IAM, throttling and an access log.
"""

import json
from collections.abc import Mapping
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

MINUTE = cdk.Duration.minutes(1)


class Shared(Construct):
    """One CodeDeploy application and role for all functions of a stack."""

    def __init__(self, scope: Construct) -> None:
        """Create both."""
        super().__init__(scope, "Shared")
        self.application = codedeploy.LambdaApplication(self, "Application")
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("codedeploy.amazonaws.com"))


class HandwrittenFunction(Construct):
    """A function with everything except a trigger, written by hand."""

    def __init__(self, scope: Construct, construct_id: str, *, code: lambda_.Code, timeout: int) -> None:
        """Create the function, its alias, and the common alarms."""
        super().__init__(scope, construct_id)
        log_group = logs.LogGroup(self, "Logs", retention=logs.RetentionDays.ONE_MONTH)
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(role)
        function = lambda_.Function(
            self,
            "Function",
            code=code,
            handler="app.handler",
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            memory_size=512,
            timeout=cdk.Duration.seconds(timeout),
            role=role,
            tracing=lambda_.Tracing.ACTIVE,
            log_group=log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            application_log_level_v2=lambda_.ApplicationLogLevel.INFO,
            system_log_level_v2=lambda_.SystemLogLevel.INFO,
            current_version_options=lambda_.VersionOptions(removal_policy=cdk.RemovalPolicy.RETAIN),
        )
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
        self.failed_name = f"{cdk.Stack.of(self).stack_name}-{construct_id}-FailedEvents"
        executed = {**self.dimensions, "ExecutedVersion": function.current_version.version}
        self.errors = self.alarm("ErrorsAlarm", self.metric("AWS/Lambda", "Errors", executed), 1)
        spillover = "ProvisionedConcurrencySpilloverInvocations"
        self.alarm("SpilloverAlarm", self.metric("AWS/Lambda", spillover, self.dimensions), 1, periods=3)

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
        self.alarm("FailedEventsAlarm", share, 5, name=self.failed_name)

    def roll_out(self, shared: Shared) -> None:
        """Shift traffic to new versions, and roll back on an alarm."""
        codedeploy.LambdaDeploymentGroup(
            self,
            "Rollout",
            application=shared.application,
            role=shared.role,
            alias=self.alias,
            deployment_config=codedeploy.LambdaDeploymentConfig.CANARY_10_PERCENT_5_MINUTES,
            alarms=[
                self.errors,
                cloudwatch.Alarm.from_alarm_name(self, "FailedEvents", self.failed_name),
            ],
            auto_rollback=codedeploy.AutoRollbackConfig(
                failed_deployment=True, stopped_deployment=True, deployment_in_alarm=True
            ),
        )


class HandwrittenWorker(HandwrittenFunction):
    """A queue worker with everything, written by hand."""

    def __init__(self, scope: Construct, construct_id: str, *, shared: Shared, code: lambda_.Code) -> None:
        """Create all of it."""
        super().__init__(scope, construct_id, code=code, timeout=30)
        dead_letter_queue = sqs.Queue(
            self,
            "DeadLetterQueue",
            retention_period=cdk.Duration.days(14),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
        )
        queue = sqs.Queue(
            self,
            "Queue",
            visibility_timeout=cdk.Duration.seconds(180),
            retention_period=cdk.Duration.days(4),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            dead_letter_queue=sqs.DeadLetterQueue(queue=dead_letter_queue, max_receive_count=5),
        )
        source = sources.SqsEventSource(
            queue,
            batch_size=10,
            report_batch_item_failures=True,
            metrics_config=lambda_.MetricsConfig(metrics=[lambda_.MetricType.EVENT_COUNT]),
        )
        self.alias.add_event_source(source)
        self.alarm(
            "DeadLettersAlarm",
            dead_letter_queue.metric_approximate_number_of_messages_visible(
                period=MINUTE, statistic="Maximum"
            ),
            1,
        )
        self.alarm(
            "MessageAgeAlarm",
            queue.metric_approximate_age_of_oldest_message(period=MINUTE, statistic="Maximum"),
            1080,
        )
        mapping = {"EventSourceMappingUUID": source.event_source_mapping_id}
        self.watch_share(
            self.metric("AWS/Lambda", "FailedInvokeEventCount", mapping),
            self.metric("AWS/Lambda", "InvokedEventCount", mapping),
        )
        self.roll_out(shared)


class HandwrittenHttpFunction(HandwrittenFunction):
    """A function behind an HTTP API with everything, written by hand."""

    def __init__(self, scope: Construct, construct_id: str, *, shared: Shared, code: lambda_.Code) -> None:
        """Create all of it."""
        super().__init__(scope, construct_id, code=code, timeout=15)
        access_log = logs.LogGroup(self, "AccessLog", retention=logs.RetentionDays.ONE_MONTH)
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
        integration = integrations.HttpLambdaIntegration("Integration", self.alias)
        for path in ("/", "/{proxy+}"):
            api.add_routes(path=path, methods=[apigatewayv2.HttpMethod.ANY], integration=integration)
        requests = {"ApiId": api.api_id}
        self.watch_share(
            self.metric("AWS/ApiGateway", "5xx", requests),
            self.metric("AWS/ApiGateway", "Count", requests, "SampleCount"),
        )
        self.alarm("LatencyAlarm", self.metric("AWS/ApiGateway", "Latency", requests, "p99"), 7500, periods=3)
        self.alarm("ThrottlesAlarm", self.metric("AWS/Lambda", "Throttles", self.dimensions), 1)
        self.roll_out(shared)
