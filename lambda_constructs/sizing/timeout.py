"""Timeout: how long an invocation may take, from how long invocations took."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import PurePath

from ..rules.ranges import timeout_range
from .advice import Advice, advise, check
from .files import StrPath
from .margins import TIMEOUT_MARGIN
from .profile import Profile
from .profile_file import read_profile
from .rules import timeout as rules
from .rules.arguments import sizing_argument


@dataclass(frozen=True, kw_only=True)
class BoundedTimeout:
    """A timeout within the time that the trigger waits."""

    seconds: int  # the timeout; 1 to 900 seconds
    advice: tuple[Advice, ...]  # warnings about this timeout


@dataclass(frozen=True, kw_only=True)
class Timeout:
    """A multiple of the 99th percentile of the durations, and at least the longest duration.

    Args:
        profile: How long invocations took.
        margin: Multiple of the 99th percentile; 1 to 100. Default: 3.0 (enough for a cold start and a slow
            dependency, but a call that hangs ends soon)
        bound: How long the trigger waits; 1 to 900 seconds. Default: 900
        trigger: The name of the trigger, for messages. Default: Lambda
    """

    profile: Profile
    margin: float = TIMEOUT_MARGIN
    bound: int = timeout_range.high
    trigger: str = "Lambda"

    @classmethod
    def from_profile(cls, path: StrPath, *, margin: float = TIMEOUT_MARGIN) -> Timeout:
        """Derive a timeout from reports of invocations.

        Args:
            path: Reports of invocations, or the result of a Logs Insights query over them; relative to the
                directory that the app starts in, like an asset.
            margin: Multiple of the 99th percentile; 1 to 100. Default: 3.0 (enough for a cold start and a
                slow dependency, but a call that hangs ends soon)

        Raises:
            ConfigurationError: The file cannot be read or understood, has too few invocations to know their
                99th percentile, or too many of them timed out.
        """
        check(str(path), sizing_argument, "margin", margin, 1, 100)
        return cls.of(read_profile(path), margin=margin)

    @classmethod
    def of(cls, profile: Profile, *, margin: float = TIMEOUT_MARGIN) -> Timeout:
        """Derive a timeout from a profile.

        Args:
            profile: How long invocations took.
            margin: Multiple of the 99th percentile; 1 to 100. Default: 3.0 (enough for a cold start and a
                slow dependency, but a call that hangs ends soon)

        Raises:
            ConfigurationError: There are too few invocations to know their 99th percentile, or too many of
                them timed out.
        """
        check(profile.name, rules.timeout_unsupported_percentile, profile.durations)
        check(profile.name, rules.timeout_cut_off_percentile, profile.timeouts, profile.durations)
        return cls(profile=profile, margin=margin)

    def within(self, bound: int, *, trigger: str) -> Timeout:
        """The same timeout for a trigger that does not wait longer than the bound.

        Args:
            bound: How long the trigger waits: the 29 seconds of an API, a sixth of a queue's visibility
                timeout; 1 to 900 seconds.
            trigger: The name of the trigger, for messages.

        Raises:
            ConfigurationError: The bound is not a timeout that Lambda allows.
        """
        check(self.profile.name, sizing_argument, "bound", bound, 1, timeout_range.high, whole=True)
        return self if bound >= self.bound else replace(self, bound=bound, trigger=trigger)

    def resolve(self) -> BoundedTimeout:
        """The timeout in seconds, with the warnings about it.

        Raises:
            ConfigurationError: One invocation in a hundred takes longer than the trigger waits.
        """
        profile, bound, trigger = self.profile, self.bound, self.trigger
        check(profile.name, rules.timeout_above_bound, profile.p99_ms, bound, trigger=trigger)
        longest = max(self.margin * profile.p99_ms, profile.maximum_ms)
        if profile.init_maximum_ms > rules.INIT_MAXIMUM:
            longest += profile.init_maximum_ms
        wanted = max(timeout_range.low, math.ceil(longest / 1000))
        return BoundedTimeout(
            seconds=min(wanted, bound),
            advice=(
                *advise(rules.timeout_bounded, wanted, bound, trigger=trigger),
                *advise(rules.timeout_cut_off, profile.timeouts, profile.samples),
                *advise(rules.timeout_long_init, profile.init_maximum_ms),
                *profile.reliability(),
            ),
        )

    def evidence(self) -> dict[str, str | int | float]:
        """The entry for the template's metadata: the same for the same file, on any machine."""
        return {
            "profile": PurePath(self.profile.name).name,
            "samples": self.profile.samples,
            "p99Ms": self.profile.p99_ms,
            "maximumMs": self.profile.maximum_ms,
            "margin": self.margin,
        }
