"""Checks that a workload has what compliance packs ask for."""

from __future__ import annotations

from collections.abc import Collection

from ..rules.regulated import regulated_option_missing
from .settings import Settings


def check_regulated(settings: Settings, alarms: Collection[str]) -> None:
    """Check that a regulated workload has every option that a compliance pack asks for.

    A function that the user passes is not checked. `alarms` has those of the workload in addition to those of
    every function.
    """
    missing = []
    if settings.adopted is None:
        missing = [
            name
            for name in ("vpc", "encryption_key", "reserved_concurrency")
            if getattr(settings, name) is None
        ]
    options = settings.alarms
    if not options.actions and any(
        options.has(name) and options.topic_of(name) is None for name in ("errors", "spillover", *alarms)
    ):
        missing.append("alarms=Alarms(topic=...)")
    settings.guard.check(regulated_option_missing, missing)
