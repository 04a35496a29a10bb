"""SES's receipt rules and rule sets of a template: checked and kept.

ministack has their API without functions, and no resource types. SES refuses a rule with a function that
it may not invoke, or with a bucket that it may not write to; that it asks for the rule as source is from the
last page below. A template does not activate a rule set, and cannot delete the active one.

    https://docs.aws.amazon.com/ses/latest/APIReference/API_SetActiveReceiptRuleSet.html
    https://docs.aws.amazon.com/ses/latest/APIReference/API_DeleteReceiptRuleSet.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ses-receiptrule.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ses-receiptruleset.html
    https://docs.aws.amazon.com/ses/latest/dg/receiving-email-permissions.html
"""

from collections.abc import Callable
from typing import Any, Final

from ..cloudformation import resource_types
from ..cloudformation.resource_types import Identity, Place, Properties, ResourceTypeError, as_list, boolean
from ..core import hooks
from ..iam import permissions
from ..lambda_ import deliveries
from ..lambda_.deliveries import RefusedError

_ses = hooks.module("services.ses")
_responses = hooks.module("core.responses")
rule_sets: Any = hooks.attribute(_ses, "_receipt_rule_sets")
_active: Any = hooks.attribute(_ses, "_active_receipt_rule_set")
_create_rule_set: Callable[[dict[str, str]], Any] = hooks.attribute(_ses, "_create_receipt_rule_set")
_account: Callable[[], str] = hooks.attribute(_responses, "get_account_id")
_region: Callable[[], str] = hooks.attribute(_responses, "get_region")

SERVICE: Final = "ses.amazonaws.com"
_LONGEST_NAME: Final = 64
_ERROR: Final = 400


def install() -> None:
    """Register the two types.

    Raises:
        hooks.HookError: ministack provisions one of them itself now.
    """
    resource_types.register("AWS::SES::ReceiptRuleSet", _ReceiptRuleSet())
    resource_types.register("AWS::SES::ReceiptRule", _ReceiptRule())


class _ReceiptRuleSet:
    def create(self, place: Place, properties: Properties) -> Identity:
        name = properties.get("RuleSetName") or place.generated_name(_LONGEST_NAME)
        status, _headers, body = _create_rule_set({"RuleSetName": name})
        if status >= _ERROR:
            raise ResourceTypeError(str(body))
        return name, {}

    def update(self, place: Place, ref: str, _old: Properties, new: Properties) -> Identity:
        name = new.get("RuleSetName") or place.generated_name(_LONGEST_NAME)
        return (ref, {}) if name == ref else self.create(place, new)

    def delete(self, ref: str, _properties: Properties) -> None:
        if ref == active_rule_set():
            raise ResourceTypeError(f"Cannot delete active rule set: {ref}")
        rule_sets.pop(ref, None)


class _ReceiptRule:
    def create(self, place: Place, properties: Properties) -> Identity:
        rule_set, given = properties["RuleSetName"], properties["Rule"]
        name = given.get("Name") or place.generated_name(_LONGEST_NAME)
        if rule_set not in rule_sets:
            raise ResourceTypeError(f"Rule set does not exist: {rule_set}")
        _check_actions(given, rule_arn(rule_set, name))
        rules = rule_sets[rule_set]["Rules"]
        names = [rule["Name"] for rule in rules]
        if name in names:
            raise ResourceTypeError(f"Rule already exists: {name}")
        after = properties.get("After")
        if after and after not in names:
            raise ResourceTypeError(f"Rule does not exist: {after}")
        rules.insert(names.index(after) + 1 if after else 0, _kept(name, given))
        return name, {}

    def update(self, place: Place, ref: str, old: Properties, new: Properties) -> Identity:
        rules = rule_sets[old["RuleSetName"]]["Rules"]
        before = list(rules)
        self.delete(ref, old)
        try:
            identity = self.create(place, new)
        except ResourceTypeError:
            rules[:] = before
            raise
        if "After" not in new and new["RuleSetName"] == old["RuleSetName"]:
            position = [rule["Name"] for rule in before].index(ref)
            rules.insert(position, rules.pop(0))
        return identity

    def delete(self, ref: str, properties: Properties) -> None:
        rules = (rule_sets.get(properties.get("RuleSetName", "")) or {}).get("Rules", [])
        rules[:] = [rule for rule in rules if rule["Name"] != ref]


def active_rule_set() -> str:
    """The name of the rule set that receives mail; empty if none does."""
    return str(_active.get("name", ""))


def rule_arn(rule_set: str, name: str) -> str:
    """The ARN of a rule, for which SES asks for permission."""
    return f"arn:aws:ses:{_region()}:{_account()}:receipt-rule-set/{rule_set}:receipt-rule/{name}"


def key_of(s3_action: Properties, message: str) -> str:
    """The key of a mail that an action stores: its id, in the folder that the prefix names."""
    prefix = s3_action.get("ObjectKeyPrefix", "")
    return f"{prefix.removesuffix('/')}/{message}" if prefix else message


def _check_actions(rule: Properties, source: str) -> None:
    for action in as_list(rule.get("Actions")):
        function = (action.get("LambdaAction") or {}).get("FunctionArn")
        if function:
            try:
                deliveries.require(function, SERVICE, source)
            except RefusedError as reason:
                raise ResourceTypeError(f"Could not invoke Lambda function: {function}") from reason
        if stored := action.get("S3Action"):
            arn = f"arn:aws:s3:::{stored['BucketName']}/{key_of(stored, 'message')}"
            if not permissions.resource_policy_allows("s3:PutObject", arn, SERVICE, source):
                raise ResourceTypeError(f"Could not write to bucket: {stored['BucketName']}")


def _kept(name: str, given: Properties) -> dict[str, Any]:
    """A rule as ministack's API keeps it."""
    kept = {
        "Name": name,
        "Enabled": boolean(given.get("Enabled", False)),
        "TlsPolicy": given.get("TlsPolicy", "Optional"),
        "Actions": as_list(given.get("Actions")),
        "ScanEnabled": boolean(given.get("ScanEnabled", False)),
    }
    recipients = as_list(given.get("Recipients"))
    return {**kept, "Recipients": recipients} if recipients else kept
