"""Monthly costs by region and architecture, and when provisioned concurrency is cheaper.

Prices are only printed. In a template they would change with AWS's price list, not with the code.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from .advice import check
from .price_list import PriceList, Tiers
from .price_table import REGION, listed
from .rules.arguments import sizing_choice
from .rules.prices import prices_unknown

ARCHITECTURES: Final = ("arm64", "x86_64")
FREE_STORAGE: Final = 512  # MB
# The month of the AWS Pricing Calculator, https://calculator.aws
MONTH_SECONDS: Final = 730 * 3_600

# GB-seconds per month, account, region and architecture above which the next price applies:
# https://aws.amazon.com/lambda/pricing/, "Lambda on-demand duration pricing tiers".
_TIERS: Final = {"x86_64": (6e9, 15e9), "arm64": (7.5e9, 18.75e9)}
# The second and the third price as shares of the first: 0.0000150000 and 0.0000133334 of 0.0000166667.
_TIER_SHARES: Final = (1.0, 0.9, 0.8)
# The price list of us-east-1 has 0.0000033334 and 0.0000077778 for provisioned concurrency on arm64: a fifth
# less than on x86_64. For other regions this is an assumption: the table has these prices for x86_64 only.
_PROVISIONED_SHARE_OF_ARM: Final = 0.8
# The part of a bill that a price belongs to.
_PART_OF: Final = {
    "storage": "storage",
    "cached": "SnapStart",
    "configured": "provisioned",
    "provisioned": "provisioned",
}
_CHINA: Final = "cn-"
# AWS lists prices per GB-second with ten digits.
_DIGITS: Final = 10


@dataclass(frozen=True, kw_only=True)
class Prices:
    """The prices of one region and architecture; in its currency."""

    request: float  # per request
    tiers: Tiers  # GB-seconds per month at which a tier starts, and its price per GB-second
    region: str
    architecture: str  # `arm64` or `x86_64`
    as_of: str  # the date of the prices on demand
    # Other prices that are known, by name: `configured` per GB-second of provisioned concurrency, whether it
    # is used or not, `provisioned` per GB-second of duration on it in addition to that, `storage`, `cached`
    # of SnapStart, `queue`, `fifo queue`, `log ingestion`, `alarm`
    extras: Mapping[str, float] = field(default_factory=dict)
    dates: Mapping[str, str] = field(default_factory=dict)  # the date of each of them, by name
    currency: str = "USD"  # `USD`, or `CNY` in China

    def money(self, amount: float) -> str:
        """An amount in the currency."""
        return f"${amount:,.2f}" if self.currency == "USD" else f"{self.currency} {amount:,.2f}"

    def invocation(self, memory_size: int, duration_ms: float) -> float:
        """The bill of one invocation on demand; durations are billed in whole milliseconds."""
        billed = math.ceil(duration_ms)
        return monthly_cost(self, requests=1, memory_size=memory_size, billed_ms=billed).total

    @property
    def on_demand(self) -> float:
        """The price per GB-second in the first tier."""
        return self.tiers[0][1]

    @property
    def break_even(self) -> float | None:
        """How busy a provisioned environment must be to be cheaper, as a share; above 1, it never is.

        None if the prices of provisioned concurrency are not known.
        """
        configured, provisioned = (self.extras.get(name) for name in ("configured", "provisioned"))
        if configured is None or provisioned is None:
            return None
        return configured / (self.on_demand - provisioned)


@dataclass(frozen=True, kw_only=True)
class MonthlyCost:
    """The bill of a function for a month; in the currency of its prices."""

    # `requests`, `duration` on demand without initializations, `INIT`, `storage` above 512 MB, `SnapStart`,
    # and `provisioned` concurrency with the duration on it
    parts: Mapping[str, float]
    unknown: tuple[str, ...] = ()  # parts whose price is not known; they count as 0

    @property
    def total(self) -> float:
        """The sum."""
        return sum(self.parts.values())


def prices(region: str = REGION, architecture: str = "arm64", lists: Sequence[PriceList] = ()) -> Prices:
    """The list prices; price lists of AWS replace the table. Unknown prices are refused."""
    check("prices", sizing_choice, "architecture", architecture, ARCHITECTURES)
    known = _known(region, architecture, lists)
    check("prices", prices_unknown, region, architecture, known={architecture, "request"} <= known.keys())
    tiers, as_of = known.pop(architecture)
    return Prices(
        request=known["request"][0][0][1],
        tiers=tiers,
        region=region,
        architecture=architecture,
        as_of=as_of,
        extras={name: each[0][1] for name, (each, _) in known.items()},
        dates={name: day for name, (_, day) in known.items()},
        currency=next(
            (each.currency for each in lists if each.region == region),
            "CNY" if region.startswith(_CHINA) else "USD",
        ),
    )


def has_prices(region: str, architecture: str, lists: Sequence[PriceList] = ()) -> bool:
    """Whether the table or a list has the prices of a region on demand."""
    return {architecture, "request"} <= _known(region, architecture, lists).keys()


def _known(region: str, architecture: str, lists: Sequence[PriceList]) -> dict[str, tuple[Tiers, str]]:
    """The known prices by name: the tiers of each, and its date."""
    known: dict[str, tuple[Tiers, str]] = {}
    for name, (price, day) in listed(region).items():
        # AWS's pages do not say whether the tiers apply in China.
        in_tiers = name == architecture and not region.startswith(_CHINA)
        starts = (0.0, *_TIERS[architecture]) if in_tiers else (0.0,)
        shares = zip(starts, _TIER_SHARES, strict=False)
        known[name] = tuple((start, round(price * share, _DIGITS)) for start, share in shares), day
        if name.endswith(" x86_64"):
            arm = round(price * _PROVISIONED_SHARE_OF_ARM, _DIGITS)
            known[name.replace("x86_64", "arm64")] = ((0.0, arm),), day
    for each in lists:
        if each.region == region:
            known |= {name: (tiers, each.as_of) for name, tiers in each.tiers.items()}
    other = next(name for name in ARCHITECTURES if name != architecture)
    suffix = f" {architecture}"
    return {name.removesuffix(suffix): each for name, each in known.items() if not name.endswith(other)}


def tiered(gb_seconds: float, tiers: tuple[tuple[float, float], ...]) -> float:
    """The monthly cost of durations: each tier has the GB-seconds at which it starts, and its price."""
    ends = (*(start for start, _ in tiers[1:]), math.inf)
    return sum(
        max(0.0, min(gb_seconds, end) - start) * price
        for (start, price), end in zip(tiers, ends, strict=True)
    )


def gb_seconds(requests: float, memory_size: int, billed_ms: float) -> float:
    """The GB-seconds of invocations with a mean billed duration; Lambda bills whole milliseconds."""
    return requests * memory_size / 1024 * billed_ms / 1000


def monthly_cost(
    price: Prices,  # prices of the region and architecture
    *,
    requests: float,  # invocations in the month
    memory_size: int,  # MB
    billed_ms: float,  # mean billed duration, with initializations; ms
    init_ms: float = 0.0,  # how much of it initializations are, on average over all invocations; ms
    storage: int = FREE_STORAGE,  # ephemeral storage; MB
    cached_versions: int = 0,  # versions with SnapStart
    environments: float = 0.0,  # provisioned environments, averaged over the month
    provisioned_share: float = 0.0,  # share of the invocations that run on them; 0 to 1
) -> MonthlyCost:
    """Calculate the bill of a function for a month: the only place where prices and usage meet."""
    work = gb_seconds(requests, memory_size, billed_ms)
    memory = memory_size / 1024
    usage = {
        "storage": requests * billed_ms / 1000 * max(0, storage - FREE_STORAGE) / 1024,
        "cached": cached_versions * memory * MONTH_SECONDS,
        "configured": environments * memory * MONTH_SECONDS,
        "provisioned": work * provisioned_share,
    }
    parts = dict.fromkeys(("requests", "duration", "INIT", *_PART_OF.values()), 0.0)
    for name, amount in usage.items():
        parts[_PART_OF[name]] += amount * price.extras.get(name, 0.0)
    duration = tiered(work * (1 - provisioned_share), price.tiers)
    parts["requests"] = requests * price.request
    parts["INIT"] = duration * (init_ms / billed_ms if billed_ms > init_ms else 0.0)
    parts["duration"] = duration - parts["INIT"]
    lacking = (_PART_OF[name] for name, amount in usage.items() if amount and name not in price.extras)
    return MonthlyCost(parts=parts, unknown=tuple(dict.fromkeys(lacking)))
