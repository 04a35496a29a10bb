"""Brokers of Amazon MQ: ActiveMQ and RabbitMQ, and alarms on their metrics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_secretsmanager as secretsmanager

from ..core.alarm_set import AlarmSet
from ..core.cdk_objects import ask, part_of_arn
from ..core.claims import claimants
from ..core.context import Context
from ..core.guard import Guard
from ..rules import defaults
from ..rules.mapping import (
    BROKER_QUEUE_MAXIMUM,
    SOURCE_URI_MAXIMUM,
    SOURCE_URI_PATTERN,
    broker_arn_form,
    broker_dead_letters_unknown,
)
from ..rules.queue import queue_shared
from ..template.values import Unknown
from .mapping_checks import check_name

if TYPE_CHECKING:
    from aws_cdk import aws_amazonmq as amazonmq
    from aws_cdk import aws_ec2 as ec2
    from aws_cdk.interfaces import aws_amazonmq as interfaces

_NAME_IN_ARN: Final = 6  # arn:aws:mq:<region>:<account>:broker:<name>:<id>


@dataclass(frozen=True, kw_only=True)
class ActiveMqBroker:
    """A broker of Amazon MQ for ActiveMQ, in the account of the function.

    Its VPC needs a route to Lambda, STS and Secrets Manager: a NAT gateway or endpoints.

    Args:
        broker: The broker, such as a `CfnBroker`, or the ARN of a broker that is not in this app.
        credentials: Secret with `username` and `password`.
        subnets: The broker's subnets: network interfaces are allowed only in these. Default: ()
        security_groups: The broker's security groups: network interfaces are allowed only with these.
            Default: ()
    """

    broker: amazonmq.CfnBroker | interfaces.IBrokerRef | str
    credentials: secretsmanager.Secret | secretsmanager.ISecret | secretsmanager.SecretTargetAttachment
    subnets: Sequence[ec2.Subnet | ec2.ISubnet] | None = None
    security_groups: Sequence[ec2.SecurityGroup | ec2.ISecurityGroup] | None = None


@dataclass(frozen=True, kw_only=True)
class RabbitMqBroker:
    """A broker of Amazon MQ for RabbitMQ, in the account of the function.

    Its VPC needs a route to Lambda, STS and Secrets Manager: a NAT gateway or endpoints.

    Args:
        broker: The broker, such as a `CfnBroker`, or the ARN of a broker that is not in this app.
        credentials: Secret with `username` and `password`.
        virtual_host: Virtual host of the queue. Default: / (every broker has this one)
        subnets: The broker's subnets: network interfaces are allowed only in these. Default: ()
        security_groups: The broker's security groups: network interfaces are allowed only with these.
            Default: ()
    """

    broker: amazonmq.CfnBroker | interfaces.IBrokerRef | str
    credentials: secretsmanager.Secret | secretsmanager.ISecret | secretsmanager.SecretTargetAttachment
    virtual_host: str | None = None
    subnets: Sequence[ec2.Subnet | ec2.ISubnet] | None = None
    security_groups: Sequence[ec2.SecurityGroup | ec2.ISecurityGroup] | None = None

    @property
    def host(self) -> str:
        """The virtual host."""
        return defaults.VIRTUAL_HOST if self.virtual_host is None else self.virtual_host


Broker: TypeAlias = ActiveMqBroker | RabbitMqBroker
"""A broker of Amazon MQ."""


def check_broker(guard: Guard, broker: Broker, queue_name: str, dead_letter_queue_name: str | None) -> None:
    """Check the broker and the names in it, and warn if the dead-letter queue of RabbitMQ is unknown."""
    arn = guard.text(broker_arn(broker))
    if not isinstance(arn, Unknown):  # a reference to a broker has the right form
        guard.check(broker_arn_form, arn)
    for option, name in (("queue_name", queue_name), ("dead_letter_queue_name", dead_letter_queue_name)):
        if name is not None:
            check_name(guard, option, name, r"[\s\S]*", BROKER_QUEUE_MAXIMUM)
    if isinstance(broker, RabbitMqBroker):
        pattern, maximum = SOURCE_URI_PATTERN, SOURCE_URI_MAXIMUM
        check_name(guard, "broker.virtual_host", broker.host, pattern, maximum)
        if dead_letter_queue_name is None:
            guard.check(broker_dead_letters_unknown, queue_name)


def check_reader(guard: Guard, broker: Broker, queue_name: str) -> None:
    """Check that no other workload of the app reads the queue."""
    host = broker.host if isinstance(broker, RabbitMqBroker) else ""
    guard.check(queue_shared, claimants(guard, "broker queue", broker_arn(broker), host, queue_name))


def broker_arn(broker: Broker) -> str:
    """The ARN of a broker."""
    given = broker.broker
    return given if isinstance(given, str) else str(ask(given, "broker_ref").broker_arn)


def broker_access(broker: Broker) -> list[tuple[str, str]]:
    """Credentials and virtual host, as the API names them; Lambda reads the broker's network itself."""
    access = [("BASIC_AUTH", broker.credentials.secret_arn)]
    if isinstance(broker, RabbitMqBroker):
        access.append(("VIRTUAL_HOST", broker.host))
    return access


