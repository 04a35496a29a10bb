"""Provisioned pollers in templates."""

from __future__ import annotations

from tests.audit.support import Json, found, function, mapping, parameter, ref, template

POLLERS = "ProvisionedPollerConfig"
CONCURRENCY = {"ScalingConfig": {"MaximumConcurrency": 5}}
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:orders"
KAFKA = "arn:aws:kafka:eu-west-1:123456789012:cluster/shop/1"
BOTH, WITHOUT = "pollers-and-max-concurrency", "kafka-without-pollers"


def test_pollers() -> None:
    expected: list[tuple[str, Json, str, str | None]] = [
        (QUEUE, {POLLERS: {"MinimumPollers": 1}}, "pollers-range", "error"),
        (QUEUE, {POLLERS: {"MinimumPollers": 5, "MaximumPollers": 4}}, "pollers-range", "error"),
        (QUEUE, {POLLERS: {"MaximumPollers": ref("Open")}}, "pollers-range", "undecided"),
        (QUEUE, {POLLERS: {"MinimumPollers": 5}}, "pollers-range", None),
        (QUEUE, {}, "pollers-range", None),
        (QUEUE, {POLLERS: {}, **CONCURRENCY}, BOTH, "error"),
        (QUEUE, {POLLERS: {}}, BOTH, None),
        (QUEUE, CONCURRENCY, BOTH, None),
        (KAFKA, {POLLERS: {"MinimumPollers": 3, "MaximumPollers": 2}}, "kafka-pollers-range", "error"),
        (KAFKA, {POLLERS: {"MinimumPollers": ref("Open")}}, "kafka-pollers-range", "undecided"),
        (KAFKA, {POLLERS: {"MinimumPollers": 1}}, "kafka-pollers-range", None),
        (KAFKA, {POLLERS: {"MinimumPollers": 1}}, "pollers-range", None),
        (KAFKA, {"MaximumRetryAttempts": 3}, WITHOUT, "error"),
        (KAFKA, {"MaximumRetryAttempts": 3, POLLERS: {"MinimumPollers": 1}}, WITHOUT, None),
        (KAFKA, {}, WITHOUT, None),
        (QUEUE, {"MaximumRetryAttempts": 3}, WITHOUT, None),
    ]
    for source, properties, code, severity in expected:
        read = template(
            {"Parameters": {"Open": parameter()}},
            Function=function(),
            Mapping=mapping(source, "Function", **properties),
        )
        assert found(read, code) == ([(code, severity, "Mapping")] if severity else []), (properties, code)
