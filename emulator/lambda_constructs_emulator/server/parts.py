"""The AWS behavior that the emulator adds to ministack, in the order in which it is installed."""

from typing import Final, Protocol

from .apigateway import (
    function_permissions,
    http_integrations,
    http_routes,
    refused_calls,
    request_events,
    request_failures,
    request_metrics,
)
from .application_autoscaling import scalable_targets
from .cloudformation import cdk_helpers, dropped_properties, exports, networks, references, stack_updates
from .cloudwatch import alarm_definitions, alarms, dashboards, metric_searches
from .codedeploy import service as codedeploy
from .cognito import token_signatures, user_pool_events, user_pool_triggers
from .constraints import requests, templates
from .core import failures
from .event_source_mappings import brokers as mapping_brokers
from .event_source_mappings import filters as mapping_filters
from .event_source_mappings import metrics as mapping_metrics
from .event_source_mappings import settings as mapping_settings
from .event_source_mappings import sources as mapping_sources
from .event_source_mappings import targets as mapping_targets
from .events import entries as event_entries
from .events import rules as event_rules
from .iam import actions as iam_actions
from .iam import managed_policies, root_key
from .iot import topic_rules
from .kafka import partitions as kafka_partitions
from .kafka import topics as kafka_topics
from .lambda_ import (
    aliases,
    asynchronous,
    concurrency_limits,
    destination_checks,
    handlers,
    invocations,
    invoke_requests,
    packages,
    payload_limits,
    provisioned_concurrency,
    recursion,
    reserved_concurrency,
    runtime_management,
    traffic,
)
from .lambda_ import credentials as function_credentials
from .lambda_ import properties as function_properties
from .lambda_ import urls as function_urls
from .load_balancers import function_targets
from .logs import embedded_metrics, log_filters, query_definitions, subscription_filters
from .mq import polling as mq_polling
from .mq import queues as mq_queues
from .s3 import notifications as bucket_notifications
from .scheduler import schedules
from .ses import mail_permissions, receipt_rules, receipts
from .sns import subscriptions as topic_subscriptions
from .sqs import batches as sqs_batches
from .sqs import mapping_checks as sqs_mapping_checks
from .sqs import metrics as queue_metrics
from .sqs import polling as sqs_polling
from .sqs import queue_properties, redelivery
from .streams import consumers as stream_consumers
from .streams import mapping_checks as stream_mapping_checks
from .streams import processing as stream_processing


class Part(Protocol):
    """A module that adds one behavior."""

    def install(self) -> None:
        """Hook into ministack; called once, before the server listens."""


PARTS: Final[tuple[Part, ...]] = (
    root_key,
    managed_policies,
    iam_actions,
    function_credentials,
    redelivery,
    queue_properties,
    handlers,
    embedded_metrics,
    payload_limits,
    invoke_requests,
    invocations,
    traffic,
    references,
    networks,
    cdk_helpers,
    dropped_properties,
    stack_updates,
    exports,
    function_properties,
    packages,
    runtime_management,
    reserved_concurrency,
    provisioned_concurrency,
    concurrency_limits,
    aliases,
    destination_checks,
    sqs_mapping_checks,
    mapping_brokers,
    mapping_filters,
    mapping_settings,
    mapping_sources,
    mapping_metrics,
    mapping_targets,
    sqs_polling,
    sqs_batches,
    alarms,
    alarm_definitions,
    dashboards,
    metric_searches,
    queue_metrics,
    asynchronous,
    recursion,
    event_entries,
    event_rules,
    topic_subscriptions,
    bucket_notifications,
    subscription_filters,
    log_filters,
    query_definitions,
    topic_rules,
    receipt_rules,
    receipts,
    mail_permissions,
    schedules,
    request_failures,
    request_metrics,
    function_permissions,
    request_events,
    http_routes,
    http_integrations,
    refused_calls,
    function_targets,
    function_urls,
    user_pool_triggers,
    user_pool_events,
    token_signatures,
    stream_consumers,
    stream_mapping_checks,
    stream_processing,
    kafka_topics,
    kafka_partitions,
    mq_queues,
    mq_polling,
    codedeploy,
    scalable_targets,
    failures,
    # Last, because what is installed last judges first.
    templates,
    requests,
)
