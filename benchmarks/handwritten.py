"""The bundle of `SqsWorker` written by hand with CDK's L2 constructs: what a careful team would write.

It sets the same things: arm64, 512 MB, JSON logs in an own group, tracing, own role, retained version,
alias, canary with two rollback alarms, provisioned concurrency with target tracking, queue and
dead-letter queue with TLS and encryption, partial batch responses, event metrics, five alarms.
"""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct


class Shared(Construct):
    """One CodeDeploy application and role for all workers of a stack."""

    def __init__(self, scope: Construct) -> None:
        """Create both."""
        super().__init__(scope, "Shared")
        self.application = codedeploy.LambdaApplication(self, "Application")
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("codedeploy.amazonaws.com"))


class HandwrittenWorker(Construct):
    """A queue worker with everything, by hand."""

    def __init__(self, scope: Construct, construct_id: str, *, shared: Shared, code: lambda_.Code) -> None:
        """Create all of it."""
        super().__init__(scope, construct_id)
        minute = cdk.Duration.minutes(1)
        log_group = logs.LogGroup(self, "Logs", retention=logs.RetentionDays.ONE_MONTH)
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(role)
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
        function = lambda_.Function(
            self,
            "Function",
            code=code,
            handler="app.handler",
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            memory_size=512,
            timeout=cdk.Duration.seconds(30),
            role=role,
            tracing=lambda_.Tracing.ACTIVE,
            log_group=log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            application_log_level_v2=lambda_.ApplicationLogLevel.INFO,
            system_log_level_v2=lambda_.SystemLogLevel.INFO,
            current_version_options=lambda_.VersionOptions(removal_policy=cdk.RemovalPolicy.RETAIN),
        )
        alias = lambda_.Alias(
            self,
            "Live",
            alias_name="live",
            version=function.current_version,
            provisioned_concurrent_executions=1,
        )
        scaling = alias.add_auto_scaling(min_capacity=1, max_capacity=10)
        scaling.scale_on_utilization(utilization_target=0.7)
        source = sources.SqsEventSource(
            queue,
            batch_size=10,
            report_batch_item_failures=True,
            metrics_config=lambda_.MetricsConfig(metrics=[lambda_.MetricType.EVENT_COUNT]),
        )
        alias.add_event_source(source)
        name = function.function_name

        def lambda_metric(metric_name: str, **dimensions: str) -> cloudwatch.Metric:
            return cloudwatch.Metric(
                namespace="AWS/Lambda",
                metric_name=metric_name,
                dimensions_map=dimensions,
                statistic="Sum",
                period=minute,
            )

        def alarm(
            alarm_id: str, metric: cloudwatch.IMetric, threshold: float, periods: int = 1
        ) -> cloudwatch.Alarm:
            return cloudwatch.Alarm(
                self,
                alarm_id,
                metric=metric,
                threshold=threshold,
                evaluation_periods=periods,
                treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            )

        errors = alarm(
            "ErrorsAlarm",
            lambda_metric(
                "Errors",
                FunctionName=name,
                Resource=f"{name}:live",
                ExecutedVersion=function.current_version.version,
            ),
            1,
        )
        alarm(
            "SpilloverAlarm",
            lambda_metric(
                "ProvisionedConcurrencySpilloverInvocations",
                FunctionName=name,
                Resource=f"{name}:live",
            ),
            1,
            3,
        )
        alarm(
            "DeadLettersAlarm",
            dead_letter_queue.metric_approximate_number_of_messages_visible(
                period=minute, statistic="Maximum"
            ),
            1,
        )
        alarm(
            "MessageAgeAlarm",
            queue.metric_approximate_age_of_oldest_message(period=minute, statistic="Maximum"),
            1080,
        )
        failed_name = f"{cdk.Stack.of(self).stack_name}-{construct_id}-FailedEvents"
        uuid = source.event_source_mapping_id
        cloudwatch.Alarm(
            self,
            "FailedEventsAlarm",
            alarm_name=failed_name,
            metric=cloudwatch.MathExpression(
                expression="100*failed/invoked",
                using_metrics={
                    "failed": lambda_metric("FailedInvokeEventCount", EventSourceMappingUUID=uuid),
                    "invoked": lambda_metric("InvokedEventCount", EventSourceMappingUUID=uuid),
                },
                period=minute,
            ),
            threshold=5,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        codedeploy.LambdaDeploymentGroup(
            self,
            "Rollout",
            application=shared.application,
            role=shared.role,
            alias=alias,
            deployment_config=codedeploy.LambdaDeploymentConfig.CANARY_10_PERCENT_5_MINUTES,
            alarms=[
                errors,
                cloudwatch.Alarm.from_alarm_name(self, "FailedEvents", failed_name),
            ],
            auto_rollback=codedeploy.AutoRollbackConfig(
                failed_deployment=True, stopped_deployment=True, deployment_in_alarm=True
            ),
        )
