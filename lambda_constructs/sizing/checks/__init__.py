"""The rules of sizing, by what they are about."""

from . import capacity, measurement, memory, plan, timeout

__all__ = ["capacity", "measurement", "memory", "plan", "timeout"]
