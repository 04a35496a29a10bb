"""The modes of functions in templates, with their triggers and features."""

from __future__ import annotations

from typing import Any, Final

from lambda_constructs.rules.modes import DURABLE, INSTANCES, supports
from tests.audit.support import (
    Json,
    alias,
    arn,
    findings,
    found,
    function,
    kept_warm,
    mapping,
    parameter,
    queue,
    ref,
    resource,
    template,
    version,
)

SECTIONS: Final = {"Parameters": {"Open": parameter(), "Text": parameter("String")}}
DURABLY: Final = {"DurableConfig": {"ExecutionTimeout": 3_600}}
BRIEFLY: Final = {"DurableConfig": {"ExecutionTimeout": 900}}
PER_TENANT: Final = {"TenancyConfig": {"TenantIsolationMode": "PER_TENANT"}}
ON_INSTANCES: Final = {"CapacityProviderConfig": {"Arn": "c"}, "MemorySize": 2_048}
IMAGE: Final = {"Runtime": None, "Handler": None, "PackageType": "Image"}
ALIAS: Final = {"Version": version(), "Alias": alias()}
URL: Final = resource(
    "AWS::Lambda::Url", TargetFunctionArn=ref("Function"), Qualifier="live", AuthType="AWS_IAM"
)
RULE: Final = resource("AWS::Events::Rule", Targets=[{"Arn": ref("Alias"), "Id": "a"}])
QUEUED: Final = {"Queue": queue(), "Mapping": mapping()}
BROKER: Final = mapping("arn:aws:mq:eu-west-1:123456789012:broker:shop:b-1", Queues=["orders"])
DOCUMENTS: Final = mapping(
    "arn:aws:rds:eu-west-1:123456789012:cluster:shop", DocumentDBEventSourceConfig={"DatabaseName": "shop"}
)
ASYNC: Final = resource(
    "AWS::Lambda::EventInvokeConfig",
    FunctionName=ref("Function"),
    Qualifier="live",
    DestinationConfig={"OnFailure": {"Destination": "arn:aws:sqs:eu-west-1:123456789012:dead"}},
)
ROLE: Final = "AWS::IAM::Role"
SAVES: Final = ["lambda:CheckpointDurableExecution", "lambda:GetDurableExecutionState"]
EXECUTIONS: Final = {"Fn::Sub": "${Function.Arn}:*"}
PREFIX: Final = "arn:aws:iam::aws:policy/service-role"


def method(parameters: Any = None) -> Json:
    uri = {"Fn::Sub": "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${Alias}/invocations"}
    integration = {"Type": "AWS_PROXY", "Uri": uri, "RequestParameters": parameters}
    return resource("AWS::ApiGateway::Method", HttpMethod="GET", Integration=integration)


def problems(properties: Json, *codes: str, **resources: Json) -> list[tuple[str, str]]:
    shop = template(SECTIONS, Function=function(**properties), **{**ALIAS, **resources})
    return [(code, severity) for code, severity, _ in found(shop, *codes)]


def test_runtimes() -> None:
    code = "durable-runtime"
    assert problems({**DURABLY, "Runtime": "python3.12"}, code) == [(code, "error")]
    assert problems({**DURABLY, "Runtime": ref("Text")}, code) == [(code, "undecided")]
    assert problems({**DURABLY, **IMAGE}, code) == problems(DURABLY, code) == []
    assert problems({"Runtime": "python3.9"}, code) == []
    supported = {"nodejs22.x", "python3.14", "java17.al2023", "dotnet10"}
    others = {"nodejs20.x", "java11", "ruby4.0", "provided.al2023", "dotnet6", "nodejs", "?"}
    assert {each for each in supported | others if supports(DURABLE, each)} == supported
    assert supports(INSTANCES, "provided.al2023")
    assert not supports(INSTANCES, "provided.al2")
    code = "managed-instances-runtime"
    assert problems({**ON_INSTANCES, "Runtime": "java17"}, code) == [(code, "error")]


