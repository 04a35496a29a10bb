"""Adds the AWS managed policies for CodeDeploy's role, which CDK's `LambdaDeploymentGroup` attaches.

ministack knows some AWS managed policies; a role with another one has no permissions of it.

    https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCodeDeployRoleForLambdaLimited.html
    https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCodeDeployRoleForLambda.html
"""

import json
from collections.abc import Callable
from typing import Any, Final

from ..core import hooks, reset

_iam = hooks.module("services.iam")
_policies: dict[str, dict[str, Any]] = hooks.attribute(_iam, "_aws_managed_policies")
_record: Callable[[str, str, str], dict[str, Any]] = hooks.attribute(_iam, "_make_aws_managed_record")

_LAMBDA: Final = [
    "cloudwatch:DescribeAlarms",
    "lambda:UpdateAlias",
    "lambda:GetAlias",
    "lambda:GetProvisionedConcurrencyConfig",
]
_OBJECTS: Final = ["s3:GetObject", "s3:GetObjectVersion"]
_LIMITED: Final[list[dict[str, Any]]] = [
    {"Effect": "Allow", "Action": _LAMBDA, "Resource": "*"},
    {"Effect": "Allow", "Action": _OBJECTS, "Resource": "arn:aws:s3:::*/CodeDeploy/*"},
    {
        "Effect": "Allow",
        "Action": _OBJECTS,
        "Resource": "*",
        "Condition": {"StringEquals": {"s3:ExistingObjectTag/UseWithCodeDeploy": "true"}},
    },
    {
        "Effect": "Allow",
        "Action": "lambda:InvokeFunction",
        "Resource": "arn:aws:lambda:*:*:function:CodeDeployHook_*",
    },
]
_PUBLISH: Final = {
    "Effect": "Allow",
    "Action": "sns:Publish",
    "Resource": "arn:aws:sns:*:*:CodeDeployTopic_*",
}
_STATEMENTS: Final[dict[str, list[dict[str, Any]]]] = {
    "service-role/AWSCodeDeployRoleForLambdaLimited": _LIMITED,
    "service-role/AWSCodeDeployRoleForLambda": [*_LIMITED, _PUBLISH],
}


def install() -> None:
    """Add the policies, also after a reset.

    Raises:
        hooks.HookError: ministack keeps managed policies in another way now.
    """
    _add()
    reset.on_reset(_add)


def _add() -> None:
    for name, statements in _STATEMENTS.items():
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        _policies[f"arn:aws:iam::aws:policy/{name}"] = _record(name, document, "")
