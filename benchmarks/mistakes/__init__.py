"""Mistakes that would hurt in production, to compare which tools catch them."""

from __future__ import annotations

from benchmarks.mistakes import functions, queues, releases
from benchmarks.mistakes.mistake import MISTAKES, Mistake
from benchmarks.mistakes.sam import SAM_MISTAKES

__all__ = ["MISTAKES", "SAM_MISTAKES", "Mistake", "functions", "queues", "releases"]
