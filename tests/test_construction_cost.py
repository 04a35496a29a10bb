"""What the construction of one more workload may cost: messages to CDK's process, and calls in Python."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from benchmarks.builds import BUILDS
from benchmarks.crossings import crossings

# A message takes about as long as 200 calls.
MESSAGES: Final = {"SqsWorker": 60, "EventHandler": 66, "ScheduledJob": 66, "StreamConsumer": 66}
CALLS: Final = 8_000


def test_one_more_workload_stays_within_its_budget(tmp_path: Path) -> None:
    Path(tmp_path, "app.py").write_text("def handler(event, context): ...\n")

    found = {name: crossings(BUILDS[name], str(tmp_path)) for name in MESSAGES}

    messages = {name: each.messages.total() for name, each in found.items()}
    calls = {name: each.calls for name, each in found.items()}
    assert {name for name, limit in MESSAGES.items() if messages[name] > limit} == set(), messages
    assert {name for name in MESSAGES if calls[name] > CALLS} == set(), calls
