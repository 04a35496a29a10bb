"""Functions of a deployed stack: invoke them, and make them fail."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from ..clients import Client
from ..connection import Connection

_POLICY: Final = "denied-by-the-test"
_ALL: Final = 10**9
_LOG_LINES: Final = 20


class FunctionError(AssertionError):
    """A function raised an error.

    Attributes:
        type: Its `errorType`.
    """

    def __init__(self, name: str, error: dict[str, Any], log: str) -> None:
        self.type = str(error.get("errorType", ""))
        super().__init__(f"{name} failed: {self.type}: {error.get('errorMessage')}\n{log}")


@dataclass(frozen=True)
class Function:
    """A Lambda function. The failures that you cause end with `recover`, or with the test.

    Attributes:
        emulator: Where it is.
        name: Its name.
        alias: The alias of its workload, which `invoke` invokes; empty for the function itself.
    """

    emulator: Connection
    name: str
    alias: str = ""

    def invoke(self, event: object = None) -> Any:  # noqa: ANN401 - any JSON
        """Invoke it with an event, and return its answer.

        Raises:
            FunctionError: It raised an error; the message shows the end of the log.
        """
        named = {"Qualifier": self.alias} if self.alias else {}
        payload = json.dumps({} if event is None else event)
        answer = self._client("lambda").invoke(FunctionName=self.name, Payload=payload, **named)
        content = answer["Payload"].read()
        if "FunctionError" in answer:
            raise FunctionError(self.name, json.loads(content), self.emulator.tail(_LOG_LINES))
        return json.loads(content) if content else None

    @property
    def version(self) -> str:
        """The version that gets the traffic of the alias, apart from that of a canary."""
        found = self._client("lambda").get_alias(FunctionName=self.name, Name=self.alias)
        return str(found["FunctionVersion"])

    def log_lines(self, *names: str) -> Iterator[dict[str, Any]]:
        """The lines of its log that are JSON objects with fields of these names, in order."""
        function, logs = self._client("lambda"), self._client("logs")
        group = function.get_function_configuration(FunctionName=self.name)["LoggingConfig"]["LogGroup"]
        if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
            return  # Lambda creates it with the first line
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName=group, filterPattern=" ".join(f'"{name}"' for name in names)
        )
        for message in (event["message"] for page in pages for event in page["events"]):
            # A traceback can contain the names, too.
            if message.startswith("{") and (line := json.loads(message)).keys() >= set(names):
                yield line

    def crash(self, times: int = 1) -> None:
        """The process of the next invocations ends before it does anything."""
        self._fail("crash", times)

    def timeout(self, times: int = 1) -> None:
        """The next invocations do nothing and time out; the emulator does not wait for the timeout."""
        self._fail("timeout", times)

    def lose_response(self, times: int = 1) -> None:
        """The next invocations do their work, and their answers are lost: callers see a timeout."""
        self._fail("lose", times)

    def throttle(self) -> None:
        """All invocations are throttled."""
        self._fail("throttle", _ALL)

    def deny(self, action: str, resource: str = "*") -> None:
        """The role of the function is denied an action, such as `dynamodb:PutItem`."""
        statement = {"Effect": "Deny", "Action": action, "Resource": resource}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self._client("iam").put_role_policy(
            RoleName=self._role.rpartition("/")[2], PolicyName=_POLICY, PolicyDocument=policy
        )

    def recover(self) -> None:
        """Undo `crash`, `timeout`, `lose_response`, `throttle` and `deny`."""
        self.emulator.ask("failures", {"function": self.name})
        iam, role = self._client("iam"), self._role.rpartition("/")[2]
        if _POLICY in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            iam.delete_role_policy(RoleName=role, PolicyName=_POLICY)

    def assert_allowed(self, action: str, resource: str) -> None:
        """The role of the function permits an action on a resource."""
        self._assert_decision(action, resource, lambda decision: decision == "allowed", "allowed")

    def assert_denied(self, action: str, resource: str) -> None:
        """The role of the function does not permit an action on a resource."""
        self._assert_decision(action, resource, lambda decision: decision != "allowed", "denied")

    def _assert_decision(
        self, action: str, resource: str, accept: Callable[[str], bool], expected: str
    ) -> None:
        (result,) = self._client("iam").simulate_principal_policy(
            PolicySourceArn=self._role, ActionNames=[action], ResourceArns=[resource]
        )["EvaluationResults"]
        if not accept(result["EvalDecision"]):
            role = self._role.rpartition("/")[2]
            raise AssertionError(
                f"expected {action} on {resource} to be {expected}, found {result['EvalDecision']} "
                f"for the role {role} of {self.name}:\n{self._policies(role)}"
            )

    def _policies(self, role: str) -> str:
        """The policies of a role, inline and managed, for a message."""
        iam = self._client("iam")
        inline = iam.list_role_policies(RoleName=role)["PolicyNames"]
        found = {
            name: iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in inline
        }
        for each in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
            policy = iam.get_policy(PolicyArn=each["PolicyArn"])["Policy"]
            version = iam.get_policy_version(
                PolicyArn=each["PolicyArn"], VersionId=policy["DefaultVersionId"]
            )
            found[each["PolicyName"]] = version["PolicyVersion"]["Document"]
        return json.dumps(found, indent=2)

    @property
    def _role(self) -> str:
        return str(self._client("lambda").get_function_configuration(FunctionName=self.name)["Role"])

    def _fail(self, kind: str, times: int) -> None:
        self.emulator.ask("failures", {"function": self.name, "kind": kind, "times": times})

    def _client(self, service: str) -> Client:
        return self.emulator.client(service)
