"""Lambda's list prices by region: only data, prices.py does the calculations.

USD, first tier only. From a public extract of the price file of the AWS Pricing Calculator
(https://calculator.aws/pricing/2.0/meteredUnitMaps/lambda/USD/current/lambda.json), which was made after
ap-southeast-5 opened in August 2024. AWS's price list of the date below has the same prices: all of those of
us-east-1, and the on-demand prices of ten more regions, including the most expensive one. Regions that are
missing here are not in the extract.
"""

from collections.abc import Mapping
from typing import Final

# The date of the price list that the table was last compared with.
AS_OF: Final = "2026-09-19"

REGION: Final = "us-east-1"
# By region: the price of a million requests, then of a million GB-seconds on demand on x86_64, on demand on
# arm64, of configured provisioned concurrency on x86_64, and of duration on it.
# Provisioned concurrency is of 2024 outside of us-east-1: the list of AS_OF was compared on demand only.
PROVISIONED_AS_OF: Final = "2024-08"
TABLE: Final[dict[str, tuple[float, float, float, float, float]]] = {
    "af-south-1": (0.27, 22.1000, 17.6800, 5.5300, 12.9000),
    "ap-east-1": (0.28, 22.9200, 18.3000, 5.7153, 13.3358),
    "ap-northeast-1": (0.20, 16.6667, 13.3334, 5.3835, 12.5615),
    "ap-northeast-2": (0.20, 16.6667, 13.3334, 5.1254, 11.9592),
    "ap-northeast-3": (0.20, 16.6667, 13.3334, 5.3835, 12.5615),
    "ap-south-1": (0.20, 16.6667, 13.3334, 4.4985, 10.4966),
    "ap-southeast-1": (0.20, 16.6667, 13.3334, 5.1991, 12.1313),
    "ap-southeast-2": (0.20, 16.6667, 13.3334, 5.2360, 12.2173),
    "ap-southeast-4": (0.20, 16.6667, 13.3334, 5.2360, 12.2173),
    "ap-southeast-5": (0.18, 15.0000, 12.0000, 4.6791, 10.9181),
    "ca-central-1": (0.20, 16.6667, 13.3334, 4.6460, 10.8407),
    "eu-central-1": (0.20, 16.6667, 13.3334, 5.0147, 11.7011),
    "eu-central-2": (0.22, 18.3334, 14.6667, 5.5162, 12.8712),
    "eu-north-1": (0.20, 16.6667, 13.3334, 4.4248, 10.3245),
    "eu-south-1": (0.23, 19.5172, 15.6138, 4.8783, 11.3827),
    "eu-west-1": (0.20, 16.6667, 13.3334, 4.6460, 10.8407),
    "eu-west-2": (0.20, 16.6667, 13.3334, 4.8304, 11.2709),
    "eu-west-3": (0.20, 16.6667, 13.3334, 4.8673, 11.3569),
    "me-south-1": (0.25, 20.6667, 16.5334, 5.1108, 11.9251),
    "sa-east-1": (0.20, 16.6667, 13.3334, 6.6372, 15.4867),
    "us-east-1": (0.20, 16.6667, 13.3334, 4.1667, 9.7222),
    "us-east-2": (0.20, 16.6667, 13.3334, 4.1667, 9.7222),
    "us-west-1": (0.20, 16.6667, 13.3334, 4.9041, 11.4430),
    "us-west-2": (0.20, 16.6667, 13.3334, 4.1667, 9.7222),
}

# USD, of the price list of AS_OF: per GB-second of storage above 512 MB, per GB-second of a cached snapshot,
# and per GB of a restored one. Those of other regions are not in the table.
EXTRAS: Final[Mapping[str, Mapping[str, float]]] = {
    "us-east-1": {"storage": 3.09e-8, "cached": 1.5046e-6, "restored": 1.397998e-4},
}
# USD, of https://aws.amazon.com/sqs/pricing/ and https://aws.amazon.com/cloudwatch/pricing/ in us-east-1: per
# request of a queue, per GB of logs, per GB and month of stored logs, and per metric of an alarm and month.
SERVICES_AS_OF: Final = "2025-10-28"
SERVICES: Final[Mapping[str, Mapping[str, float]]] = {
    "us-east-1": {
        "queue": 4e-7,
        "fifo queue": 5e-7,
        "log ingestion": 0.50,
        "log storage": 0.03,
        "alarm": 0.10,
    },
}
