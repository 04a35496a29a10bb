"""The stacks that snapshots, validators and cdk-nag look at: every option at least once."""

from __future__ import annotations

from collections.abc import Callable

import aws_cdk as cdk

from tests.variants import events, front_doors, functions, jobs, streams, workers

VARIANTS: dict[str, Callable[[cdk.Stack], None]] = {
    each.__name__: each
    for group in (functions, workers, events, streams, jobs, front_doors)
    for each in group.VARIANTS
}
