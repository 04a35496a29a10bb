"""Draws statements and judges them, in this one process: `python -m tests.fuzz.run COUNT SEED`.

`tests.fuzz` starts it with CDK's validator turned on, which must be so before CDK is loaded.
"""

from __future__ import annotations

import sys
import time
from collections import Counter

from tests.fuzz.draws import draws
from tests.fuzz.judge import judge, minimal

BATCH = 15


def run(count: int, seed: int) -> int:
    """Draw and judge; prints what became of the draws, and the smallest statement with each fault."""
    began = time.monotonic()
    kinds, faults = Counter[str](), dict[str, str]()
    statements = draws(count, seed)
    for start in range(0, count, BATCH):
        batch = statements[start : start + BATCH]
        for statement, verdict in zip(batch, judge(batch), strict=True):
            kinds[verdict.kind] += 1
            if verdict.kind == "fault" and verdict.said not in faults:
                faults[verdict.said] = repr(minimal(statement, verdict))
    print(f"seed {seed}: {dict(kinds)} in {time.monotonic() - began:.0f} s")
    for said, smallest in faults.items():
        print(f"\n{said}\n    {smallest}")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(run(*map(int, sys.argv[1:])))
