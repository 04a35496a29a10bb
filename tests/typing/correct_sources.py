"""Correct uses of what triggers a workload. Not executed: mypy and pyright are the tests."""

from datetime import UTC, datetime

from aws_cdk import Duration, Stack, TimeZone
from aws_cdk import aws_amazonmq as amazonmq
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_events as events
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_msk as msk
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk.interfaces import aws_msk as msk_interfaces

from lambda_constructs import (
    ActiveMqBroker,
    BucketNotification,
    EventHandler,
    EventRule,
    IotTopicRule,
    KafkaConsumer,
    KafkaPollers,
    LogSubscription,
    MailReceipt,
    MqConsumer,
    MskCluster,
    MskIam,
    MutualTls,
    QueueTrigger,
    RabbitMqBroker,
    SaslPlain,
    SaslScram,
    ScheduledJob,
    SelfManagedKafka,
    SqsWorker,
    StreamConsumer,
    StreamTrigger,
    TopicSubscription,
    Unauthenticated,
)
from tests.typing.correct_use import BASICS


def streams_created_and_imported(stack: Stack, table: dynamodb.Table, global_table: dynamodb.TableV2) -> None:
    stream = kinesis.Stream(stack, "Stream")
    imported: kinesis.IStream = kinesis.Stream.from_stream_arn(
        stack, "Clicks", "arn:aws:kinesis:eu-west-1:111122223333:stream/clicks"
    )
    consumer = kinesis.StreamConsumer(stack, "Consumer", stream=stream, stream_consumer_name="orders")
    StreamConsumer(stack, "Table", source=table, **BASICS)
    StreamConsumer(stack, "Global", source=global_table, tumbling_window=Duration.minutes(1), **BASICS)
    StreamConsumer(stack, "Own", source=stream, enhanced_fan_out=True, **BASICS)
    StreamConsumer(stack, "Shared", source=stream, enhanced_fan_out=consumer, **BASICS)
    StreamConsumer(
        stack,
        "Imported",
        source=imported,
        starting_position=lambda_.StartingPosition.AT_TIMESTAMP,
        starting_position_timestamp=datetime(2026, 1, 1, tzinfo=UTC),
        **BASICS,
    )


def every_way_to_sign_in_to_kafka(stack: Stack, vpc: ec2.Vpc, secret: secretsmanager.ISecret) -> None:
    clusters: list[MskCluster | SelfManagedKafka] = [
        MskCluster(cluster="arn:aws:kafka:eu-west-1:111122223333:cluster/shop/0a1b2c3d-4"),
        *(
            MskCluster(cluster="arn", authentication=authentication)
            for authentication in (MskIam(), SaslScram(secret=secret), MutualTls(secret=secret))
        ),
        SelfManagedKafka(
            bootstrap_servers=["broker.shop.example:9096"],
            authentication=SaslPlain(secret=secret),
            root_ca_certificate=secret,
        ),
        SelfManagedKafka(
            bootstrap_servers=["broker.shop.example:9092"],
            authentication=Unauthenticated(),
            subnets=vpc.private_subnets,
            security_groups=[ec2.SecurityGroup(stack, "Brokers", vpc=vpc)],
        ),
    ]
    for number, cluster in enumerate(clusters):
        KafkaConsumer(stack, f"Topic{number}", cluster=cluster, topic_name="orders", **BASICS)
    KafkaConsumer(
        stack,
        "Polled",
        cluster=clusters[0],
        topic_name="orders",
        provisioned_pollers=KafkaPollers(maximum=10),
        bisect_batch_on_error=False,
        **BASICS,
    )


def clusters_and_brokers_of_the_stack(
    cluster: msk.CfnCluster,
    serverless: msk.CfnServerlessCluster,
    broker: amazonmq.CfnBroker,
    secret: secretsmanager.Secret,
) -> None:
    by_reference: msk_interfaces.IClusterRef = cluster
    MskCluster(cluster=cluster)
    MskCluster(cluster=serverless)
    MskCluster(cluster=by_reference, authentication=None, subnets=None)
    ActiveMqBroker(broker=broker, credentials=secret)
    RabbitMqBroker(broker=broker, credentials=secret, virtual_host=None)


