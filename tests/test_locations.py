"""Where resources are: every option that takes one, with resources of other regions and accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, cast

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct, IConstruct

from lambda_constructs import (
    ActiveMqBroker,
    Alarms,
    AllAtOnce,
    BucketNotification,
    Canary,
    CognitoAuthorizer,
    CognitoTrigger,
    ConfigurationError,
    CustomDomain,
    EventHandler,
    EventRule,
    HttpApiEndpoint,
    HttpFunction,
    Idempotency,
    KafkaConsumer,
    LambdaAuthorizer,
    LoadBalancerEndpoint,
    LogSubscription,
    MailReceipt,
    MqConsumer,
    MskCluster,
    MutualTls,
    Preset,
    ProductionFunction,
    QueueTrigger,
    RestApiEndpoint,
    ScheduledJob,
    SelfManagedKafka,
    SharedDomain,
    SqsWorker,
    StreamConsumer,
    StreamTrigger,
    TopicSubscription,
    Unauthenticated,
)
from lambda_constructs.core.annotations import OptionTypes, kinds_of
from lambda_constructs.core.location import RESOURCES
from tests.requests.endpoints import web_acl
from tests.support import new_stack, only, resources, warnings
from tests.test_bad_values import WORKLOADS, build
from tests.test_public_api import BY_KEYWORD

REGION, ACCOUNT = "eu-west-1", "123456789012"
ELSEWHERE: Final = {"region": ("us-east-1", ACCOUNT), "account": (REGION, "210987654321")}
HOME: Final = cdk.Environment(account=ACCOUNT, region=REGION)
Make = Callable[[Construct, str, str], Any]


def arn(service: str, resource: str) -> Callable[[str, str], str]:
    return lambda region, account: f"arn:aws:{service}:{region}:{account}:{resource}"


def imported(from_arn: Callable[[Construct, str, str], Any], service: str, resource: str) -> Make:
    return lambda scope, region, account: from_arn(
        scope, "Elsewhere", arn(service, resource)(region, account)
    )


def stack_in(scope: IConstruct, region: str, account: str) -> cdk.Stack:
    """Another stack of the app."""
    return cdk.Stack(scope.node.root, "There", env=cdk.Environment(account=account, region=region))  # type: ignore[arg-type]


def listener(scope: Construct, region: str, account: str) -> elbv2.IApplicationListener:
    there = arn("elasticloadbalancing", "listener/app/shop/0a1b/2c3d")(region, account)
    group = ec2.SecurityGroup.from_security_group_id(scope, "Group", "sg-0123456789abcdef0")
    return elbv2.ApplicationListener.from_application_listener_attributes(
        scope, "Elsewhere", listener_arn=there, security_group=group
    )


def table(scope: Construct, region: str, account: str) -> dynamodb.ITable:
    there = arn("dynamodb", "table/orders")(region, account)
    return dynamodb.Table.from_table_attributes(
        scope, "Elsewhere", table_arn=there, table_stream_arn=f"{there}/stream/2026-01-01T00:00:00.000"
    )


def vpc(scope: Construct, region: str, account: str) -> ec2.IVpc:
    return ec2.Vpc(stack_in(scope, region, account), "Vpc")


def any_vpc(scope: Construct) -> ec2.IVpc:
    """A VPC whose template does not tell which security groups are in it."""
    return ec2.Vpc.from_vpc_attributes(
        scope, "Home", vpc_id="vpc-1", availability_zones=["eu-west-1a"], private_subnet_ids=["subnet-1"]
    )


def domain(scope: Construct) -> apigatewayv2.IDomainName:
    certificate = acm.Certificate(scope, "Certificate", domain_name="a.shop.example")
    return apigatewayv2.DomainName(scope, "Name", domain_name="a.shop.example", certificate=certificate)


IMPORTS: Final[dict[str, Make]] = {
    "Alarm": imported(cloudwatch.Alarm.from_alarm_arn, "cloudwatch", "alarm:late"),
    "Bucket": lambda scope, region, account: s3.Bucket.from_bucket_attributes(
        scope, "Elsewhere", bucket_name="shop-orders", region=region, account=account
    ),
    "Certificate": imported(acm.Certificate.from_certificate_arn, "acm", "certificate/0a1b2c3d"),
    "BrokerRef": lambda _, region, account: arn("mq", "broker:shop:b-0a1b2c3d")(region, account),
    "ClusterRef": lambda _, region, account: arn("kafka", "cluster/shop/0a1b2c3d-4")(region, account),
    "CodeSigningConfig": imported(
        lambda_.CodeSigningConfig.from_code_signing_config_arn,
        "lambda",
        "code-signing-config:csc-0123456789abcdef0",
    ),
    "DomainName": lambda scope, *place: domain(stack_in(scope, *place)),
    "EventBus": imported(events.EventBus.from_event_bus_arn, "events", "event-bus/shop"),
    "Function": imported(lambda_.Function.from_function_arn, "lambda", "function:other"),
    "Key": imported(kms.Key.from_key_arn, "kms", "key/0a1b2c3d"),
    "LayerVersion": imported(lambda_.LayerVersion.from_layer_version_arn, "lambda", "layer:shared:1"),
    "LogGroup": imported(logs.LogGroup.from_log_group_arn, "logs", "log-group:shop"),
    "Queue": imported(sqs.Queue.from_queue_arn, "sqs", "orders"),
    "Role": lambda scope, _, account: iam.Role.from_role_arn(
        scope, "Elsewhere", f"arn:aws:iam::{account}:role/shop"
    ),
    "ScheduleGroup": imported(
        scheduler.ScheduleGroup.from_schedule_group_arn, "scheduler", "schedule-group/shop"
    ),
    "Secret": imported(
        secretsmanager.Secret.from_secret_complete_arn, "secretsmanager", "secret:shop-a1b2c3"
    ),
    "AlarmAction": lambda scope, *place: actions.SnsAction(IMPORTS["Topic"](scope, *place)),
    "Stream": imported(kinesis.Stream.from_stream_arn, "kinesis", "stream/orders"),
    "StreamConsumer": imported(
        kinesis.StreamConsumer.from_stream_consumer_arn, "kinesis", "stream/orders/consumer/one:1"
    ),
    "Table": table,
    "Topic": imported(sns.Topic.from_topic_arn, "sns", "orders"),
    "UserPool": imported(cognito.UserPool.from_user_pool_arn, "cognito-idp", "userpool/eu-west-1_abc"),
    # CDK imports these without a region: they are in another stack of the app.
    "CfnWebACL": lambda scope, *place: web_acl(stack_in(scope, *place)),
    "ReceiptRuleSet": lambda scope, *place: ses.ReceiptRuleSet(stack_in(scope, *place), "Mail"),
    "SecurityGroup": lambda scope, *place: ec2.SecurityGroup(
        cdk.Stack.of(vpc_there := vpc(scope, *place)), "Group", vpc=vpc_there
    ),
    "Subnet": lambda scope, *place: vpc(scope, *place).private_subnets[0],
    "Vpc": vpc,
}
POOL_OF_THE_APP: Final = "cognito_trigger.user_pool"
# Another name of a kind above.
SAME: Final = {
    "Alias": "Function",
    "ApplicationListener": "ApplicationListener",
    "CfnBroker": "BrokerRef",
    "CfnCluster": "ClusterRef",
    "CfnServerlessCluster": "ClusterRef",
    "TableV2": "Table",
    "WebACLRef": "CfnWebACL",
}
IMPORTS["ApplicationListener"] = listener


def group_here(scope: Construct) -> ec2.ISecurityGroup:
    return ec2.SecurityGroup.from_security_group_id(scope, "Here", "sg-0123456789abcdef0")


def network(scope: Construct) -> dict[str, Any]:
    subnet = ec2.Subnet.from_subnet_id(scope, "SubnetHere", "subnet-0123456789abcdef0")
    return {"subnets": [subnet], "security_groups": [group_here(scope)]}


def kafka(scope: Construct, **options: Any) -> dict[str, Any]:
    defaults = {"authentication": Unauthenticated(), **network(scope)}
    return {"cluster": SelfManagedKafka(bootstrap_servers=["a.shop:9092"], **{**defaults, **options})}


def mq(scope: Construct, **options: Any) -> dict[str, Any]:
    broker = arn("mq", "broker:shop:b-0a1b2c3d")(REGION, ACCOUNT)
    if "credentials" not in options:
        there = arn("secretsmanager", "secret:mq-a1b2c3")(REGION, ACCOUNT)
        secret = secretsmanager.Secret.from_secret_complete_arn(scope, "Credentials", there)
        options["credentials"] = secret
    return {"broker": ActiveMqBroker(**{"broker": broker, **options})}


def sign_in(scope: Construct, pool: cognito.IUserPool) -> CognitoAuthorizer:
    client = cognito.UserPoolClient.from_user_pool_client_id(scope, "Client", "client")
    return CognitoAuthorizer(user_pool=pool, clients=[client])


PATHS: Final = elbv2.ListenerCondition.path_patterns(["/orders"])
# How an option is given, by module and name.
USES: Final[dict[str, tuple[type[ProductionFunction], Callable[[Construct, Any], dict[str, Any]]]]] = {
    "alarms.actions": (SqsWorker, lambda _, each: {"alarms": Alarms(actions=[each])}),
    "alarms.topic": (ProductionFunction, lambda _, each: {"alarms": Alarms(topic=each)}),
    "authorizers.clients": (SqsWorker, lambda *_: {}),
    "authorizers.function": (
        HttpFunction,
        lambda _, each: {"endpoint": HttpApiEndpoint(authorizer=LambdaAuthorizer(function=each))},
    ),
    "authorizers.user_pool": (
        HttpFunction,
        lambda scope, each: {"endpoint": HttpApiEndpoint(authorizer=sign_in(scope, each))},
    ),
    "bucket_notification.bucket": (EventHandler, lambda _, each: {"source": BucketNotification(bucket=each)}),
    "cognito_trigger.user_pool": (CognitoTrigger, lambda _, each: {"user_pool": each}),
    "custom_domain.certificate": (
        HttpFunction,
        lambda _, each: {
            "endpoint": HttpApiEndpoint(domain=CustomDomain(domain_name="a.shop.example", certificate=each))
        },
    ),
    "custom_domain.domain": (
        HttpFunction,
        lambda _, each: {"endpoint": HttpApiEndpoint(domain=SharedDomain(domain=each))},
    ),
    "endpoint_options.listener": (
        HttpFunction,
        lambda _, each: {
            "endpoint": LoadBalancerEndpoint(listener=each, priority=1, conditions=[PATHS]),
        },
    ),
    "endpoint_options.web_acl": (HttpFunction, lambda _, each: {"endpoint": RestApiEndpoint(web_acl=each)}),
    "event_rule.bus": (
        EventHandler,
        lambda _, each: {"source": EventRule(pattern=events.EventPattern(source=["shop"]), bus=each)},
    ),
    "idempotency.table": (SqsWorker, lambda _, each: {"idempotency": Idempotency(table=each)}),
    "kafka.cluster": (KafkaConsumer, lambda _, each: {"cluster": MskCluster(cluster=each)}),
    "kafka.root_ca_certificate": (KafkaConsumer, lambda scope, each: kafka(scope, root_ca_certificate=each)),
    "kafka.secret": (
        KafkaConsumer,
        lambda scope, each: kafka(scope, authentication=MutualTls(secret=each)),
    ),
    "kafka.security_groups": (KafkaConsumer, lambda scope, each: kafka(scope, security_groups=[each])),
    "kafka.subnets": (KafkaConsumer, lambda scope, each: kafka(scope, subnets=[each])),
    "log_subscription.log_group": (EventHandler, lambda _, each: {"source": LogSubscription(log_group=each)}),
    "mail_receipt.bucket": (
        EventHandler,
        lambda scope, each: {
            "source": MailReceipt(rule_set=ses.ReceiptRuleSet(scope, "Here"), bucket=each),
        },
    ),
    "mail_receipt.rule_set": (EventHandler, lambda _, each: {"source": MailReceipt(rule_set=each)}),
    "mq.broker": (MqConsumer, lambda scope, each: mq(scope, broker=each)),
    "mq.credentials": (MqConsumer, lambda scope, each: mq(scope, credentials=each)),
    "mq.security_groups": (MqConsumer, lambda scope, each: mq(scope, security_groups=[each])),
    "mq.subnets": (MqConsumer, lambda scope, each: mq(scope, subnets=[each])),
    "options.layers": (SqsWorker, lambda _, each: {"layers": [each]}),
    "options.secrets": (SqsWorker, lambda _, each: {"secrets": {"KEY": each}}),
    "options.security_groups": (
        ProductionFunction,
        lambda scope, each: {"vpc": any_vpc(scope), "security_groups": [each]},
    ),
    "rollout.after_traffic": (SqsWorker, lambda _, each: {"rollout": AllAtOnce(after_traffic=each)}),
    "rollout.alarms": (SqsWorker, lambda _, each: {"rollout": Canary(alarms=[each])}),
    "rollout.before_traffic": (SqsWorker, lambda _, each: {"rollout": Canary(before_traffic=each)}),
    "sqs_worker.queue": (
        SqsWorker,
        lambda scope, each: {
            "queue": each,
            "visibility_timeout": cdk.Duration.minutes(10),
            "dead_letter_queue": sqs.Queue(scope, "DeadLetters"),
        },
    ),
    "stream_consumer.enhanced_fan_out": (
        StreamConsumer,
        lambda scope, each: {"source": kinesis.Stream(scope, "Stream"), "enhanced_fan_out": each},
    ),
    "topic_subscription.topic": (EventHandler, lambda _, each: {"source": TopicSubscription(topic=each)}),
}
OWNERS: Final[dict[str, type[ProductionFunction]]] = {
    "options": ProductionFunction,
    "sqs_worker": SqsWorker,
    "stream_consumer": StreamConsumer,
    "kafka_consumer": KafkaConsumer,
    "event_handler": EventHandler,
    "scheduled_job": ScheduledJob,
}
POLLED: Final = ("stream_consumer", "kafka_consumer")
# What AWS takes from elsewhere; it is refused for every other option.
OTHER_REGIONS: Final = {
    "authorizers.clients",
    "authorizers.function",
    "authorizers.user_pool",
    "mail_receipt.bucket",
    "options.secrets",
    "topic_subscription.topic",
}
OTHER_ACCOUNTS: Final = OTHER_REGIONS | {
    "alarms.actions",
    "alarms.topic",
    *(f"alarms.{name}" for name in Alarms.__annotations__),
    "bucket_notification.bucket",
    *(f"{owner}.on_failure" for owner in OWNERS),
    *(f"{owner}.on_success" for owner in OWNERS),
    "kafka.root_ca_certificate",
    "kafka.secret",
    "kafka.security_groups",
    "kafka.subnets",
    "mq.credentials",
    "mq.security_groups",
    "mq.subnets",
    "options.encryption_key",
    "options.layers",
    "options.security_groups",
    "options.vpc",
    "sqs_worker.queue",
    "stream_consumer.enhanced_fan_out",
    "stream_consumer.source",
}


OF_ALL: Final = ("errors", "spillover", "ok_actions")
# What methods return: it is no option.
MADE: Final = (QueueTrigger, StreamTrigger)
# Another rule refuses these destinations, and a function that is imported.
UNUSED: Final = {
    ("options.function", "Function"),
    *((f"{owner}.on_failure", kind) for owner in POLLED for kind in ("EventBus", "Function")),
    *((f"{owner}.on_success", "Bucket") for owner in OWNERS),
}


def leaves(kinds: OptionTypes) -> Iterator[tuple[str, str]]:
    """The module and the class of everything that an option takes."""
    for kind in kinds:
        yield from leaves(kind.items)
        word = kind.name[1:] if kind.name[:1] == "I" and kind.name[1:2].isupper() else kind.name
        yield kind.owner.rpartition(".")[2], word


def options() -> dict[str, set[str]]:
    """Every option that takes a resource, by module and name, with the kinds of resource."""
    found: dict[str, set[str]] = {}
    constructors = (cast(Any, kind.__init__).__wrapped__ for kind in WORKLOADS)
    for owner in (*constructors, *(each for each in BY_KEYWORD if each not in MADE)):
        for name, kinds in kinds_of(owner).items():
            for module, word in leaves(kinds):
                if word in RESOURCES:
                    found.setdefault(f"{module}.{name}", set()).add(SAME.get(word, word))
    return found


def cases() -> Iterator[tuple[str, str]]:
    for option, kinds in sorted(options().items()):
        for kind in sorted(kinds):
            if kind in IMPORTS and (option, kind) not in UNUSED:
                yield option, kind


def given(stack: cdk.Stack, option: str, resource: Any) -> tuple[type[ProductionFunction], dict[str, Any]]:
    module, _, name = option.partition(".")
    if option in USES:
        kind, use = USES[option]
        return kind, use(stack, resource)
    if module == "alarms":
        kind = next(each for each in WORKLOADS if name in (*OF_ALL, *each._ALARMS))
        value = [resource] if name == "ok_actions" else resource
        threshold: dict[str, Any] = {name: value}
        return kind, {"alarms": Alarms(**threshold)}
    return OWNERS[module], {name: resource}


def outcome(option: str, kind: str, place: tuple[str, str], env: cdk.Environment | None) -> str:
    """The code of the refusal of a resource at a place; empty if it is accepted, and the stack complete."""
    stack = new_stack(env=env)
    if option == POOL_OF_THE_APP:
        resource: Any = cognito.UserPool(stack_in(stack, *place), "Pool")
    else:
        resource = IMPORTS[kind](stack, *place)
    workload, chosen = given(stack, option, resource)
    try:
        build(workload, stack, chosen)
    except ConfigurationError as refusal:
        named = option.rpartition(".")[2] in str(refusal)
        return refusal.code if named and stack.node.try_find_child("Orders") is None else str(refusal)
    if env is None:
        assertions.Template.from_stack(stack)
    return ""


def test_every_option_that_takes_a_resource_is_known() -> None:
    known = {kind for kinds in options().values() for kind in kinds}

    assert known <= {*IMPORTS, "Parameter", "UserPoolClient"}
    assert OTHER_REGIONS | {each for each in OTHER_ACCOUNTS if each in options()} <= options().keys()


@pytest.mark.slow
def test_a_resource_of_elsewhere_works_or_is_refused_by_name() -> None:
    faults = {}
    for option, kind in cases():
        expected = {
            "here": "",
            "region": "" if option in OTHER_REGIONS or kind == "Role" else "resource-region",
            "account": "" if option in OTHER_ACCOUNTS else "resource-account",
        }
        for place, code in expected.items():
            found = outcome(option, kind, ELSEWHERE.get(place, (REGION, ACCOUNT)), HOME)
            if found != code:
                faults[option, kind, place] = found
    assert faults == {}


@pytest.mark.slow
def test_a_stack_whose_environment_is_unknown_takes_resources_of_everywhere() -> None:
    # CDK itself refuses references to a stack whose environment differs.
    stacks = {"CfnWebACL", "DomainName", "ReceiptRuleSet", "SecurityGroup", "Subnet", "Vpc"}
    faults = {
        case: found
        for case in cases()
        if case[1] not in stacks and case[0] != POOL_OF_THE_APP
        if (found := outcome(*case, ELSEWHERE["region"], None))
    }

    assert faults == {}


def test_a_resource_of_another_stack_is_compared_too() -> None:
    stack = new_stack(env=HOME)
    queue = sqs.Queue(stack_in(stack, *ELSEWHERE["region"]), "Queue")
    with pytest.raises(ConfigurationError, match="on_failure is in us-east-1, but the stack is in eu-west-1"):
        build(ScheduledJob, stack, {"on_failure": queue})


def test_a_role_of_another_region_is_one_of_the_account() -> None:
    stack = new_stack(env=HOME)
    there = stack_in(stack, *ELSEWHERE["region"])
    principal = iam.ServicePrincipal("lambda.amazonaws.com")
    build(SqsWorker, stack, {"role": iam.Role(there, "Named", role_name="orders", assumed_by=principal)})
    with pytest.raises(ConfigurationError, match="role is in a stack of another environment") as refusal:
        build(SqsWorker, Construct(stack, "Team"), {"role": iam.Role(there, "Role", assumed_by=principal)})
    assert refusal.value.code == "resource-unnamed"

    assert "role/orders" in str(only(stack, "AWS::Lambda::Function")["Role"])


def test_a_secret_of_another_account_has_a_key() -> None:
    stack = new_stack(env=HOME)
    there = stack_in(stack, *ELSEWHERE["account"])
    secret = secretsmanager.Secret(there, "Secret", secret_name="orders")
    with pytest.raises(ConfigurationError, match="has no encryption_key") as refusal:
        build(SqsWorker, stack, {"secrets": {"KEY": secret}})
    assert refusal.value.code == "secret-account-key"
    assert "AWS::SecretsManager::ResourcePolicy" not in str(resources(there))


def test_what_a_preset_shares_is_compared_where_it_is_used() -> None:
    stack = new_stack(env=HOME)
    key = IMPORTS["Key"](stack, *ELSEWHERE["region"])
    here = kms.Key(stack, "Key")
    with pytest.raises(ConfigurationError, match=r"preset\.encryption_key is in us-east-1"):
        build(SqsWorker, stack, {"preset": Preset(encryption_key=key)})
    build(SqsWorker, stack, {"preset": Preset(encryption_key=key), "encryption_key": here})


def test_a_resource_that_aws_knows_by_name_warns_where_the_stack_does_not_tell_its_environment() -> None:
    for option, kind in cases():
        if option in ("idempotency.table", "log_subscription.log_group", "scheduled_job.group"):
            stack = new_stack()
            workload, chosen = given(stack, option, IMPORTS[kind](stack, *ELSEWHERE["region"]))
            build(workload, stack, chosen)
            assert "lambda-constructs:resource-environment-unknown" in warnings(stack), option


def test_a_bus_of_elsewhere_keeps_its_arn_where_the_stack_does_not_tell_its_environment() -> None:
    for env, name in ((None, arn("events", "event-bus/shop")(REGION, ACCOUNT)), (HOME, "shop")):
        stack = new_stack(env=env)
        bus = IMPORTS["EventBus"](stack, REGION, ACCOUNT)
        build(EventHandler, stack, given(stack, "event_rule.bus", bus)[1])
        assert only(stack, "AWS::Events::Rule")["EventBusName"] == name


def subscribed(own: str | None, topic: str) -> cdk.Stack:
    env = None if own is None else cdk.Environment(account=ACCOUNT, region=own)
    stack = new_stack(env=env)
    source = TopicSubscription(topic=IMPORTS["Topic"](stack, topic, ACCOUNT))
    build(EventHandler, stack, {"source": source})
    return stack


def test_a_topic_of_another_region_is_subscribed_there() -> None:
    stack = subscribed("eu-west-1", "us-east-1")
    subscription = only(stack, "AWS::SNS::Subscription")

    assert subscription["Region"] == "us-east-1"
    assert "RedrivePolicy" not in subscription
    assert "lambda-constructs:topic-without-dead-letters" in warnings(stack)
    assert only(stack, "AWS::Lambda::Permission")["Principal"] == "sns.amazonaws.com"
    unknown = only(subscribed(None, "us-east-1"), "AWS::SNS::Subscription")
    assert unknown["Region"] == "us-east-1"
    assert "RedrivePolicy" in unknown
    assert "Region" not in only(subscribed("eu-west-1", "eu-west-1"), "AWS::SNS::Subscription")


def test_regions_that_accounts_must_enable_deliver_to_others_and_receive_nothing() -> None:
    permission = only(subscribed("eu-west-1", "ap-east-1"), "AWS::Lambda::Permission")

    assert permission["Principal"] == "sns.ap-east-1.amazonaws.com"
    for topic in ("eu-west-1", "me-south-1"):
        with pytest.raises(ConfigurationError, match="SNS does not deliver from there") as refusal:
            subscribed("ap-east-1", topic)
        assert refusal.value.code == "topic-region"


def test_tokens_of_a_user_pool_of_another_region_are_verified() -> None:
    for rest, code in ((False, ""), (True, "resource-region")):
        stack = new_stack(env=HOME)
        pool = IMPORTS["UserPool"](stack, *ELSEWHERE["region"])
        endpoint: Any = HttpApiEndpoint(authorizer=sign_in(stack, pool))
        if rest:
            endpoint = RestApiEndpoint(authorizer=CognitoAuthorizer(user_pool=pool))
        try:
            build(HttpFunction, stack, {"endpoint": endpoint})
        except ConfigurationError as refusal:
            assert refusal.code == code  # noqa: PT017 - only one of them is refused
            continue
        issuer = only(stack, "AWS::ApiGatewayV2::Authorizer")["JwtConfiguration"]["Issuer"]
        assert "us-east-1" in str(issuer)
        assert code == ""


def test_a_queue_of_another_account_is_read_there() -> None:
    stack = new_stack(env=HOME)
    queue = IMPORTS["Queue"](stack, *ELSEWHERE["account"])
    build(SqsWorker, stack, given(stack, "sqs_worker.queue", queue)[1])
    accounts = {
        metric["AccountId"]
        for each in resources(stack, "AWS::CloudWatch::Alarm").values()
        for metric in each["Properties"].get("Metrics", [])
        if "AccountId" in metric
    }

    assert accounts == {"210987654321"}
    assert "lambda-constructs:metric-account" in warnings(stack)


def test_the_permission_names_the_account_of_a_bucket() -> None:
    stack = new_stack(env=HOME)
    source = BucketNotification(bucket=IMPORTS["Bucket"](stack, *ELSEWHERE["account"]))
    build(EventHandler, stack, {"source": source})
    (permission,) = resources(stack, "AWS::Lambda::Permission").values()

    assert permission["Properties"]["SourceAccount"] == "210987654321"


def test_secrets_of_another_region_warn() -> None:
    stack = new_stack(env=HOME)
    build(SqsWorker, stack, {"secrets": {"KEY": IMPORTS["Secret"](stack, *ELSEWHERE["region"])}})

    assert "lambda-constructs:secret-region" in warnings(stack)
