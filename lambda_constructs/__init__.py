"""Production-grade AWS Lambda workloads for the Python CDK, one statement each."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from .version import __version__ as __version__

if TYPE_CHECKING:
    from .errors import ConfigurationError
    from .function import ProductionFunction
    from .options import FunctionOptions
    from .parts.alarms import Alarms
    from .parts.authorizers import (
        CognitoAuthorizer,
        IamAuthorizer,
        JwtAuthorizer,
        LambdaAuthorizer,
        PublicAccess,
    )
    from .parts.broker import ActiveMqBroker, RabbitMqBroker
    from .parts.bucket_notification import BucketNotification
    from .parts.concurrency import BusinessHours, ProvisionedConcurrency, ScheduledConcurrency
    from .parts.cors import Cors
    from .parts.custom_domain import CustomDomain
    from .parts.event_rule import EventRule
    from .parts.function_url import FunctionUrlFrontDoor
    from .parts.hooks import SmokeTest
    from .parts.http_api import HttpApiFrontDoor
    from .parts.idempotency import Idempotency
    from .parts.iot_topic_rule import IotTopicRule
    from .parts.kafka import (
        KafkaPollers,
        MskCluster,
        MskIam,
        MutualTls,
        SaslPlain,
        SaslScram,
        SelfManagedKafka,
        Unauthenticated,
    )
    from .parts.load_balancer import LoadBalancerFrontDoor
    from .parts.log_subscription import LogSubscription
    from .parts.mail_receipt import MailReceipt
    from .parts.mapping import ProvisionedPollers
    from .parts.rest_api import RestApiFrontDoor
    from .parts.rollout import AllAtOnce, Canary, Linear
    from .parts.topic_subscription import TopicSubscription
    from .plugin import LambdaRules
    from .sizing.capacity import Capacity
    from .sizing.memory import MemorySize
    from .sizing.timeout import Timeout
    from .workloads.broker_consumer import BrokerConsumer
    from .workloads.cognito_trigger import CognitoTrigger
    from .workloads.event_handler import EventHandler
    from .workloads.http_function import HttpFunction
    from .workloads.kafka_consumer import KafkaConsumer
    from .workloads.scheduled_job import ScheduledJob
    from .workloads.sqs_worker import SqsWorker
    from .workloads.stream_consumer import StreamConsumer

__all__ = [
    "ActiveMqBroker",
    "Alarms",
    "AllAtOnce",
    "BrokerConsumer",
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
    "FunctionUrlFrontDoor",
    "HttpApiFrontDoor",
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
    "LoadBalancerFrontDoor",
    "LogSubscription",
    "MailReceipt",
    "MemorySize",
    "MskCluster",
    "MskIam",
    "MutualTls",
    "ProductionFunction",
    "ProvisionedConcurrency",
    "ProvisionedPollers",
    "PublicAccess",
    "RabbitMqBroker",
    "RestApiFrontDoor",
    "SaslPlain",
    "SaslScram",
    "ScheduledConcurrency",
    "ScheduledJob",
    "SelfManagedKafka",
    "SmokeTest",
    "SqsWorker",
    "StreamConsumer",
    "Timeout",
    "TopicSubscription",
    "Unauthenticated",
]

_MODULES = {
    "ActiveMqBroker": ".parts.broker",
    "Alarms": ".parts.alarms",
    "AllAtOnce": ".parts.rollout",
    "BrokerConsumer": ".workloads.broker_consumer",
    "BucketNotification": ".parts.bucket_notification",
    "BusinessHours": ".parts.concurrency",
    "Canary": ".parts.rollout",
    "Capacity": ".sizing.capacity",
    "CognitoAuthorizer": ".parts.authorizers",
    "CognitoTrigger": ".workloads.cognito_trigger",
    "ConfigurationError": ".errors",
    "Cors": ".parts.cors",
    "CustomDomain": ".parts.custom_domain",
    "EventHandler": ".workloads.event_handler",
    "EventRule": ".parts.event_rule",
    "FunctionOptions": ".options",
    "FunctionUrlFrontDoor": ".parts.function_url",
    "HttpApiFrontDoor": ".parts.http_api",
    "HttpFunction": ".workloads.http_function",
    "IamAuthorizer": ".parts.authorizers",
    "Idempotency": ".parts.idempotency",
    "IotTopicRule": ".parts.iot_topic_rule",
    "JwtAuthorizer": ".parts.authorizers",
    "KafkaConsumer": ".workloads.kafka_consumer",
    "KafkaPollers": ".parts.kafka",
    "LambdaAuthorizer": ".parts.authorizers",
    "LambdaRules": ".plugin",
    "Linear": ".parts.rollout",
    "LoadBalancerFrontDoor": ".parts.load_balancer",
    "LogSubscription": ".parts.log_subscription",
    "MailReceipt": ".parts.mail_receipt",
    "MemorySize": ".sizing.memory",
    "MskCluster": ".parts.kafka",
    "MskIam": ".parts.kafka",
    "MutualTls": ".parts.kafka",
    "ProductionFunction": ".function",
    "ProvisionedConcurrency": ".parts.concurrency",
    "ProvisionedPollers": ".parts.mapping",
    "PublicAccess": ".parts.authorizers",
    "RabbitMqBroker": ".parts.broker",
    "RestApiFrontDoor": ".parts.rest_api",
    "SaslPlain": ".parts.kafka",
    "SaslScram": ".parts.kafka",
    "ScheduledConcurrency": ".parts.concurrency",
    "ScheduledJob": ".workloads.scheduled_job",
    "SelfManagedKafka": ".parts.kafka",
    "SmokeTest": ".parts.hooks",
    "SqsWorker": ".workloads.sqs_worker",
    "StreamConsumer": ".workloads.stream_consumer",
    "Timeout": ".sizing.timeout",
    "TopicSubscription": ".parts.topic_subscription",
    "Unauthenticated": ".parts.kafka",
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
