"""The table, continued: the region and the account of resources."""

from __future__ import annotations

from typing import Final

from lambda_constructs.rules import location
from tests.rules.case import Case, accept, refuse

REGIONS: Final = ("eu-west-1", "us-east-1")
ACCOUNTS: Final = ("123456789012", "210987654321")
CASES: Final[tuple[Case, ...]] = (
    accept(location.resource_region, "on_failure", "eu-west-1", "eu-west-1"),
    refuse(location.resource_region, "on_failure", *REGIONS),
    refuse(location.resource_region, "preset.layers[0]", *REGIONS),
    accept(location.resource_account, "role", ACCOUNTS[0], ACCOUNTS[0]),
    refuse(location.resource_account, "role", *ACCOUNTS),
    refuse(location.resource_account, "rollout.alarms[0]", *ACCOUNTS),
    accept(location.resource_unnamed, "on_failure", named=True),
    refuse(location.resource_unnamed, "on_failure", named=False),
    accept(location.resource_environment_unknown, "group", "", ""),
    refuse(location.resource_environment_unknown, "group", REGIONS[0], ""),
    refuse(location.resource_environment_unknown, "group", "", ACCOUNTS[0]),
    refuse(location.resource_environment_unknown, "group", REGIONS[0], ACCOUNTS[0]),
    accept(location.secret_region, "secrets['KEY']", "eu-west-1", "eu-west-1"),
    refuse(location.secret_region, "secrets['KEY']", *REGIONS),
    accept(location.secret_account_key, "secrets['KEY']", ACCOUNTS[0], key=True),
    refuse(location.secret_account_key, "secrets['KEY']", ACCOUNTS[0], key=False),
    accept(location.topic_region, "ap-east-1", "ap-east-1", opt_in=True),
    accept(location.topic_region, *REGIONS, opt_in=False),
    refuse(location.topic_region, "eu-west-1", "ap-east-1", opt_in=True),
    accept(location.topic_without_dead_letters, "eu-west-1", "eu-west-1"),
    refuse(location.topic_without_dead_letters, *REGIONS),
    accept(location.metric_account, "queue", ACCOUNTS[0], ACCOUNTS[0]),
    refuse(location.metric_account, "queue", *ACCOUNTS),
)
