"""An incoming mail as SES describes it to functions and topics.

https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html
https://docs.aws.amazon.com/ses/latest/dg/receiving-email-action-lambda-event.html
"""

import email
import email.policy
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cached_property
from typing import Any, Final

Document = dict[str, Any]

_CHECKS: Final = ("spam", "virus", "spf", "dkim", "dmarc")
_SCANS: Final = ("spam", "virus")
_ADDRESSES: Final = {
    "from": "From",
    "to": "To",
    "cc": "Cc",
    "bcc": "Bcc",
    "sender": "Sender",
    "replyTo": "Reply-To",
}
_TEXTS: Final = {"date": "Date", "messageId": "Message-ID", "subject": "Subject"}
_LONGEST_HEADERS: Final = 10 * 1024  # bytes: receiving-email-notifications-contents.html


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A mail that a server hands over to SES.

    Attributes:
        sender: the address of the envelope.
        recipients: those of the envelope.
        sent: the mail as it comes.
        verdicts: the results of SES's checks, by check; a check without one passes.
        scanned: whether a rule scans for spam and viruses.
        region: SES's.
    """

    sender: str
    recipients: Sequence[str]
    sent: bytes
    verdicts: Mapping[str, str]
    scanned: bool
    region: str
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    received: datetime = field(default_factory=lambda: datetime.now(UTC))

    @cached_property
    def content(self) -> bytes:
        """The mail with the headers that SES adds in front."""
        domain = self.sender.rpartition("@")[2]
        added = {
            "Return-Path": f"<{self.sender}>",
            "Received": f"from {domain} by inbound-smtp.{self.region}.amazonaws.com with SMTP id {self.id} "
            f"for {', '.join(self.recipients)}; {format_datetime(self.received)}",
        }
        if self.scanned:
            added |= {f"X-SES-{each.title()}-Verdict": self._verdict(each) for each in _SCANS}
        return "".join(f"{name}: {value}\r\n" for name, value in added.items()).encode() + self.sent

    def notice(self, recipients: Sequence[str], action: Mapping[str, str]) -> Document:
        """The mail and its receipt, which a function or a topic gets when an action of a rule is taken.

        Args:
            recipients: those that the rule applies to.
            action: the action, as `receipt.action` has it.
        """
        now = datetime.now(UTC)
        receipt: Document = {
            "timestamp": _timestamp(now),
            "processingTimeMillis": max(1, int((now - self.received).total_seconds() * 1000)),
            "recipients": list(recipients),
            **{f"{each}Verdict": {"status": self._verdict(each)} for each in _CHECKS},
            "action": dict(action),
        }
        if self._verdict("dmarc") == "FAIL":
            receipt["dmarcPolicy"] = "none"
        return {"mail": self._described, "receipt": receipt}

    @cached_property
    def _message(self) -> EmailMessage:
        return email.message_from_bytes(self.content, policy=email.policy.default)

    @cached_property
    def _described(self) -> Document:
        headers, size = [], 0
        for name, value in self._message.items():
            size += len(f"{name}: {value}\r\n".encode())
            if size <= _LONGEST_HEADERS:
                headers.append({"name": name, "value": str(value)})
        return {
            "timestamp": _timestamp(self.received),
            "source": self.sender,
            "messageId": self.id,
            "destination": [each.addr_spec for name in ("To", "Cc") for each in self._addresses(name)],
            "headersTruncated": size > _LONGEST_HEADERS,
            "headers": headers,
            "commonHeaders": {
                "returnPath": self.sender,
                **{
                    key: [str(each) for each in found]
                    for key, name in _ADDRESSES.items()
                    if (found := self._addresses(name))
                },
                **{key: str(self._message[name]) for key, name in _TEXTS.items() if name in self._message},
            },
        }

    def _addresses(self, header: str) -> Sequence[Any]:
        return self._message[header].addresses if header in self._message else ()

    def _verdict(self, check: str) -> str:
        return "DISABLED" if check in _SCANS and not self.scanned else self.verdicts.get(check, "PASS")


def _timestamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
