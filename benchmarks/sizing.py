"""Measures the cost of sizing in a synthesis: its import, and a long log of reports.

Run with `python -m benchmarks.sizing`. Prints a table, and exits with status 1 above a limit.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

REPEATS = 5
LINES = 200_000
IMPORT_SECONDS = 0.1
PARSE_SECONDS = 2.0
# In addition to the interpreter's memory: two copies of the durations, one of them sorted.
PARSE_MEGABYTES = 32.0

# Each program prints one number. Seconds are CPU time, because other processes may be running.
IMPORT = """
import time
started = time.process_time()
import lambda_constructs.sizing.{module}
print(time.process_time() - started)
"""
PARSE = """
import time
from lambda_constructs.sizing.profile_file import read_profile
started = time.process_time()
assert read_profile({path!r}).samples == {lines}
print(time.process_time() - started)
"""
MEMORY = """
import tracemalloc
from lambda_constructs.sizing.profile_file import read_profile
tracemalloc.start()
read_profile({path!r})
print(tracemalloc.get_traced_memory()[1] / 1024**2)
"""


def text_lines() -> Iterator[str]:
    """The lines of a text log."""
    draw = random.Random(1)  # noqa: S311 - nothing here is a secret
    for number in range(LINES):
        ms = draw.lognormvariate(4.5, 0.6)
        yield (
            f"REPORT RequestId: 55bc566d-1e2c-11e7-93e6-{number:012x}\tDuration: {ms:.2f} ms\t"
            f"Billed Duration: {ms + 1:.0f} ms\tMemory Size: 512 MB\tMax Memory Used: 118 MB\t\n"
        )


def json_lines() -> Iterator[str]:
    """The lines of a JSON log."""
    draw = random.Random(1)  # noqa: S311 - nothing here is a secret
    for number in range(LINES):
        ms = round(draw.lognormvariate(4.5, 0.6), 3)
        metrics = {
            "durationMs": ms,
            "billedDurationMs": int(ms) + 1,
            "memorySizeMB": 512,
            "maxMemoryUsedMB": 118,
        }
        record = {
            "requestId": f"55bc566d-1e2c-11e7-93e6-{number:012x}",
            "metrics": metrics,
            "status": "success",
        }
        yield (
            json.dumps({"time": "2026-02-05T21:34:20.458Z", "type": "platform.report", "record": record})
            + "\n"
        )


def least(program: str, repeats: int = REPEATS) -> float:
    """The smallest number of several new processes, which other processes disturb least."""
    command = [sys.executable, "-c", program]
    return min(
        float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        for _ in range(repeats)
    )


def main() -> int:
    """Measure, print the table, compare with the limits, and return the exit status."""
    rows = [
        (f"import {module}", "s", least(IMPORT.format(module=module)), IMPORT_SECONDS)
        for module in ("memory", "timeout", "provisioned", "capacity")
    ]
    with tempfile.TemporaryDirectory() as folder:
        for name, lines in (("text", text_lines()), ("JSON", json_lines())):
            path = Path(folder, name)
            with path.open("w") as log:
                log.writelines(lines)
            what, names = f"{LINES:,} reports in {name}", {"path": str(path), "lines": LINES}
            rows.append((what, "s", least(PARSE.format(**names)), PARSE_SECONDS))
            rows.append((what, "MB", least(MEMORY.format(**names), 1), PARSE_MEGABYTES))
    print(f"{'':>28} {'measured':>10} {'at most':>10}")
    for what, unit, measured, most in rows:
        print(f"{what:>28} {measured:>7.3f} {unit:<2} {most:>7.1f} {unit:<2}")
    return 0 if all(measured <= most for *_, measured, most in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
