"""Permissions with which Lambda reads Kafka or Amazon MQ: a mapping whose role lacks one is refused.

Lambda finds the brokers, reads the secrets to sign in with, and creates network interfaces, with the
function's role. It refuses a mapping whose role may not; if the role loses a permission later, it reads
nothing, and the mapping says so.

    https://docs.aws.amazon.com/lambda/latest/dg/with-msk-permissions.html
    https://docs.aws.amazon.com/lambda/latest/dg/kafka-esm-create.html
    https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html

We chose: a cluster of Amazon MSK without a secret lets Lambda sign in by IAM. Keys of secrets are not
checked, and the permission to create interfaces not for single subnets. Only CloudFormation creates these
mappings.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from ..cloudformation import provisioning
from ..core import hooks
from ..iam import permissions

Settings = Mapping[str, Any]

_lambda = hooks.module("services.lambda_svc")
_responses = hooks.module("core.responses")
_function: Callable[[str], tuple[Any, Any, str]] = hooks.attribute(_lambda, "_get_func_record_for_ref")
_region: Callable[[], str] = hooks.attribute(_responses, "get_region")
_account: Callable[[], str] = hooks.attribute(_responses, "get_account_id")

_RESOURCE_TYPE: Final = "AWS::Lambda::EventSourceMapping"
_DEFAULT_BATCH: Final = 100
_INTERFACES: Final = ("ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface")
_NETWORK: Final = (
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
)
_WITH_SECRET: Final = ("_AUTH", "SERVER_ROOT_CA_CERTIFICATE")
"""How the types of access that name a secret end."""


def install() -> None:
    """Refuse what AWS refuses.

    Raises:
        hooks.HookError: ministack provisions mappings in another way now.
    """
    provisioning.wrap(_RESOURCE_TYPE, "create", _provision)


def access(settings: Settings) -> Iterator[tuple[str, str]]:
    """The types and the values of the settings by which Lambda reaches the brokers."""
    for each in settings.get("SourceAccessConfigurations") or []:
        yield each["Type"], each["URI"]


def problem(settings: Settings, role: str) -> str:
    """Why Lambda cannot read the brokers of a mapping with a role; empty if it can."""
    for action, resource in _needed(settings):
        if not permissions.role_allows(role, action, resource):
            return f"The function execution role does not have permissions to call {action} on {resource}"
    return ""


def _provision(
    original: Callable[[str, Settings, str], tuple[str, Any]],
    logical_id: str,
    properties: Settings,
    stack: str,
) -> tuple[str, Any]:
    if not (properties.get("Topics") or properties.get("Queues")):
        return original(logical_id, properties, stack)
    record, configuration, _name = _function(properties["FunctionName"])
    if record is not None and (refusal := problem(properties, configuration["Role"])):
        raise provisioning.refused(refusal)
    return original(logical_id, {"BatchSize": _DEFAULT_BATCH, **properties}, stack)


def _needed(settings: Settings) -> Iterator[tuple[str, str]]:
    secrets = [uri for kind, uri in access(settings) if kind.endswith(_WITH_SECRET)]
    yield from (("secretsmanager:GetSecretValue", secret) for secret in secrets)
    arn = settings.get("EventSourceArn") or ""
    if settings.get("Queues"):
        yield "mq:DescribeBroker", arn
    elif arn:
        yield from _of_msk(settings, arn)
    if arn or any(kind == "VPC_SUBNET" for kind, _ in access(settings)):
        interfaces = f"arn:aws:ec2:{_region()}:{_account()}:network-interface/*"
        yield from ((action, interfaces) for action in _INTERFACES)
        yield from ((action, "*") for action in _NETWORK)


def _of_msk(settings: Settings, cluster: str) -> Iterator[tuple[str, str]]:
    yield "kafka:DescribeClusterV2", cluster
    yield "kafka:GetBootstrapBrokers", "*"
    kinds = [kind for kind, _secret in access(settings)]
    if any(kind.startswith("SASL_SCRAM") for kind in kinds):
        yield "kafka:ListScramSecrets", cluster
    if not kinds:
        topic = f"{cluster.replace(':cluster/', ':topic/')}/{settings['Topics'][0]}"
        config = settings.get("AmazonManagedKafkaEventSourceConfig") or {}
        group = f"{cluster.replace(':cluster/', ':group/')}/{config.get('ConsumerGroupId') or '*'}"
        yield "kafka-cluster:Connect", cluster
        yield "kafka-cluster:DescribeTopic", topic
        yield "kafka-cluster:ReadData", topic
        yield "kafka-cluster:AlterGroup", group
        yield "kafka-cluster:DescribeGroup", group
