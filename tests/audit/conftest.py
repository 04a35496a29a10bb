"""An audit of two rules, for the tests of what is done with findings."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lambda_constructs.rules.catalogue import CATALOGUE
from lambda_constructs.rules.rule import Place, at
from lambda_constructs.template.template import Template


@pytest.fixture
def two_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only an error and a warning are looked for, so that a new rule changes no test of the report."""

    def every_queue(template: Template) -> Iterator[Place]:
        for queue in template.of_type("AWS::SQS::Queue"):
            count = queue.integer("RedrivePolicy", "maxReceiveCount", default=5)
            yield at(queue, "RedrivePolicy/maxReceiveCount", count)

    two = {code: CATALOGUE[code] for code in ("memory-size-range", "max-receive-count-low")}
    monkeypatch.setattr(two["max-receive-count-low"], "places", every_queue)
    monkeypatch.setattr("lambda_constructs.audit.CATALOGUE", two)
