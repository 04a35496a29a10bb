"""`lambda-constructs plan`: pairs of templates with the known answer, the formats and the exit status."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import pytest

from lambda_constructs.audit.source import Source
from lambda_constructs.plan import stacks
from lambda_constructs.plan.command import main
from lambda_constructs.plan.data import HOLDING, STATEFUL
from lambda_constructs.plan.effects import Effect

Resources = dict[str, dict[str, Any]]
KEPT: Final = {"DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain"}
QUEUE, TABLE, LOGS = "AWS::SQS::Queue", "AWS::DynamoDB::Table", "AWS::Logs::LogGroup"
MAPPING, FUNCTION, ALIAS = (f"AWS::Lambda::{name}" for name in ("EventSourceMapping", "Function", "Alias"))
BUCKET: Final = "AWS::S3::Bucket"
URL: Final = "AWS::Lambda::Url"
ALARM: Final = "AWS::CloudWatch::Alarm"
STREAM: Final = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders"


def one(kind: str, policies: dict[str, str] | None = None, /, **properties: Any) -> Resources:
    """A template with one resource."""
    return {"One": {"Type": kind, "Properties": properties, **(policies or {})}}


def two(kind: str, **properties: Any) -> Resources:
    """The same with another logical id."""
    return {"Two": one(kind, **properties)["One"]}


def mapped(visibility: int | None, **function: Any) -> Resources:
    """A queue that a function reads through an alias."""
    queue = {} if visibility is None else {"VisibilityTimeout": visibility}
    return {
        "One": {"Type": QUEUE, "Properties": queue},
        "Function": {"Type": FUNCTION, "Properties": function},
        "Live": {"Type": ALIAS, "Properties": {"FunctionName": {"Ref": "Function"}}},
        "Mapping": {
            "Type": MAPPING,
            "Properties": {
                "EventSourceArn": {"Fn::GetAtt": ["One", "Arn"]},
                "FunctionName": {"Ref": "Live"},
            },
        },
    }


def stream(position: str | None = "TRIM_HORIZON", source: Any = STREAM, **properties: Any) -> Resources:
    """A mapping of a stream."""
    given = {"EventSourceArn": source, "StartingPosition": position, **properties}
    return one(MAPPING, **{name: value for name, value in given.items() if value is not None})


def public(name: str, url: str) -> Resources:
    """A function with a URL."""
    target = {"TargetFunctionArn": {"Ref": "One"}}
    return {**one(FUNCTION, FunctionName=name), url: {"Type": URL, "Properties": target}}


def alias(version: str, update: dict[str, Any] | None = None, **function: Any) -> Resources:
    """A function with an alias."""
    live = {"FunctionName": {"Ref": "Function"}, "FunctionVersion": version}
    group = {"DeploymentConfigName": "CodeDeployDefault.LambdaCanary10Percent5Minutes"}
    return {
        "One": {"Type": ALIAS, "Properties": live, **({"UpdatePolicy": update} if update else {})},
        "Function": {"Type": FUNCTION, "Properties": function},
        "Group": {"Type": "AWS::CodeDeploy::DeploymentGroup", "Properties": group},
    }


def limited(**scaling: int) -> Resources:
    return one(MAPPING, ScalingConfig=scaling)


def warm(count: int) -> Resources:
    return one(ALIAS, ProvisionedConcurrencyConfig={"ProvisionedConcurrentExecutions": count})


def emptied(name: str = "a") -> Resources:
    """A bucket whose objects CDK deletes with it."""
    emptying = {"Type": "Custom::S3AutoDeleteObjects", "Properties": {"BucketName": {"Ref": "One"}}}
    return {**one(BUCKET, BucketName=name), "Emptying": emptying}


def topic(name: str) -> Resources:
    """A mapping of a topic."""
    cluster = "arn:aws:kafka:eu-west-1:123456789012:cluster/shop/1"
    return one(MAPPING, FunctionName="orders", EventSourceArn=cluster, Topics=[name])


def analytics(value: int) -> dict[str, Any]:
    """What CDK adds to each template."""
    return {"Type": "AWS::CDK::Metadata", "Properties": {"Analytics": {"Fn::If": ["Known", value, NOTHING]}}}


def mixed(others: str) -> Resources:
    """A function that reserves more than 5 if A holds and B does not, with other conditions of no effect."""
    same = {name: {"Fn::If": [name, NOTHING, NOTHING]} for name in others}
    return one(FUNCTION, ReservedConcurrentExecutions={"Fn::If": ["A", {"Fn::If": ["B", 5, 9]}, 5]}, **same)


NOTHING: Final = {"Ref": "AWS::NoValue"}
ROLLOUT: Final = {"CodeDeployLambdaAliasUpdate": {"DeploymentGroupName": {"Ref": "Group"}}}
SUB: Final = {"Fn::Sub": "arn:aws:sqs:eu-west-1:123456789012:${Queue.QueueName}"}
NAMED: Final = {**one(MAPPING, EventSourceArn=SUB, StartingPosition="LATEST")}
Pair = tuple[Resources, Resources, set[str]]
PAIRS: Final[list[Pair]] = [
    # What holds data: replaced or removed, with and without policies.
    *(
        pair
        for kind, name in ((QUEUE, "QueueName"), (TABLE, "TableName"), (LOGS, "LogGroupName"))
        for pair in (
            (one(kind, **{name: "a"}), one(kind, **{name: "b"}), {"data-deleted"}),
            (one(kind, KEPT, **{name: "a"}), one(kind, KEPT, **{name: "b"}), {"data-left"}),
            (one(kind), {}, {"data-deleted"}),
            (one(kind, KEPT), {}, {"data-left"}),
            (one(kind, KEPT), one(kind), set()),
            ({}, one(kind), set()),
            (one(kind, Tags=[]), one(kind), set()),
        )
    ),
    (one(QUEUE, FifoQueue=True), one(QUEUE), {"data-deleted"}),
    (one(QUEUE), one(TABLE), {"type-changed"}),
    # What holds other data, as the stacks of cfn-lint's rule and the others of the table.
    *(
        pair
        for kind in HOLDING.keys() - {BUCKET, "AWS::RDS::DBCluster", "AWS::RDS::DBInstance"}
        for pair in (
            (one(kind), {}, {"data-deleted"}),
            (one(kind, KEPT), {}, {"data-left"}),
            (one(kind, {"DeletionPolicy": "Snapshot"}), {}, {"data-left"}),
            (one(kind), two(kind), {"data-deleted"}),
            (one(kind, Tags=[]), one(kind, Tags=[]), set()),
        )
    ),
    *(
        (one(kind, **{name: "a"}), one(kind, policies, **{name: "b"}), {code})
        for kind, name in (
            ("AWS::Kinesis::Stream", "Name"),
            ("AWS::RDS::DBCluster", "DBClusterIdentifier"),
            ("AWS::EFS::FileSystem", "KmsKeyId"),
        )
        for policies, code in (
            ({}, "data-deleted"),
            ({"UpdateReplacePolicy": "Snapshot"}, "data-left"),
            ({"UpdateReplacePolicy": "Retain"}, "data-left"),
        )
    ),
    # CloudFormation takes a snapshot of a database without a policy, and leaves a bucket with objects.
    (one("AWS::RDS::DBCluster"), {}, {"data-left"}),
    (one("AWS::RDS::DBInstance"), {}, {"data-left"}),
    (one("AWS::RDS::DBInstance", DBClusterIdentifier="a"), {}, {"data-deleted"}),
    (one("AWS::RDS::DBInstance", {"DeletionPolicy": "Delete"}), {}, {"data-deleted"}),
    (one(BUCKET), {}, {"data-left"}),
    (one(BUCKET, KEPT), {}, {"data-left"}),
    (one(BUCKET, BucketName="a"), one(BUCKET, BucketName="b"), {"data-left"}),
    (emptied(), {}, {"data-deleted"}),
    (emptied("a"), emptied("b"), {"data-deleted"}),
    (emptied("a"), emptied("a"), set()),
    # A name that is still taken, by itself or by another logical id.
    (one(QUEUE, KEPT, QueueName="a"), two(QUEUE, QueueName="a"), {"data-left", "name-taken"}),
    (one(QUEUE, KEPT, QueueName="a"), two(QUEUE, QueueName="b"), {"data-left"}),
    (
        one(TABLE, KEPT, TableName="a", KeySchema=[1]),
        one(TABLE, KEPT, TableName="a", KeySchema=[2]),
        {"data-left", "name-taken"},
    ),
    (one(ALARM, AlarmName="a"), two(ALARM, AlarmName="a"), {"alarm-removed", "name-taken"}),
    (
        one("AWS::Events::EventBus", Name="a"),
        two("AWS::Events::EventBus", Name="a"),
        {"name-taken", "replaced"},
    ),
    *(
        (one(kind, Name="a"), two(kind, Name="a", **{within: place}), codes)
        for kind, within in (("AWS::Events::Rule", "EventBusName"), ("AWS::Scheduler::Schedule", "GroupName"))
        for place, codes in ((None, {"name-taken", "replaced"}), ("b", {"replaced"}))
    ),
    # Mappings of streams and topics.
    (stream(), stream(), set()),
    (stream(), stream(BatchSize=5), set()),
    (stream(), stream(source=f"{STREAM}-2"), {"mapping-replays"}),
    (stream(), stream("LATEST"), {"mapping-refused"}),
    (stream("AT_TIMESTAMP", StartingPositionTimestamp=1), stream("LATEST"), {"mapping-refused"}),
    (stream(), stream("LATEST", source=f"{STREAM}-2"), {"mapping-replays"}),
    (stream(), {}, {"mapping-replays"}),
    (stream(None), {}, {"queue-unread"}),
    (stream(None), {"Two": stream(None)["One"]}, {"replaced"}),
    (
        stream(None, FunctionName="a"),
        {"Two": stream(None, FunctionName="a")["One"]},
        {"replaced", "name-taken"},
    ),
    (one(URL, TargetFunctionArn="a"), two(URL, TargetFunctionArn="a"), {"replaced", "name-taken"}),
    (one(URL, TargetFunctionArn="a"), two(URL, TargetFunctionArn="b"), {"replaced"}),
    (public("a", "Url"), public("a", "Other"), {"replaced", "name-taken"}),
    (public("a", "Url"), public("b", "Other"), {"replaced"}),
    (mapped(60), {"One": mapped(60)["One"]}, {"queue-unread"}),
    (mapped(60), {}, {"data-deleted"}),
    (stream(None), stream(None, source=f"{STREAM}-2"), {"replaced"}),
    (stream(), stream(Enabled=False), {"mapping-disabled"}),
    (stream(None), stream(None, Enabled="false"), {"mapping-disabled"}),
    (stream(Enabled=False), stream(Enabled=False), set()),
    (stream(Enabled=False), stream(Enabled=True), set()),
    # Another type.
    (one(QUEUE), one(BUCKET), {"type-changed"}),
    (one("AWS::Events::Rule"), one(QUEUE), {"type-changed"}),
    # Other resources.
    (one("AWS::Events::Rule", Name="a"), one("AWS::Events::Rule", Name="b"), {"replaced"}),
    (one("AWS::Events::Rule"), {"Two": one("AWS::Events::Rule")["One"]}, {"replaced"}),
    (one("AWS::Events::Rule"), {}, set()),
    (one("AWS::Lambda::Version"), {"Two": one("AWS::Lambda::Version")["One"]}, set()),
    (stream(source={"Ref": "Gone"}), stream(source={"Ref": "New"}), {"mapping-replays"}),
    (
        {**NAMED, "Queue": {"Type": "AWS::Kinesis::Stream", "Properties": {"Name": "a"}}},
        {**NAMED, "Queue": {"Type": "AWS::Kinesis::Stream", "Properties": {"Name": "b"}}},
        {"mapping-replays", "data-deleted"},
    ),
    # Visibility timeouts.
    (mapped(180, Timeout=30), mapped(20, Timeout=30), {"visibility-drops"}),
    (mapped(180, Timeout=30), mapped(20, Timeout=3), {"visibility-drops"}),
    (mapped(180, Timeout=30), mapped(60, Timeout=30), set()),
    (mapped(20, Timeout=30), mapped(20, Timeout=30), set()),
    (mapped(20, Timeout=30), mapped(180, Timeout=30), set()),
    (mapped(180, Timeout=60), mapped(None, Timeout=60), {"visibility-drops"}),
    (mapped(180), mapped(2), {"visibility-drops"}),
    # Concurrency.
    (
        one(FUNCTION, ReservedConcurrentExecutions=5),
        one(FUNCTION, ReservedConcurrentExecutions=4),
        {"concurrency-drops"},
    ),
    (one(FUNCTION, ReservedConcurrentExecutions=4), one(FUNCTION, ReservedConcurrentExecutions=5), set()),
    (one(FUNCTION, ReservedConcurrentExecutions=4), one(FUNCTION), set()),
    (limited(MaximumConcurrency=9), limited(MaximumConcurrency=2), {"concurrency-drops"}),
    (limited(MaximumConcurrency=2), limited(), set()),
    (warm(9), warm(2), {"concurrency-drops"}),
    (warm(2), warm(9), set()),
    # Alarms.
    (one(ALARM, AlarmActions=["a"]), one(ALARM, AlarmActions=["b"]), set()),
    (one(ALARM, AlarmActions=["a"]), one(ALARM, AlarmActions=[]), {"alarm-silent"}),
    (one(ALARM, AlarmActions=["a"]), one(ALARM), {"alarm-silent"}),
    (one(ALARM, AlarmActions=["a"]), one(ALARM, AlarmActions=["a"], ActionsEnabled=False), {"alarm-silent"}),
    (one(ALARM), one(ALARM, Threshold=1), set()),
    (one(ALARM), {}, {"alarm-removed"}),
    # Conditions.
    (
        one(FUNCTION, ReservedConcurrentExecutions={"Fn::If": ["Prod", 50, 5]}),
        one(FUNCTION, ReservedConcurrentExecutions={"Fn::If": ["Prod", 40, 5]}),
        {"concurrency-drops"},
    ),
    (
        one(FUNCTION, ReservedConcurrentExecutions={"Fn::If": ["Prod", 50, 5]}),
        one(FUNCTION, ReservedConcurrentExecutions={"Fn::If": ["Prod", 50, 6]}),
        set(),
    ),
    (
        one(ALARM, AlarmActions={"Fn::If": ["Prod", ["a"], {"Ref": "AWS::NoValue"}]}),
        one(ALARM),
        {"alarm-silent"},
    ),
    (
        one(ALARM, AlarmActions=["a", {"Fn::If": ["Prod", "b", {"Ref": "AWS::NoValue"}]}]),
        one(ALARM, AlarmActions=["a"]),
        set(),
    ),
    ({"One": {"Type": QUEUE, "Condition": "Prod"}}, one(QUEUE), set()),
    (one(QUEUE), {"One": {"Type": QUEUE, "Condition": "Prod"}}, {"data-deleted"}),
    (
        one(QUEUE, QueueName={"Fn::If": ["Prod", "a", "b"]}),
        one(QUEUE, QueueName="b"),
        {"data-deleted"},
    ),
    (
        {
            name: {"Type": FUNCTION, "Properties": {"ReservedConcurrentExecutions": {"Fn::If": [name, 9, 2]}}}
            for name in "ABCDEF"
        },
        {name: {"Type": FUNCTION, "Properties": {"ReservedConcurrentExecutions": 5}} for name in "ABCDEF"},
        {"concurrency-drops"},
    ),
    (one(QUEUE, QueueName={"Fn::If": ["Prod", NOTHING, NOTHING]}), one(QUEUE), set()),
    ({"Metadata": analytics(1)}, {"Metadata": analytics(2)}, set()),
    # The mixed cases of five conditions; with a sixth one only those in which all of them are the same.
    (mixed("CDE"), one(FUNCTION, ReservedConcurrentExecutions=5), {"concurrency-drops"}),
    (mixed("CDEF"), one(FUNCTION, ReservedConcurrentExecutions=5), set()),
    # Lambda maps each topic of a cluster.
    (topic("a"), {"Two": topic("b")["One"]}, {"replaced"}),
    (topic("a"), {"Two": topic("a")["One"]}, {"replaced", "name-taken"}),
    # Versions.
    (alias("1"), alias("1", MemorySize=5), set()),
    (alias("1"), alias("2", MemorySize=5), {"new-version"}),
    (alias("1", ROLLOUT), alias("2", ROLLOUT), {"new-version"}),
    ({}, alias("1"), set()),
    # Values that are not what a template should have.
    ({"One": {"Type": QUEUE, "Properties": None}}, {"One": {"Type": QUEUE}}, set()),
    ({"One": {}}, {"One": {}}, set()),
]


def test_the_types_with_data_are_those_of_cfn_lint() -> None:
    found = find_spec("cfnlint")  # without an import, which takes seconds
    assert found
    assert found.submodule_search_locations
    file = Path(found.submodule_search_locations[0], "data", "AdditionalSpecs", "StatefulResources.json")
    assert STATEFUL.keys() == json.loads(file.read_text())["ResourceTypes"].keys()
    assert list(STATEFUL) == sorted(STATEFUL)


def effects(before: Resources, after: Resources) -> list[Effect]:
    return stacks.effects({"Resources": before}, {"Resources": after})


def test_every_pair_has_the_known_answer() -> None:
    assert len(PAIRS) >= 40
    wrong = [
        (number, found, expected)
        for number, (before, after, expected) in enumerate(PAIRS)
        if (found := {each.code for each in effects(before, after)}) != expected
    ]

    assert wrong == []


def test_the_worst_finding_is_the_first() -> None:
    found = effects({**alias("1"), **two(QUEUE)}, alias("2", MemorySize=5))

    assert [(each.severity, each.path) for each in found] == [("error", "Two"), ("note", "One")]


def said(before: Resources, after: Resources) -> str:
    (found,) = effects(before, after)
    return found.message


def test_a_finding_says_why_and_what_to_do() -> None:
    replaced = said(stream(), stream(source=STREAM.replace("orders", "other")))
    assert replaced.startswith("is replaced, and the new mapping reads from TRIM_HORIZON; ")
    assert said(one(QUEUE, QueueName="a"), one(QUEUE, QueueName="b")) == (
        "is replaced (QueueName), and CloudFormation deletes it with its messages; set its policies to "
        "Retain in a deployment before this one, then redrive or read its messages before this deployment "
        "(docs/reference/changes.md#dead-letter-and-failure-queues)"
    )
    read = {"One": {"Type": QUEUE, **KEPT}, "Mapping": one(MAPPING, EventSourceArn={"Ref": "One"})["One"]}
    assert said(read, {"Mapping": read["Mapping"]}) == (
        "is removed, and CloudFormation keeps it with its messages, but the stack does not use it; let a "
        "function read it until it is empty, and remove that in the next deployment "
        "(docs/reference/changes.md#queues)"
    )
    assert said(alias("1", ROLLOUT), alias("2", ROLLOUT, MemorySize=5)) == (
        "moves to a new version, because the function changes (MemorySize); CodeDeploy shifts the traffic as "
        "CodeDeployDefault.LambdaCanary10Percent5Minutes says"
    )
    assert "a resource that it refers to is replaced; all traffic moves at once" in said(
        alias("1"), alias("2")
    )


@pytest.fixture
def folders(tmp_path: Path) -> tuple[str, str]:
    """Two cloud assemblies: a queue of one stack is replaced, and an alias moves in another."""
    pairs = {
        "Shop": (one(QUEUE, QueueName="a"), one(QUEUE, QueueName="b")),
        "Api": (alias("1"), alias("2")),
    }
    for stack, pair in pairs.items():
        for name, resources in zip(("old", "new"), pair, strict=True):
            (tmp_path / name).mkdir(exist_ok=True)
            metadata = {"aws:cdk:path": f"{stack}/Orders/Resource"}
            resources["One"]["Metadata"] = metadata
            (tmp_path / name / f"{stack}.template.json").write_text(json.dumps({"Resources": resources}))
    return str(tmp_path / "old"), str(tmp_path / "new")


def test_the_plan_of_two_assemblies_in_every_format(
    folders: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*folders]) == 1
    text = capsys.readouterr().out
    assert "Shop:\n  error: Shop/Orders is replaced (QueueName)" in text
    assert "Api:\n  note: Api/Orders moves to a new version" in text
    assert main([*folders, "--format", "markdown"]) == 1
    text = capsys.readouterr().out
    assert "| error | `Shop/Orders` | is replaced (QueueName)" in text
    assert "| data-deleted |" in text
    assert main([*folders, "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [each["code"] for each in found["findings"]["Shop"]] == ["data-deleted"]
    assert found["costs"] == []


def test_a_stack_that_the_app_no_longer_has_is_left_with_its_nested_stacks() -> None:
    def source(stack: str, file: str, resources: Resources) -> Source:
        return Source(
            file=Path(f"{file}.template.json"), text="", template={"Resources": resources}, stack=stack
        )

    def codes(old: dict[str, Source], new: dict[str, Source]) -> dict[str, list[str]]:
        return {name: [each.code for each in of] for name, of in stacks.compare(old, new).items()}

    inner = one("AWS::CloudFormation::Stack")
    inner["One"]["Metadata"] = {"aws:cdk:path": "Shop/Inner.NestedStack/Inner.NestedStackResource"}
    shop, gone = source("Shop", "Shop", inner), source("Shop", "Shop", {})
    nested = source("Shop/Inner", "ShopInner.nested", one(QUEUE, KEPT))
    assert codes({"Shop": shop, "Shop/Inner": nested}, {}) == {"Shop": ["stack-left"]}
    # The findings on a nested stack are those on its template, if there is one.
    assert codes({"Shop": shop, "Shop/Inner": nested}, {"Shop": gone}) == {
        "Shop": [],
        "Shop/Inner": ["data-left"],
    }
    assert codes({"Shop": shop}, {"Shop": gone}) == {"Shop": ["data-deleted"]}
    # A resource with the name of a stack is not a nested stack.
    plain = source("One", "One", one(QUEUE))
    assert codes({"One": plain}, {"One": gone}) == {"One": ["data-deleted"]}


def test_a_name_in_a_template_is_not_markup_in_a_pull_request(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ("a|b", "[click](https://x.example) <img src=x> @team `")
    queue = {
        "Type": "AWS::SQS::Queue",
        "Properties": {"QueueName": names[0]},
        "UpdateReplacePolicy": "Delete",
    }
    for name, path in zip(("old", "new"), names, strict=True):
        queue = {
            **queue,
            "Properties": {"QueueName": path},
            "Metadata": {"aws:cdk:path": f"{names[1]}/Queue"},
        }
        (tmp_path / name).write_text(json.dumps({"Resources": {"Queue": queue}}))

    assert main([str(tmp_path / "old"), str(tmp_path / "new"), "--format", "markdown"]) == 1

    row = capsys.readouterr().out.splitlines()[2]
    assert row.startswith(
        "| error | `[click](https://x.example) <img src=x> @team '/Queue` | is replaced (QueueName)"
    )


def test_notes_and_no_findings_are_a_success(
    folders: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = folders
    assert main([old, old]) == 0
    assert capsys.readouterr().out == "nothing needs attention\n"
    assert main([f"{old}/Api.template.json", f"{new}/Api.template.json"]) == 0
    assert "note: Api/Orders" in capsys.readouterr().out
    assert main([old, old, "--format", "markdown"]) == 0
    assert capsys.readouterr().out == "Nothing needs attention.\n"


def test_what_cannot_be_read_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    for name, text in {"broken": "{", "list": "[]", "text": '{"Resources": 1}', "good": "{}"}.items():
        (tmp_path / name).write_text(text)
    good = str(tmp_path / "good")
    for name in ("missing", "empty", "broken", "list", "text"):
        assert main([good, str(tmp_path / name)]) == 2
    (tmp_path / "empty" / "A.template.json").write_text("{}")
    assert main([good, str(tmp_path / "empty")]) == 2
    (tmp_path / "traffic.json").write_text('{"Shop": {"requests": -1}}')
    assert main([good, good, "--traffic", str(tmp_path / "traffic.json")]) == 2
    said = capsys.readouterr().err
    assert "missing: No such file" in said
    assert "empty: it contains no template" in said
    assert "broken: not valid JSON" in said
    assert "list: not a CloudFormation template" in said
    assert "one is a file and the other a folder" in said


def priced(memory: int, warm: int = 0) -> dict[str, Any]:
    """A template with one workload."""
    alias = {"ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": warm}} if warm else {}
    workload = {"path": "Shop/Orders", "class": "SqsWorker", "function": "Function", "alias": "Live"}
    return {
        "Metadata": {"lambda-constructs": {"format": 1, "workloads": [workload]}},
        "Resources": {
            "Function": {"Type": FUNCTION, "Properties": {"MemorySize": memory, "Architectures": ["arm64"]}},
            "Live": {"Type": ALIAS, "Properties": {"FunctionName": {"Ref": "Function"}, **alias}},
        },
    }


def test_the_cost_before_and_after_with_and_without_traffic(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new, traffic = (str(tmp_path / name) for name in ("old.json", "new.yaml", "traffic.json"))
    Path(old).write_text(json.dumps(priced(512)))
    Path(new).write_text(json.dumps(priced(1024)))
    load = {"Shop/Orders": {"requests": [1, 10_000_000, 20_000_000], "billed_ms": 100, "log_bytes": 0}}
    Path(traffic).write_text(json.dumps(load))

    assert main([old, new]) == 0
    assert "per month" not in capsys.readouterr().out
    assert main([old, new, "--traffic", traffic]) == 0
    # 10 million requests at 0.20 USD, and 500,000 or 1,000,000 GB-seconds at 0.0000133334 USD.
    assert "Shop/Orders    8.67  15.33" in capsys.readouterr().out
    assert main([old, new, "--traffic", traffic, "--format", "markdown"]) == 0
    assert "| `Shop/Orders` | 8.67 | 15.33 |" in capsys.readouterr().out

    Path(new).write_text(json.dumps(priced(512, warm=2)))
    assert main([old, new, "--format", "json"]) == 0
    (cost,) = json.loads(capsys.readouterr().out)["costs"]
    assert (cost["path"], cost["before"]) == ("Shop/Orders", 0)
    assert cost["after"] > 5
    assert main([old, new, "--traffic", str(tmp_path / "missing")]) == 2
    assert main([old, new, "--region", "mars-1"]) == 2


def test_a_template_in_yaml(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (
        "Transform: Shop\n"
        "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n    Properties: {QueueName: !If [Prod, NAME, b]}\n"
    )
    for name in ("old", "new"):
        (tmp_path / f"{name}.yaml").write_text(text.replace("NAME", name))

    assert main([str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml")]) == 1
    said = capsys.readouterr()
    assert "error: Queue is replaced (QueueName)" in said.out
    assert f"note: {tmp_path / 'new.yaml'}: the macro Shop" in said.err


def test_another_form_of_the_same_template_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    yaml = """
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: {FifoQueue: "true", QueueName: !Sub ["${N}.fifo", {N: a}], KmsMasterKeyId: !Sub "${Key}"}
  Events: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "${Queue.QueueName}", DelaySeconds: "0"}}
