"""How traffic shifts, as templates say it."""

from __future__ import annotations

from typing import Any

from tests.audit.support import Json, alias, found, function, ref, resource, template, version

UNKNOWN = "deployment-config-unknown"
PERCENTAGE = "rollout-percentage-range"


def shop(config: Any, **resources: Json) -> Json:
    """A function whose alias a deployment group with this configuration updates."""
    update = {"CodeDeployLambdaAliasUpdate": {"DeploymentGroupName": ref("Group")}}
    return template(
        Function=function(),
        Version=version(),
        Alias={**alias(), "UpdatePolicy": update},
        Group=resource("AWS::CodeDeploy::DeploymentGroup", DeploymentConfigName=config),
        **resources,
    )


def test_a_misspelt_configuration_does_not_exist() -> None:
    misspelt = shop("CodeDeployDefault.LambdaCanary5Percent10Minutes")

    assert found(misspelt, UNKNOWN) == [(UNKNOWN, "error", "Group")]
    for config in ("CodeDeployDefault.LambdaCanary10Percent5Minutes", "Shop-Canary", ref("Config"), None):
        assert found(shop(config), UNKNOWN) == []


def test_a_group_outside_the_template_has_no_configuration_to_judge() -> None:
    source = shop("CodeDeployDefault.Nothing")
    del source["Resources"]["Group"]

    assert found(source, UNKNOWN) == []


def config(kind: str, percentage: Any, platform: str = "Lambda") -> Json:
    shift = {f"{kind}Percentage": percentage, f"{kind}Interval": 1}
    routing = {"Type": f"TimeBased{kind}", f"TimeBased{kind}": shift}
    return resource(
        "AWS::CodeDeploy::DeploymentConfig", ComputePlatform=platform, TrafficRoutingConfig=routing
    )


def test_a_share_of_traffic_is_in_codedeploys_range() -> None:
    for kind in ("Canary", "Linear"):
        for percentage in (0, 100):
            source = template(Config=config(kind, percentage))
            assert found(source, PERCENTAGE) == [(PERCENTAGE, "error", "Config")]
        assert found(template(Config=config(kind, 99)), PERCENTAGE) == []
    assert found(template(Config=config("Canary", 100, "ECS")), PERCENTAGE) == []