def watch_broker(
    context: Context, broker: Broker, queue_name: str, dead_letter_queue_name: str | None
) -> None:
    """Watch the broker's dead letters and, with ActiveMQ, that the consumer processes the queue.

    RabbitMQ publishes metrics of single queues only up to version 3.
    https://docs.aws.amazon.com/amazon-mq/latest/developer-guide/activemq-logging-monitoring.html
    https://docs.aws.amazon.com/amazon-mq/latest/developer-guide/rabbitmq-logging-monitoring.html
    """
    alarms = context.alarms
    name = part_of_arn(broker_arn(broker), ":", _NAME_IN_ARN)
    depth: cloudwatch.IMetric | None = None
    if isinstance(broker, ActiveMqBroker):
        if alarms.options.has("message_age"):
            _watch_stalled(alarms, name, queue_name)
        dead_letters = dead_letter_queue_name or defaults.ACTIVE_MQ_DEAD_LETTER_QUEUE
        depth = alarms.math(
            "SUM([dead1, dead2])", **_of_instances(alarms, "QueueSize", name, dead_letters, "dead")
        )
    elif dead_letter_queue_name is not None:
        dimensions = {"Broker": name, "VirtualHost": broker.host, "Queue": dead_letter_queue_name}
        depth = alarms.metric("AWS/AmazonMQ", "MessageCount", dimensions, "Maximum")
    if alarms.options.has("dead_letters") and depth is not None:
        alarms.add(
            "DeadLettersAlarm",
            depth,
            1,
            "Messages are in the broker's dead-letter queue: inspect them, fix the cause, resend them",
            command="ops status",
        )


def _watch_stalled(alarms: AlarmSet, broker_name: str, queue_name: str) -> None:
    """Watch for messages that wait while the consumer processes none."""
    stalled = alarms.math(
        "IF(SUM([waiting1, waiting2]) > 0 AND SUM([done1, done2]) < 1, 1, 0)",
        **_of_instances(alarms, "QueueSize", broker_name, queue_name, "waiting"),
        **_of_instances(alarms, "DequeueCount", broker_name, queue_name, "done"),
    )
    alarms.add(
        "StalledAlarm",
        stalled,
        1,
        "Messages wait, but the consumer processes none: check the broker's network and the function",
        periods=defaults.BROKER_STALLED_PERIODS,
    )


def _of_instances(
    alarms: AlarmSet, metric: str, broker_name: str, queue_name: str, prefix: str
) -> dict[str, cloudwatch.IMetric]:
    """A metric of an ActiveMQ queue; the names of the broker's one or two instances end with -1 and -2."""
    return {
        f"{prefix}{number}": alarms.metric(
            "AWS/AmazonMQ", metric, {"Broker": f"{broker_name}-{number}", "Queue": queue_name}, "Maximum"
        )
        for number in (1, 2)
    }
