"""Features without what they need, settings that are left at the default, and metrics that do not exist."""

from __future__ import annotations

from typing import Any

from tests.audit.support import (
    Json,
    arn,
    findings,
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

SECTIONS = {
    "Parameters": {"Open": parameter("String"), "DbPassword": parameter("String")},
    "Conditions": {"Maybe": {"Fn::Equals": [ref("Open"), ref("AWS::Region")]}},
}
MOUNT = "/mnt" + "/x"
VPC = {"SubnetIds": ["subnet-1"]}
NO_VALUE = ref("AWS::NoValue")


def test_file_system_needs_a_vpc() -> None:
    def shop(point: Any, **properties: Any) -> list[tuple[str, str, str]]:
        own = function(FileSystemConfigs=[{"Arn": point, "LocalMountPath": MOUNT}], **properties)
        made = {"Point": resource("AWS::EFS::AccessPoint")}
        return found(template(SECTIONS, Function=own, **made), "file-system-network")

    refused = [("file-system-network", "error", "Function")]
    assert shop(arn("Point")) == refused
    assert shop({"Fn::Sub": "arn:aws:elasticfilesystem:${AWS::Region}:1:access-point/fsap-1"}) == refused
    assert shop(arn("Point"), VpcConfig=VPC) == []
    assert shop(ref("Open")) == refused
    mounted = [{"Arn": arn("Point"), "LocalMountPath": MOUNT}]
    maybe = function(FileSystemConfigs={"Fn::If": ["Maybe", mounted, NO_VALUE]})
    assert found(template(SECTIONS, Function=maybe), "file-system-network") == []
    assert [each[1] for each in shop(arn("Point"), VpcConfig={"Fn::If": ["Maybe", VPC, NO_VALUE]})] == [
        "undecided"
    ]


def test_snap_start_needs_a_version() -> None:
    code = "snap-start-without-version"
    snap = function(SnapStart={"ApplyOn": "PublishedVersions"})

    assert found(template(Function=snap), code) == [(code, "warning", "Function")]
    assert found(template(Function=snap, Other=function(), V=version("Other")), code) == [
        (code, "warning", "Function")
    ]
    assert found(template(Function=snap, Version=version()), code) == []
    elsewhere = resource("AWS::Lambda::Version", FunctionName=ref("Open"))
    assert found(template(SECTIONS, Function=snap, Version=elsewhere), code) == []


def test_defaults_of_functions_with_triggers_are_one_finding_each() -> None:
    codes = ("function-defaults", "tracing-off")
    bare = function(MemorySize=NO_VALUE, Timeout=NO_VALUE)
    both = {"A": mapping("Queue", "One"), "B": mapping("Queue", "Two")}

    source = template(Queue=queue(), One=bare, Two=bare, Idle=bare, **both)
    assert [(each.code, each.severity, each.resource, each.about) for each in findings(source, *codes)] == [
        ("function-defaults", "warning", "One", ("Two",)),
        ("tracing-off", "warning", "One", ("Two",)),
    ]
    chosen = function(MemorySize=128, Timeout=3, TracingConfig={"Mode": "Active"})
    assert found(template(Queue=queue(), One=chosen, A=both["A"]), *codes) == []
    unknown = function(TracingConfig={"Mode": ref("Open")}, MemorySize=ref("Open"), Timeout=ref("Open"))
    assert found(template(SECTIONS, Queue=queue(), One=unknown, A=both["A"]), *codes) == []
    managed = function(MemorySize=NO_VALUE, CapacityProviderConfig={}, TracingConfig={"Mode": "Active"})
    assert found(template(Queue=queue(), One=managed, A=both["A"]), *codes) == []
    passing = function(TracingConfig={"Mode": "PassThrough"})
    assert found(template(Queue=queue(), One=passing, A=both["A"]), *codes) == [
        ("tracing-off", "warning", "One")
    ]
    assert found(template(One=bare, Seed=resource("Custom::Seed", ServiceToken=arn("One"))), *codes) == []


def alarm(namespace: str, metric: Any, *dimensions: tuple[str, Any]) -> Json:
    named = [{"Name": name, "Value": value} for name, value in dimensions]
    return resource("AWS::CloudWatch::Alarm", Namespace=namespace, MetricName=metric, Dimensions=named)


def test_metrics_that_are_not_published() -> None:
    lambda_metric, api_metric = "alarm-metric-name", "alarm-api-metric"
    apis = {
        "Rest": resource("AWS::ApiGateway::RestApi"),
        "Http": resource("AWS::ApiGatewayV2::Api", ProtocolType="HTTP"),
        "Socket": resource("AWS::ApiGatewayV2::Api", ProtocolType="WEBSOCKET"),
        "Either": resource("AWS::ApiGatewayV2::Api", ProtocolType=ref("Open")),
        "Queue": queue(),
    }
    gateway = "AWS/ApiGateway"
    for made, expected in (
        (alarm("AWS/Lambda", "Error"), lambda_metric),
        (alarm("AWS/Lambda", "Errors"), None),
        (alarm("AWS/Lambda", ref("Open")), None),
        (alarm("Shop", "Error"), None),
        (alarm(gateway, "5XXError", ("ApiName", ref("Rest"))), api_metric),
        (alarm(gateway, "5XXError", ("ApiName", "shop"), ("Stage", "prod")), None),
        (alarm(gateway, "5XXError", ("ApiName", ref("Open"))), None),
        (alarm(gateway, "5XXError", ("ApiName", ref("Http"))), api_metric),
        (alarm(gateway, "5XXError", ("ApiId", ref("Http"))), api_metric),
        (alarm(gateway, "5xx", ("ApiId", ref("Http"))), None),
        (alarm(gateway, "5xx", ("ApiId", ref("Socket"))), api_metric),
        (alarm(gateway, "MessageCount", ("ApiId", ref("Either"))), None),
        (alarm(gateway, "5xx", ("ApiId", ref("Queue"))), None),
        (alarm(gateway, "5xx", ("Stage", "prod")), None),
        (resource("AWS::CloudWatch::Alarm", Namespace=gateway, MetricName="5xx"), None),
    ):
        codes = [each[0] for each in found(template(SECTIONS, Alarm=made, **apis), lambda_metric, api_metric)]
        assert codes == [expected] * bool(expected), made


def test_secret_in_a_parameter_that_is_shown() -> None:
    code = "secret-parameter-shown"

    def shop(value: Any, **attributes: Any) -> list[tuple[str, str, str]]:
        sections = {"Parameters": {"DbPassword": parameter(**{"kind": "String", **attributes})}}
        return found(
            template(sections, Function=function(Environment={"Variables": {"DB_PASSWORD": value}})), code
        )

    assert shop(ref("DbPassword")) == [(code, "warning", "Function")]
    assert shop(ref("DbPassword"), NoEcho=True) == []
    assert shop(ref("DbPassword"), kind="AWS::SSM::Parameter::Value<String>") == []
    assert shop(ref("AWS::Region")) == []
    assert shop({"Fn::ImportValue": "x"}) == []
