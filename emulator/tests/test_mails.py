"""A mail needs the permission of the identity that it is from."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.tests.fidelity import Fidelity
from emulator.tests.support import policy, statement
from lambda_constructs_emulator.clients import REGION
from lambda_constructs_emulator.process import ACCOUNT, Emulator

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity("Amazon SES", "https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html")

NEWS, SHOP = "news@example.com", "shop@example.com"


def send(emulator: Emulator, sender: str) -> None:
    """Send a mail as a user who may send from one of two identities."""
    ses, iam = emulator.client("sesv2"), emulator.client("iam")
    for address in (NEWS, SHOP):
        if address not in [each["IdentityName"] for each in ses.list_email_identities()["EmailIdentities"]]:
            ses.create_email_identity(EmailIdentity=address)
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
