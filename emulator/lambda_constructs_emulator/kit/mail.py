"""The mail that Amazon SES receives."""

from __future__ import annotations

import email.policy
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from typing import Literal, TypeAlias

from ..connection import Connection

Check: TypeAlias = Literal["spam", "virus", "spf", "dkim", "dmarc"]
Verdict: TypeAlias = Literal["PASS", "FAIL", "GRAY", "PROCESSING_FAILED"]


@dataclass(frozen=True)
class ReceivedMail:
    """A mail that SES received.

    Attributes:
        message_id: SES's id of the mail, which ends the key of a mail that an action stores.
        rule_set: The active receipt rule set.
        actions: The actions that SES took, in order, with the name of their rule: `orders: Lambda`.
    """

    message_id: str
    rule_set: str
    actions: Sequence[str]


@dataclass(frozen=True)
class Mail:
    """The mail that SES receives for the account, which the rules of the active receipt rule set handle.

    Attributes:
        emulator: Where it arrives.
    """

    emulator: Connection

    def receive(
        self,
        *,
        sender: str,
        recipient: str | Sequence[str],
        subject: str = "",
        body: str = "",
        message: EmailMessage | None = None,
        tls: bool = True,
        verdicts: Mapping[Check, Verdict] | None = None,
    ) -> ReceivedMail:
        """Let a mail arrive, and wait until SES has taken the actions of its rules.

        Args:
            sender: Its address, such as `ann@example.com` or `Ann <ann@example.com>`.
            recipient: The address of one recipient, or those of several.
            subject: The subject.
            body: The text.
            message: The complete mail instead of subject and body, for instance with attachments.
            tls: Whether the mail arrives over TLS.
            verdicts: The results of SES's checks. Default: all pass

        Raises:
            AssertionError: SES refused the mail, or an action failed. The message says why, and which receipt
                rule set is active.
        """
        recipients = [recipient] if isinstance(recipient, str) else list(recipient)
        mail = message or _composed(sender, recipients, subject, body)
        answer = self.emulator.ask(
            "mail",
            {
                "sender": parseaddr(sender)[1],
                "recipients": [parseaddr(each)[1] for each in recipients],
                "content": b64encode(mail.as_bytes(policy=email.policy.SMTP)).decode(),
                "tls": tls,
                "verdicts": dict(verdicts or {}),
            },
        )
        if error := answer.pop("error"):
            taken = f"; actions taken before it: {answer['actions']}" if answer else ""
            raise AssertionError(f"SES did not deliver the mail to {', '.join(recipients)}: {error}{taken}")
        return ReceivedMail(**answer)


def _composed(sender: str, recipients: Sequence[str], subject: str, body: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, ", ".join(recipients), subject
    mail["Date"], mail["Message-ID"] = (
        formatdate(),
        make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2]),
    )
    mail.set_content(body)
    return mail
