"""The stacks that snapshots, validators and cdk-nag look at: every option at least once."""

from __future__ import annotations

from collections.abc import Callable

import aws_cdk as cdk

from tests.variants import adopted, endpoints, events, functions, jobs, streams, workers

VARIANTS: dict[str, Callable[[cdk.Stack], None]] = {
    each.__name__: each
    for group in (functions, workers, events, streams, jobs, endpoints, adopted)
    for each in group.VARIANTS
}
