"""Lambda's list prices by region: only data, prices.py does the calculations.

USD, first tier only. From a public extract of the price file of the AWS Pricing Calculator
(https://calculator.aws/pricing/2.0/meteredUnitMaps/lambda/USD/current/lambda.json), which was made after
ap-southeast-5 opened in August 2024. AWS's price list of the date below has the same prices: all of those of
us-east-1, and the on-demand prices of ten more regions, including the most expensive one. Regions that are
missing here are not in the extract.
"""

from typing import Final

# The date of the price list that the table was last compared with.
AS_OF: Final = "2026-09-19"

REGION: Final = "us-east-1"
# By region: the price of a million requests, then of a million GB-seconds on demand on x86_64, on demand on
# arm64, of configured provisioned concurrency on x86_64, and of duration on it.
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
