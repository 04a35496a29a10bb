"""The description of each alarm names a command, and the section of the runbooks that has it."""

from __future__ import annotations

import re
from pathlib import Path

from constructs import Construct

from lambda_constructs import ProvisionedConcurrency, SqsWorker
from tests.runbooks import PAGE, commands, sections
from tests.support import new_stack, resources
from tests.test_bad_values import WORKLOADS, build

SOURCES = Path(PAGE).parents[2] / "lambda_constructs"
RUNBOOK = re.compile(r"\((ops [a-z -]+), docs/how-to/runbooks\.md#([a-z-]+)\)$")


def test_every_kind_of_alarm_has_a_runbook_and_its_command_is_in_it() -> None:
    stack = new_stack()
    for kind in WORKLOADS:
        build(kind, Construct(stack, kind.__name__), {})
    warm = {"provisioned_concurrency": ProvisionedConcurrency(minimum=1, maximum=2)}
    build(SqsWorker, Construct(stack, "Warm"), warm)
    seen = set()
    for name, alarm in resources(stack, "AWS::CloudWatch::Alarm").items():
        found = RUNBOOK.search(alarm["Properties"]["AlarmDescription"])
        assert found, name
        words = set(found[1].split())
        assert any(words <= set(command.split()) for command in commands(found[2])), name
        seen.add(found[2])
    # The first argument of AlarmSet.add.
    ids = {
        found
        for path in SOURCES.rglob("*.py")
        for found in re.findall(r'\.add\(\s*"([A-Z]\w+)Alarm"', path.read_text())
    }
    kinds = {re.sub(r"\B(?=[A-Z])", "-", each).lower() for each in ids}
    assert sections().keys() == kinds
    assert seen <= kinds
    assert kinds - seen <= {"missed-run", "stalled", "offset-lag", "polling-errors"}
