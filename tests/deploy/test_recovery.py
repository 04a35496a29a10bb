"""`ops unwedge`, `prune` and `rollback` around releases: where the alias goes, and that releases go on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_

from emulator.tests.support import eventually
from lambda_constructs import AllAtOnce, Canary, ProductionFunction, ProvisionedConcurrency
from lambda_constructs.ops import clients
from lambda_constructs.ops.command import main
from lambda_constructs_emulator.kit import Aws
from lambda_constructs_emulator.kit.releases import Release
from tests.deploy.operator import Operator

pytestmark = [pytest.mark.deploy, pytest.mark.slow]

HANDLER: Final = """
import os


def handler(event, context):
    if os.environ["RELEASE"] == "bad":
        raise RuntimeError("this release is bad")
"""
DOES_NOT_START: Final = 'raise RuntimeError("it does not start")\n'
EMERGENCY: Final = {"lambda-constructs:emergency-deployment": "true"}


def stack(
    code: Path, *, orders: str, warm: str, environments: int, minutes: int, context: Mapping[str, str]
) -> cdk.Stack:
    """A function with a canary, and one with provisioned concurrency, each in a release."""
    found = cdk.Stack(cdk.App(context=dict(context), analytics_reporting=False), "Shop")
    common: dict[str, Any] = {
        "code": lambda_.Code.from_asset(str(code)),
        "handler": "app.handler",
        "runtime": lambda_.Runtime.PYTHON_3_13,
    }
    # Ten minutes are six seconds here.
    canary = Canary(percentage=50, interval=cdk.Duration.minutes(minutes))
    ProductionFunction(found, "Orders", rollout=canary, environment={"RELEASE": orders}, **common)
    ProductionFunction(
        found,
        "Warm",
        rollout=AllAtOnce(),
        environment={"RELEASE": warm},
        provisioned_concurrency=ProvisionedConcurrency.fixed(environments),
        **common,
    )
    return found


class Shop:
    """The deployed stack and its next releases."""

    def __init__(self, aws: Aws, code: Path) -> None:
        self.aws, self.code = aws, code
        self.released = {"orders": "1", "warm": "1", "environments": 1, "minutes": 10}
        self.functions = aws.client("lambda")
        (code / "app.py").write_text(HANDLER)
        self.deployed = aws.deploy(self.stack())
        self.names = {name: self.deployed.function(name).name for name in ("Orders", "Warm")}

    def stack(self, context: Mapping[str, str] | None = None, **released: Any) -> cdk.Stack:
        return stack(self.code, **{**self.released, **released}, context=context or {})

    def release(
        self, traffic: Callable[[], object] | None = None, context: Mapping[str, str] | None = None, **of: Any
    ) -> Release:
        """Deploy a release; what succeeds stays for the next one."""
        found = self.deployed.release(self.stack(context, **of), traffic=traffic)
        if not found.error:
            self.released |= of
        return found

    def order(self) -> None:
        """Invoke the alias, whether that fails or not."""
        self.functions.invoke(FunctionName=self.names["Orders"], Qualifier="live")

    def alias(self, name: str) -> tuple[str, Mapping[str, float]]:
        """The version and the weights of the alias."""
        found = self.functions.get_alias(FunctionName=self.names[name], Name="live")
        return found["FunctionVersion"], found.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})

    def versions(self, name: str) -> set[str]:
        found = self.functions.list_versions_by_function(FunctionName=self.names[name])["Versions"]
        return {each["Version"] for each in found} - {"$LATEST"}


@pytest.fixture(scope="module")
def deployed_shop(shared_aws: Aws, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return Shop(shared_aws, tmp_path_factory.mktemp("code"))


@pytest.fixture
def shop(deployed_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """The stack, which the commands find."""
    monkeypatch.setattr(clients, "clients", lambda *_: deployed_shop.aws.client)
    return deployed_shop


@pytest.fixture
def operator(shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Operator:
    """Who has only the policy of one command."""
    return Operator(shop.aws, monkeypatch, capsys)


def archive(source: str) -> bytes:
    content = BytesIO()
    with ZipFile(content, "w") as file:
        file.writestr("app.py", source)
    return content.getvalue()


def test_an_alias_with_leftover_weights_is_released_and_the_next_release_goes_out(
    shop: Shop, operator: Operator
) -> None:
    # What Lambda leaves when a version does not start while it moves provisioned concurrency.
    warm = shop.names["Warm"]
    version, _ = shop.alias("Warm")
    shop.functions.update_function_code(FunctionName=warm, ZipFile=archive(DOES_NOT_START))
    broken = shop.functions.publish_version(FunctionName=warm)["Version"]
    routing = {"AdditionalVersionWeights": {broken: 0.5}}
    shop.functions.update_alias(FunctionName=warm, Name="live", RoutingConfig=routing)

    refused = shop.release(environments=2)

    assert "Alias with weights can not be used with Provisioned Concurrency" in refused.error
    assert shop.deployed.status == "UPDATE_ROLLBACK_FAILED"
    assert shop.alias("Warm") == (version, {broken: 0.5})
    assert operator.run_in_release("unwedge", "Warm") == 0
    assert shop.alias("Warm") == (version, {})
    assert eventually(lambda: shop.deployed.status == "UPDATE_ROLLBACK_COMPLETE", patience=60)

    (shop.code / "app.py").write_text(f"{HANDLER}# it starts\n")
    assert shop.release(environments=2, warm="2").error == ""
    assert int(shop.alias("Warm")[0]) > int(broken)
    assert shop.deployed.function("Warm").invoke() is None
    found = shop.functions.get_provisioned_concurrency_config(FunctionName=warm, Qualifier="live")
    assert found["RequestedProvisionedConcurrentExecutions"] == 2


def test_a_pruned_function_still_gets_canaries_and_rollbacks(shop: Shop) -> None:
    for release in ("2", "3", "4"):
        shop.deployed.until_calm(timeout=120)
        assert shop.release(orders=release, context=EMERGENCY).error == ""
    version, _ = shop.alias("Orders")
    assert len(shop.versions("Orders")) > 3

    assert main(["prune", "Orders", "--keep", "1", "--yes"]) == 0
    assert shop.versions("Orders") == {version}
    shop.release(shop.order, orders="5").assert_promoted()
    good, _ = shop.alias("Orders")
    assert int(good) > int(version)
    shop.release(shop.order, orders="bad").assert_rolled_back(by="Errors")
    assert shop.alias("Orders") == (good, {})
    assert shop.deployed.status == "UPDATE_ROLLBACK_COMPLETE"

    # The version that the rollout stopped is newer than the one of the alias.
    shop.functions.publish_version(FunctionName=shop.names["Orders"])
    assert main(["prune", "Orders", "--keep", "1", "--yes"]) == 0
    assert good in shop.versions("Orders")
    shop.order()


def test_a_rollback_stops_the_deployment_in_flight(
    shop: Shop, operator: Operator, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.deployed.until_calm(timeout=120)
    version, _ = shop.alias("Orders")
    seen: dict[str, Any] = {}

    def roll_back() -> None:
        """When half of the traffic is on the new version: look, prune and roll back."""
        if seen or not shop.alias("Orders")[1]:
            return
        seen["alias"] = shop.alias("Orders")
        seen["prune"] = main(["prune", "Orders", "--keep", "1", "--yes"])
        seen["versions"] = shop.versions("Orders")
        capsys.readouterr()
        main(["status", "Shop", "--json"])
        seen["status"] = json.loads(capsys.readouterr().out)["workloads"]
        seen["rollback"] = operator.run_in_release("rollback", "Orders")

    # Time for a busy machine to run the commands.
    found = shop.release(roll_back, orders="6", minutes=120)

    assert found.error
    assert found.rolled_back
    assert found.stopped_by == []
    assert (seen["prune"], seen["rollback"]) == (0, 0)
    (new,) = seen["alias"][1]
    assert seen["versions"] == {version, new}
    (deployment,) = [each["deployment"] for each in seen["status"] if each["workload"] == "Shop/Orders"]
    assert (deployment["running"], deployment["old"], deployment["new"]) == (True, version, new)
    assert [each["status"] for each in deployment["events"]] == ["Succeeded", "InProgress", "Pending"]
    assert shop.alias("Orders") == (version, {})
    assert shop.deployed.status == "UPDATE_ROLLBACK_COMPLETE"
    shop.release(shop.order, orders="7").assert_promoted()
