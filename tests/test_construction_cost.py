"""What the construction of one more workload may cost: messages to CDK's process, and calls in Python."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_

from benchmarks.builds import BUILDS
from benchmarks.crossings import FLAGS, crossings, synthesis_messages
from benchmarks.synth import HANDWRITTEN
from tests.support import resources

# Messages and calls; a message takes about as long as 200 calls.
BUDGETS: Final = {
    "CognitoTrigger": (55, 7_000),
    "EventHandler": (65, 8_000),
    "HttpFunction": (66, 7_600),
    "KafkaConsumer": (64, 7_700),
    "MqConsumer": (66, 7_600),
    "ProductionFunction": (36, 4_000),
    "ScheduledJob": (61, 6_800),
    "SqsWorker": (60, 6_800),
    "StreamConsumer": (61, 6_800),  # two are for its table, which is another one
}
SYNTHESIS_BUDGET: Final = 9  # messages


def test_one_more_workload_stays_within_its_budget(tmp_path: Path) -> None:
    Path(tmp_path, "app.py").write_text("def handler(event, context): ...\n")

    for name, (messages, calls) in BUDGETS.items():
        found = crossings(BUILDS[name], str(tmp_path))

        assert found.messages.total() <= messages, (name, found)
        assert found.calls <= calls, (name, found)


def test_one_more_workload_stays_within_its_budget_in_the_synthesis(tmp_path: Path) -> None:
    Path(tmp_path, "app.py").write_text("def handler(event, context): ...\n")

    assert synthesis_messages(BUILDS["SqsWorker"], str(tmp_path)) <= SYNTHESIS_BUDGET


def test_the_comparison_is_with_the_same_resources(tmp_path: Path) -> None:
    Path(tmp_path, "app.py").write_text("def handler(event, context): ...\n")
    for name in HANDWRITTEN:
        found = []
        for build in (BUILDS[name], BUILDS[f"{name} by hand"]):
            stack = cdk.Stack(cdk.App(analytics_reporting=False, context=FLAGS), "Stack")
            build(stack, 2, lambda_.Code.from_asset(str(tmp_path)))
            found.append(Counter(each["Type"] for each in resources(stack).values()))

        assert found[0] == found[1], name