def test_a_synchronous_trigger_waits_for_at_most_15_minutes() -> None:
    code = "durable-execution-time"
    for trigger in (QUEUED, {"Url": URL}, {"Method": method()}):
        assert problems(DURABLY, code, **trigger) == [(code, "error")], trigger
        assert problems(BRIEFLY, code, **trigger) == [], trigger
        late = {"DurableConfig": {"ExecutionTimeout": ref("Open")}}
        assert problems(late, code, **trigger) == [(code, "undecided")], trigger
        assert problems({"DurableConfig": {}}, code, **trigger) == [], trigger
    assert problems(DURABLY, code, Rule=RULE) == []
    assert problems({**DURABLY, **ON_INSTANCES}, code, **QUEUED) == []
    assert problems({**DURABLY, **ON_INSTANCES}, code, Url=URL) == [(code, "error")]


def test_a_durable_function_has_no_destinations() -> None:
    code = "durable-excludes"
    assert problems(DURABLY, code, Async=ASYNC) == [(code, "error")]
    assert problems({}, code, Async=ASYNC) == problems(DURABLY, code, Rule=RULE) == []
    bare = resource("AWS::Lambda::EventInvokeConfig", FunctionName=ref("Function"), Qualifier="live")
    assert problems(DURABLY, code, Async=bare) == []
    bare["Properties"]["DestinationConfig"] = {}  # as SAM writes it for the retries alone
    assert problems(DURABLY, code, Async=bare) == []
    bare["Properties"]["DestinationConfig"] = {"OnSuccess": {"Destination": "arn:aws:sqs:::done"}}
    assert problems(DURABLY, code, Async=bare) == [(code, "error")]


def test_a_durable_function_has_the_dead_letter_queue_that_others_should_not_have() -> None:
    code = "dead-letter-config-with-rollout"
    letters = {"DeadLetterConfig": {"TargetArn": "arn:aws:sqs:eu-west-1:123456789012:dead"}}
    policy = {"UpdatePolicy": {"CodeDeployLambdaAliasUpdate": {"ApplicationName": "a"}}}
    released = {"Alias": {**alias(), **policy}}
    assert problems(letters, code, **released) == [(code, "warning")]
    assert problems({**letters, **DURABLY}, code, **released) == []


def test_a_durable_function_is_invoked_with_a_qualifier() -> None:
    code = "durable-unqualified"
    for target, expected in (
        (arn("Function"), [(code, "error")]),
        (ref("Alias"), []),
        ({"Fn::Sub": "${Function.Arn}:$LATEST"}, []),
        ({"Fn::Sub": "${Function.Arn}:${Text}"}, [(code, "undecided")]),
    ):
        rule = resource("AWS::Events::Rule", Targets=[{"Arn": target, "Id": "a"}])
        assert problems(DURABLY, code, Rule=rule) == expected, target
        assert problems({}, code, Rule=rule) == [], target


