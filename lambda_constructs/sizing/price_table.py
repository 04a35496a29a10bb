"""AWS's list prices by region: only data, prices.py does the calculations.

Every group is from AWS's price list (https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/index.json), the
price file of the AWS Pricing Calculator, or AWS's own pages. A price that they do not state is not here: it
is unknown, and `--prices` fills it in. USD, or CNY in China; the first tier only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

REGION: Final = "us-east-1"

_LAMBDA: Final = ("request", "x86_64", "arm64")
_PROVISIONED: Final = ("configured x86_64", "provisioned x86_64")
_QUEUES: Final = ("queue", "fifo queue")
_CLOUDWATCH: Final = ("log ingestion", "alarm")
_MILLION: Final = 1e6


@dataclass(frozen=True, kw_only=True)
class Group:
    """Prices of the same date and source."""

    as_of: str  # the date of the source
    # The names of the prices. `request` is per request, `x86_64` and `arm64` per GB-second on demand,
    # `configured` per GB-second of provisioned concurrency, `provisioned` of duration on it, `storage` per
    # GB-second above 512 MB, `cached` per GB-second of a SnapStart snapshot, `queue` per request,
    # `log ingestion` per GB, `alarm` per metric and month.
    names: tuple[str, ...]
    # By region: a price for each name; None if the source does not state it
    regions: Mapping[str, tuple[float | None, ...]]
    quantity: float = _MILLION  # what the prices are for, in the units above. Default: a million


# Later groups replace earlier ones. The lists of AWSLambda, AWSQueueService and AmazonCloudWatch were read in
# copies that others published with the address of AWS's list.
GROUPS: Final = (
    # https://calculator.aws/pricing/2.0/meteredUnitMaps/lambda/USD/current/lambda.json, in a copy in
    # https://github.com/remotion-dev/remotion that was made after ap-southeast-5 opened in August 2024.
    Group(
        as_of="2024-08",
        names=(*_LAMBDA, *_PROVISIONED, "storage"),
        regions={
            "af-south-1": (0.27, 22.1000, 17.6800, 5.5300, 12.9000, 0.0404),
            "ap-east-1": (0.28, 22.9200, 18.3000, 5.7153, 13.3358, 0.0407),
            "ap-northeast-1": (0.20, 16.6667, 13.3334, 5.3835, 12.5615, 0.0370),
            "ap-northeast-2": (0.20, 16.6667, 13.3334, 5.1254, 11.9592, 0.0352),
            "ap-northeast-3": (0.20, 16.6667, 13.3334, 5.3835, 12.5615, 0.0370),
            "ap-south-1": (0.20, 16.6667, 13.3334, 4.4985, 10.4966, 0.0352),
            "ap-southeast-1": (0.20, 16.6667, 13.3334, 5.1991, 12.1313, 0.0370),
            "ap-southeast-2": (0.20, 16.6667, 13.3334, 5.2360, 12.2173, 0.0370),
            "ap-southeast-4": (0.20, 16.6667, 13.3334, 5.2360, 12.2173, 0.0370),
            "ap-southeast-5": (0.18, 15.0000, 12.0000, 4.6791, 10.9181, 0.0333),
            "ca-central-1": (0.20, 16.6667, 13.3334, 4.6460, 10.8407, 0.0340),
            "eu-central-1": (0.20, 16.6667, 13.3334, 5.0147, 11.7011, 0.0367),
            "eu-central-2": (0.22, 18.3334, 14.6667, 5.5162, 12.8712, 0.0441),
            "eu-north-1": (0.20, 16.6667, 13.3334, 4.4248, 10.3245, 0.0323),
            "eu-south-1": (0.23, 19.5172, 15.6138, 4.8783, 11.3827, 0.0357),
            "eu-west-1": (0.20, 16.6667, 13.3334, 4.6460, 10.8407, 0.0340),
            "eu-west-2": (0.20, 16.6667, 13.3334, 4.8304, 11.2709, 0.0358),
            "eu-west-3": (0.20, 16.6667, 13.3334, 4.8673, 11.3569, 0.0358),
            "me-south-1": (0.25, 20.6667, 16.5334, 5.1108, 11.9251, 0.0374),
            "sa-east-1": (0.20, 16.6667, 13.3334, 6.6372, 15.4867, 0.0586),
            "us-east-1": (0.20, 16.6667, 13.3334, 4.1667, 9.7222, 0.0309),
            "us-east-2": (0.20, 16.6667, 13.3334, 4.1667, 9.7222, 0.0309),
            "us-west-1": (0.20, 16.6667, 13.3334, 4.9041, 11.4430, 0.0370),
            "us-west-2": (0.20, 16.6667, 13.3334, 4.1667, 9.7222, 0.0309),
        },
    ),
    # AWSLambda of 2026-10-01, .../AWSLambda/20261001184746/REGION/index.json, in
    # https://github.com/NobleNeet/AWSPricingCalculator_forTAE.
    Group(
        as_of="2026-10-01",
        names=_LAMBDA,
        regions=dict.fromkeys(
            (
                *("ap-northeast-1", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2"),
                *("ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3"),
                *("sa-east-1", "us-east-2", "us-west-1", "us-west-2"),
            ),
            (0.20, 16.6667, 13.3334),
        ),
    ),
    # AWSLambda of 2026-09-19, with the prices of SnapStart in https://github.com/HJC96/malssum-haru.
    Group(
        as_of="2026-09-19",
        names=_LAMBDA,
        regions=dict.fromkeys(("ap-northeast-2", "ap-south-2", "us-east-1"), (0.20, 16.6667, 13.3334)),
    ),
    Group(
        as_of="2026-09-19", names=(*_PROVISIONED, "storage"), regions={"us-east-1": (4.1667, 9.7222, 0.0309)}
    ),
    Group(
        as_of="2026-09-19",
        names=("cached",),
        regions={"ap-northeast-1": (1.5046,), "ap-northeast-2": (1.8383,), "us-east-1": (1.5046,)},
    ),
    # AWSLambda of 2026-07-17, .../AWSLambda/20260717075216/mx-central-1/index.json.
    Group(as_of="2026-07-17", names=_LAMBDA, regions={"mx-central-1": (0.21, 17.5000, 14.0000)}),
    # https://github.com/awslabs/sensitive-data-protection-on-aws, docs/en/plan-deployment/cost.md, which
    # rounds the GB-second to four digits.
    Group(
        as_of="2023-06", names=("request", "x86_64", "queue"), regions={"cn-northwest-1": (1.36, 113.5, 3.33)}
    ),
    # AWSQueueService on the day of the list, or on the day that it was read.
    Group(as_of="2025-08-28", names=_QUEUES, regions={"ap-southeast-3": (0.40, None)}),
    Group(as_of="2025-10-28", names=_QUEUES, regions={"us-east-1": (0.40, 0.50)}),
    Group(as_of="2026-07-29", names=_QUEUES, regions={"mx-central-1": (0.42, 0.525)}),
    Group(as_of="2026-08-18", names=_QUEUES, regions={"eu-west-3": (0.40, None)}),
    Group(
        as_of="2026-09-11",
        names=_QUEUES,
        regions={
            "ap-south-2": (0.40, None),
            "eu-central-1": (0.40, None),
            "eu-west-1": (0.40, None),
            "eu-west-2": (0.40, 0.50),
            "il-central-1": (0.42, None),
        },
    ),
    # https://github.com/awslabs/aws-ai-solution-kit, docs/en-rebrand/include-deploy-cost-8GB.md.
    Group(as_of="2022-06", names=_CLOUDWATCH, regions={"cn-northwest-1": (6.228, None)}, quantity=1),
    # AmazonCloudWatch on the day of the list, or on the day that it was read.
    Group(as_of="2026-03-13", names=_CLOUDWATCH, regions={"ap-southeast-1": (0.70, None)}, quantity=1),
    Group(as_of="2026-07-29", names=_CLOUDWATCH, regions={"mx-central-1": (0.50, None)}, quantity=1),
    Group(
        as_of="2026-08-31",
        names=_CLOUDWATCH,
        regions={"ap-southeast-3": (0.70, 0.10), "us-west-2": (0.50, 0.10)},
        quantity=1,
    ),
    Group(as_of="2026-09-11", names=_CLOUDWATCH, regions={"eu-central-1": (0.63, 0.10)}, quantity=1),
    Group(as_of="2026-09-16", names=_CLOUDWATCH, regions={"eu-west-1": (0.57, 0.10)}, quantity=1),
    Group(as_of="2026-10-10", names=_CLOUDWATCH, regions={"eu-north-1": (0.54, 0.10)}, quantity=1),
    Group(
        as_of="2026-09-22",
        names=_CLOUDWATCH,
        regions={
            "ap-northeast-1": (0.76, 0.10),
            "ap-northeast-2": (0.76, 0.10),
            "ap-south-1": (0.67, 0.10),
            "ap-south-2": (0.67, 0.10),
            "eu-west-2": (0.5985, 0.10),
            "il-central-1": (0.50, 0.10),
            "me-central-1": (0.63, None),
            "sa-east-1": (0.90, None),
            "us-east-1": (0.50, 0.10),
        },
        quantity=1,
    ),
)

# Regions of botocore's partitions whose prices of Lambda are unknown.
UNKNOWN: Final = (
    *("ap-east-2", "ap-southeast-3", "ap-southeast-6", "ap-southeast-7", "ca-west-1", "cn-north-1"),
    *("eu-south-2", "eusc-de-east-1", "il-central-1", "me-central-1", "me-west-1", "sa-west-1"),
    *("us-gov-east-1", "us-gov-west-1"),
)


@cache
def listed(region: str) -> Mapping[str, tuple[float, str]]:
    """The prices of the table for a region: by name, the price for one and its date."""
    return {
        name: (price / group.quantity, group.as_of)
        for group in GROUPS
        for name, price in zip(group.names, group.regions.get(region, ()), strict=False)
        if price is not None
    }
