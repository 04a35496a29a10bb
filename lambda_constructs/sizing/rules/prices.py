"""Rules for prices."""

from __future__ import annotations

from typing import Final

from ...rules.rule import Words, rule

_PRICE_LIST_URL: Final = (
    "https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-the-aws-price-list-bulk-api.html"
)
_OFFER: Final = "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AWSLambda/current/{}/index.json"
_OFFER_OF_CHINA: Final = (
    "https://pricing.cn-north-1.amazonaws.com.cn/offers/v1.0/cn/AWSLambda/current/{}/index.json"
)


@rule(why="A guess at the meaning of an unknown file would become a price.", source=_PRICE_LIST_URL)
def price_list_form(_: Words, found: str) -> str | None:
    """AWS's price list of a service in one region."""
    return f"this is not a price list: {found}; save {_OFFER.format('<region>')}"


@rule(
    why="Prices differ between regions, so a price of another region would be wrong.", source=_PRICE_LIST_URL
)
def prices_unknown(_: Words, region: str, architecture: str, *, known: bool) -> str | None:
    """The prices of the region are in the table, or in a price list that you pass."""
    if known:
        return None
    address = (_OFFER_OF_CHINA if region.startswith("cn-") else _OFFER).format(region)
    return f"the prices of {architecture} in {region} are unknown; save {address} and pass --prices FILE"
