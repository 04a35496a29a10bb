"""AWS's price lists, instead of the table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lambda_constructs.errors import ConfigurationError
from lambda_constructs.sizing.cli import main
from lambda_constructs.sizing.price_list import read_price_list
from lambda_constructs.sizing.prices import monthly_cost, prices
from tests.sizing.support import EXAMPLE

TIERS = (("0", "0.0000200000"), ("6000000000", "0.0000180000"), ("15000000000", "0.0000160000"))


def offer(
    service: str, usages: dict[str, tuple[tuple[str, str], ...]], currency: str = "USD"
) -> dict[str, Any]:
    """A price list as AWS publishes it, with products that sizing does not use."""
    products: dict[str, Any] = {
        "FREE": {"attributes": {"usagetype": "Global-Request", "regionCode": ""}},
        "BAD": 1,
    }
    terms: dict[str, Any] = {}
    for number, (usage, tiers) in enumerate(usages.items()):
        sku = f"SKU{number}"
        products[sku] = {"attributes": {"usagetype": usage, "regionCode": "me-central-1"}}
        dimensions = {
            f"{sku}.{start}": {"beginRange": start, "pricePerUnit": {currency: price}}
            for start, price in tiers
        }
        terms[sku] = {f"{sku}.JRTCKXETXF": {"priceDimensions": dimensions}}
    return {
        "offerCode": service,
        "publicationDate": "2026-11-02T10:00:00Z",
        "products": products,
        "terms": {"OnDemand": terms},
    }


LAMBDA = offer(
    "AWSLambda",
    {
        "MEC1-Request": (("0", "0"), ("1000000", "0.00000025")),
        "MEC1-Lambda-GB-Second": TIERS,
        "MEC1-Lambda-Storage-GB-Second": (("0", "0.00000004"),),
        "MEC1-Unknown": (("0", "1"),),
    },
)


def save(folder: Path, value: object, name: str = "index.json") -> str:
    path = folder / name
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return str(path)


def test_list_replaces_the_table(tmp_path: Path) -> None:
    lists = [
        read_price_list(save(tmp_path, LAMBDA)),
        read_price_list(
            save(
                tmp_path, offer("AWSQueueService", {"MEC1-Requests-Tier1": (("0", "0.0000005"),)}), "sqs.json"
            )
        ),
    ]
    found = prices("me-central-1", "x86_64", lists)

    assert (found.request, found.as_of, found.currency) == (2.5e-7, "2026-11-02", "USD")
    assert found.tiers == ((0.0, 2e-5), (6e9, 1.8e-5), (15e9, 1.6e-5))
    assert (found.extras["storage"], found.extras["queue"]) == (4e-8, 5e-7)
    bill = monthly_cost(found, requests=1e6, memory_size=1024, billed_ms=1000, environments=1, storage=1536)
    assert (bill.parts["duration"], bill.parts["storage"]) == pytest.approx((20.0, 0.04))
    assert bill.unknown == ("provisioned",)
    with pytest.raises(ConfigurationError, match="prices of arm64 in me-central-1 are unknown"):
        prices("me-central-1", "arm64", lists)
    assert prices("us-east-1", "x86_64", lists) == prices("us-east-1", "x86_64")


def test_commands_take_a_list(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = save(tmp_path, LAMBDA)
    tuning = str(EXAMPLE / "orders.tuning.json")
    command = ["recommend", tuning, "--region", "me-central-1", "--architecture", "x86_64"]

    assert main(command) == 1
    assert "[prices-unknown]" in capsys.readouterr().err
    assert main([*command, "--prices", path]) == 0
    printed = capsys.readouterr().out
    assert "List prices of me-central-1, x86_64, as of 2026-11-02; no" in printed
    # 768 MB for 274 ms, and a million requests.
    assert f"${0.75 * 274 * 1000 * 2e-5 + 0.25:.2f}" in printed


def test_refuses_files_that_are_not_price_lists(tmp_path: Path) -> None:
    other = offer("AWSLambda", {"EUW1-Request": (("0", "1"),)})
    mixed = {**LAMBDA, "products": {**LAMBDA["products"]}, "terms": LAMBDA["terms"]}
    mixed["products"]["SKU0"] = {"attributes": {"usagetype": "Request", "regionCode": "us-east-1"}}
    for value, message in (
        ("{", "it is not JSON"),
        ([], "it is a list without prices"),
        ({"offerCode": "AmazonEC2"}, "it is an object without prices"),
        ({"offerCode": []}, "it is an object without prices"),
        ({**LAMBDA, "publicationDate": None}, "it has no date, products or prices"),
        ({**LAMBDA, "products": []}, "it has no date, products or prices"),
        ({**LAMBDA, "terms": {}}, "it has no date, products or prices"),
        ({**other, "terms": {"OnDemand": {}}}, "not the list of one region in one currency"),
        (offer("AWSLambda", {"MEC1-Request": (("0", "free"), ("x", "nan"))}), "not the list of one region"),
        (mixed, "not the list of one region"),
    ):
        with pytest.raises(ConfigurationError, match=message) as refused:
            read_price_list(save(tmp_path, value))
        assert refused.value.code == "price-list-form"
