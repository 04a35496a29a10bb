"""Who sends an order and waits for an answer: clients of the HTTP API, and people who sign up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from lambda_constructs_emulator.kit import Caller, Deployed
from lambda_constructs_emulator.kit.http import JSON

TRIGGERS = ("Http", "Signup")


class Callers:
    """Those of one deployed stack; each waits in a thread of its own."""

    def __init__(self, deployed: Deployed) -> None:
        emulator, self._outputs = deployed.aws.emulator, deployed.outputs
        self._root = Caller.to(emulator)
        self._iam = emulator.client("iam")
        self._users = emulator.client("cognito-idp", attempts=1)
        self._waiting = ThreadPoolExecutor()
        self._told: dict[str, Future[str]] = {}

    def send(self, trigger: str, *orders: Mapping[str, str]) -> None:
        """Send orders, without waiting here."""
        ask = {"Http": self._request, "Signup": self._sign_up}[trigger]
        for order in orders:
            self._told[order["id"]] = self._waiting.submit(ask, order)

    def told(self, order_id: str) -> str:
        """What the caller was told; an empty text as long as there is no answer."""
        answer = self._told[order_id]
        return answer.result() if answer.done() else ""

    def request(self, caller: Caller, order: Mapping[str, str]) -> int:
        """Send an order by HTTP, and wait; returns the status of the answer."""
        body = json.dumps(order).encode()
        return caller.send("POST", f"{self._outputs['HttpUrl']}orders", body=body, headers=JSON).status

    def customer(self) -> Caller:
        """Who was granted to call the HTTP API, and nothing else."""
        key = self._iam.create_access_key(UserName=self._outputs["CustomerName"])["AccessKey"]
        return replace(self._root, credentials=Credentials(key["AccessKeyId"], key["SecretAccessKey"]))

    def dismiss_customer(self) -> None:
        """Take back what the customer was granted."""
        name = self._outputs["CustomerName"]
        (policy,) = self._iam.list_user_policies(UserName=name)["PolicyNames"]
        self._iam.delete_user_policy(UserName=name, PolicyName=policy)

    def _request(self, order: Mapping[str, str]) -> str:
        return f"answered with {self.request(self._root, order)}"

    def _sign_up(self, order: Mapping[str, str]) -> str:
        try:
            self._users.sign_up(
                ClientId=self._outputs["SignupClient"],
                Username=order["id"],
                Password="Xy-12345678",
                UserAttributes=[{"Name": "nickname", "Value": order["do"]}],
            )
        except ClientError:
            return "user refused"
        return "user let in"
