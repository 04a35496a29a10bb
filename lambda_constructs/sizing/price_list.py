"""AWS's price list of a service in a region, as AWS publishes it without credentials.

https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-the-aws-price-list-bulk-api.html
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from .advice import refuse
from .days import day_of
from .files import File, StrPath
from .json_values import Json, shown
from .rules.prices import price_list_form

Tiers: TypeAlias = tuple[tuple[float, float], ...]

# By service: the usage type without the prefix of its region, and the name of the price here.
_USAGES: Final[Mapping[str, Mapping[str, str]]] = {
    "AWSLambda": {
        "Request": "request",
        "Lambda-GB-Second": "x86_64",
        "Lambda-GB-Second-ARM": "arm64",
        "Lambda-Provisioned-Concurrency": "configured x86_64",
        "Lambda-Provisioned-Concurrency-ARM": "configured arm64",
        "Lambda-Provisioned-GB-Second": "provisioned x86_64",
        "Lambda-Provisioned-GB-Second-ARM": "provisioned arm64",
        "Lambda-Storage-GB-Second": "storage",
        "Lambda-SnapStart-Cached-GB-S": "cached",
    },
    "AWSQueueService": {"Requests-Tier1": "queue", "Requests-FIFO-Tier1": "fifo queue"},
    "AmazonCloudWatch": {"DataProcessing-Bytes": "log ingestion", "CW:AlarmMonitorUsage": "alarm"},
}
_PREFIX: Final = re.compile(r"^[A-Z]{2,4}[0-9]?-")


@dataclass(frozen=True, kw_only=True)
class PriceList:
    """The prices of one service in one region."""

    region: str
    as_of: str  # the day of the list, as YYYY-MM-DD
    currency: str  # `USD`, or `CNY` in China
    # By name of the price: the quantities per month at which a tier starts, and its price
    tiers: Mapping[str, Tiers]


def read_price_list(path: StrPath) -> PriceList:
    """The prices in a file `index.json` of a service and region, of which sizing must use at least one."""
    file = File(path)
    value = file.json(price_list_form)
    service = str(value.get("offerCode")) if isinstance(value, dict) else ""
    if not isinstance(value, dict) or service not in _USAGES:
        refuse(
            file.name, price_list_form, f"it is {shown(value)} without prices of a service that sizing knows"
        )
    day = day_of(value.get("publicationDate"))
    products, terms = value.get("products"), value.get("terms")
    on_demand = terms.get("OnDemand") if isinstance(terms, dict) else None
    if day is None or not isinstance(products, dict) or not isinstance(on_demand, dict):
        refuse(file.name, price_list_form, "it has no date, products or prices on demand")
    return _price_list(file.name, _USAGES[service], day, products, on_demand)


def _price_list(
    name: str, usages: Mapping[str, str], day: str, products: dict[str, Json], terms: dict[str, Json]
) -> PriceList:
    regions: set[str] = set()
    currencies: set[str] = set()
    tiers: dict[str, Tiers] = {}
    for sku, product in products.items():
        attributes = product.get("attributes") if isinstance(product, dict) else None
        usage, region = (
            str(attributes.get(key)) if isinstance(attributes, dict) else ""
            for key in ("usagetype", "regionCode")
        )
        key, found = usages.get(_PREFIX.sub("", usage)), sorted(_dimensions(terms.get(sku)))
        if key is not None and found:
            regions.add(region)
            currencies.update(currency for _, _, currency in found)
            tiers[key] = tuple((start, price) for start, price, _ in found)
    if len(regions) != 1 or len(currencies) != 1:
        refuse(name, price_list_form, "it is not the list of one region in one currency")
    return PriceList(region=regions.pop(), as_of=day, currency=currencies.pop(), tiers=tiers)


def _dimensions(term: Json) -> Iterator[tuple[float, float, str]]:
    """The tiers of a product: where each starts, its price and the currency; without those of a free tier."""
    for offer in _values(term):
        for dimension in _values(offer.get("priceDimensions")):
            units = dimension.get("pricePerUnit")
            for currency, price in units.items() if isinstance(units, dict) else ():
                amount = _number(price)
                if amount > 0:
                    yield _number(dimension.get("beginRange")), amount, currency


def _values(value: Json) -> list[dict[str, Json]]:
    """The objects in an object."""
    return [each for each in value.values() if isinstance(each, dict)] if isinstance(value, dict) else []


def _number(text: Json) -> float:
    """The number; 0, which means no price, if it is not plausible."""
    try:
        number = float(str(text))
    except ValueError:
        return 0.0
    return number if math.isfinite(number) and number >= 0 else 0.0
