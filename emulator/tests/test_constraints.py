"""What the models of services allow: each constraint, and every template of this repository."""

import json
from collections.abc import Iterator
from typing import Any

from emulator.tests.fidelity import Fidelity
from lambda_constructs_emulator.paths import ROOT
from lambda_constructs_emulator.server.constraints import operations

FIDELITY = Fidelity("What AWS refuses", "https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html")
INTRINSIC = ("Ref", "Fn::")
REFERENCE = object()
"""A value that is known at the deployment only."""


def known(value: Any) -> Any:
    """A value of a template without references."""
    if isinstance(value, list):
        return [known(each) for each in value]
    if isinstance(value, dict):
        return (
            REFERENCE
            if len(value) == 1 and next(iter(value)).startswith(INTRINSIC)
            else {name: known(each) for name, each in value.items()}
        )
    return value


def test_what_the_templates_of_this_repository_have_is_accepted() -> None:
    judged, refused = 0, []
    for path in (ROOT / "tests").rglob("*.json"):
        template = json.loads(path.read_text())
        resources = template.get("Resources", {}) if isinstance(template, dict) else {}
        for name, resource in resources.items():
            if resource["Type"] in operations.OF_TYPES:
                judged += 1
                found = operations.refusals(resource["Type"], known(resource.get("Properties", {})))
                refused += [(path.name, name, each) for each in found]

    assert refused == []
    assert judged > 1000


def inside(shape: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The members of a structure and of those in it, with their paths; none is seen in itself."""
    for name, member in shape.members.items():
        yield (*path, name), member
        if member.type_name == "structure" and name not in path:
            yield from inside(member, (*path, name))


def wrong(shape: Any) -> Iterator[object]:
    """Values next to the bounds of a shape, and one that it does not list."""
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    match shape.type_name:
        case "integer" | "long" | "double":
            yield from (bound + step for bound, step in ((low, -1), (high, 1)) if bound is not None)
            yield from (str(high + 1) for _ in range(high is not None))  # as a template may have it
        case "string":
            yield from ("x" * (high + 1) for _ in range(high is not None))
            yield from ("x" for _ in range(bool(shape.enum)))
        case "list":
            yield from ([""] * (high + 1) for _ in range(high is not None))


def said(resource_type: str, path: tuple[str, ...], value: object) -> bool:
    """Whether AWS says something against a value at a path."""
    for name in reversed(path):
        value = {name: value}
    assert isinstance(value, dict)
    where = ".".join(name[:1].lower() + name[1:] for name in path)
    return any(f"at '{where}' failed" in each for each in operations.refusals(resource_type, value))


def test_a_value_outside_of_its_constraints_is_refused_by_its_path() -> None:
    judged = 0
    for resource_type, names in operations.OF_TYPES.items():
        service, operation, *_ = names.split()
        renamed = operations.RENAMED.get(resource_type, {})
        for path, shape in inside(operations.described(service, operation).input_shape):
            for value in () if path[0] in renamed else wrong(shape):
                judged += 1
                assert said(resource_type, path, value), (resource_type, path, value)

    assert judged > 500


def test_each_kind_of_constraint_is_compared() -> None:
    function = "AWS::Lambda::Function"
    refused: tuple[tuple[dict[str, Any], str], ...] = (
        (
            {"Description": "x" * 257},
            "at 'description' failed to satisfy constraint: Member must have length",
        ),
        ({"Handler": "a b"}, "Member must satisfy regular expression pattern: [^\\s]+"),
        (
            {"Runtime": "cobol"},
            "at 'runtime' failed to satisfy constraint: Member must satisfy enum value set",
        ),
        ({"TracingConfig": {"Mode": "Sometimes"}}, "at 'tracingConfig.mode'"),
        (
            {"Tags": [{"Key": "k" * 129, "Value": ""}]},
            "at 'tags' failed to satisfy constraint: Member must have",
        ),
        ({"Tags": [{"Key": str(each), "Value": ""} for each in range(51)]}, "at 'tags' failed"),
        ({"VpcConfig": {"SubnetIds": [f"subnet-{each}" for each in range(17)]}}, "at 'vpcConfig.subnetIds'"),
        *(
            (
                {"FileSystemConfigs": [{"Arn": "x", **path}]},
                "Value null at 'fileSystemConfigs.1.member.localMountPath'",
            )
            for path in ({}, {"LocalMountPath": None})
        ),
        (
            {"Timeout": "901"},
            "Value '901' at 'timeout' failed to satisfy constraint: Member must have value less",
        ),
    )
    for given, message in refused:
        assert any(message in each for each in operations.refusals(function, given)), given
    accepted: tuple[dict[str, Any], ...] = (
        *({"Timeout": "900"}, {"Description": "x" * 256}, {"Nobody": 1}),
        *({"Timeout": REFERENCE}, {"Layers": REFERENCE}),
    )
    for each in accepted:
        assert operations.refusals(function, each) == []
    assert operations.refusals("AWS::Events::Rule", {"Targets": []}) == []
    assert operations.refusals("AWS::Logs::LogGroup", {"RetentionInDays": 2})


def test_limits_that_the_models_lack_are_those_of_the_documentation() -> None:
    function, queue = "AWS::Lambda::Function", "AWS::SQS::Queue"
    for resource_type, path, low, high in (
        ("AWS::Kinesis::Stream", "RetentionPeriodHours", 24, 8760),
        (function, "EphemeralStorage.Size", 512, 10_240),
        (function, "MemorySize", 128, 10_240),
        (function, "Timeout", 1, 900),
        (queue, "DelaySeconds", 0, 900),
        (queue, "KmsDataKeyReusePeriodSeconds", 60, 86_400),
        (queue, "MaximumMessageSize", 1024, 1_048_576),
        (queue, "MessageRetentionPeriod", 60, 1_209_600),
        (queue, "ReceiveMessageWaitTimeSeconds", 0, 20),
        (queue, "RedrivePolicy.maxReceiveCount", 1, 1000),
        (queue, "VisibilityTimeout", 0, 43_200),
    ):
        names = tuple(path.split("."))
        said_of = [said(resource_type, names, each) for each in (low - 1, low, high, high + 1)]
        assert said_of == [True, False, False, True], path
    for resource_type, name, high in (
        ("AWS::Events::Rule", "Targets", 5),
        ("AWS::Lambda::EventSourceMapping", "FilterCriteria.Filters", 5),
        (function, "Layers", 5),
    ):
        names = tuple(name.split("."))
        said_of = [said(resource_type, names, [{}] * each) for each in (high, high + 1)]
        assert said_of == [False, True], name
    assert not said(function, ("FunctionName",), "x" * 64)
    assert said(function, ("FunctionName",), "x" * 65)
