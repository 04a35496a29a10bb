"""Mail that Amazon SES receives as trigger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import aws_cdk as cdk
import jsii
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ses as ses
from aws_cdk import aws_ses_actions as ses_actions
from aws_cdk.interfaces import aws_ses as interfaces
from constructs import Construct

from ..core.guard import Guard
from ..core.permissions import let_invoke
from ..rules import derive


@dataclass(frozen=True, kw_only=True)
class MailReceipt:
    """Handle mail that Amazon SES receives.

    The event has headers and verdicts, not the mail itself: with a bucket the mail is stored there first,
    under its message id.

    Args:
        rule_set: The receipt rule set; the account's active one, or it receives nothing.
        recipients: Addresses and domains. Default: (), all of the account's verified domains
        bucket: Bucket that gets the mail itself. Default: none, the mail is not kept
        prefix: How the keys of stored mail begin. Default: nothing
    """

    rule_set: ses.ReceiptRuleSet | ses.IReceiptRuleSet
    recipients: Sequence[str] = ()
    bucket: s3.Bucket | s3.IBucket | None = None
    prefix: str | None = None


def check_mail_receipt(guard: Guard, source: MailReceipt) -> None:
    """Check the rule set and the bucket."""
    if not hasattr(source.rule_set, "receipt_rule_set_name"):
        guard.refuse_type("source.rule_set", source.rule_set, "a receipt rule set")
    if source.bucket is not None and not hasattr(source.bucket, "bucket_arn"):
        guard.refuse_type("source.bucket", source.bucket, "a bucket")
    if source.prefix is not None:
        guard.text("source.prefix", source.prefix)


def create_mail_receipt(
    scope: Construct, source: MailReceipt, alias: lambda_.Alias, path: str
) -> ses.ReceiptRule:
    """Create the receipt rule: TLS only, scanned for spam and viruses, stored before it is handled.

    Its name is made from the path of the workload, because the permission that it depends on names it.
    """
    name = derive.receipt_rule_name(path)
    permission = let_invoke(
        scope,
        alias,
        service="ses.amazonaws.com",
        source_arn=cdk.Stack.of(scope).format_arn(
            service="ses",
            resource="receipt-rule-set",
            resource_name=f"{source.rule_set.receipt_rule_set_name}:receipt-rule/{name}",
        ),
    )
    store = (
        []
        if source.bucket is None
        else [ses_actions.S3(bucket=source.bucket, object_key_prefix=source.prefix)]
    )
    rule = ses.ReceiptRule(
        scope,
        "Rule",
        rule_set=source.rule_set,
        receipt_rule_name=name,
        recipients=list(source.recipients) or None,
        scan_enabled=True,
        tls_policy=ses.TlsPolicy.REQUIRE,
        actions=[*store, _AliasAction(alias)],
    )
    rule.node.add_dependency(permission)
    return rule


@jsii.implements(ses.IReceiptRuleAction)
class _AliasAction:
    """Invoke the alias asynchronously; CDK's own action would allow every rule of the account to do so."""

    def __init__(self, alias: lambda_.Alias) -> None:
        self._alias = alias

    def bind(self, rule: interfaces.IReceiptRuleRef) -> ses.ReceiptRuleActionConfig:  # noqa: ARG002
        return ses.ReceiptRuleActionConfig(
            lambda_action=ses.LambdaActionConfig(
                function_arn=self._alias.function_arn, invocation_type="Event"
            )
        )
