"""Rules for where a resource is: its region and its account, compared with those of the stack."""

from __future__ import annotations

from typing import Final

from .rule import Words, rule, warning

_ARN_URL: Final = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html"
_SNS_REGIONS_URL: Final = "https://docs.aws.amazon.com/sns/latest/dg/lambda-prereq.html"
_REPLICATION_URL: Final = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html"

_WHY: Final = "AWS does not find the resource, so the deployment fails, or uses another one with that name."
# By the last part of an option: what to do instead, where it is more than passing another resource.
_REGION_FIXES: Final = {
    "bus": "create a rule on that bus which forwards the events to a bus in {own}",
    "bucket": "enable EventBridge notifications of the bucket, and forward the events to a bus in {own}",
    "certificate": "request one in {own}",
    "credentials": "replicate the secret to {own}",
    "encryption_key": "use a replica of the key in {own}",
    "layers": "publish the layer in {own}",
    "log_group": "create the workload in a stack in {region}",
    "root_ca_certificate": "replicate the secret to {own}",
    "secret": "replicate the secret to {own}",
    "source": "create the workload in a stack in {region}",
    "topic": "pass a topic in {own}",
}
_ACCOUNT_FIXES: Final = {
    "bus": "create a rule on that bus which forwards the events to a bus in {own}",
    "certificate": "request one in {own}",
    "cluster": "pass the ARN of a VPC connection to the cluster",
    "log_group": "create the workload in a stack in {account}",
    "role": "pass a role in {own} which may assume that role",
}


@rule(why=_WHY, source=_ARN_URL)
def resource_region(_: Words, option: str, region: str, own: str) -> str | None:
    """A resource is in the region of the stack, unless AWS accepts it from other regions."""
    if region == own:
        return None
    fix = _REGION_FIXES.get(_name(option), "pass one in {own}").format(own=own, region=region)
    return f"{option} is in {region}, but the stack is in {own}; {fix}"


@rule(why=_WHY, source=_ARN_URL)
def resource_account(_: Words, option: str, account: str, own: str) -> str | None:
    """A resource is in the account of the stack, unless AWS accepts it from other accounts."""
    if account == own:
        return None
    fix = _ACCOUNT_FIXES.get(_name(option), "pass one in {own}").format(own=own, account=account)
    return f"{option} is in account {account}, but the stack is in {own}; {fix}"


@rule(
    why="A stack of another environment can only refer to a resource by a name that is known at synthesis.",
    source="https://docs.aws.amazon.com/cdk/v2/guide/resources.html",
)
def resource_unnamed(_: Words, option: str, *, named: bool) -> str | None:
    """A resource that the app creates in another environment, a region or an account, has a name."""
    if named:
        return None
    return (
        f"{option} is in a stack of another environment, under a name that CloudFormation generates; pass "
        "the same env to both stacks, or name it, for example with PhysicalName.GENERATE_IF_NEEDED"
    )


@warning(
    why="AWS gets only the name of the resource: in another region or account it uses another resource with "
    "that name, or finds none.",
    source=_ARN_URL,
)
def resource_environment_unknown(_: Words, option: str, region: str, account: str) -> str | None:
    """A resource that AWS identifies by name is in the environment of the stack, which is known."""
    if not (region or account):
        return None
    place = " of ".join(each for each in (region, account and f"account {account}") if each)
    return (
        f"{option} is in {place}, but the region or account of the stack is known only at deployment; pass "
        "env=Environment(...) to the stack"
    )


@warning(why="A client in the region of the function does not find the secret.", source=_REPLICATION_URL)
def secret_region(_: Words, option: str, region: str, own: str) -> str | None:
    """A secret is in the region of the function, where its clients look for it."""
    if region == own:
        return None
    return (
        f"{option} is in {region}, but the stack is in {own}; replicate the secret to {own}, or create the "
        f"client with the region {region}"
    )


@rule(
    why="Other accounts cannot use the key aws/secretsmanager, so the function cannot read the secret.",
    source="https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html",
)
def secret_account_key(_: Words, option: str, account: str, *, key: bool) -> str | None:
    """A secret of another account has a customer managed key."""
    if key:
        return None
    return (
        f"{option} is in account {account}, and has no encryption_key; pass one where you define the secret"
    )


@rule(why="SNS does not deliver messages to the function.", source=_SNS_REGIONS_URL)
def topic_region(_: Words, region: str, own: str, *, opt_in: bool) -> str | None:
    """The function is in the region of the topic, or in one that is enabled by default."""
    if region == own or not opt_in:
        return None
    return (
        f"source.topic is in {region}, but SNS does not deliver from there to functions in {own}, a region "
        "that accounts must enable; create the workload in the region of the topic"
    )


@warning(
    why="A message that SNS cannot deliver to Lambda is lost: its dead-letter queue would have to be in the "
    "region of the topic.",
    source="https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html",
)
def topic_without_dead_letters(_: Words, region: str, own: str) -> str | None:
    """The topic is in the region of the failure queue."""
    if region == own:
        return None
    return (
        f"source.topic is in {region} and the failure queue in {own}, so SNS cannot send it messages that it "
        "fails to deliver; create the workload in the region of the topic, or accept the loss"
    )


@warning(
    why="Unless the accounts are linked, the alarm never has data, and so never fires.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Unified-Cross-Account.html",
)
def metric_account(_: Words, option: str, account: str, own: str) -> str | None:
    """A queue whose metrics alarms read is in the account of the stack."""
    if account == own:
        return None
    return (
        f"{option} is in account {account}, but its alarms are in {own}; link {account} to {own} in "
        "CloudWatch, or turn these alarms off and create them there"
    )


def _name(option: str) -> str:
    """The last name in the path of an option."""
    return option.partition("[")[0].rpartition(".")[2]
