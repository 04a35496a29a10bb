"""Alarms of a deployed stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ..connection import Connection
from .waiting import wait_until

_TIMEOUT: Final = 30.0  # seconds of this machine


def firing(emulator: Connection) -> list[str]:
    """The names of the alarms in the state ALARM; those that watch a rollout would stop the next one."""
    alarms = emulator.client("cloudwatch").describe_alarms(
        StateValue="ALARM", AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    )
    return [each["AlarmName"] for each in alarms["MetricAlarms"] + alarms["CompositeAlarms"]]


@dataclass(frozen=True)
class Alarm:
    """An alarm.

    Attributes:
        emulator: Where it is.
        name: Its name in CloudWatch.
    """

    emulator: Connection
    name: str

    @property
    def state(self) -> str:
        """OK, ALARM or INSUFFICIENT_DATA."""
        answer = self.emulator.client("cloudwatch").describe_alarms(
            AlarmNames=[self.name], AlarmTypes=["MetricAlarm", "CompositeAlarm"]
        )
        (found,) = answer["MetricAlarms"] + answer["CompositeAlarms"]
        return str(found["StateValue"])

    @property
    def fired(self) -> bool:
        """Whether it is or was in the state ALARM, since the emulator was empty."""
        return self.state == "ALARM" or any(
            each["kind"] == "alarm" and each["name"] == self.name and each["new"] == "ALARM"
            for each in self.emulator.journal()
        )

    def assert_fired(self, *, timeout: float = _TIMEOUT) -> None:
        """It fires in time.

        Args:
            timeout: Seconds of this machine.
        """
        try:
            wait_until(lambda: not self.fired, timeout=timeout, looks=1)
        except TimeoutError:
            raise AssertionError(
                f"expected the alarm {self.name} to fire, found {self.state} after {timeout:g} s; "
                f"alarms that fired: {', '.join(self._fired()) or 'none'}"
            ) from None

    def _fired(self) -> list[str]:
        return [
            each["name"]
            for each in self.emulator.journal()
            if each["kind"] == "alarm" and each["new"] == "ALARM"
        ]
