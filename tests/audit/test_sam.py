"""Raw SAM: the same findings as in what SAM makes of it, at the places that its author wrote."""

from __future__ import annotations

import copy
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from samtranslator import policy_templates_data as policies
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from lambda_constructs.audit import audit
from lambda_constructs.audit.command import main
from lambda_constructs.audit.macros import expand
from lambda_constructs.audit.reading import read
from lambda_constructs.audit.sam import SERVERLESS
from tests.audit.assemblies import write
from tests.audit.sam_templates import EVENTS, SAM, function, template, templates

YAML = """\
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Timeout: 901
    Runtime: python3.13
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Metadata:
      lambda-constructs: {ignore: {log-*: the platform makes it}}
    Properties:
      Handler: app.handler
      CodeUri: src/
      MemorySize: 20000
      Events:
        Orders:
          Type: SQS
          Properties:
            Queue: arn:aws:sqs:us-east-1:123456789012:orders
            BatchSize: 20000
        Timer: {Type: Schedule, Properties: {Schedule: rate(5 minutes)}}
"""
# What a function needs to have no finding but that of its memory.
QUIET: dict[str, Any] = {"LoggingConfig": {"LogGroup": "orders"}, "Timeout": 30}


def local(value: Any) -> Any:
    """A template whose code is in local folders, as its author writes it before `sam package`."""
    if isinstance(value, dict):
        return {
            key: "./src" if key in ("CodeUri", "ContentUri") else local(each) for key, each in value.items()
        }
    return [local(each) for each in value] if isinstance(value, list) else value


def test_raw_and_expanded_have_the_same_findings() -> None:
    found = templates()
    assert len(found) >= 50

    for name, each in found.items():
        session = SimpleNamespace(region_name="us-east-1")
        translator = Translator(None, Parser(), boto_session=session)
        expanded = translator.translate(copy.deepcopy(each), {}, get_managed_policy_map=dict)

        of_expanded = {(one.code, one.severity, one.message) for one in audit("t", expanded)}
        of_raw = {(one.code, one.severity, one.message) for one in audit("t", local(each))}

        assert of_raw == of_expanded, name
        assert any(code == "memory-size-range" for code, *_ in of_raw), name


