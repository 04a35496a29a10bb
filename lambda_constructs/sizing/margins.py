"""The margins that sizing keeps by default: each with its reason, and the measurements behind it.

The 112 published runs are those of ubc-cirrus-lab/unfaasener (commit 659a2e1, benchmarks/
aws_step_functions/powerTuning): 26 functions, each tuned two to seven times.
"""

from typing import Final

# Two runs of one function differ by 4.6 % (median) and 14 % (90th percentile), so the cheapest size of a run
# depends on chance. The fastest size within a quarter of its cost is up to 1.8 times faster. In the other
# runs it costs 6.6 % (median) and 25 % (90th percentile) more than the best size.
MAX_EXTRA_COST: Final = 0.25
# Nine of ten runs in a row change by less than this for no reason.
REPEATABILITY: Final = 0.15
# Production may take twice as long as the measurement, or half as long: its events differ.
DIFFERENCE: Final = 2.0
# One kind of event: even an exponential distribution has a mean of only 1.44 times its median.
BIMODAL: Final = 3.0
# A share of initializations in the bill that exceeds what the extra cost of a size decides about.
INITIALIZATION: Final = 0.2
# A measurement may be older by half a year than the production that it is compared with.
AGE: Final = 183  # days
# The next larger size may take half as long again, or be faster than its memory by half as much again: two
# runs of one size differ by 14 % (90th percentile).
IMPLAUSIBLE: Final = 1.5
# A fifth of the memory stays free: a function needs more memory for larger input, and Lambda ends an
# invocation that runs out of it.
HEADROOM: Final = 0.20
# Times the 99th percentile: enough for slow dependencies and a cold start, but a call that hangs ends soon.
TIMEOUT_MARGIN: Final = 3.0
# Share of the requests at the peak that may find no provisioned environment free.
SPILL: Final = 0.01
# Share of the requests at the peak that a reservation may throttle.
THROTTLED: Final = 0.001
# The peak uses this share of a queue's capacity; the rest catches up after a burst.
WORKER_UTILIZATION: Final = 0.8
