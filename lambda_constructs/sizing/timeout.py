"""Timeout: how long an invocation may take, from how long invocations took."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import PurePath

from ..rules.ranges import timeout_range
from . import defaults, limits
from .checks import memory as arguments
from .checks import timeout as rules
from .files import StrPath
from .findings import Finding, check, find
from .profile import Profile
from .profile_file import read_profile


@dataclass(frozen=True, kw_only=True)
class BoundedTimeout:
    """A timeout within what the trigger waits.

    Attributes:
        seconds: The timeout; 1 to 900 seconds.
        findings: What speaks against it.
    """

    seconds: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True)
class Timeout:
    """How long an invocation may take: so many times the 99th percentile, and the longest that was seen.

    Args:
        profile: How long invocations took.
        margin: How many times the 99th percentile; 1 to 100. Default: 3.0 (a cold start and a slow
            dependency fit in, a call that hangs does not last)
        bound: How long the trigger waits; 1 to 900 seconds. Default: 900
        trigger: What waits, for messages. Default: Lambda
    """

    profile: Profile
    margin: float = defaults.TIMEOUT_MARGIN
    bound: int = timeout_range.high
    trigger: str = "Lambda"

    @classmethod
    def from_profile(cls, path: StrPath, *, margin: float = defaults.TIMEOUT_MARGIN) -> Timeout:
        """A timeout from reports of invocations.

        Args:
            path: Reports of invocations, or the result of a Logs Insights query over them; relative to the
                directory that the app is started in, as assets are.
            margin: How many times the 99th percentile; 1 to 100. Default: 3.0 (a cold start and a slow
                dependency fit in, a call that hangs does not last)

        Raises:
            ConfigurationError: The file cannot be read or understood, has too few invocations to tell their
                99th percentile, or too many were ended by their timeout.
        """
        check(str(path), arguments.sizing_argument, "margin", margin, 1, 100)
        profile = read_profile(path)
        check(profile.name, rules.timeout_unsupported_percentile, profile.samples)
        check(profile.name, rules.timeout_cut_off_percentile, profile.timeouts, profile.samples)
        return cls(profile=profile, margin=margin)

    def within(self, bound: int, *, trigger: str) -> Timeout:
        """The same for a trigger that waits no longer.

        Args:
            bound: How long it waits: the 29 seconds of an API, a sixth of a queue's visibility timeout; 1 to
                900 seconds.
            trigger: What waits, for messages.

        Raises:
            ConfigurationError: The bound is none that Lambda has.
        """
        where = self.profile.name
        check(where, arguments.sizing_argument, "bound", bound, 1, timeout_range.high, whole=True)
        return self if bound >= self.bound else replace(self, bound=bound, trigger=trigger)

    def resolve(self) -> BoundedTimeout:
        """The timeout in seconds, and what speaks against it.

        Raises:
            ConfigurationError: One invocation in a hundred takes longer than the trigger waits.
        """
        profile, bound, trigger = self.profile, self.bound, self.trigger
        check(profile.name, rules.timeout_above_bound, profile.p99_ms, bound, trigger=trigger)
        longest = max(self.margin * profile.p99_ms, profile.maximum_ms)
        if profile.init_maximum_ms > limits.INIT_MAXIMUM:
            longest += profile.init_maximum_ms
        wanted = max(timeout_range.low, math.ceil(longest / 1000))
        return BoundedTimeout(
            seconds=min(wanted, bound),
            findings=(
                *find(rules.timeout_bounded, wanted, bound, trigger=trigger),
                *find(rules.timeout_cut_off, profile.timeouts, profile.samples),
                *find(rules.timeout_long_init, profile.init_maximum_ms),
            ),
        )

    def evidence(self) -> dict[str, str | int | float]:
        """What a template's metadata says about it: the same for the same file, on any machine."""
        return {
            "profile": PurePath(self.profile.name).name,
            "samples": self.profile.samples,
            "p99Ms": self.profile.p99_ms,
            "maximumMs": self.profile.maximum_ms,
            "margin": self.margin,
        }
