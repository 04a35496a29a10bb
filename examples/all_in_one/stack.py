"""A shop in one stack, with every kind of workload that the emulator can drive.

Storefront -> API -> queue -> worker -> orders -> stream -> scores of the customers; pictures -> thumbnails;
carriers -> deliveries; sign-ups of customers; and a report every night. `KafkaConsumer` and `MqConsumer` are
missing because the emulator does not have brokers.
"""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk.aws_scheduler import ScheduleExpression
from constructs import Construct

from examples.all_in_one.handlers import HANDLERS
from examples.packages import ARCHITECTURE, RUNTIME, code
from examples.tables import create_table
from examples.thumbnails import THUMBNAILS, UPLOADS
from lambda_constructs import (
    Alarms,
    BucketNotification,
    CognitoTrigger,
    EventHandler,
    FunctionOptions,
    HttpFunction,
    Idempotency,
    ProductionFunction,
    ScheduledJob,
    SqsWorker,
    StreamConsumer,
    TopicSubscription,
)

BY_DAY, REPORTS = "by-day", "reports/"
MAIL_ADDRESS = "reports@example.com"


class AllInOneStack(cdk.Stack):
    """A shop: seven workloads with their data, one topic for all alarms, and a dashboard.

    Context: `architecture` (arm64 or x86_64) and `runtime` (python3.13 or another Python), which the
    compiled parts of Pillow are installed for; `mail-address` (SES sends it a link to verify it),
    `removal-policy` (retain or destroy), `reserved` (reserved concurrency of each function that events
    invoke).
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        """Create the workloads with their data, and the dashboard."""
        super().__init__(scope, construct_id)
        architecture = self.node.try_get_context("architecture") or ARCHITECTURE
        runtime = self.node.try_get_context("runtime") or RUNTIME
        reserved = self.node.try_get_context("reserved")
        self._few_at_once = None if reserved is None else int(reserved)
        alarms = self._alarm_topic()
        self._house: FunctionOptions = {
            "code": code(HANDLERS["all_in_one"]),
            "handler": "app.handler",
            "runtime": lambda_.Runtime(runtime, lambda_.RuntimeFamily.PYTHON),
            "architecture": lambda_.Architecture.custom(architecture),
            "alarms": Alarms(topic=alarms),
        }
        orders = create_table(self, "Orders", "order_id", stream=dynamodb.StreamViewType.NEW_IMAGE)
        worker = self._worker(orders)
        workloads = [
            self._sign_ups(),
            self._api(worker),
            worker,
            self._scores(orders),
            self._thumbnails(),
            self._deliveries(),
            self._report(orders),
        ]
        board = cloudwatch.AlarmStatusWidget(
            title="Shop", width=24, alarms=[alarm for workload in workloads for alarm in workload.alarms]
        )
        cloudwatch.Dashboard(self, "Board", widgets=[[board]])

    def _alarm_topic(self) -> sns.Topic:
        """A topic for all alarms of this account, which requires TLS."""
        topic = sns.Topic(self, "Alarms", enforce_ssl=True)
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            )
        )
        return topic

    def _sign_ups(self) -> ProductionFunction:
        """Customers sign up, but not with a disposable address."""
        customers = cognito.UserPool(
            self,
            "Customers",
            self_sign_up_enabled=True,
            sign_in_aliases=cognito.SignInAliases(email=True),
        )
        client = customers.add_client("Shop", auth_flows=cognito.AuthFlow(user_srp=True))
        cdk.CfnOutput(self, "CustomersPool", value=customers.user_pool_id)
        cdk.CfnOutput(self, "ShopClient", value=client.user_pool_client_id)
        return CognitoTrigger(
            self,
            "SignUps",
            user_pool=customers,
            operation=cognito.UserPoolOperation.PRE_SIGN_UP,
            **(self._house | {"handler": "sign_ups.handler"}),
        )

    def _worker(self, orders: dynamodb.Table) -> SqsWorker:
        """A worker checks orders and stores each once."""
        worker = SqsWorker(
            self,
            "Worker",
            **(
                self._house
                | {
                    "code": code(HANDLERS["order_worker"]),
                    "idempotency": Idempotency(),
                    "reserved_concurrency": self._few_at_once,
                    "environment": {"ORDERS_TABLE": orders.table_name},
                }
            ),
        )
        orders.grant(worker, "dynamodb:PutItem")
        return worker

    def _api(self, worker: SqsWorker) -> ProductionFunction:
        """An API that the storefront's role can invoke to place orders."""
        environment = {"QUEUE_URL": worker.queue.queue_url}
        api = HttpFunction(
            self,
            "Api",
            routes=["POST /orders"],
            **(self._house | {"handler": "orders_api.handler", "environment": environment}),
        )
        worker.queue.grant(api, "sqs:SendMessage")
        storefront = iam.Role(self, "Storefront", assumed_by=iam.AccountRootPrincipal())
        api.grant_invoke_endpoint(storefront)
        cdk.CfnOutput(self, "ApiUrl", value=api.url)
        cdk.CfnOutput(self, "StorefrontRole", value=storefront.role_arn)
        return api

    def _scores(self, orders: dynamodb.Table) -> ProductionFunction:
        """Customers get points for stored orders."""
        scores = create_table(self, "Points", "customer")
        scored = create_table(self, "Scored", "id", time_to_live_attribute="expiration")
        consumer = StreamConsumer(
            self,
            "Scores",
            source=orders,
            filters=[lambda_.FilterCriteria.filter({"eventName": lambda_.FilterRule.is_equal("INSERT")})],
            **(
                self._house
                | {
                    "handler": "scores.handler",
                    "timeout": cdk.Duration.minutes(1),
                    "environment": {"SCORES_TABLE": scores.table_name, "SCORED_TABLE": scored.table_name},
                }
            ),
        )
        scores.grant(consumer, "dynamodb:UpdateItem")
        scored.grant(consumer, "dynamodb:PutItem")
        return consumer

    def _thumbnails(self) -> ProductionFunction:
        """Uploaded pictures of products are scaled."""
        pictures = self._bucket("Pictures")
        scaler = EventHandler(
            self,
            "Thumbnails",
            source=BucketNotification(bucket=pictures, prefix=UPLOADS),
            **(
                self._house
                | {
                    "code": code(HANDLERS["thumbnails"]),
                    "reserved_concurrency": self._few_at_once,
                    "environment": {"UPLOADS": UPLOADS, "THUMBNAILS": THUMBNAILS},
                }
            ),
        )
        for action, prefix in (("s3:GetObject", UPLOADS), ("s3:PutObject", THUMBNAILS)):
            self._allow(scaler, action, pictures.arn_for_objects(f"{prefix}*"))
        return scaler

    def _deliveries(self) -> ProductionFunction:
        """Carriers report deliveries."""
        carriers = sns.Topic(self, "Carriers", enforce_ssl=True)
        delivered = create_table(self, "Delivered", "parcel_id")
        handler = EventHandler(
            self,
            "Deliveries",
            source=TopicSubscription(topic=carriers),
            **(
                self._house
                | {
                    "code": code(HANDLERS["event_fanout"]),
                    "handler": "app.tracking",
                    "reserved_concurrency": self._few_at_once,
                    "environment": {"TABLE": delivered.table_name},
                }
            ),
        )
        delivered.grant(handler, "dynamodb:PutItem")
        return handler

    def _report(self, orders: dynamodb.Table) -> ProductionFunction:
        """A nightly report adds up the orders of the day by customer, is stored, and is sent by email."""
        address = self.node.try_get_context("mail-address") or MAIL_ADDRESS
        # A day is one key of the index, which allows 1,000 orders per second.
        orders.add_global_secondary_index(
            index_name=BY_DAY,
            partition_key=dynamodb.Attribute(name="day", type=dynamodb.AttributeType.STRING),
            projection_type=dynamodb.ProjectionType.INCLUDE,
            non_key_attributes=["customer", "total"],
        )
        reports = self._bucket("Reports")
        mailbox = ses.EmailIdentity(self, "Mailbox", identity=ses.Identity.email(address))
        job = ScheduledJob(
            self,
            "Report",
            schedule=ScheduleExpression.cron(hour="0", minute="30"),
            **(
                self._house
                | {
                    "code": code(HANDLERS["daily_report"]),
                    "timeout": cdk.Duration.minutes(1),
                    "idempotency": Idempotency(),
                    "environment": {
                        "ORDERS_TABLE": orders.table_name,
                        "ORDERS_BY_DAY": BY_DAY,
                        "REPORT_BY": "customer",
                        "AMOUNT": "total",
                        "REPORTS_BUCKET": reports.bucket_name,
                        "REPORTS": REPORTS,
                        "MAIL_ADDRESS": address,
                    },
                }
            ),
        )
        self._allow(job, "dynamodb:Query", f"{orders.table_arn}/index/{BY_DAY}")
        self._allow(job, "s3:PutObject", reports.arn_for_objects(f"{REPORTS}*"))
        self._allow(job, "ses:SendEmail", mailbox.email_identity_arn)
        cdk.CfnOutput(self, "ReportSchedule", value=job.schedule.ref)
        return job

    def _bucket(self, construct_id: str) -> s3.Bucket:
        return s3.Bucket(
            self, construct_id, enforce_ssl=True, block_public_access=s3.BlockPublicAccess.BLOCK_ALL
        )

    def _allow(self, workload: ProductionFunction, action: str, resource: str) -> None:
        iam.Grant.add_to_principal(grantee=workload, actions=[action], resource_arns=[resource])
