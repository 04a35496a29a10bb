"""What an execution role must allow, and roles of which the template does not show everything."""

from __future__ import annotations

from typing import Any

from tests.audit.support import (
    Json,
    alias,
    arn,
    found,
    function,
    mapping,
    parameter,
    queue,
    ref,
    resource,
    template,
    version,
)

CODES = (
    "mapping-role-rights",
    "mapping-key-rights",
    "vpc-role-rights",
    "logs-role-rights",
    "destination-role-rights",
    "destination-key-rights",
    "hook-role-rights",
    "schedule-role-rights",
)
SECTIONS = {
    "Parameters": {"Open": parameter("String")},
    "Conditions": {"Maybe": {"Fn::Equals": [ref("Open"), ref("AWS::Region")]}},
}
LOGS = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
VPC = {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
DESTINATION = {"OnFailure": {"Destination": arn("Failures")}}


def allow(action: Any, resources: Any = "*", **more: Any) -> Json:
    return {"Statement": [{"Effect": "Allow", "Action": action, "Resource": resources, **more}]}


def role(*documents: Any, managed: Any = (LOGS,)) -> Json:
    policies = [{"PolicyName": "P", "PolicyDocument": each} for each in documents]
    return resource("AWS::IAM::Role", ManagedPolicyArns=list(managed), Policies=policies)


def verdicts(made: Json, of_function: Json | None = None, **resources: Json) -> list[tuple[str, str, str]]:
    own = function(Role=arn("Role"), **(of_function or {}))
    return found(template(SECTIONS, Function=own, Role=made, **resources), *CODES)


SOURCES: dict[str, tuple[Json, str, list[str]]] = {
    "queue": (queue(), "SQSQueue", ["sqs:*"]),
    "kinesis": (resource("AWS::Kinesis::Stream"), "Kinesis", ["kinesis:Get*"]),
    "table": (resource("AWS::DynamoDB::Table"), "DynamoDB", ["dynamodb:*"]),
    "kafka": (resource("AWS::MSK::Cluster"), "MSK", ["kafka:*", "ec2:*"]),
    "broker": (resource("AWS::AmazonMQ::Broker"), "", ["mq:*", "ec2:*", "secretsmanager:*"]),
}
REFUSED = [("mapping-role-rights", "error", "Mapping")]


def test_mapping_needs_a_role_that_can_read_its_source() -> None:
    for source, managed, actions in SOURCES.values():
        own = {"Source": source, "Mapping": mapping("Source", "Function")}
        policy = f"arn:aws:iam::aws:policy/service-role/AWSLambda{managed}ExecutionRole"
        assert verdicts(role(), **own) == REFUSED
        assert verdicts(role(allow(actions, arn("Other"))), **own) == []
        assert verdicts(role(allow("s3:*")), **own) == REFUSED
        if managed:
            assert verdicts(role(managed=[policy, LOGS]), **own) == []
    assert verdicts(role(), Mapping=mapping("Source", "Function", SelfManagedEventSource={})) == []
    assert verdicts(role(), Mapping=mapping("arn:aws:s3:::in", "Function")) == []


def test_a_right_on_another_queue_is_none_on_this_one() -> None:
    own = {"Source": queue(), "Failures": queue(), "Mapping": mapping("Source", "Function")}

    assert verdicts(role(allow("sqs:*", arn("Failures"))), **own) == REFUSED
    assert verdicts(role(allow("sqs:*", [arn("Failures"), arn("Source")])), **own) == []
    assert verdicts(role(allow("sqs:*", {"Fn::Sub": "${Source.Arn}*"})), **own) == []
    assert verdicts(role({"Statement": [{"Effect": "Allow", "NotAction": "s3:*"}]}), **own) == []


def test_separate_policies_count() -> None:
    own = {"Source": queue(), "Mapping": mapping("Source", "Function")}
    for kind, properties in (
        ("Policy", {"Roles": [ref("Role")]}),
        ("ManagedPolicy", {"Roles": [ref("Role")]}),
        ("RolePolicy", {"RoleName": ref("Role")}),
    ):
        for action, expected in (("sqs:*", []), ("s3:*", REFUSED), (ref("Open"), [])):
            policy = resource(f"AWS::IAM::{kind}", PolicyDocument=allow(action), **properties)
            assert verdicts(role(), Policy=policy, **own) == expected, (kind, action)
    for action, expected in (("sqs:*", []), ("s3:*", REFUSED)):
        policy = resource("AWS::IAM::ManagedPolicy", PolicyDocument=allow(action))
        assert verdicts(role(managed=[LOGS, ref("Policy")]), Policy=policy, **own) == expected


def test_roles_that_are_not_wholly_known_are_not_judged() -> None:
    own: dict[str, Json] = {"Source": queue(), "Mapping": mapping("Source", "Function")}
    unknown = ref("Open")
    for made in (
        role(managed=["arn:aws:iam::aws:policy/SecurityAudit"]),
        role(managed=["arn:aws:iam::123456789012:policy/AWSLambdaBasicExecutionRole"]),
        role(managed=[unknown]),
        role(allow([unknown])),
        role({"Statement": unknown}),
        role({"Statement": [unknown]}),
        role(unknown),
        resource("AWS::IAM::Role", Policies=unknown),
        resource("AWS::IAM::Role", ManagedPolicyArns=unknown),
    ):
        assert verdicts(made, **own) == [], made
    for other in (
        resource("AWS::IAM::Policy", Roles=[unknown], PolicyDocument=allow("s3:*")),
        resource("AWS::IAM::Policy", Roles=unknown, PolicyDocument=allow("s3:*")),
        resource("AWS::IAM::Policy", Roles=[ref("Role")], PolicyDocument=unknown),
        resource("AWS::CloudFormation::Stack", Parameters={"Role": ref("Role")}),
        resource("Custom::Grant", Role=arn("Role")),
        resource("Custom::Grant", Role={"Fn::If": ["Maybe", arn("Role"), ref("AWS::NoValue")]}),
    ):
        assert verdicts(role(), Other=other, **own) == [], other


def test_encrypted_source_needs_its_key() -> None:
    reads = allow(["sqs:*", "kinesis:*"])
    root = {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}
    for source in (
        queue(KmsMasterKeyId=ref("Key")),
        resource("AWS::Kinesis::Stream", StreamEncryption={"KeyId": arn("Key")}),
    ):
        own = {"Source": source, "Mapping": mapping("Source", "Function")}
        for principal, expected in (
            (root, [("mapping-key-rights", "error", "Mapping")]),
            ({"AWS": [root["AWS"], arn("Role")]}, []),
            ("*", []),
        ):
            policy = {"Statement": [{"Effect": "Allow", "Principal": principal, "Action": "kms:*"}]}
            key = resource("AWS::KMS::Key", KeyPolicy=policy)
            assert verdicts(role(reads), Key=key, **own) == expected
            assert verdicts(role(reads, allow("kms:Decrypt", arn("Key"))), Key=key, **own) == []
        unreadable = resource("AWS::KMS::Key", KeyPolicy=ref("Open"))
        assert verdicts(role(reads), Key=unreadable, **own) == []
    plain = {"Source": queue(KmsMasterKeyId="alias/aws/sqs"), "Mapping": mapping("Source", "Function")}
    assert verdicts(role(reads), **plain) == []


def test_encrypted_destination_needs_its_key() -> None:
    root = {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}
    policy = {"Statement": [{"Effect": "Allow", "Principal": root, "Action": "kms:*"}]}
    key = resource("AWS::KMS::Key", KeyPolicy=policy)
    sends = allow(["sqs:*", "sns:*", "s3:*", "kinesis:*"])
    config = {"FunctionName": ref("Function"), "Qualifier": "$LATEST", "DestinationConfig": DESTINATION}
    stream = mapping("Source", "Function", DestinationConfig=DESTINATION)
    for failures in (
        queue(KmsMasterKeyId=ref("Key")),
        resource("AWS::SNS::Topic", KmsMasterKeyId=arn("Key")),
    ):
        own = {"Failures": failures, "Key": key, "Source": resource("AWS::Kinesis::Stream")}
        for sender in (stream, resource("AWS::Lambda::EventInvokeConfig", **config)):
            refused = [("destination-key-rights", "error", "Sender")]
            assert verdicts(role(sends), Sender=sender, **own) == refused
            assert verdicts(role(sends, allow("kms:*", arn("Key"))), Sender=sender, **own) == []
            assert verdicts(role(sends, allow("kms:Decrypt", arn("Key"))), Sender=sender, **own) == refused
            assert verdicts(role(sends, managed=[ref("Open")]), Sender=sender, **own) == []
    plain = {"Source": resource("AWS::Kinesis::Stream"), "Sender": stream}
    assert verdicts(role(sends), Failures=queue(KmsMasterKeyId="alias/aws/sqs"), **plain) == []
    assert verdicts(role(sends), Failures=resource("AWS::S3::Bucket"), **plain) == []


def test_hook_needs_to_report_to_codedeploy() -> None:
    def hooked(name: Any, made: Json) -> list[tuple[str, str, str]]:
        update = {"DeploymentGroupName": "shop", "BeforeAllowTrafficHook": name}
        own = {**alias(), "UpdatePolicy": {"CodeDeployLambdaAliasUpdate": update}}
        check = function(Role=arn("Other"))
        return verdicts(role(), Alias=own, Version=version(), Check=check, Other=made)

    assert hooked(ref("Check"), role()) == [("hook-role-rights", "error", "Check")]
    assert hooked(ref("Check"), role(allow("codedeploy:Put*"))) == []
    assert hooked(ref("Check"), role(managed=[ref("Open")])) == []
    assert hooked("check", role()) == hooked(ref("Other"), role()) == []


def test_function_in_a_vpc_needs_network_interfaces() -> None:
    full = "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"

    assert verdicts(role(), {"VpcConfig": VPC}) == [("vpc-role-rights", "error", "Function")]
    assert found(template(Function=function(VpcConfig=VPC)), *CODES) == []
    assert verdicts(role(managed=[full]), {"VpcConfig": VPC}) == []
    assert verdicts(role(), {"VpcConfig": {"SubnetIds": []}}) == []
    assert verdicts(role(), {"VpcConfig": {"Fn::If": ["Maybe", VPC, ref("AWS::NoValue")]}}) == [
        ("vpc-role-rights", "undecided", "Function")
    ]


def test_logs_need_a_right() -> None:
    assert verdicts(role(managed=[])) == [("logs-role-rights", "warning", "Role")]
    assert verdicts(role(allow(["logs:Create*", "logs:Put*"]), managed=[])) == []


def test_destinations_need_a_right() -> None:
    sends = allow("sqs:SendMessage", arn("Failures"))
    config = resource(
        "AWS::Lambda::EventInvokeConfig",
        FunctionName=ref("Function"),
        Qualifier="$LATEST",
        DestinationConfig=DESTINATION,
    )
    read = {"Source": queue(), "Mapping": mapping("Source", "Function", DestinationConfig=DESTINATION)}
    for of_function, resources, place in (
        ({"DeadLetterConfig": {"TargetArn": arn("Failures")}}, {}, "Function"),
        ({}, {"Config": config}, "Config"),
        ({}, read, "Mapping"),
    ):
        own = {**resources, "Failures": queue()}
        reads = allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"])
        assert verdicts(role(reads), of_function, **own) == [("destination-role-rights", "error", place)]
        assert verdicts(role(reads, sends), of_function, **own) == []
        assert verdicts(role(reads, allow("sqs:SendMessage", arn("Other"))), of_function, **own) == []


def test_schedule_needs_a_role_that_can_invoke_the_function() -> None:
    schedule = resource("AWS::Scheduler::Schedule", Target={"Arn": arn("Function"), "RoleArn": arn("Runs")})
    for allowed, expected in (
        (allow("lambda:InvokeFunction", arn("Function")), []),
        (allow("lambda:*", {"Fn::Sub": "${Function.Arn}:*"}), []),
        (allow("sqs:*"), [("schedule-role-rights", "error", "Schedule")]),
    ):
        assert verdicts(role(), Runs=role(allowed), Schedule=schedule) == expected
