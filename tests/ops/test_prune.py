"""`lambda-constructs ops prune`: which versions it deletes, of which function, and what it says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any, Final

import pytest
from botocore.exceptions import ClientError

from lambda_constructs.ops import clients
from lambda_constructs.ops.command import main
from lambda_constructs.ops.prune import prunable
from lambda_constructs.template.workloads import FORMAT, KEY

VERSIONS: Final = ["$LATEST", *map(str, range(1, 10))]
PAGES: Final[Mapping[str, dict[str, Any]]] = {
    "list_versions_by_function": {"Versions": [{"Version": each} for each in VERSIONS]},
    "list_aliases": {
        "Aliases": [
            {
                "Name": "live",
                "FunctionVersion": "2",
                "RoutingConfig": {"AdditionalVersionWeights": {"3": 0.1}},
            },
            {"Name": "old", "FunctionVersion": "1"},
        ]
    },
}


class Pages:
    """A paginator whose answer is known; the function has one mapping, which invokes version 5."""

    def __init__(self, operation: str) -> None:
        self.operation = operation

    def paginate(self, **options: str) -> Iterator[dict[str, Any]]:
        if self.operation == "list_event_source_mappings":
            version = options["FunctionName"].rpartition(":")[2]
            arn = "arn:aws:lambda:eu-west-1:123456789012:function:orders"
            names = {"5": [f"{arn}:5"], "6": [f"{arn}:live", arn]}.get(version, [])
            yield {"EventSourceMappings": [{"FunctionArn": name} for name in names]}
        elif self.operation == "describe_stacks":
            yield {"Stacks": [{"StackName": "Shop"}, {"StackName": "Other"}]}
        elif self.operation == "list_stack_resources":
            summary = {
                "LogicalResourceId": "Function",
                "PhysicalResourceId": "orders",
                "ResourceType": "AWS::Lambda::Function",
            }
            yield {"StackResourceSummaries": [summary]}
        else:
            yield PAGES[self.operation]


@pytest.fixture
def deleted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The versions that the command deletes; AWS refuses to delete version 7."""
    found: list[str] = []

    def delete(FunctionName: str, Qualifier: str) -> None:  # noqa: N803 - boto3's
        assert FunctionName == "orders"
        if Qualifier == "7":
            raise ClientError({"Error": {"Code": "ResourceConflictException"}}, "DeleteFunction")
        found.append(Qualifier)

    def provisioned(FunctionName: str, Qualifier: str) -> None:  # noqa: N803 - boto3's
        assert FunctionName == "orders"
        if Qualifier != "4":
            raise KeyError

    def template(StackName: str) -> dict[str, Any]:  # noqa: N803 - boto3's
        names = ["Orders", "Team/Orders", "Api"] if StackName == "Shop" else []
        entries = [{"path": f"Shop/{name}", "class": "SqsWorker", "function": "Function"} for name in names]
        return {"TemplateBody": {"Metadata": {KEY: {"format": FORMAT, "workloads": entries}}}}

    fakes = {
        "cloudformation": SimpleNamespace(
            get_template=template, get_paginator=Pages, meta=SimpleNamespace(region_name="eu-west-1")
        ),
        "lambda": SimpleNamespace(
            delete_function=delete,
            get_paginator=Pages,
            get_provisioned_concurrency_config=provisioned,
            exceptions=SimpleNamespace(ProvisionedConcurrencyConfigNotFoundException=KeyError),
        ),
    }
    monkeypatch.setattr(clients, "clients", lambda *_: fakes.__getitem__)
    return found


def test_the_newest_and_what_something_needs_stay() -> None:
    versions = ["10", "9", "2", "1"]

    assert prunable(versions, {}, 5) == []
    assert prunable(versions, {}, 1) == ["1", "2", "9"]
    assert prunable(versions, {"2": "alias live"}, 1) == ["1", "9"]


def test_nothing_is_deleted_without_agreement(
    deleted: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["prune", "Api", "--keep", "2", "--dry-run"]) == 0
    text = capsys.readouterr().out
    monkeypatch.setattr("sys.stdin.readline", lambda: "n\n")
    assert main(["prune", "Api", "--keep", "2"]) == 1
    assert deleted == []
    assert "versions to delete: 6, 7\n" in text
    for reason in (
        "1 (alias old)",
        "2 (alias live)",
        "3 (weight of alias live)",
        "4 (provisioned concurrency)",
        "5 (event source mapping)",
        "9 (one of the newest)",
    ):
        assert f"kept: {reason}" in text


def test_a_version_that_aws_refuses_to_delete_is_reported(
    deleted: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prune", "Shop/Orders", "--keep", "1", "--yes", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["deleted"] == deleted == ["6", "8"]
    assert list(report["refused"]) == ["7"]


def test_a_workload_that_is_not_one_is_refused(
    deleted: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prune", "Orders", "--yes"]) == 2
    assert main(["prune", "Nothing", "--yes"]) == 2
    assert main(["prune", "Api", "--stack", "Other", "--yes"]) == 2
    said = capsys.readouterr().err
    assert "Orders is the name of several workloads: Shop/Orders of stack Shop, Shop/Team/Orders" in said
    assert "error: the region eu-west-1 has no workload Nothing; it has Shop/Orders, Shop/Team/O" in said
    assert "error: Other has no workload Api; it has no workloads; pass another --region" in said
    with pytest.raises(SystemExit):
        main(["prune", "Api", "--keep", "0"])
    assert deleted == []
