"""The preflight: what of a template and its code the emulator cannot honor, by name."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from lambda_constructs_emulator.paths import PACKAGE, SERVER_PYTHON
from lambda_constructs_emulator.preflight import PreflightError, Stack, notes, preflight, require
from lambda_constructs_emulator.preflight.binaries import this_machine
from lambda_constructs_emulator.preflight.supported import ALL_TYPES, MANAGED_POLICIES

ACCOUNT, REGION = "000000000000", "us-east-1"
OTHER = {"x86_64": "arm64", "arm64": "x86_64"}
E_MACHINE = {"x86_64": 0x3E, "arm64": 0xB7}
UNTAKEN = ("AddHeader", "Bounce", "Connect", "Workmail")
INSIGHTS = "arn:aws:lambda:us-east-1:580247275435:layer:LambdaInsightsExtension:1"


def function(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "python3.13", **properties}}


def mapping(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::Lambda::EventSourceMapping", "Properties": properties}


def pool(**triggers: str) -> dict[str, Any]:
    return {"Type": "AWS::Cognito::UserPool", "Properties": {"LambdaConfig": triggers}}


def role(policy: str) -> dict[str, Any]:
    arn = {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, f":iam::aws:policy/{policy}"]]}
    return {"Type": "AWS::IAM::Role", "Properties": {"ManagedPolicyArns": [arn]}}


def custom(provider: dict[str, Any], kind: str = "Custom::Mine") -> dict[str, Any]:
    token = {"Fn::GetAtt": ["Provider", "Arn"]}
    return {"Provider": provider, "It": {"Type": kind, "Properties": {"ServiceToken": token}}}


def call(create: Any) -> dict[str, Any]:
    return {"Type": "Custom::AWS", "Properties": {"Create": create}}


def receipt(**action: Any) -> dict[str, Any]:
    return {"Type": "AWS::SES::ReceiptRule", "Properties": {"Rule": {"Actions": [action]}}}


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("AWS::WAFv2::WebACLAssociation", {"It": {"Type": "AWS::WAFv2::WebACLAssociation"}}),
    ("AWS::MSK::Cluster", {"It": {"Type": "AWS::MSK::Cluster"}}),
    ("java21", {"It": function(Runtime="java21")}),
    ("container image", {"It": function(PackageType="Image", Runtime=None)}),
    ("container image", {"It": function(Code={"ImageUri": {"Ref": "Image"}}, Runtime=None)}),
    ("FileSystemConfigs", {"It": function(FileSystemConfigs=[{"Arn": "x"}])}),
    ("TenancyConfig", {"It": function(TenancyConfig={"TenantIsolationMode": "PER_TENANT"})}),
    (f"layer {INSIGHTS}", {"It": function(Layers=[INSIGHTS])}),
    (f"layer {INSIGHTS}", {"It": function(Layers=[{"Fn::FindInMap": ["Map", {"Ref": "AWS::Region"}, "v"]}])}),
    ("event source documentdb", {"It": mapping(DocumentDBEventSourceConfig={"DatabaseName": "shop"})}),
    ("trigger UserMigration", {"It": pool(PreSignUp="arn", UserMigration="arn")}),
    ("subscription email", {"It": {"Type": "AWS::SNS::Subscription", "Properties": {"Protocol": "email"}}}),
    *((f"receipt action {each}Action", {"It": receipt(**{f"{each}Action": {}})}) for each in UNTAKEN),
    ("S3Action KmsKeyArn", {"It": receipt(S3Action={"BucketName": "mails", "KmsKeyArn": "arn"})}),
    ("S3Action IamRoleArn", {"It": receipt(S3Action={"BucketName": "mails", "IamRoleArn": "arn"})}),
    ("managed policy job-function/Billing", {"It": role("job-function/Billing")}),
    ("Custom::AWS", {"It": call('{"service":"EC2","action":"describeVpcs"}')}),
    (
        "Custom::AWS",
        {"It": call({"Fn::Join": ["", ['{"service":"@aws-sdk/client-ec2","a":"', {"Ref": "A"}, '"}']]})},
    ),
    ("Custom::CDKBucketDeployment", custom(function(Layers=[{"Ref": "L"}]), "Custom::CDKBucketDeployment")),
]
HONORED: list[dict[str, Any]] = [
    {"It": role("service-role/AWSLambdaBasicExecutionRole")},
    {"It": function(Layers=[{"Ref": "Mine"}, f"arn:aws:lambda:us-east-1:{ACCOUNT}:layer:mine:1"])},
    {"It": function(Layers={"Fn::If": ["Traced", [], []]}, Runtime={"Ref": "Runtime"})},
    {"It": mapping(EventSourceArn={"Fn::GetAtt": ["Queue", "Arn"]})},
    {"It": mapping(Topics=["orders"], Enabled=False)},
    {"It": pool(PreSignUp="arn", KMSKeyID="key")},
    {"It": receipt(**{"Fn::If": ["Stops", {"StopAction": {"Scope": "RuleSet"}}, {"Ref": "AWS::NoValue"}]})},
    {each: receipt(**{f"{each}Action": {"TopicArn": "arn"}}) for each in ("Lambda", "S3", "SNS", "Stop")},
    custom(function()),
    custom(function(Runtime="nodejs24.x")),
    {
        service: call(f'{{"service":"{service}","action":"a"}}')
        for service in (
            "SSM",
            "ssm",
            "@aws-sdk/client-api-gateway",
            "APIGateway",
            "StepFunctions",
            "cloudwatch-logs",
        )
    },
    {"It": {"Type": "Custom::Elsewhere", "Properties": {"ServiceToken": "arn:aws:lambda:x"}}},
    custom(function(Runtime="nodejs24.x"), "Custom::S3AutoDeleteObjects"),
    {"It": {"Type": "AWS::EC2::NatGateway"}},
]
MAPPINGS = {"Map": {"us-east-1": {"v": INSIGHTS}}}


def stack(resources: dict[str, Any], **fields: Any) -> Stack:
    return Stack(
        name="Shop", path="Shop", templates=({"Resources": resources, "Mappings": MAPPINGS},), **fields
    )


def whats(judged: Stack) -> list[str]:
    return [each.what for each in preflight(judged, account=ACCOUNT, region=REGION)]


def test_what_cannot_be_honored_is_named() -> None:
    assert [whats(stack(resources)) for _, resources in REFUSED] == [[what] for what, _ in REFUSED]
    assert [whats(stack(resources)) for resources in HONORED] == [[] for _ in HONORED]
    assert notes(stack(HONORED[-1])) == ["AWS::EC2::NatGateway"]


def test_a_stack_of_another_account_or_region_is_refused() -> None:
    judged = stack({}, account="123456789012", region="eu-west-1")

    assert whats(judged) == ["account 123456789012", "region eu-west-1"]
    assert preflight(judged, account="123456789012", region="eu-west-1") == []


def test_code_that_this_machine_cannot_run_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = {"python3.13"}
    monkeypatch.setattr(shutil, "which", lambda name, **_: name if name in installed else None)
    monkeypatch.setattr(sys, "base_prefix", str(tmp_path / "python"))
    monkeypatch.setattr(sys, "version_info", (3, 11))

    def elf(machine: str) -> bytes:
        return b"\x7fELF" + bytes(14) + E_MACHINE[machine].to_bytes(2, "little")

    def of(name: str, content: bytes) -> list[str]:
        code = tmp_path / "code.zip"
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr(name, content)
            archive.writestr("app.py", "")
        unpacked = tmp_path / "code"
        zipfile.ZipFile(code).extractall(unpacked)
        resources = {"It": function(Code={"S3Key": "0a1b.zip"})}
        found = [whats(stack(resources, code={"0a1b": place})) for place in (code, unpacked)]
        (unpacked / name).unlink()
        assert found[0] == found[1]
        return found[0]

    here = this_machine()
    other = OTHER[here]
    assert of("numpy/core.cpython-313-aarch64-linux-gnu.so", elf(other)) == [other]
    assert of("numpy/core.cpython-312-linux-gnu.so", elf(here)) == ["Python 3.12"]
    assert of("numpy/core.cpython-313-linux-gnu.so", elf(here)) == []
    assert of("numpy/core.abi3.so", elf(here)) == []
    assert of("bootstrap", b"#!/bin/sh\n") == []
    installed.clear()
    assert of("numpy/core.cpython-313-linux-gnu.so", elf(here)) == ["Python 3.13"]


def write_assembly(folder: Path, resources: dict[str, Any]) -> None:
    """An assembly with a stage, a stack in it, and a nested stack in this one."""
    nested, stage = "0a1b", folder / "assembly-Prod"
    stage.mkdir(parents=True)
    url = {"Fn::Join": ["", ["https://s3/", {"Ref": "AWS::Region"}, f"/{nested}.json"]]}
    parent = {"Nested": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}}
    source = {"path": "nested.json", "packaging": "file"}
    stack_artifact = {
        "type": "aws:cloudformation:stack",
        "environment": "aws://unknown-account/unknown-region",
        "displayName": "Prod/Shop",
        "properties": {"templateFile": "shop.json", "stackName": "Prod-Shop"},
        "metadata": {"/Prod/Shop/My/Rule/Resource": [{"type": "aws:cdk:logicalId", "data": "It"}]},
    }
    stage_artifact = {"type": "cdk:cloud-assembly", "properties": {"directoryName": stage.name}}
    for path, content in {
        folder / "manifest.json": {"artifacts": {"Prod": stage_artifact}},
        stage / "manifest.json": {"artifacts": {"Shop": stack_artifact}},
        stage / "Shop.assets.json": {"files": {nested: {"source": source}}},
        stage / "shop.json": {"Resources": parent},
        stage / "nested.json": {"Resources": resources},
    }.items():
        path.write_text(json.dumps(content))


def test_nested_stacks_of_stages_are_judged_and_the_message_says_what_is_honored(tmp_path: Path) -> None:
    write_assembly(tmp_path, {"It": {"Type": "AWS::MSK::Cluster"}})

    require(tmp_path, "Another")
    for pattern in ("Prod/Shop", "Prod-Shop", "Prod/*"):
        with pytest.raises(PreflightError) as refusal:
            require(tmp_path, pattern, account=ACCOUNT, region=REGION)

    lines = str(refusal.value).splitlines()
    assert lines[0] == "the emulator cannot honor 1 of Prod-Shop; nothing was created:"
    assert lines[1] == "  Prod/Shop/My/Rule: AWS::MSK::Cluster: the emulator does not have this resource type"
    assert "The emulator honors:" in lines
    assert any(line.split() == ["AWS::SQS", "Queue", "QueuePolicy"] for line in lines)


SERVERS_TYPES = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
os.environ.update(MINISTACK_ACCOUNT_ID="0" * 12, AWS_ACCESS_KEY_ID="key", AWS_SECRET_ACCESS_KEY="secret")
from lambda_constructs_emulator.server import parts
from lambda_constructs_emulator.server.core import clock
from ministack.services import iam
from ministack.services.cloudformation import provisioners
clock.install(1)
for part in parts.PARTS:
    part.install()
policies = {arn.partition(":policy/")[2] for arn in iam._aws_managed_policies}
print(json.dumps([sorted(provisioners._RESOURCE_HANDLERS), sorted(policies)]))
"""


@pytest.mark.deploy
@pytest.mark.slow
def test_the_lists_of_types_and_of_policies_are_the_servers_own() -> None:
    command = [str(SERVER_PYTHON), "-c", SERVERS_TYPES, str(PACKAGE.parent)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)

    lists = [sorted(ALL_TYPES), sorted(MANAGED_POLICIES)]
    assert json.loads(done.stdout.splitlines()[-1]) == lists