def test_finding_is_at_what_the_author_wrote(tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(YAML)
    (source,) = read([file]).sources

    places = {each.code: (source.line(each), each.resource, each.location) for each in source.findings()}

    assert places["memory-size-range"] == (14, "Fn", "Properties/MemorySize")
    assert places["timeout-range"] == (4, "Fn", "Globals/Function/Timeout")
    assert places["batch-size-range"] == (20, "Fn", "Properties/Events/Orders/Properties/BatchSize")
    assert places["async-without-failure-path"] == (21, "Fn", "Properties/Events/Timer")
    assert [
        source.acknowledgement(each) for each in source.findings() if each.code == "log-group-missing"
    ] == ["the platform makes it"]


def test_generated_resources_lead_to_their_property_or_event() -> None:
    events = {"Get": {"Type": "Api", "Properties": {"Path": "/", "Method": "get"}}}
    raw = template(
        Fn=function(Policies=["AdministratorAccess"], FunctionUrlConfig={"AuthType": "NONE"}, Events=events)
    )
    expanded = expand(raw)

    def place(resource: str, location: str = "") -> tuple[str, str]:
        return expanded.written.place(resource, location)[:2]

    assert place("FnRole", "ManagedPolicyArns/0") == ("Fn", "Properties/Policies")
    assert place("FnUrl", "AuthType") == ("Fn", "Properties/FunctionUrlConfig/AuthType")
    assert place("FnUrl", "Properties/Cors") == ("Fn", "Properties/FunctionUrlConfig")
    assert place("ServerlessRestApiProdStage", "Properties/StageName") == ("Fn", "Properties/Events/Get")
    assert place("FnGetPermissionProd") == ("Fn", "Properties/Events/Get")
    assert place("Fn", "Properties/Role") == ("Fn", "Properties/Policies")
    assert place("Fn", "Properties/TracingConfig") == ("Fn", "Properties/Tracing")
    assert place("Fn", "Properties/LoggingConfig") == ("Fn", "Properties/LoggingConfig")


def test_what_sam_calls_by_another_name_has_the_name_of_the_author() -> None:
    body = {"openapi": "3.0.1", "info": {"title": "t", "version": "1"}, "paths": {"/a": {"get": {}}}}
    raw = template(
        Fn=function(AutoPublishAlias="live", Role="arn:aws:iam::123456789012:role/r"),
        Api={"Type": f"{SERVERLESS}Api", "Properties": {"StageName": "v", "DefinitionBody": body}},
        Machine={"Type": f"{SERVERLESS}StateMachine", "Properties": {"Definition": {"StartAt": "A"}}},
    )
    raw["Globals"] = {"Function": {"DeploymentPreference": {"Type": "AllAtOnce"}}}
    written = expand(raw).written

    assert written.place("Api", "Properties/Body/paths")[:2] == ("Api", "Properties/DefinitionBody/paths")
    assert written.place("Machine", "Properties/DefinitionString")[1] == "Properties/Definition"
    assert written.place("Fn", "Properties/Role")[1] == "Properties/Role"
    assert written.place("FnDeploymentGroup", "AlarmConfiguration")[:2] == (
        "Fn",
        "Globals/Function/DeploymentPreference",
    )


def test_policies_have_no_effect_with_a_role() -> None:
    role = "arn:aws:iam::123456789012:role/r"
    for own, common, expected in (
        ({"Policies": ["A"], "Role": role}, {}, [("Fn", "Properties/Policies")]),
        ({"Policies": ["A"]}, {"Role": role}, [("Fn", "Properties/Policies")]),
        ({"Policies": ["A"]}, {}, []),
        ({"Policies": ["A"], "Role": {"Fn::If": ["Own", role, {"Ref": "AWS::NoValue"}]}}, {}, []),
        ({"Role": role}, {}, []),
    ):
        raw = {**template(Fn=function(**own)), "Globals": {"Function": common}}
        found = [each for each in audit("t", raw) if each.code == "policies-left-out"]
        assert [(each.resource, each.location) for each in found] == expected


def test_an_application_can_be_named() -> None:
    application = {
        "Type": f"{SERVERLESS}Application",
        "Properties": {"Location": "s3://bucket/template.yaml"},
    }
    raw = template(Fn=function(Description={"Fn::GetAtt": ["App", "Arn"]}), App=application)
    missing = template(Fn=function(Description={"Fn::GetAtt": ["Nobody", "Arn"]}), App=application)

    for written, expected in ((raw, []), (missing, ["reference-to-nothing"])):
        codes = [each.code for each in audit("t", {**written, "AWSTemplateFormatVersion": "2010-09-09"})]
        assert [each for each in codes if each == "reference-to-nothing"] == expected


def test_what_sam_refuses_is_left_out_and_nothing_else_and_misspelt_names_are_errors() -> None:
    queue = {"Queue": "arn:aws:sqs:us-east-1:123456789012:q", "BatchSize": 5}
    events = {
        "Get": {"Type": "Api", "Properties": {"Path": ["/"], "Method": "get"}},
        "Q": {"Type": "SQS", "Properties": {"Queue": f"{queue['Queue']}2", "BatchSise": 5}},
        "R": {"Type": "SQS", "Properties": queue},
    }
    large = {"MemorySize": 20_000}
    raw = template(A=function(**large, Timeot=5), B=function(**large, Events=events), C=function(**large))
    raw["Globals"] = {"Function": {"Timeout": 901, "Timout": 5}}
    expanded = expand(raw)

    found = [(each.code, each.resource) for each in audit("t", raw) if each.severity == "error"]
    assert sorted(found) == [
        *(("memory-size-range", each) for each in "ABC"),
        *(("property-misspelt", each) for each in "AAB"),
        *(("timeout-range", each) for each in "ABC"),
    ]
    written = {each.location for each in audit("t", raw) if each.code == "property-misspelt"}
    event = "Properties/Events/Q/Properties/BatchSise"
    assert written == {"Properties/Timeot", "Globals/Function/Timout", event}
    made = expanded.template["Resources"].keys()
    assert ({"BR", "BQ"} <= made, "ServerlessRestApi" in made, len(expanded.notes)) == (True, False, 4)


def test_headers_of_cors_lead_to_cors() -> None:
    within = "paths/{}a/options/x-amazon-apigateway-integration/responses/default/responseParameters/h"
    location, shown = f"Properties/Body/{within.format('~1')}", within.format("/")
    get = {"Type": "Api", "Properties": {"Path": "/a", "Method": "get"}}
    own: dict[str, Any] = {"StageName": "v"}
    api = {"Type": f"{SERVERLESS}Api", "Properties": own}
    raw = {**template(Fn=function(Events={"Get": get}), Api=api), "Globals": {"Api": {"Cors": "*"}}}
    written = expand(raw).written
    common = ("Globals", "Api", "Cors")

    assert written.place("Api", location) == ("Api", "Globals/Api/Cors", common)
    assert written.place("ServerlessRestApi", location) == ("Fn", "Globals/Api/Cors", common)
    own["Cors"] = "*"
    assert written.place("Api", location)[1] == "Properties/Cors"
    own["DefinitionBody"] = {}
    assert written.place("Api", location)[1] == f"Properties/DefinitionBody/{shown}"
    del raw["Globals"], own["DefinitionBody"], own["Cors"]
    assert written.place("Api", location)[1] == f"Properties/Body/{shown}"


def test_a_notification_leads_to_the_event_that_adds_it_to_the_bucket() -> None:
    own = [{"Event": "s3:ObjectRemoved:*", "Function": {"Fn::GetAtt": ["Fn", "Arn"]}}]
    bucket = {
        "Type": "AWS::S3::Bucket",
        "Properties": {"NotificationConfiguration": {"LambdaConfigurations": own}},
    }
    event = {"Type": "S3", "Properties": {"Bucket": {"Ref": "Bucket"}, "Events": ["s3:ObjectCreated:*"]}}
    written = expand(template(Fn=function(Events={"New": event}), Bucket=bucket)).written
    place = "Properties/NotificationConfiguration/LambdaConfigurations"

    assert written.place("Bucket", f"{place}/0/Function")[:2] == ("Bucket", f"{place}/0/Function")
    assert written.place("Bucket", f"{place}/1/Function")[:2] == ("Fn", "Properties/Events/New")
    assert written.place("Bucket", place)[:2] == ("Bucket", place)
    assert written.place("Bucket", "Properties/BucketName")[:2] == ("Bucket", "Properties/BucketName")


def test_what_sam_cannot_expand_is_said_and_the_rest_is_checked() -> None:
    raw = template(
        Fn=function(),
        Wrong=function(Events={"E": {"Type": "Nothing"}}),
        Broken=function(Handler=["no"], Role={"Fn::Nothing": 1}),
        App={"Type": "AWS::Serverless::Application", "Properties": {"Location": {"ApplicationId": "a"}}},
        Odd={"Type": "AWS::Serverless::Function", "Properties": [1]},
        Nothing={"Type": "AWS::Serverless::Function"},
    )

    expanded = expand(raw)

    assert expanded.checked
    assert any("[Wrong]" in note for note in expanded.notes)
    found = audit("t", raw)
    assert {each.resource for each in found if each.code == "memory-size-range"} >= {"Fn", "Wrong"}


def test_openapi_file_beside_the_template_is_read(tmp_path: Path) -> None:
    write(tmp_path / "api.json", {"openapi": "3.0.1", "paths": {"/orders": {}}})
    for name in ("api.json", "missing.json"):
        api = {"Type": "AWS::Serverless::HttpApi", "Properties": {"DefinitionUri": name}}
        expanded = expand(template(Api=api), tmp_path)
        properties = expanded.template["Resources"]["Api"]["Properties"]

        assert ("/orders" in str(properties)) is (name == "api.json")


def test_without_the_extra_the_note_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "samtranslator.translator.translator", None)
    monkeypatch.delitem(sys.modules, "lambda_constructs.audit.sam", raising=False)
    raw = template(Fn=function())

    assert main([str(write(tmp_path / "only-sam.json", raw))]) == 3
    assert "pip install 'lambda-constructs[sam]'" in capsys.readouterr().out
    plain = {"Type": "AWS::Lambda::Function", "Properties": QUIET}
    assert main([str(write(tmp_path / "mixed.json", template(Fn=function(), Plain=plain)))]) == 0


