"""Rules for mail that Amazon SES receives."""

from __future__ import annotations

import re
from typing import Final

from .rule import Words, rule

_RECIPIENTS_URL: Final = (
    "https://docs.aws.amazon.com/ses/latest/dg/receiving-email-receipt-rules-console-walkthrough.html"
)
RECIPIENTS_MAXIMUM: Final = 100  # of one receipt rule: _RECIPIENTS_URL
_LABEL: Final = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
_RECIPIENT: Final = re.compile(rf"([!-?A-~]+@|\.)?{_LABEL}(\.{_LABEL})+")


@rule(
    "mail-recipient",
    why="SES refuses the rule, or no mail matches it.",
    source=_RECIPIENTS_URL,
    names={"recipient": ("source.recipients", "Recipients")},
)
def mail_recipient(_: Words, recipient: str) -> str | None:
    """An address, a domain, or a domain with a leading dot for its subdomains."""
    if _RECIPIENT.fullmatch(recipient):
        return None
    return (
        f"source.recipients has {recipient!r}, which is neither an address nor a domain; write it like "
        "orders@shop.example, shop.example, or .shop.example for subdomains"
    )


@rule("mail-recipients-maximum", why="SES refuses the rule.", source=_RECIPIENTS_URL)
def mail_recipients_maximum(_: Words, recipients: int) -> str | None:
    """At most 100 recipients, and at least one if there is a list."""
    if 1 <= recipients <= RECIPIENTS_MAXIMUM:
        return None
    return (
        f"source.recipients has {recipients} entries, SES allows 1 to {RECIPIENTS_MAXIMUM}; name domains "
        "instead, or leave recipients out for all mail"
    )


@rule(
    "mail-prefix-without-bucket",
    why="The mail is not stored, so the option would have no effect.",
    source="https://docs.aws.amazon.com/ses/latest/dg/receiving-email-action-s3.html",
)
def mail_prefix_without_bucket(_: Words, *, given: bool) -> str | None:
    """A prefix is for mail that a bucket stores."""
    if not given:
        return None
    return "source.prefix is set without source.bucket; pass the bucket, or leave prefix out"
