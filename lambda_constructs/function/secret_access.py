"""Permissions for secrets and parameters: to read the current value, and to decrypt it."""

from __future__ import annotations

from typing import Final, cast

import aws_cdk as cdk
import jsii
from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ssm as ssm

_SERVICE: Final = "ssm:"
_READ_SECRET: Final = ("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue")
_READ: Final = ("ssm:GetParameter", "ssm:GetParameters")


def let_read(role: iam.IRole, secret: secretsmanager.ISecret | ssm.IParameter) -> None:
    """Let the role read a secret or a parameter, and decrypt it with its key.

    CDK's own grant also lets it read the earlier values of a parameter, and list the others.
    """
    if hasattr(secret, "parameter_arn"):
        secret.grant_read(cast(iam.IGrantable, _CurrentValues(role)))
        return
    key = secret.encryption_key
    own, other = cdk.Stack.of(role), cdk.Stack.of(role if key is None else key)
    if key is None or own is other:
        secret.grant_read(role)
        return
    # CDK may name the role in the policy of the key, which would be a circle: the policies trust the account.
    if own.account != other.account:
        secret.grant_read(iam.AccountPrincipal(own.account))
    through = {"StringEquals": {"kms:ViaService": f"secretsmanager.{other.region}.amazonaws.com"}}
    for statement in (
        iam.PolicyStatement(actions=[*_READ_SECRET], resources=[secret.secret_arn]),
        iam.PolicyStatement(actions=["kms:Decrypt"], resources=[key.key_arn], conditions=through),
    ):
        role.add_to_principal_policy(statement)


@jsii.implements(iam.IPrincipal)
class _CurrentValues:
    """A role for grants of Parameter Store: only those of current values reach it."""

    def __init__(self, role: iam.IRole) -> None:
        self._principal = role.grant_principal

    @property
    def grant_principal(self) -> iam.IPrincipal:
        return cast(iam.IPrincipal, self)

    @property
    def assume_role_action(self) -> str:
        return self._principal.assume_role_action

    @property
    def policy_fragment(self) -> iam.PrincipalPolicyFragment:
        return self._principal.policy_fragment

    @property
    def principal_account(self) -> str | None:
        return self._principal.principal_account

    def add_to_policy(self, statement: iam.PolicyStatement) -> bool:
        return bool(self.add_to_principal_policy(statement).statement_added)

    def add_to_principal_policy(self, statement: iam.PolicyStatement) -> iam.AddToPrincipalPolicyResult:
        if any(action.startswith(_SERVICE) for action in statement.actions):
            statement = iam.PolicyStatement(actions=[*_READ], resources=statement.resources)
        return self._principal.add_to_principal_policy(statement)
