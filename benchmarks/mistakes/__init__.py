"""Mistakes that would hurt in production, for a comparison of who says so."""

from __future__ import annotations

from benchmarks.mistakes import functions, queues, releases
from benchmarks.mistakes.mistake import MISTAKES, Mistake

__all__ = ["MISTAKES", "Mistake", "functions", "queues", "releases"]
