"""Incoming mail: SES applies the enabled rules of the active receipt rule set, and their actions, in order.

ministack keeps rules without applying them. Here the kit hands over a mail, and the answer names the actions
that were taken, or says why the mail was refused or an action failed. The journal gets a `mail` for each
action. A function must permit the rule to invoke it, and the policy of a bucket must permit the rule to
store the mail. SES needs no permission to publish to a topic of the account.

    https://docs.aws.amazon.com/ses/latest/dg/receiving-email-concepts.html
    https://docs.aws.amazon.com/ses/latest/dg/receiving-email-receipt-rules-console-walkthrough.html
    https://docs.aws.amazon.com/ses/latest/dg/receiving-email-action-lambda.html
    https://docs.aws.amazon.com/ses/latest/dg/receiving-email-action-s3.html
    https://docs.aws.amazon.com/ses/latest/dg/receiving-email-action-sns.html
    https://docs.aws.amazon.com/ses/latest/dg/receiving-email-metrics.html

We chose: all domains count as verified. The spam and virus verdicts are DISABLED unless a rule that applies
scans the mail. The DMARC policy of a sender that fails it is `none`. AWS repeats a failed action for four
hours; here the evaluation ends with it, and CloudWatch gets no metric. A function that is invoked with
RequestResponse has its own timeout instead of 30 seconds, and its error fails the action.
"""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ..core import hooks, journal, pages
from ..iam import permissions
from ..lambda_ import deliveries
from ..lambda_.deliveries import RefusedError
from .incoming_mail import Document, Mail
from .receipt_rules import SERVICE, active_rule_set, key_of, rule_arn, rule_sets

Rule = Mapping[str, Any]
Settings = Mapping[str, str]

_lambda = hooks.module("services.lambda_svc")
_s3 = hooks.module("services.s3")
_sns = hooks.module("services.sns")
_put_object: Callable[..., Any] = hooks.attribute(_s3, "_put_object")
_publish: Callable[[str, str, str], Any] = hooks.attribute(_sns, "publish_internal")
_PublishError: type[Exception] = hooks.attribute(_sns, "SnsPublishError")
_region: Callable[[], str] = hooks.attribute(hooks.module("core.responses"), "get_region")
_pin_request_origin: Callable[[str, bool], None] = hooks.attribute(
    hooks.module("core.iam_evaluator"), "pin_request_origin"
)

_STOP_RULE: Final = "STOP_RULE"
_STOP_RULE_SET: Final = "STOP_RULE_SET"
_OK: Final = 200
_LONGEST_PUBLISHED: Final = 150 * 1024  # bytes: receiving-email-action-sns.html
_SUBJECT: Final = "Amazon SES Email Receipt Notification"


class RefusedMailError(RuntimeError):
    """SES does not accept a mail."""


class ActionError(RuntimeError):
    """An action could not be taken."""


@dataclass(frozen=True)
class Receipt:
    """A mail to which a rule applies.

    Attributes:
        mail: the mail.
        rule_arn: the rule.
        recipients: those of its recipients that the rule applies to.
    """

    mail: Mail
    rule_arn: str
    recipients: Sequence[str]

    def notify(self, action: Settings, **content: str) -> None:
        """Publish a notification to the topic of an action.

        Raises:
            ActionError: the topic does not exist, or does not take the notification.
        """
        notice = {"notificationType": "Received", **self.mail.notice(self.recipients, action), **content}
        # SES publishes over TLS: the policy of a subscribed queue may require it.
        _pin_request_origin("127.0.0.1", True)
        try:
            if _publish(action["topicArn"], json.dumps(notice), _SUBJECT) is None:
                raise ActionError(f"{action['topicArn']} does not exist")
        except _PublishError as reason:
            raise ActionError(str(reason)) from reason


def install() -> None:
    """Receive the mails that the kit hands over."""
    pages.add("mail", _receive)


def _receive(wanted: Mapping[str, Any]) -> Document:
    rule_set, recipients = active_rule_set(), wanted["recipients"]
    try:
        applied = _applied(rule_set, recipients, tls=wanted["tls"])
    except RefusedMailError as reason:
        return {"error": str(reason)}
    mail = Mail(
        sender=wanted["sender"],
        recipients=recipients,
        sent=base64.b64decode(wanted["content"]),
        verdicts=wanted["verdicts"],
        scanned=any(rule["ScanEnabled"] for rule, _ in applied),
        region=_region(),
    )
    taken: list[str] = []
    answer: Document = {"message_id": mail.id, "rule_set": rule_set, "actions": taken, "error": ""}
    for rule, found in applied:
        try:
            disposition = _apply(rule, Receipt(mail, rule_arn(rule_set, rule["Name"]), found), taken)
        except ActionError as reason:
            return {**answer, "error": f"{reason} (active receipt rule set: {rule_set})"}
        if disposition == _STOP_RULE_SET:
            break
    return answer


