"""The rules of sizing. Constructors and commands ask them; templates do not hold their values."""

from . import arguments, capacity, collect, measurement, memory, plan, prices, profile, report, timeout

__all__ = [
    "arguments",
    "capacity",
    "collect",
    "measurement",
    "memory",
    "plan",
    "prices",
    "profile",
    "report",
    "timeout",
]
