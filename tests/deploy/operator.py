"""An operator with the policy that `ops policy` prints for one command, perhaps without one action."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import pytest

from lambda_constructs.ops import clients
from lambda_constructs.ops.command import main
from lambda_constructs_emulator.kit import Aws

IN_RELEASES: Final = {
    "rollback": "codedeploy:StopDeployment",
    "unwedge": "cloudformation:ContinueUpdateRollback",
}
"""What a command needs only while a deployment is in flight, or for a stack that is stuck."""

_NAME: Final = "operator"


class Operator:
    """An IAM user who runs the commands for the stack Shop."""

    def __init__(self, aws: Aws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._aws, self._iam, self._monkeypatch, self._capsys = aws, aws.client("iam"), monkeypatch, capsys
        if _NAME not in {each["UserName"] for each in self._iam.list_users()["Users"]}:
            self._iam.create_user(UserName=_NAME)
        key = self._iam.create_access_key(UserName=_NAME)["AccessKey"]
        self._secrets = {"access_key": key["AccessKeyId"], "secret_key": key["SecretAccessKey"]}

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run a command; returns its exit status and what it said on stderr."""
        self._capsys.readouterr()
        with self._monkeypatch.context() as patch:
            patch.setattr(clients, "clients", lambda *_: self._client)
            status = main([*arguments])
        return status, self._capsys.readouterr().err

    def policy(self, command: str) -> dict[str, Any]:
        """The policy that `ops policy` prints for a command."""
        self._capsys.readouterr()
        place = ("--stack", "Shop", "--account", self._aws.account, "--region", self._aws.region)
        assert main(["policy", command, *place]) == 0
        printed: dict[str, Any] = json.loads(self._capsys.readouterr().out)
        return printed

    def permit(self, policy: Mapping[str, Any], without: str = "") -> None:
        """Have this policy and no other, perhaps without one action."""
        statements = [
            {**each, "Action": actions}
            for each in policy["Statement"]
            if (actions := [action for action in each["Action"] if action != without])
        ]
        document = json.dumps({**policy, "Statement": statements})
        self._iam.put_user_policy(UserName=_NAME, PolicyName="ops", PolicyDocument=document)

    def run_in_release(self, command: str, workload: str) -> int:
        """Run a command where it needs its action of `IN_RELEASES`; without the action AWS refuses it."""
        action, policy = IN_RELEASES[command], self.policy(command)
        arguments = (command, workload, "--stack", "Shop", "--yes")
        self.permit(policy, without=action)
        status, said = self.run(*arguments)
        assert status == 2, said
        assert action in said, said
        self.permit(policy)
        return self.run(*arguments)[0]

    def _client(self, service: str) -> Any:
        return self._aws.emulator.client(service, **self._secrets)
