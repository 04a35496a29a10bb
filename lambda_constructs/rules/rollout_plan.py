"""A rollout in plain numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True)
class RolloutPlan:
    """How traffic moves to a new version."""

    # `Canary` in two steps, `Linear` in equal ones, `AllAtOnce` in one
    kind: Literal["Canary", "Linear", "AllAtOnce"]
    percentage: int = 100  # share of the first step in percent
    minutes: int = 0  # minutes between two steps

    @property
    def name(self) -> str:
        """The name in CodeDeploy's manner, such as `Canary10Percent5Minutes`."""
        unit = "Minute" if self.minutes == 1 else "Minutes"
        match self.kind:
            case "Canary":
                return f"Canary{self.percentage}Percent{self.minutes}{unit}"
            case "Linear":
                return f"Linear{self.percentage}PercentEvery{self.minutes}{unit}"
            case _:
                return self.kind

    @property
    def gradual(self) -> bool:
        """Whether there is a time in which an alarm can stop it."""
        return self.kind != "AllAtOnce"

    @property
    def duration(self) -> int:
        """Minutes between the first and the last shift of traffic; another rule refuses a share below 1."""
        shifts = math.ceil(100 / max(self.percentage, 1)) - 1 if self.kind == "Linear" else 1
        return shifts * self.minutes


PREFIX: Final = "CodeDeployDefault."
# https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
PREDEFINED: Final[Mapping[str, RolloutPlan]] = {
    f"{PREFIX}Lambda{plan.name}": plan
    for plan in (
        RolloutPlan("AllAtOnce"),
        *(RolloutPlan("Canary", 10, minutes) for minutes in (5, 10, 15, 30)),
        *(RolloutPlan("Linear", 10, minutes) for minutes in (1, 2, 3, 10)),
    )
}
"""CodeDeploy's own configurations for Lambda, by their names."""
