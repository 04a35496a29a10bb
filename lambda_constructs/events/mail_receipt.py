"""Mail that Amazon SES receives as trigger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import jsii
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ses as ses
from aws_cdk import aws_ses_actions as ses_actions
from aws_cdk.interfaces import aws_ses as interfaces

from ..core.context import Context
from ..core.failure_destination import FailureDestination
from ..core.guard import Guard
from ..core.permissions import let_invoke
from ..rules import derive
from ..rules.event import (
    mail_prefix_without_bucket,
    mail_recipient,
    mail_recipients_maximum,
    notification_filter_length,
)
from .source import EventSource


@dataclass(frozen=True, kw_only=True)
class MailReceipt(EventSource):
    """Handle mail that Amazon SES receives.

    The event contains headers and verdicts, but not the mail itself. With a bucket, SES first stores the mail
    there, under its message id.

    Args:
        rule_set: The receipt rule set; only the active one of the account receives mail. The rules that it
            already has apply first, such as that of `drop_spam`; those of an imported one apply later.
        recipients: Addresses and domains, such as "orders@shop.example", "shop.example", or ".shop.example"
            for its subdomains; 1 to 100. Default: all of the account's verified domains
        bucket: Bucket that stores the mail itself. Default: none, the mail is not stored
        prefix: Prefix of the object keys of stored mail. Default: none
    """

    rule_set: ses.ReceiptRuleSet | ses.IReceiptRuleSet
    recipients: Sequence[str] | None = None
    bucket: s3.Bucket | s3.IBucket | None = None
    prefix: str | None = None

    def check(self, guard: Guard, failures: FailureDestination) -> None:  # noqa: ARG002
        """Check the recipients and the prefix."""
        if self.recipients is not None:
            guard.check(mail_recipients_maximum, len(self.recipients))
            for recipient in self.recipients:
                guard.check(mail_recipient, guard.text(recipient))
        if self.prefix is not None:
            guard.check(mail_prefix_without_bucket, given=self.bucket is None)
            guard.check(notification_filter_length, "source.prefix", guard.text(self.prefix))

    def connect(self, context: Context, failures: FailureDestination) -> ses.ReceiptRule:  # noqa: ARG002
        """Create the receipt rule: TLS only, scanned for spam and viruses, stored before the function runs.

        Its name is made from the path of the workload, because the permission that it depends on names it.
        """
        name = derive.receipt_rule_name(context.path)
        rule_set = f"{self.rule_set.receipt_rule_set_name}:receipt-rule/{name}"
        source_arn = context.stack.arn("ses", "receipt-rule-set", rule_set)
        permission = let_invoke(context, "ses.amazonaws.com", source_arn)
        store = (
            [] if self.bucket is None else [ses_actions.S3(bucket=self.bucket, object_key_prefix=self.prefix)]
        )
        earlier = [each for each in self.rule_set.node.find_all() if isinstance(each, ses.ReceiptRule)]
        rule = ses.ReceiptRule(
            context.scope,
            "Rule",
            rule_set=self.rule_set,
            after=earlier[-1] if earlier else None,  # without it SES applies the rule first, also to spam
            receipt_rule_name=name,
            recipients=list(self.recipients or ()) or None,
            scan_enabled=True,
            tls_policy=ses.TlsPolicy.REQUIRE,
            actions=[*store, _AliasAction(context.alias_arn)],
        )
        rule.node.add_dependency(permission)
        return rule


@jsii.implements(ses.IReceiptRuleAction)
class _AliasAction:
    """Invoke the alias asynchronously; CDK's own action would allow every rule of the account."""

    def __init__(self, alias_arn: str) -> None:
        self._alias_arn = alias_arn

    def bind(self, rule: interfaces.IReceiptRuleRef) -> ses.ReceiptRuleActionConfig:  # noqa: ARG002
        return ses.ReceiptRuleActionConfig(
            lambda_action=ses.LambdaActionConfig(function_arn=self._alias_arn, invocation_type="Event")
        )
