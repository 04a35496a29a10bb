"""Draws statements over all options of all workloads, and judges each: `python -m tests.fuzz --draws 300`.

Without `--seed` the draws are others each time. A process draws so many at most and hands on to another one,
because CDK's process keeps all that it ever made.
"""

from __future__ import annotations

import argparse
import os
import secrets
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
DRAWS_PER_PROCESS = 600


def main() -> int:
    """Run as many processes as it takes; the exit code says whether one found a fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--draws", type=int, default=300, help="how many statements to draw")
    parser.add_argument("--seed", type=int, default=secrets.randbits(32), help="the same draws each time")
    options = parser.parse_args()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CDK_VALIDATION": "true"}
    failed = 0
    for start in range(0, options.draws, DRAWS_PER_PROCESS):
        count = min(DRAWS_PER_PROCESS, options.draws - start)
        arguments = ["-m", "tests.fuzz.run", str(count), str(options.seed + start)]
        done = subprocess.run([sys.executable, *arguments], env=environment, cwd=ROOT, check=False)
        failed += done.returncode != 0
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