"""
    queue = {
        "FifoQueue": True,
        "QueueName": {"Fn::Join": [".", ["a", "fifo"]]},
        "KmsMasterKeyId": {"Ref": "Key"},
    }
    events = {"QueueName": {"Fn::GetAtt": "Queue.QueueName"}, "DelaySeconds": 0}
    resources = {
        "Queue": {"Type": QUEUE, "Properties": queue},
        "Events": {"Type": QUEUE, "Properties": events},
    }
    (tmp_path / "old.yaml").write_text(yaml)
    (tmp_path / "new.json").write_text(json.dumps({"Resources": resources}))

    assert main([str(tmp_path / "old.yaml"), str(tmp_path / "new.json")]) == 0
    assert capsys.readouterr().out == "nothing needs attention\n"


@pytest.mark.slow
def test_a_template_of_sam_is_expanded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sam, nothing = tmp_path / "sam.yaml", tmp_path / "nothing.json"
    sam.write_text(
        "Transform: AWS::Serverless-2016-10-31\nResources: {Table: {Type: AWS::Serverless::SimpleTable}}\n"
    )
    nothing.write_text("{}")

    assert main([str(sam), str(nothing)]) == 1
    assert "error: Table is removed, and CloudFormation deletes it with its items" in capsys.readouterr().out
