"""The rules of sizing. Constructors and commands ask them; templates do not hold their values."""

from . import arguments, capacity, measurement, memory, plan, profile, timeout

__all__ = ["arguments", "capacity", "measurement", "memory", "plan", "profile", "timeout"]
