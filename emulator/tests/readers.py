"""A function that reads Kafka or Amazon MQ, by an event source mapping of a template."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from emulator.tests.consumers import Consumer
from emulator.tests.stacks import Stack, stack
from emulator.tests.support import policy, statement, total
from lambda_constructs_emulator.process import Emulator

NETWORK: Final = [
    *("ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces"),
    *("ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"),
]
"""The actions by which Lambda reaches brokers in a VPC."""


class Reader(Consumer):
    """The function, and a stack with its mapping.

    Args:
        emulator: Where it is.
        handler: The source of its module, as for `Consumer`.
        needed: The resources of the actions that its role needs.
        raises: Whether a bad record raises.
    """

    def __init__(
        self, emulator: Emulator, handler: str, needed: Mapping[str, str], *, raises: bool = True
    ) -> None:
        super().__init__(emulator, handler=handler, raises=raises)
        self._needed = needed
        self.stack = Stack(emulator, self.name)
        self.permit()

    def permit(self, *, without: str = "") -> None:
        """Let the role read, apart from one action."""
        statements = [
            statement(action, resource=resource)
            for action, resource in self._needed.items()
            if action != without
        ]
        self.emulator.client("iam").put_role_policy(
            RoleName=self.role, PolicyName="reading", PolicyDocument=json.dumps(policy(*statements))
        )

    def map_by_template(self, mapping: Mapping[str, Any]) -> str:
        """Create the mapping; returns its id."""
        assert self.stack.create({"Mapping": mapping}) == "CREATE_COMPLETE", self.stack.reasons()
        return str(self.described["UUID"])

    def refused(self, mapping: Mapping[str, Any]) -> str:
        """Why CloudFormation could not create a mapping."""
        with stack(self.emulator, f"{self.name}-refused") as made:
            assert made.create({"Mapping": mapping}) == "ROLLBACK_COMPLETE"
            return made.reasons()

    @property
    def described(self) -> dict[str, Any]:
        """The mapping, as Lambda shows it."""
        found: list[dict[str, Any]]
        found = self.client.list_event_source_mappings(FunctionName=self.name)["EventSourceMappings"]
        return found[0]

    def names(self) -> list[list[str]]:
        """The records of each run."""
        return [names for names, _event in self.batches()]

    def count(self, metric: str) -> float:
        """The sum of a metric of the mapping."""
        dimensions = {"EventSourceMappingUUID": self.described["UUID"]}
        return total(self.emulator, "AWS/Lambda", metric, dimensions)