def _applied(rule_set: str, recipients: Sequence[str], *, tls: bool) -> list[tuple[Rule, list[str]]]:
    """The rules that apply to a mail, each with the recipients that it applies to.

    Raises:
        RefusedMailError: SES does not accept the mail.
    """
    if not rule_set:
        there = ", ".join(sorted(rule_sets)) or "none"
        raise RefusedMailError(f"no receipt rule set is active; the rule sets of the account: {there}")
    rules = [rule for rule in rule_sets[rule_set]["Rules"] if rule["Enabled"]]
    applied = [(rule, found) for rule in rules if (found := _recipients(rule, recipients))]
    if not applied:
        raise RefusedMailError(f"no enabled rule of the active receipt rule set {rule_set} applies to it")
    secure = [rule["Name"] for rule, _ in applied if rule["TlsPolicy"] == "Require"]
    if secure and not tls:
        raise RefusedMailError(f"the rule {secure[0]} of the active receipt rule set {rule_set} requires TLS")
    return applied


def _apply(rule: Rule, receipt: Receipt, taken: list[str]) -> str:
    """Take the actions of a rule, add them to the list, and return the disposition of the last one.

    Raises:
        ActionError: one of them failed.
    """
    for action in rule["Actions"]:
        ((kind, settings),) = action.items()
        error = ""
        try:
            disposition = _take(kind, receipt, settings)
        except (ActionError, RefusedError) as reason:
            error = str(reason)
            raise ActionError(f"{kind} of the rule {rule['Name']} failed: {reason}") from reason
        finally:
            journal.note("mail", rule=receipt.rule_arn, message=receipt.mail.id, action=kind, error=error)
        taken.append(f"{rule['Name']}: {kind.removesuffix('Action')}")
        if disposition:
            return disposition
    return ""


def _recipients(rule: Rule, recipients: Sequence[str]) -> list[str]:
    """The recipients that a rule applies to; all of them if it has no conditions."""
    conditions = rule.get("Recipients")
    if not conditions:
        return list(recipients)
    return [each for each in recipients if any(_includes(condition, each) for condition in conditions)]


def _includes(condition: str, address: str) -> bool:
    """Whether `user@example.com`, `example.com` or `.example.com` includes an address."""
    name, _, domain = condition.lower().rpartition("@")
    user, _, host = address.lower().rpartition("@")
    included = host.endswith(domain) if domain.startswith(".") else host == domain
    return included and name in {"", user, user.partition("+")[0]}


def _take(kind: str, receipt: Receipt, settings: Settings) -> str:
    """Take an action; the result says whether the rule or the rule set ends."""
    if kind not in _ACTIONS:
        raise ActionError("the emulator does not take this action")
    action, disposition = _ACTIONS[kind](receipt, settings)
    if kind != "SNSAction" and "topicArn" in action:
        receipt.notify(action)
    return disposition


def _described(kind: str, settings: Settings, **more: str) -> Settings:
    """An action as notifications have it."""
    topic = {"topicArn": settings["TopicArn"]} if "TopicArn" in settings else {}
    return {"type": kind, **topic, **more}


def _invoke(receipt: Receipt, settings: Settings) -> tuple[Settings, str]:
    function, invocation = settings["FunctionArn"], settings.get("InvocationType", "Event")
    action = _described("Lambda", settings, functionArn=function, invocationType=invocation)
    notice = receipt.mail.notice(receipt.recipients, action)
    event = {"Records": [{"eventSource": "aws:ses", "eventVersion": "1.0", "ses": notice}]}
    target = deliveries.require(function, SERVICE, receipt.rule_arn)
    if invocation == "Event":
        deliveries.queue(target, event)
        return action, ""
    result = _lambda._execute_function_with_config_scope(target, event)
    body = result.get("body")
    if result.get("error") or result.get("throttle"):
        raise ActionError(f"{function} failed: {json.dumps(body, default=str)}")
    disposition = body.get("disposition") if isinstance(body, dict) else ""
    return action, disposition if disposition in {_STOP_RULE, _STOP_RULE_SET} else ""


def _store(receipt: Receipt, settings: Settings) -> tuple[Settings, str]:
    bucket, key = settings["BucketName"], key_of(settings, receipt.mail.id)
    arn = f"arn:aws:s3:::{bucket}/{key}"
    if not permissions.resource_policy_allows("s3:PutObject", arn, SERVICE, receipt.rule_arn):
        raise ActionError(f"{SERVICE} may not put {arn} for {receipt.rule_arn}")
    status, _headers, body = _put_object(bucket, key, receipt.mail.content, {})
    if status != _OK:
        raise ActionError(str(body))
    return _described("S3", settings, bucketName=bucket, objectKey=key), ""


def _publish_mail(receipt: Receipt, settings: Settings) -> tuple[Settings, str]:
    encoding = settings.get("Encoding", "UTF-8").upper()
    content = receipt.mail.content
    if len(content) > _LONGEST_PUBLISHED:
        raise ActionError(f"the mail has {len(content)} bytes, and SES publishes {_LONGEST_PUBLISHED}")
    text = base64.b64encode(content).decode() if encoding == "BASE64" else content.decode(errors="replace")
    action = _described("SNS", settings, encoding=encoding.replace("-", ""))
    receipt.notify(action, content=text)
    return action, ""


def _stop(_receipt: Receipt, settings: Settings) -> tuple[Settings, str]:
    return _described("Stop", settings), _STOP_RULE_SET


_ACTIONS: Final[Mapping[str, Callable[[Receipt, Settings], tuple[Settings, str]]]] = {
    "LambdaAction": _invoke,
    "S3Action": _store,
    "SNSAction": _publish_mail,
    "StopAction": _stop,
}
