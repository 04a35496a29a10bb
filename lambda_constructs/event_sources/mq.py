"""Brokers of Amazon MQ: ActiveMQ and RabbitMQ, and what their metrics tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_secretsmanager as secretsmanager

from ..core.guard import Guard, Unknown
from ..core.stack_resources import seconds
from ..rules import defaults
from ..rules.mapping import SOURCE_URI_MAXIMUM, SOURCE_URI_PATTERN, source_name
from ..rules.mq import BROKER_QUEUE_MAXIMUM, broker_arn_form, broker_dead_letters_unknown

if TYPE_CHECKING:
    from ..core.alarms import Alarms, AlarmSet

_NAME_IN_ARN: Final = 6  # arn:aws:mq:<region>:<account>:broker:<name>:<id>


@dataclass(frozen=True, kw_only=True)
class ActiveMqBroker:
    """A broker of Amazon MQ for ActiveMQ, in the account of the function.

    Its VPC needs a way to Lambda, STS and Secrets Manager: a NAT gateway or endpoints.

    Args:
        broker_arn: ARN of the broker.
        credentials: Secret with `username` and `password`.
        subnets: The broker's subnets, to allow network interfaces in no others. Default: ()
        security_groups: The broker's security groups, to allow network interfaces with no others.
            Default: ()
    """

    broker_arn: str
    credentials: secretsmanager.ISecret
    subnets: Sequence[ec2.ISubnet] = ()
    security_groups: Sequence[ec2.ISecurityGroup] = ()


@dataclass(frozen=True, kw_only=True)
class RabbitMqBroker:
    """A broker of Amazon MQ for RabbitMQ, in the account of the function.

    Its VPC needs a way to Lambda, STS and Secrets Manager: a NAT gateway or endpoints.

    Args:
        broker_arn: ARN of the broker.
        credentials: Secret with `username` and `password`.
        virtual_host: Virtual host of the queue. Default: / (every broker has this one)
        subnets: The broker's subnets, to allow network interfaces in no others. Default: ()
        security_groups: The broker's security groups, to allow network interfaces with no others.
            Default: ()
    """

    broker_arn: str
    credentials: secretsmanager.ISecret
    virtual_host: str = defaults.VIRTUAL_HOST
    subnets: Sequence[ec2.ISubnet] = ()
    security_groups: Sequence[ec2.ISecurityGroup] = ()


Broker: TypeAlias = ActiveMqBroker | RabbitMqBroker


def check_broker(guard: Guard, broker: Broker, queue: str, dead_letter_queue: str | None) -> None:
    """Check the broker, the names in it, and that somebody knows where its dead letters are."""
    guard.instance(
        "broker", broker, ActiveMqBroker | RabbitMqBroker, "ActiveMqBroker(...) or RabbitMqBroker(...)"
    )
    arn = guard.text("broker.broker_arn", broker.broker_arn)
    if not isinstance(arn, Unknown):  # a reference to a broker has the right form
        guard.check(broker_arn_form, arn)
    for option, name in (("queue", queue), ("dead_letter_queue", dead_letter_queue)):
        if name is not None:
            _check_name(guard, option, name, r"[\s\S]*", BROKER_QUEUE_MAXIMUM)
    if isinstance(broker, RabbitMqBroker):
        pattern, maximum = SOURCE_URI_PATTERN, SOURCE_URI_MAXIMUM
        _check_name(guard, "broker.virtual_host", broker.virtual_host, pattern, maximum)
        if dead_letter_queue is None:
            guard.check(broker_dead_letters_unknown, queue)


def _check_name(guard: Guard, option: str, name: str, pattern: str, maximum: int) -> None:
    guard.check(source_name, option, guard.text(option, name), pattern=pattern, maximum=maximum)


def broker_access(broker: Broker) -> list[tuple[str, str]]:
    """Credentials and virtual host, as the API names them; a broker tells its network to Lambda itself."""
    access = [("BASIC_AUTH", broker.credentials.secret_arn)]
    if isinstance(broker, RabbitMqBroker):
        access.append(("VIRTUAL_HOST", broker.virtual_host))
    return access


def watch_broker(
    alarms: AlarmSet, options: Alarms, broker: Broker, queue: str, dead_letter_queue: str | None
) -> None:
    """Watch the broker's queue of dead letters and, with ActiveMQ, that the queue itself is read.

    RabbitMQ publishes metrics of single queues up to version 3 only.
    https://docs.aws.amazon.com/amazon-mq/latest/developer-guide/activemq-logging-monitoring.html
    https://docs.aws.amazon.com/amazon-mq/latest/developer-guide/rabbitmq-logging-monitoring.html
    """
    name = cdk.Fn.select(_NAME_IN_ARN, cdk.Fn.split(":", broker.broker_arn))
    if isinstance(broker, ActiveMqBroker):
        dead_letter_queue = dead_letter_queue or defaults.ACTIVE_MQ_DEAD_LETTER_QUEUE
        if options.message_age:
            _watch_stalled(alarms, name, queue)
        depth: cloudwatch.IMetric = _math(
            "SUM([dead1, dead2])", _of_instances(alarms, "QueueSize", name, dead_letter_queue, "dead")
        )
    elif dead_letter_queue is not None:
        dimensions = {"Broker": name, "VirtualHost": broker.virtual_host, "Queue": dead_letter_queue}
        depth = alarms.metric("AWS/AmazonMQ", "MessageCount", dimensions, "Maximum")
    if options.dead_letters and dead_letter_queue is not None:
        alarms.add(
            "DeadLettersAlarm",
            depth,
            1,
            "Messages failed every delivery: read them in the broker, mend the cause, send them again",
        )


def _watch_stalled(alarms: AlarmSet, broker_name: str, queue: str) -> None:
    """Watch that messages do not wait while none is worked off."""
    stalled = _math(
        "IF(SUM([waiting1, waiting2]) > 0 AND SUM([done1, done2]) < 1, 1, 0)",
        {
            **_of_instances(alarms, "QueueSize", broker_name, queue, "waiting"),
            **_of_instances(alarms, "DequeueCount", broker_name, queue, "done"),
        },
    )
    alarms.add(
        "StalledAlarm",
        stalled,
        1,
        "Messages wait and none is worked off: Lambda cannot reach the broker or invoke the function",
        periods=defaults.BROKER_STALLED_PERIODS,
    )


def _of_instances(
    alarms: AlarmSet, metric: str, broker_name: str, queue: str, prefix: str
) -> dict[str, cloudwatch.IMetric]:
    """A metric of a queue of ActiveMQ; it has one or two instances, whose names end with -1 and -2."""
    return {
        f"{prefix}{number}": alarms.metric(
            "AWS/AmazonMQ", metric, {"Broker": f"{broker_name}-{number}", "Queue": queue}, "Maximum"
        )
        for number in (1, 2)
    }


def _math(expression: str, metrics: dict[str, cloudwatch.IMetric]) -> cloudwatch.MathExpression:
    period = seconds(defaults.ALARM_PERIOD)
    return cloudwatch.MathExpression(expression=expression, using_metrics=metrics, period=period)
