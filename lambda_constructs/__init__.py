"""Production-grade AWS Lambda workloads for the Python CDK, one statement each."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from .version import __version__ as __version__

if TYPE_CHECKING:
    from .cdk_plugin import LambdaRules
    from .core.alarms import Alarms
    from .errors import ConfigurationError
    from .event_sources.kafka import (
        KafkaPollers,
        MskCluster,
        MskIam,
        MutualTls,
        SaslPlain,
        SaslScram,
        SelfManagedKafka,
        Unauthenticated,
    )
    from .event_sources.kafka_consumer import KafkaConsumer
    from .event_sources.mq import ActiveMqBroker, RabbitMqBroker
    from .event_sources.mq_consumer import MqConsumer
    from .event_sources.sqs_mapping import SqsPollers
    from .event_sources.sqs_worker import SqsWorker
    from .event_sources.stream_consumer import StreamConsumer
    from .events.bucket_notification import BucketNotification
    from .events.event_handler import EventHandler
    from .events.event_rule import EventRule
    from .events.iot_topic_rule import IotTopicRule
    from .events.log_subscription import LogSubscription
    from .events.mail_receipt import MailReceipt
    from .events.scheduled_job import ScheduledJob
    from .events.topic_subscription import TopicSubscription
    from .function.idempotency import Idempotency
    from .function.options import FunctionOptions
    from .function.production_function import ProductionFunction
    from .function.provisioned_concurrency import BusinessHours, ProvisionedConcurrency, ScheduledConcurrency
    from .function.rollout import AllAtOnce, Canary, Linear
    from .function.smoke_test import SmokeTest
    from .requests.authorizers import (
        CognitoAuthorizer,
        IamAuthorizer,
        JwtAuthorizer,
        LambdaAuthorizer,
        PublicAccess,
    )
    from .requests.cognito_trigger import CognitoTrigger
    from .requests.cors import Cors
    from .requests.custom_domain import CustomDomain
    from .requests.function_url import FunctionUrlEndpoint
    from .requests.http_api import HttpApiEndpoint
    from .requests.http_function import HttpFunction
    from .requests.load_balancer import LoadBalancerEndpoint
    from .requests.rest_api import RestApiEndpoint
    from .sizing.capacity import Capacity
    from .sizing.memory import MemorySize
    from .sizing.timeout import Timeout

__all__ = [
    "ActiveMqBroker",
    "Alarms",
    "AllAtOnce",
    "BucketNotification",
    "BusinessHours",
    "Canary",
    "Capacity",
    "CognitoAuthorizer",
    "CognitoTrigger",
    "ConfigurationError",
    "Cors",
    "CustomDomain",
    "EventHandler",
    "EventRule",
    "FunctionOptions",
    "FunctionUrlEndpoint",
    "HttpApiEndpoint",
    "HttpFunction",
    "IamAuthorizer",
    "Idempotency",
    "IotTopicRule",
    "JwtAuthorizer",
    "KafkaConsumer",
    "KafkaPollers",
    "LambdaAuthorizer",
    "LambdaRules",
    "Linear",
    "LoadBalancerEndpoint",
    "LogSubscription",
    "MailReceipt",
    "MemorySize",
    "MqConsumer",
    "MskCluster",
    "MskIam",
    "MutualTls",
    "ProductionFunction",
    "ProvisionedConcurrency",
    "PublicAccess",
    "RabbitMqBroker",
    "RestApiEndpoint",
    "SaslPlain",
    "SaslScram",
    "ScheduledConcurrency",
    "ScheduledJob",
    "SelfManagedKafka",
    "SmokeTest",
    "SqsPollers",
    "SqsWorker",
    "StreamConsumer",
    "Timeout",
    "TopicSubscription",
    "Unauthenticated",
]

_MODULES = {
    "ActiveMqBroker": ".event_sources.mq",
    "Alarms": ".core.alarms",
    "AllAtOnce": ".function.rollout",
    "MqConsumer": ".event_sources.mq_consumer",
    "BucketNotification": ".events.bucket_notification",
    "BusinessHours": ".function.provisioned_concurrency",
    "Canary": ".function.rollout",
    "Capacity": ".sizing.capacity",
    "CognitoAuthorizer": ".requests.authorizers",
    "CognitoTrigger": ".requests.cognito_trigger",
    "ConfigurationError": ".errors",
    "Cors": ".requests.cors",
    "CustomDomain": ".requests.custom_domain",
    "EventHandler": ".events.event_handler",
    "EventRule": ".events.event_rule",
    "FunctionOptions": ".function.options",
    "FunctionUrlEndpoint": ".requests.function_url",
    "HttpApiEndpoint": ".requests.http_api",
    "HttpFunction": ".requests.http_function",
    "IamAuthorizer": ".requests.authorizers",
    "Idempotency": ".function.idempotency",
    "IotTopicRule": ".events.iot_topic_rule",
    "JwtAuthorizer": ".requests.authorizers",
    "KafkaConsumer": ".event_sources.kafka_consumer",
    "KafkaPollers": ".event_sources.kafka",
    "LambdaAuthorizer": ".requests.authorizers",
    "LambdaRules": ".cdk_plugin",
    "Linear": ".function.rollout",
    "LoadBalancerEndpoint": ".requests.load_balancer",
    "LogSubscription": ".events.log_subscription",
    "MailReceipt": ".events.mail_receipt",
    "MemorySize": ".sizing.memory",
    "MskCluster": ".event_sources.kafka",
    "MskIam": ".event_sources.kafka",
    "MutualTls": ".event_sources.kafka",
    "ProductionFunction": ".function.production_function",
    "ProvisionedConcurrency": ".function.provisioned_concurrency",
    "SqsPollers": ".event_sources.sqs_mapping",
    "PublicAccess": ".requests.authorizers",
    "RabbitMqBroker": ".event_sources.mq",
    "RestApiEndpoint": ".requests.rest_api",
    "SaslPlain": ".event_sources.kafka",
    "SaslScram": ".event_sources.kafka",
    "ScheduledConcurrency": ".function.provisioned_concurrency",
    "ScheduledJob": ".events.scheduled_job",
    "SelfManagedKafka": ".event_sources.kafka",
    "SmokeTest": ".function.smoke_test",
    "SqsWorker": ".event_sources.sqs_worker",
    "StreamConsumer": ".event_sources.stream_consumer",
    "Timeout": ".sizing.timeout",
    "TopicSubscription": ".events.topic_subscription",
    "Unauthenticated": ".event_sources.kafka",
}


if not TYPE_CHECKING:  # a type checker would take any misspelt name for an object

    def __getattr__(name: str) -> object:
        """Resolve a public name when it is first used: the pure modules import without aws_cdk."""
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(_MODULES[name], __name__), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """The public names."""
    return [*__all__, "__version__"]
