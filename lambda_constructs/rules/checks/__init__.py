"""The rules, by what they are about; importing this package fills the catalogue."""

from . import concurrency, function, mapping, queue, rollout

__all__ = ["concurrency", "function", "mapping", "queue", "rollout"]