def both_brokers(stack: Stack, secret: secretsmanager.Secret) -> None:
    active = ActiveMqBroker(broker="arn", credentials=secret)
    rabbit = RabbitMqBroker(broker="arn", credentials=secret, virtual_host="shop")
    MqConsumer(stack, "Active", broker=active, queue_name="orders", **BASICS)
    MqConsumer(stack, "Rabbit", broker=rabbit, queue_name="orders", dead_letter_queue_name="dead", **BASICS)


def every_source_of_events(stack: Stack, topic: sns.Topic, bucket: s3.Bucket) -> None:
    bus: events.IEventBus = events.EventBus.from_event_bus_name(stack, "Imported", "shop")
    pattern = events.EventPattern(source=["shop"])
    lines = logs.LogGroup.from_log_group_name(stack, "Lines", "/shop/till")
    sources: list[
        EventRule | TopicSubscription | BucketNotification | LogSubscription | IotTopicRule | MailReceipt
    ] = [
        EventRule(pattern=pattern),
        EventRule(pattern=pattern, bus=bus, max_delivery_age=Duration.hours(1)),
        EventRule(pattern=pattern, bus=events.EventBus(stack, "Bus")),
        TopicSubscription(
            topic=topic, filter_policy={"kind": sns.SubscriptionFilter.string_filter(allowlist=["order"])}
        ),
        BucketNotification(bucket=bucket, events=[s3.EventType.OBJECT_REMOVED], prefix="in/"),
        LogSubscription(log_group=lines, filter_pattern=logs.FilterPattern.all_terms("ERROR")),
        IotTopicRule(sql="SELECT * FROM 'till'", enabled=False),
        MailReceipt(rule_set=ses.ReceiptRuleSet(stack, "Mail"), recipients=["shop.example"], bucket=bucket),
    ]
    for number, source in enumerate(sources):
        EventHandler(stack, f"Source{number}", source=source, **BASICS)


def every_destination_of_what_failed(stack: Stack, worker: SqsWorker, bus: events.EventBus) -> None:
    source = IotTopicRule(sql="SELECT * FROM 'till'")
    topic: sns.ITopic = sns.Topic.from_topic_arn(stack, "Topic", "arn:aws:sns:eu-west-1:111122223333:failed")
    bucket: s3.IBucket = s3.Bucket(stack, "Bucket")
    EventHandler(stack, "Queue", source=source, on_failure=worker.queue, on_success=bus, **BASICS)
    EventHandler(stack, "Bus", source=source, on_failure=bus, on_success=worker.alias, **BASICS)
    EventHandler(stack, "Function", source=source, on_failure=worker.function, **BASICS)
    EventHandler(stack, "Bucket", source=source, on_failure=bucket, on_success=topic, **BASICS)


def every_schedule(stack: Stack, group: scheduler.IScheduleGroup) -> None:
    expression = scheduler.ScheduleExpression
    schedules = [
        expression.rate(Duration.hours(1)),
        expression.at(datetime(2027, 1, 31, 3, tzinfo=UTC)),
        expression.cron(hour="9", minute="0", time_zone=TimeZone.EUROPE_ZURICH),
    ]
    for number, schedule in enumerate(schedules):
        ScheduledJob(stack, f"Job{number}", schedule=schedule, **BASICS)
    ScheduledJob(
        stack,
        "Grouped",
        schedule=schedules[0],
        input={"kind": "report", "pages": [1, 2], "run": scheduler.ContextAttribute.execution_id},
        group=group,
        no_overlap=True,
        **BASICS,
    )


def more_queues(worker: SqsWorker, queue: sqs.IQueue) -> sqs.IQueue:
    worker.add_queue("Returns", queue=queue, max_concurrency=None)
    added: QueueTrigger = worker.add_queue("Claims", fifo=True, visibility_timeout=Duration.minutes(3))
    return added.dead_letter_queue


def more_streams(consumer: StreamConsumer, stream: kinesis.IStream, queue: sqs.Queue) -> sqs.IQueue | None:
    consumer.add_stream("Views", source=stream, enhanced_fan_out=True, on_failure=queue, filters=None)
    added: StreamTrigger = consumer.add_stream("Clicks", source=stream, max_record_age=Duration.hours(1))
    return added.failure_queue


def more_triggers(handler: EventHandler, job: ScheduledJob, topic: sns.ITopic) -> None:
    handler.add_source("Messages", source=TopicSubscription(topic=topic))
    every_hour = scheduler.ScheduleExpression.rate(Duration.hours(1))
    job.add_schedule("Hourly", schedule=every_hour, input={"kind": "hourly"}, enabled=None)
