"""What Lambda costs a month, by region and architecture, and when provisioned concurrency is cheaper.

For the terminal only: a price in a template would change with AWS's price list and not with the code.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from . import limits
from .checks import memory as arguments
from .findings import check
from .price_table import TABLE

REGIONS: Final = tuple(TABLE)
ARCHITECTURES: Final = ("arm64", "x86_64")
REGION: Final = "us-east-1"

# GB-seconds in a month of one account, region and architecture, from which on the next price applies:
# https://aws.amazon.com/lambda/pricing/, "Lambda on-demand duration pricing tiers".
_TIERS: Final = {"x86_64": (6e9, 15e9), "arm64": (7.5e9, 18.75e9)}
# The second and the third price as shares of the first: 0.0000150000 and 0.0000133334 of 0.0000166667.
_TIER_SHARES: Final = (1.0, 0.9, 0.8)
# The price list of us-east-1 has 0.0000033334 and 0.0000077778 for arm64: a fifth less than for x86_64. That
# it is so in every region is derived, the table's source has these prices for x86_64 only.
_PROVISIONED_SHARES: Final = {"x86_64": 1.0, "arm64": 0.8}
# AWS lists prices per GB-second with ten digits.
_DIGITS: Final = 10


@dataclass(frozen=True, kw_only=True)
class Prices:
    """Prices of one region and architecture; USD.

    Attributes:
        request: Per request.
        tiers: From so many GB-seconds a month on, so much per GB-second.
        configured: Per GB-second of configured provisioned concurrency, used or not.
        provisioned: Per GB-second of duration on provisioned concurrency, beside that.
    """

    request: float
    tiers: tuple[tuple[float, float], ...]
    configured: float
    provisioned: float

    @property
    def on_demand(self) -> float:
        """Per GB-second of the first tier."""
        return self.tiers[0][1]

    @property
    def break_even(self) -> float:
        """Share of its time that a provisioned environment must be busy to be cheaper; above 1 none is."""
        return self.configured / (self.on_demand - self.provisioned)


@dataclass(frozen=True, kw_only=True)
class MonthlyCost:
    """A month's bill; USD.

    Attributes:
        requests: For requests.
        duration: For on-demand duration.
        configured: For provisioned concurrency, used or not.
        provisioned: For duration on provisioned concurrency.
    """

    requests: float
    duration: float
    configured: float
    provisioned: float

    @property
    def total(self) -> float:
        """Everything together."""
        return self.requests + self.duration + self.configured + self.provisioned


def prices(region: str = REGION, architecture: str = "arm64") -> Prices:
    """The list prices.

    Args:
        region: Where. Default: us-east-1
        architecture: `arm64` or `x86_64`. Default: arm64

    Raises:
        ConfigurationError: There is no such architecture, or the table does not have the region.
    """
    check("prices", arguments.sizing_choice, "region", region, REGIONS)
    check("prices", arguments.sizing_choice, "architecture", architecture, ARCHITECTURES)
    requests, x86, arm, configured, provisioned = TABLE[region]
    first = {"x86_64": x86, "arm64": arm}[architecture] / 1e6
    share = _PROVISIONED_SHARES[architecture]
    starts = (0.0, *_TIERS[architecture])
    return Prices(
        request=requests / 1e6,
        tiers=tuple(
            (start, round(first * part, _DIGITS)) for start, part in zip(starts, _TIER_SHARES, strict=True)
        ),
        configured=round(configured / 1e6 * share, _DIGITS),
        provisioned=round(provisioned / 1e6 * share, _DIGITS),
    )


def tiered(gb_seconds: float, tiers: tuple[tuple[float, float], ...]) -> float:
    """What durations cost, each part of them at the price of its tier; USD.

    Args:
        gb_seconds: In a month.
        tiers: From so many GB-seconds on, so much per GB-second.
    """
    ends = (*(start for start, _ in tiers[1:]), math.inf)
    return sum(
        max(0.0, min(gb_seconds, end) - start) * price
        for (start, price), end in zip(tiers, ends, strict=True)
    )


def gb_seconds(requests: float, memory_size: int, billed_ms: float) -> float:
    """GB-seconds of so many invocations.

    Args:
        requests: How many.
        memory_size: MB.
        billed_ms: Mean of what is billed for one; ms, of which parts are rounded up.
    """
    return requests * memory_size / 1024 * math.ceil(billed_ms) / 1000


def monthly_cost(
    price: Prices,
    *,
    requests: float,
    memory_size: int,
    billed_ms: float,
    environments: float = 0.0,
    provisioned_share: float = 0.0,
    free_tier: bool = False,
) -> MonthlyCost:
    """A month's bill.

    Args:
        price: Prices of the region and architecture.
        requests: Invocations in the month.
        memory_size: MB.
        billed_ms: Mean of what is billed for one; ms.
        environments: Provisioned environments, averaged over the month. Default: 0.0
        provisioned_share: Share of the invocations that they serve; 0 to 1. Default: 0.0
        free_tier: Whether the account's free requests and GB-seconds are left. Default: False
    """
    work = gb_seconds(requests, memory_size, billed_ms)
    on_demand = work * (1 - provisioned_share)
    paid_requests = requests
    if free_tier:
        on_demand = max(0.0, on_demand - limits.FREE_GB_SECONDS)
        paid_requests = max(0.0, requests - limits.FREE_REQUESTS)
    configured = environments * memory_size / 1024 * limits.MONTH_SECONDS
    return MonthlyCost(
        requests=paid_requests * price.request,
        duration=tiered(on_demand, price.tiers),
        configured=configured * price.configured,
        provisioned=work * provisioned_share * price.provisioned,
    )
