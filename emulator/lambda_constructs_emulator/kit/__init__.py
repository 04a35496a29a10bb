"""Deploys a CDK app in a test, sends it work, makes it fail, and reports the results."""

from .alarms import Alarm
from .aws import Aws
from .brokers import BrokerQueue, KafkaTopic
from .deployed import Deployed
from .endpoints import Api
from .functions import Function, FunctionError
from .http import Caller, Response
from .mail import Mail, ReceivedMail
from .queues import Queue
from .releases import Release
from .stores import Bucket, EventBus, Stream, Table, Topic
from .waiting import wait_until

__all__ = [
    "Alarm",
    "Api",
    "Aws",
    "BrokerQueue",
    "Bucket",
    "Caller",
    "Deployed",
    "EventBus",
    "Function",
    "FunctionError",
    "KafkaTopic",
    "Mail",
    "Queue",
    "ReceivedMail",
    "Release",
    "Response",
    "Stream",
    "Table",
    "Topic",
    "wait_until",
]
