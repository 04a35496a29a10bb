"""What we chose for sizes: each default with its reason, and the measurements behind it.

The 112 published runs are those of ubc-cirrus-lab/unfaasener (commit 659a2e1, benchmarks/
aws_step_functions/powerTuning): 26 functions, each tuned two to seven times.
"""

from typing import Final

# Two runs of one function differ by 4.6 % (median) and 14 % (nine of ten): the cheapest size of a run is
# an accident. The fastest size within a quarter of its cost is up to 1.8 times faster, and costs 6.6 %
# (median) and 25 % (nine of ten) more than the best when it is held against the other runs.
MAX_EXTRA_COST: Final = 0.25
# A fifth of the memory free: what a function needs grows with its input, and running out of it ends the
# invocation.
HEADROOM: Final = 0.20
# With fewer samples, of which Power Tuning discards two fifths, one slow call moves the average.
SAMPLES_MINIMUM: Final = 20  # per size
# A cost that is further than this from duration x memory x price belongs to another memory or duration.
UNIT_PRICE_TOLERANCE: Final = 0.05
# Costs are rounded up to whole milliseconds: below this the rounding hides which price it was.
UNIT_PRICE_DURATION_MINIMUM: Final = 20  # ms
# Change between two runs of one function that nine of ten runs in sequence show without any reason.
REPEATABILITY: Final = 0.15

# Above the 99th percentile: slow dependencies and a cold start fit in, a call that hangs does not last.
TIMEOUT_MARGIN: Final = 3.0
# The least number of samples of which, with 95 % confidence, one is slower than the 99th percentile:
# 1 - 0.99 ** 299 = 95.05 %.
PERCENTILE_SAMPLES_MINIMUM: Final = 299

# Share of the requests at the peak that may find no provisioned environment free.
SPILL: Final = 0.01
# Tracking only reacts if the metric can pass the target: at the quota of requests an environment is busy
# for 10 x duration of each second, and the target stays a fifth below that.
REACHABLE_TARGET_SHARE: Final = 0.8
# The target is the lowest use that any load between the two shows on just enough environments; so many
# loads are looked at.
LOAD_STEPS: Final = 20
# With fewer requests, one minute in twenty has none (e ** -3 = 5 %), publishes no metric and stalls tracking.
TRACKED_REQUESTS_MINIMUM: Final = 3  # per minute
# More environments than an account ever gets by request ("tens of thousands").
LOAD_MAXIMUM: Final = 100_000

# A queue that is worked off at a higher rate than it fills can catch up after a burst.
WORKER_UTILIZATION: Final = 0.8
# One more than the mapping runs: the smoke test of a rollout invokes the version beside it.
SPARE_CONCURRENCY: Final = 1
# Share of requests that a reservation may throttle at the peak.
THROTTLED: Final = 0.001

# More reports than any percentile needs; they are held in memory, eight bytes each.
REPORTS_MAXIMUM: Final = 5_000_000

# What the plan for Power Tuning measures: from the least to what two CPUs need, closer where CPU is scarce.
PLAN_SIZES: Final = (128, 256, 512, 768, 1_024, 1_536, 1_769, 3_008)
PLAN_SAMPLES: Final = 50  # per size; two fifths are discarded