def test_language_extensions_and_sam_work_together() -> None:
    loop = [
        "Name",
        ["Orders", "Bills"],
        {"Fn${Name}": function(**QUIET, Environment={"Variables": {"NAME": {"Ref": "Name"}}})},
    ]
    raw = {"Transform": ["AWS::LanguageExtensions", SAM], "Resources": {"Fn::ForEach::Functions": loop}}

    found = audit("t", raw)

    assert [(each.resource, each.location, each.place) for each in found] == [
        (name, "Properties/MemorySize", ("Resources", "Fn::ForEach::Functions", 2, "Fn${Name}", *PROPERTY))
        for name in ("FnOrders", "FnBills")
    ]


PROPERTY = ("Properties", "MemorySize")


def test_a_parameter_without_a_default_hides_no_function() -> None:
    """SAM expands these only with a value, as a deployment gives one."""
    for property_name in ("AutoPublishAlias", "AutoPublishCodeSha256"):
        for parameter in ({"Type": "String"}, {"Type": "String", "AllowedValues": ["beta", "prod"]}):
            given = {"AutoPublishAlias": "live", property_name: {"Ref": "Stage"}}
            expanded = expand(template({"Parameters": {"Stage": parameter}}, Fn=function(**given)))

            assert (expanded.notes, expanded.checked) == ((), True), (property_name, parameter)
            alias = next(
                each["Properties"]
                for each in expanded.template["Resources"].values()
                if each["Type"] == "AWS::Lambda::Alias"
            )
            unknown = property_name == "AutoPublishAlias" and "AllowedValues" not in parameter
            assert (alias["Name"] == {"Ref": "Stage"}) == unknown


