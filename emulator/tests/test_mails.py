"""A mail needs the permission of the identity that it is from, and CDK's rules drop spam."""

import json
from typing import Any, Literal

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_ses as ses
from aws_cdk import aws_ses_actions as ses_actions
from botocore.exceptions import ClientError

from emulator.tests.fidelity import Fidelity
from emulator.tests.support import policy, statement
from lambda_constructs_emulator.clients import REGION
from lambda_constructs_emulator.kit import Aws
from lambda_constructs_emulator.process import ACCOUNT, Emulator

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "Amazon SES",
    "https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html",
    {
        "test_a_rule_of_plain_cdk_drops_spam_before_a_function_gets_it": [
            (
                "A rule of CDK drops spam before a function gets it",
                "https://docs.aws.amazon.com/ses/latest/dg/receiving-email-action-lambda-example-functions.html",
            ),
        ],
    },
)

NEWS, SHOP = "news@example.com", "shop@example.com"


def send(emulator: Emulator, sender: str) -> None:
    """Send a mail as a user who may send from one of two identities."""
    identities, iam = emulator.client("sesv2"), emulator.client("iam")
    for address in (NEWS, SHOP):
        if address not in [
            each["IdentityName"] for each in identities.list_email_identities()["EmailIdentities"]
        ]:
            identities.create_email_identity(EmailIdentity=address)
    if not iam.list_users()["Users"]:
        iam.create_user(UserName="editor")
    allowed = statement("ses:SendEmail", resource=f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/{NEWS}")
    iam.put_user_policy(UserName="editor", PolicyName="mail", PolicyDocument=json.dumps(policy(allowed)))
    key = iam.create_access_key(UserName="editor")["AccessKey"]
    client = emulator.client("sesv2", access_key=key["AccessKeyId"], secret_key=key["SecretAccessKey"])
    content = {"Subject": {"Data": "hello"}, "Body": {"Text": {"Data": "all of you"}}}
    client.send_email(
        FromEmailAddress=f"The editor <{sender}>",
        Destination={"ToAddresses": [SHOP]},
        Content={"Simple": content},
    )


def summary(mail: dict[str, Any]) -> tuple[str, list[str], str, str]:
    return mail["Source"], mail["To"], mail["Subject"], mail["BodyText"]


def test_a_mail_needs_the_permission_of_its_sender(emulator: Emulator, plain: Emulator) -> None:
    send(emulator, NEWS)
    with pytest.raises(ClientError, match=f"not authorized to perform: ses:SendEmail.*identity/{SHOP}"):
        send(emulator, SHOP)
    assert [summary(mail) for mail in emulator.mails()] == [
        (f"The editor <{NEWS}>", [SHOP], "hello", "all of you")
    ]

    with pytest.raises(ClientError, match="not authorized to perform: ses:SendEmail"):
        send(plain, NEWS)


@pytest.mark.slow
def test_a_rule_of_plain_cdk_drops_spam_before_a_function_gets_it(aws: Aws) -> None:
    stack = cdk.Stack(cdk.App(analytics_reporting=False), "Plain")
    function = lambda_.Function(
        stack,
        "Reader",
        code=lambda_.Code.from_inline("def handler(event, context): pass"),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
    )
    read = ses.ReceiptRuleOptions(
        recipients=["shop.example"], actions=[ses_actions.Lambda(function=function), ses_actions.Stop()]
    )
    rules = ses.ReceiptRuleSet(stack, "Rules", drop_spam=True, rules=[read])
    dropping = next(each for each in stack.node.children if each.node.id.startswith("SingletonLambda"))
    # CDK does not make its own rule wait for the permission.
    drop_spam = rules.node.find_child("DropSpam").node.find_child("Rule")
    drop_spam.node.add_dependency(dropping.node.find_child("AllowSes"))
    deployed = aws.deploy(stack)
    deployed.activate_rule_set()

    def actions(spam: Literal["PASS", "FAIL"]) -> list[str]:
        received = deployed.mail().receive(
            sender="ann@example.com", recipient="orders@shop.example", verdicts={"spam": spam}
        )
        return [each.rpartition(": ")[2] for each in received.actions]

    assert actions("PASS") == ["Lambda", "Lambda", "Stop"]
    assert actions("FAIL") == ["Lambda"]
