"""Names of actions: as cfn-lint has them, and as roles have them."""

from __future__ import annotations

import gzip

from lambda_constructs.rules.actions import FILE
from tests.audit.support import arn, findings, function, ref, resource, template
from tests.rules.published import cfn_lint


def test_names_are_those_of_cfn_lint() -> None:
    lines = gzip.decompress(FILE.read_bytes()).decode().lower().splitlines()
    theirs = cfn_lint("Policies.json")

    assert {line.split()[0]: line.split()[1:] for line in lines} == {
        service: sorted(each["Actions"]) for service, each in theirs.items()
    }
    assert FILE.stat().st_size < 200_000


def test_names_of_roles_are_judged_where_they_are_written() -> None:
    def allow(*actions: object) -> dict[str, object]:
        return {"Statement": {"Effect": "Allow", "Action": list(actions), "Resource": "*"}}

    batch = ("sqs:DeleteMessage", "sqs:DeleteMessageBatch", "sqs:SendMessageBatch")
    own = {
        "PolicyName": "P",
        "PolicyDocument": allow("sqs:SendMesage", ref("AWS::Region"), "sqs:SendMesage", *batch),
    }
    shop = template(
        Function=function(Role=arn("Role")),
        Role=resource("AWS::IAM::Role", Policies=[own]),
        Policy=resource("AWS::IAM::Policy", Roles=[ref("Role")], PolicyDocument=allow("s3:GetObjekt")),
    )

    found = findings(shop, "action-unknown")

    assert [(each.severity, each.resource, each.message.partition("; ")[2]) for each in found] == [
        ("warning", "Role", "write 'sqs:SendMessage'"),
        ("warning", "Role", "write 'sqs:SendMessage'"),
        ("warning", "Policy", "write 's3:GetObject'"),
    ]
