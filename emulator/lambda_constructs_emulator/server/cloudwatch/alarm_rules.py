"""Decides the state of an alarm: M out of N data points, and the treatment of missing data.

CloudWatch looks at a few periods more than the alarm's N. If it finds N data points among them, it
judges those, and how to treat missing data plays no role. Otherwise it fills only as many points as
it lacks, and counts every real one it found. So an alarm can stay in ALARM for some periods after
the last breaching point, when nothing comes after it.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Final

OK: Final = "OK"
ALARM: Final = "ALARM"
INSUFFICIENT_DATA: Final = "INSUFFICIENT_DATA"

EXTRA_PERIODS: Final = 2
"""How far beyond N the evaluation looks back: AWS's own example has 5 periods for an N of 3."""

COMPARISONS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
"""The operators for static thresholds; the others belong to anomaly detection."""


def judge(breaches: Sequence[bool | None], *, needed: int, periods: int, missing: str, state: str) -> str:
    """Return the state that data points put an alarm in.

    Args:
        breaches: per period, the oldest first, whether its data point breaches the threshold, or None
            where there is no data point; N and `EXTRA_PERIODS` of them.
        needed: M, the data points that must breach.
        periods: N, the evaluation periods.
        missing: `missing`, `ignore`, `breaching` or `notBreaching`.
        state: the state until now.
    """
    real = [breach for breach in breaches if breach is not None]
    if len(real) >= periods:
        return ALARM if sum(real[-periods:]) >= needed else OK
    lacking = periods - len(real)
    if sum(real) + (lacking if missing == "breaching" else 0) >= needed:
        return ALARM
    if missing in {"breaching", "notBreaching"}:
        return OK
    if not real:
        return state if missing == "ignore" else INSUFFICIENT_DATA
    if missing == "ignore":
        return state if all(real) else OK
    return ALARM if all(real) and _age_of_oldest(breaches) >= needed else OK


def _age_of_oldest(breaches: Sequence[bool | None]) -> int:
    """How many periods ago the oldest data point is, counted from 1.

    A single breaching point that is the newest of all does not raise the alarm, because the next one
    may be good; it does when nothing came after it for M periods.
    """
    return len(breaches) - next(index for index, breach in enumerate(breaches) if breach is not None)
