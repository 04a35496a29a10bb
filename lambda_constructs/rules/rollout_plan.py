"""A rollout in plain numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class RolloutPlan:
    """How traffic moves to a new version.

    Attributes:
        kind: `Canary` in two steps, `Linear` in equal ones, `AllAtOnce` in one.
        percentage: Share of the first step in percent.
        minutes: Minutes between two steps.
    """

    kind: Literal["Canary", "Linear", "AllAtOnce"]
    percentage: int = 100
    minutes: int = 0

    @property
    def name(self) -> str:
        """The name in CodeDeploy's manner, such as `Canary10Percent5Minutes`."""
        unit = "Minute" if self.minutes == 1 else "Minutes"
        match self.kind:
            case "Canary":
                return f"Canary{self.percentage}Percent{self.minutes}{unit}"
            case "Linear":
                return f"Linear{self.percentage}PercentEvery{self.minutes}{unit}"
            case "AllAtOnce":
                return self.kind

    @property
    def gradual(self) -> bool:
        """Whether there is a time in which an alarm can stop it."""
        return self.kind != "AllAtOnce"
