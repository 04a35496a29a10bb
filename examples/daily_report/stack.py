"""A job stores a report on the orders of the previous day every morning and sends it by email."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ses as ses
from aws_cdk.aws_scheduler import ScheduleExpression
from constructs import Construct

from examples.packages import code
from examples.tables import create_table
from lambda_constructs import Idempotency, ScheduledJob

HANDLER = Path(__file__).parent / "handler"
BY_DAY, REPORTS = "by-day", "reports/"
MAIL_ADDRESS = "reports@example.com"


class DailyReportStack(cdk.Stack):
    """The orders, the job that reports on them, and a bucket and an email address for its reports.

    Context: `mail-address` (SES sends it a link to verify it), `every-minutes` (starts that often instead of
    every morning), `removal-policy` (retain or destroy), `release` (a name that the handler logs; changing it
    publishes a new version).
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        """Create the table, the bucket, the address, and the job."""
        super().__init__(scope, construct_id)
        address = self.node.try_get_context("mail-address") or MAIL_ADDRESS
        minutes = self.node.try_get_context("every-minutes")
        schedule = (
            ScheduleExpression.cron(hour="5", minute="30")
            if minutes is None
            else ScheduleExpression.rate(cdk.Duration.minutes(int(minutes)))
        )
        orders = create_table(self, "Orders", "order_id")
        # A day is one key of the index, which allows 1,000 orders per second; a larger shop needs more.
        orders.add_global_secondary_index(
            index_name=BY_DAY,
            partition_key=dynamodb.Attribute(name="day", type=dynamodb.AttributeType.STRING),
            projection_type=dynamodb.ProjectionType.INCLUDE,
            non_key_attributes=["product", "amount"],
        )
        reports = s3.Bucket(
            self, "Reports", enforce_ssl=True, block_public_access=s3.BlockPublicAccess.BLOCK_ALL
        )
        mailbox = ses.EmailIdentity(self, "Mailbox", identity=ses.Identity.email(address))

        job = ScheduledJob(
            self,
            "Report",
            schedule=schedule,
            retry_attempts=1,
            idempotency=Idempotency(),
            code=code(HANDLER),
            handler="app.handler",
            runtime=lambda_.Runtime.PYTHON_3_13,
            timeout=cdk.Duration.minutes(1),
            environment={
                "ORDERS_TABLE": orders.table_name,
                "ORDERS_BY_DAY": BY_DAY,
                "REPORTS_BUCKET": reports.bucket_name,
                "REPORTS": REPORTS,
                "MAIL_ADDRESS": address,
                "RELEASE": self.node.try_get_context("release") or "1",
            },
        )
        for action, resource in (
            ("dynamodb:Query", f"{orders.table_arn}/index/{BY_DAY}"),
            ("s3:PutObject", reports.arn_for_objects(f"{REPORTS}*")),
            ("ses:SendEmail", mailbox.email_identity_arn),
        ):
            iam.Grant.add_to_principal(grantee=job, actions=[action], resource_arns=[resource])
        cdk.CfnOutput(self, "ScheduleName", value=job.schedule.ref)
