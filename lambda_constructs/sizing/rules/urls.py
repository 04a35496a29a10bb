"""Pages of AWS's documentation that several rules of sizing cite."""

from typing import Final

MEMORY_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"
# The page of the developer guide that recommends Lambda Power Tuning.
TUNING_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html"