def test_applications_alone_leave_nothing_to_expand() -> None:
    application = {"Type": "AWS::Serverless::Application", "Properties": {"Location": "./a.yaml"}}

    assert expand(template(App=application)).notes == ()


def test_a_resource_that_crashes_sam_hides_no_other() -> None:
    registry = {
        "SchemaRegistryURI": {"Ref": "Registry"},
        "EventRecordFormat": "JSON",
        "SchemaValidationConfigs": [{"Attribute": "KEY"}],
    }
    pollers = {"MinimumPollers": 1}
    given = {**EVENTS["MSK"], "SchemaRegistryConfig": registry, "ProvisionedPollerConfig": pollers}
    event = {"Type": "MSK", "Properties": given}
    sections = {"Parameters": {"Registry": {"Type": "String", "Default": "https://registry"}}}
    expanded = expand(template(sections, Broken=function(Events={"Read": event}), Fn=function()))

    assert ["AttributeError" in each for each in expanded.notes] == [True]
    assert expanded.template["Resources"]["Broken"]["Type"] == "AWS::Lambda::Function"
    assert expanded.template["Resources"]["Fn"]["Type"] == "AWS::Lambda::Function"


def test_an_api_whose_definition_is_elsewhere_keeps_its_functions() -> None:
    included = {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://bucket/api.yaml"}}}
    for kind, api, more in (
        ("Api", "RestApiId", {"Cors": "'*'", "Auth": {"DefaultAuthorizer": "AWS_IAM"}}),
        (
            "HttpApi",
            "ApiId",
            {"CorsConfiguration": {"AllowOrigins": ["*"]}, "Auth": {"EnableIamAuthorizer": True}},
        ),
    ):
        event = {"Type": kind, "Properties": {"Path": "/a", "Method": "get", api: {"Ref": "Shop"}}}
        properties = {"StageName": "prod", "DefinitionBody": included, **more}
        shop = {"Type": f"AWS::Serverless::{kind}", "Properties": properties}
        notes = expand(template(Shop=shop, Fn=function(Events={"Get": event}))).notes

        assert [each for each in notes if "SAM" in each] == [], kind


def test_policy_templates_of_sam_have_only_findings_that_their_author_can_mend() -> None:
    data = json.loads(Path(policies.__file__).with_name("policy_templates.json").read_text())["Templates"]
    arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders"
    named = [
        {name: {key: arn if key.endswith("Arn") else "orders" for key in each["Parameters"]}}
        for name, each in data.items()
    ]
    found = audit("t", template(Fn=function(Policies=named)))

    assert len(named) > 50
    assert {each.code for each in found if "Policies" in each.location} == {"role-service-wildcard"}
