"""Where events come from: the sources of `EventHandler`, clusters, brokers and schedules."""

from __future__ import annotations

from datetime import UTC, datetime

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sns as sns
from hypothesis import strategies as st

from lambda_constructs import (
    ActiveMqBroker,
    BucketNotification,
    EventRule,
    IotTopicRule,
    KafkaPollers,
    LogSubscription,
    MailReceipt,
    MskCluster,
    MskIam,
    MutualTls,
    RabbitMqBroker,
    SaslPlain,
    SaslScram,
    SelfManagedKafka,
    SqsPollers,
    TopicSubscription,
    Unauthenticated,
)
from tests.fuzz import given
from tests.fuzz.recipes import calls, make, mostly, within
from tests.fuzz.values import JUNK, TEXT_TOKEN, Values, booleans, choices, durations, integers, several, texts

PATTERNS = choices(
    make(events.EventPattern, source=["shop"]),
    make(events.EventPattern, detail_type=["Order"], detail={"amount": [{"numeric": [">", 10]}]}),
    make(events.EventPattern),
)
EVENT_RULES = calls(
    EventRule,
    pattern=PATTERNS,
    bus=choices(None, within(events.EventBus), within(given.imported_bus)),
    delivery_retry_attempts=integers(0, 185, 10),
    max_delivery_age=durations(60, 86_400, 3600),
    input=choices(
        None,
        make(events.RuleTargetInput.from_object, {"kind": "order"}),
        make(events.RuleTargetInput.from_event_path, "$.detail"),
    ),
    rule_name=texts("shop-orders", refused=("a b",)),
    description=texts("Orders", "", refused=("x" * 513,)),
    enabled=booleans(),
)
FILTER = make(sns.SubscriptionFilter.string_filter, allowlist=["order"])
TOPIC_SUBSCRIPTIONS = calls(
    TopicSubscription,
    topic=given.TOPICS,
    filter_policy=choices({"kind": FILTER}, {}),
    filter_policy_with_message_body=choices({"kind": make(sns.FilterOrPolicy.filter, FILTER)}, {}),
)
PREFIXES = texts("in/", "a b", "")
BUCKET_NOTIFICATIONS = calls(
    BucketNotification,
    bucket=given.BUCKETS,
    events=several(choices(s3.EventType.OBJECT_CREATED, s3.EventType.OBJECT_REMOVED), 2),
    prefix=PREFIXES,
    suffix=texts(".png", ""),
)
LOG_SUBSCRIPTIONS = calls(
    LogSubscription,
    log_group=given.LOG_GROUPS,
    filter_pattern=choices(
        None, make(logs.FilterPattern.literal, "ERROR"), make(logs.FilterPattern.all_events)
    ),
)
IOT_TOPIC_RULES = calls(IotTopicRule, sql=texts("SELECT * FROM 'shop/+/till'"), enabled=booleans())
MAIL_RECEIPTS = calls(
    MailReceipt,
    rule_set=choices(within(given.rule_set)),
    recipients=several(texts("orders@shop.example", "shop.example"), 2),
    bucket=given.BUCKETS,
    prefix=PREFIXES,
)
SOURCES: Values = mostly(
    st.one_of(
        EVENT_RULES,
        TOPIC_SUBSCRIPTIONS,
        BUCKET_NOTIFICATIONS,
        LOG_SUBSCRIPTIONS,
        IOT_TOPIC_RULES,
        MAIL_RECEIPTS,
    ),
    JUNK,
)

SECRET = given.SECRETS
NETWORK = {
    "subnets": several(choices(within(given.subnet)), 2),
    "security_groups": several(choices(within(given.security_group)), 2),
}
SCRAM = calls(SaslScram, secret=SECRET, hash_size=choices(256, 512, 128))
TLS = calls(MutualTls, secret=SECRET)
SERVERS = several(texts("broker.shop.example:9096", "b:1", refused=("broker", "b:99999")), 3, minimum=1)
CLUSTERS: Values = mostly(
    st.one_of(
        calls(
            MskCluster,
            cluster=st.one_of(
                texts("arn:aws:kafka:eu-west-1:123456789012:cluster/shop/0a1b2c3d-4"),
                TEXT_TOKEN,
                choices(within(given.cluster)),
            ),
            authentication=mostly(
                st.one_of(st.just(make(MskIam)), SCRAM, TLS, st.just(make(Unauthenticated))),
                calls(SaslPlain, secret=SECRET),
                JUNK,
            ),
            **NETWORK,
        ),
        calls(
            SelfManagedKafka,
            bootstrap_servers=SERVERS,
            authentication=mostly(
                st.one_of(SCRAM, calls(SaslPlain, secret=SECRET), TLS, st.just(make(Unauthenticated))), JUNK
            ),
            root_ca_certificate=SECRET,
            **NETWORK,
        ),
    ),
    JUNK,
)
BROKER = st.one_of(
    texts("arn:aws:mq:eu-west-1:123456789012:broker:shop:b-0a1b2c3d"),
    TEXT_TOKEN,
    choices(within(given.broker)),
)
BROKERS: Values = mostly(
    st.one_of(
        calls(ActiveMqBroker, broker=BROKER, credentials=SECRET, **NETWORK),
        calls(
            RabbitMqBroker,
            broker=BROKER,
            credentials=SECRET,
            virtual_host=texts("/", "shop", refused=("x" * 201,)),
            **NETWORK,
        ),
    ),
    JUNK,
)
POLLERS: Values = mostly(calls(SqsPollers, minimum=integers(2, 200), maximum=integers(2, 10_000, 200)), JUNK)
KAFKA_POLLERS: Values = mostly(
    calls(
        KafkaPollers,
        minimum=integers(1, 200),
        maximum=integers(1, 2000, 200),
        group_name=texts("shop", "a-b_c", refused=("x y",)),
    ),
    JUNK,
)

ONCE = datetime(2027, 1, 31, 3, tzinfo=UTC)
SCHEDULES: Values = choices(
    make(scheduler.ScheduleExpression.rate, make(cdk.Duration.hours, 1)),
    make(scheduler.ScheduleExpression.rate, make(cdk.Duration.minutes, 1)),
    make(scheduler.ScheduleExpression.rate, make(cdk.Duration.days, 400)),
    make(scheduler.ScheduleExpression.cron, minute="0", hour="3", time_zone=cdk.TimeZone.EUROPE_PARIS),
    make(scheduler.ScheduleExpression.cron, minute="0/5"),
    make(scheduler.ScheduleExpression.cron, minute="0", hour="3", day="31", month="2"),
    make(scheduler.ScheduleExpression.at, ONCE),
    make(scheduler.ScheduleExpression.expression, "rate(1 hours)"),
    make(scheduler.ScheduleExpression.expression, "whenever"),
)

POSITIONS = choices(*lambda_.StartingPosition)
TIMESTAMPS = choices(
    None,
    datetime(2026, 1, 1, tzinfo=UTC),
    datetime(2999, 1, 1, tzinfo=UTC),
    datetime(2026, 1, 1),  # noqa: DTZ001 - refused
)
FILTERS: Values = several(
    choices(
        make(lambda_.FilterCriteria.filter, {"body": {"kind": ["order"]}}),
        {"pattern": '{"a": [1]}'},
        {"pattern": "x" * 5000},
    ),
    6,
)
