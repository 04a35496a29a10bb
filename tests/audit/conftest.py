"""An audit of two rules, for the tests of what is done with findings."""

from __future__ import annotations

import pytest

from lambda_constructs.audit.findings import Findings
from lambda_constructs.rules import function, queue


@pytest.fixture
def two_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only an error and a warning are looked for, so that a new rule changes no test of the report."""

    def check(findings: Findings) -> None:
        for each in findings.template.of_type("AWS::Lambda::Function"):
            size = each.integer("MemorySize", default=128)
            findings.check(function.memory_size_range, each, "MemorySize", size)
        for each in findings.template.of_type("AWS::SQS::Queue"):
            times = each.integer("RedrivePolicy", "maxReceiveCount", default=5)
            findings.check(queue.max_receive_count_low, each, "RedrivePolicy/maxReceiveCount", times)

    monkeypatch.setattr("lambda_constructs.audit.CHECKS", (check,))