def test_the_role_of_a_durable_function_may_save_checkpoints() -> None:
    code = "durable-checkpoints"
    durable = {**DURABLY, "Role": arn("Role")}

    def role(*managed: Any, allowed: Any = (), of: Any = EXECUTIONS) -> Json:
        statement = {"Effect": "Allow", "Action": allowed, "Resource": of}
        policies = [{"PolicyDocument": {"Statement": [statement]}}] if allowed else None
        return resource(ROLE, ManagedPolicyArns=list(managed) or None, Policies=policies)

    missing, usual = [(code, "error")], f"{PREFIX}/AWSLambdaBasicExecutionRole"
    for given, expected in (
        (role(), missing),
        (role(usual, {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AWSXRayDaemonWriteAccess"}), missing),
        (role(allowed=SAVES), []),
        (role(allowed="lambda:*", of="*"), []),
        (role(allowed=SAVES[0]), missing),
        (role(allowed=SAVES, of=arn("Function")), missing),
        (role(f"{PREFIX}/AWSLambdaBasicDurableExecutionRolePolicy"), []),
        (role(f"{PREFIX}/AWSLambdaMSKExecutionRole"), [(code, "undecided")]),
        (role(usual, allowed=SAVES), []),
        (role(ref("Policy")), missing),
    ):
        statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
        policy = resource("AWS::IAM::ManagedPolicy", PolicyDocument={"Statement": [statement]})
        assert problems(durable, code, Role=given, Policy=policy) == expected, given
    assert problems(DURABLY, code) == []


def test_ranges_of_durable_functions() -> None:
    wrong = {"DurableConfig": {"ExecutionTimeout": 0, "RetentionPeriodInDays": 91}}
    codes = ("durable-execution-range", "durable-retention-range")
    assert problems(wrong, *codes) == [(code, "error") for code in codes]


def test_tenant_isolation_needs_a_tenant_id() -> None:
    code = "tenant-isolation-excludes"
    tenant = {"integration.request.header.X-Amz-Tenant-Id": "method.request.header.tenant"}
    for resources in (
        QUEUED,
        {"Url": URL},
        {"Rule": RULE},
        {"Method": method()},
        {"Method": method({"integration.request.header.other": "'a'"})},
        {"Alias": alias(**kept_warm(1))},
        {"Pool": resource("AWS::Cognito::UserPool", LambdaConfig={"PreSignUp": ref("Alias")})},
    ):
        assert problems(PER_TENANT, code, **resources) == [(code, "error")], resources
        assert problems({}, code, **resources) == [], resources
    assert problems(PER_TENANT, code, Method=method(tenant)) == problems(PER_TENANT, code) == []
    assert problems(PER_TENANT, code, Method=method(ref("Text"))) == []
    started = {"SnapStart": {"ApplyOn": "PublishedVersions"}}
    assert problems({**PER_TENANT, **started}, code) == [(code, "error")]
    custom = resource("Custom::Task", ServiceToken=arn("Function"))
    (refused,) = findings(template(SECTIONS, Function=function(**PER_TENANT), Task=custom), code)
    assert "this mode excludes triggers of other services; use a REST API" in refused.message
    body = {"paths": {"/": {"get": {"x-amazon-apigateway-integration": {"uri": ref("Alias")}}}}}
    defined = resource("AWS::ApiGateway::RestApi", Body=body)
    assert problems(PER_TENANT, code, Api=defined) == []


def test_managed_instances() -> None:
    code = "managed-instances-excludes"
    assert problems(ON_INSTANCES, code, Alias=alias(**kept_warm(1))) == [(code, "error")]
    assert problems(ON_INSTANCES, code, Url=URL) == []
    code = "managed-instances-memory-range"
    assert problems(ON_INSTANCES, code) == problems({}, code) == []
    for memory in (1_024, None):
        assert problems({**ON_INSTANCES, "MemorySize": memory}, code) == [(code, "error")]
    code = "managed-instances-timeout"
    for seconds, resources, expected in (
        (5_400, {}, []),
        (5_400, QUEUED, []),
        (5_400, {"Rule": RULE}, []),
        (5_401, QUEUED, [(code, "error")]),
        (901, {"Url": URL}, [(code, "error")]),
        (901, {"Mapping": BROKER}, [(code, "error")]),
        (901, {"Mapping": DOCUMENTS}, [(code, "error")]),
        (None, {"Url": URL}, []),
    ):
        assert problems({**ON_INSTANCES, "Timeout": seconds}, code, **resources) == expected, resources
    away = mapping(to="arn:aws:lambda:eu-west-1:123456789012:function:other:live")
    assert problems({**ON_INSTANCES, "Timeout": 5_400}, code, Queue=queue(), Mapping=away) == []
    assert problems({"Timeout": 5_400}, code, Url=URL) == []


def test_file_systems() -> None:
    network, many = "file-system-network", "file-systems-maximum"
    system = {"Arn": "a"}
    mounted = {"FileSystemConfigs": [system], "VpcConfig": {"SubnetIds": ["s"]}}
    assert problems(mounted, network, many) == problems({}, network, many) == []
    assert problems({"FileSystemConfigs": []}, network, many) == []
    assert problems({**mounted, "VpcConfig": None}, network, many) == [(network, "error")]
    assert problems({**mounted, "FileSystemConfigs": [system] * 2}, network, many) == [(many, "error")]


def test_a_schema_registry_needs_provisioned_pollers() -> None:
    code = "schema-registry-pollers"
    cluster = "arn:aws:kafka:eu-west-1:123456789012:cluster/shop/1"
    registry = {"AmazonManagedKafkaEventSourceConfig": {"SchemaRegistryConfig": {"SchemaRegistryURI": "a"}}}
    for properties, expected in (
        ({}, []),
        (registry, [(code, "error")]),
        ({**registry, "ProvisionedPollerConfig": {"MinimumPollers": 1}}, []),
    ):
        assert problems({}, code, Mapping=mapping(cluster, Topics=["a"], **properties)) == expected
