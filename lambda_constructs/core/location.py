"""Where the resources of a user are: every option that takes a resource is compared with the stack."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import aws_cdk as cdk
from constructs import Construct

from ..rules.location import (
    metric_account,
    resource_account,
    resource_environment_unknown,
    resource_region,
    resource_unnamed,
    secret_account_key,
    secret_region,
)
from ..rules.rule import Rule
from .cdk_objects import ask, stack_of
from .texts import separated

if TYPE_CHECKING:
    from .guard import Guard

# The classes whose attribute with the ARN has their name, such as `queue_arn` of Queue.
_NAMED_AS_THEIR_ARN: Final = (
    *("Alarm", "Bucket", "Certificate", "CodeSigningConfig", "EventBus", "Function", "Key", "LayerVersion"),
    *("LogGroup", "Parameter", "Queue", "Role", "ScheduleGroup", "Secret", "Stream", "StreamConsumer"),
    *("Table", "Topic", "UserPool"),
)
_WITHOUT_ARN: Final = (
    *("AlarmAction", "CfnBroker", "CfnCluster", "CfnServerlessCluster", "CfnWebACL", "DomainName"),
    *("ReceiptRuleSet", "SecurityGroup", "Subnet", "UserPoolClient", "Vpc"),
)
# The attribute with the ARN, by the class or interface without its I; None if it has no ARN.
RESOURCES: Final[Mapping[str, str | None]] = {
    **{name: f"{separated(name, '_')}_arn" for name in _NAMED_AS_THEIR_ARN},
    **dict.fromkeys(_WITHOUT_ARN),
    "Alias": "function_arn",
    "ApplicationListener": "listener_arn",
    "BrokerRef": "broker_ref.broker_arn",
    "ClusterRef": "cluster_ref.cluster_arn",
    "TableV2": "table_arn",
    "WebACLRef": "web_acl_ref.web_acl_arn",
}
# The options of another trigger are those of its workload.
_WORKLOADS: Final = {"queue_checks": "sqs_worker", "stream_trigger": "stream_consumer"}
# By module and name of an option.
_OTHER_REGIONS: Final = {
    "authorizers.clients",  # known by their ids
    "authorizers.function",  # https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-lambda-authorizer-cross-account-lambda-authorizer.html
    "authorizers.user_pool",  # an issuer of tokens; a REST API checks it itself
    "mail_receipt.bucket",  # https://docs.aws.amazon.com/ses/latest/dg/regions.html#region-receive-email
    "topic_subscription.topic",  # https://docs.aws.amazon.com/sns/latest/dg/sns-cross-region-delivery.html
}
_OTHER_ACCOUNTS: Final = {
    "authorizers.clients",
    "authorizers.function",
    "authorizers.user_pool",  # https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-cross-account-cognito-authorizer.html
    "bucket_notification.bucket",
    "event_handler.on_failure",  # resource policies: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    "event_handler.on_success",
    "kafka.root_ca_certificate",  # secrets and keys: https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html
    "kafka.secret",
    "kafka.security_groups",  # https://docs.aws.amazon.com/vpc/latest/userguide/security-group-sharing.html
    "kafka.subnets",  # https://docs.aws.amazon.com/vpc/latest/userguide/vpc-sharing.html
    "kafka_consumer.on_failure",
    "mail_receipt.bucket",
    "mq.credentials",
    "mq.security_groups",
    "mq.subnets",
    "options.encryption_key",  # https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html
    "options.layers",  # https://docs.aws.amazon.com/lambda/latest/dg/permissions-layer-cross-account.html
    "options.secrets",
    "options.security_groups",
    "options.vpc",
    "scheduled_job.on_failure",
    "scheduled_job.on_success",
    "sqs_worker.dead_letter_queue",  # that of an imported queue
    "sqs_worker.queue",  # https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-cross-account-example.html
    "stream_consumer.enhanced_fan_out",
    "stream_consumer.on_failure",
    "stream_consumer.source",  # https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html
    "topic_subscription.topic",  # https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
}
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
_ALARMS: Final = "alarms"
# In the ARN of a load balancer or a listener, until CDK's command line has looked it up.
_LOOKED_UP_LATER: Final = "/my-load-balancer/50dc6c495c0c9188"
# AWS gets the name of the resource, not its ARN.
_BY_NAME: Final = {
    "idempotency.table",
    "log_subscription.log_group",
    "options.log_group",
    "rollout.alarms",
    "scheduled_job.group",
}


def is_resource(kind: str) -> bool:
    """Whether a class or an interface is that of a resource."""
    return without_prefix(kind) in RESOURCES


def check_location(guard: Guard, option: str, module: str, kind: str, resource: object) -> None:
    """Check that the service which uses a resource, or its ARN, takes it from its region and account.

    The option is named as in "layers[0]"; kind and module are the class or interface of the resource, and the
    module of the option.
    """
    name = re.sub(r"\[.*", "", option).rpartition(".")[2]
    owner = module.rpartition(".")[2]
    key = f"{_WORKLOADS.get(owner, owner)}.{name}"
    region, account = location(kind, resource)
    own_region, own_account = own_location(guard.scope)
    by_name = key in _BY_NAME or without_prefix(kind) == "Parameter"
    if key == "options.secrets" and not by_name:
        _compare(guard, secret_region, option, region, own_region)
    elif key not in _OTHER_REGIONS and without_prefix(kind) != "Role":  # roles have no region
        _compare(guard, resource_region, option, region, own_region)
    if not (key in _OTHER_ACCOUNTS or owner == _ALARMS) or by_name:
        _compare(guard, resource_account, option, account, own_account)
    elif without_prefix(kind) == "Queue" and name != "on_success":
        _compare(guard, metric_account, option, account, own_account)
    elsewhere = account not in ("", own_account) and not is_late(own_account)
    if elsewhere and type(resource).__name__ == "Secret":
        guard.check(secret_account_key, option, account, key=ask(resource, "encryption_key") is not None)
    here = ["" if is_late(own) else own for own in (own_region, own_account)]
    if [region, account] != here:
        guard.check(resource_unnamed, option, named=_is_named(guard.scope, kind, resource))
    if by_name:
        late = [each if is_late(own) else "" for each, own in ((region, own_region), (account, own_account))]
        guard.check(resource_environment_unknown, option, *late)


def _is_named(scope: Construct, kind: str, resource: object) -> bool:
    """Whether a stack can refer to a resource of another environment, perhaps one of the same app."""
    arn = _arn(kind, resource)
    try:
        return not is_late(arn) or bool(cdk.Stack.of(scope).resolve(arn))
    except RuntimeError:
        return False


def _compare(guard: Guard, rule: Rule[[str, str, str]], option: str, found: str, own: str) -> None:
    """Compare a region or an account with that of the stack, if both are known."""
    if found and not is_late(own):
        guard.check(rule, option, found, own)


def location(kind: str, resource: object) -> tuple[str, str]:
    """The region and the account of a resource; empty if they are unknown, or it has none.

    The ARN comes first: CDK does not tell the environment of every kind of imported resource.
    """
    # CDK knows the environment of what this app creates.
    created = type(resource).__name__ == kind and not isinstance(resource, str)
    arn = "" if created else _arn(kind, resource)
    if _LOOKED_UP_LATER in arn:
        return "", ""
    _, _, service, region, account, *_ = [*arn.split(":"), "", "", "", "", ""]
    if not (region and account) and not isinstance(resource, str):
        with suppress(AttributeError):  # a class of the user that implements an interface may lack it
            environment = ask(resource, "env")
            region, account = region or environment.region, account or environment.account
    region = "" if service == "iam" or is_late(region) else region
    return region, "" if is_late(account) else account


def own_location(scope: Construct) -> tuple[str, str]:
    """The region and the account of the stack of a scope; tokens unless they are known."""
    stack = stack_of(scope)
    return ask(stack, "region"), ask(stack, "account")


def is_late(text: str) -> bool:
    """Whether a region or an account is known only at deployment."""
    return "${Token[" in text


def _arn(kind: str, resource: object) -> str:
    """The ARN of a resource; empty if it has none."""
    if isinstance(resource, str):
        return resource
    if type(resource).__name__ == "SnsAction":
        return _topic_of(resource)
    attribute = RESOURCES[without_prefix(kind)]
    if attribute is None:
        return ""
    reference, _, name = attribute.rpartition(".")
    owner = ask(resource, reference) if reference else resource
    return str(ask(owner, name))


def _topic_of(action: Any) -> str:  # noqa: ANN401 - CDK's interface is a protocol
    """The ARN of the topic of an action; CDK tells it to alarms only."""
    from aws_cdk import aws_cloudwatch as cloudwatch  # noqa: PLC0415 - only for actions

    scratch = cdk.Stack()
    alarm = cloudwatch.Alarm.from_alarm_name(scratch, "Alarm", "Alarm")
    return str(action.bind(scratch, alarm).alarm_action_arn)


def without_prefix(kind: str) -> str:
    """The name of a class or of an interface, without its I."""
    return kind[1:] if kind[:1] == "I" and kind[1:2].isupper() else kind
