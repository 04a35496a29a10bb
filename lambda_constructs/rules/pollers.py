"""Rules for provisioned pollers: event source mappings in provisioned mode."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..template.sources import SourceKind, consumers
from ..template.template import Template
from ..template.views import if_given
from .rule import Place, Rule, Words, at, rule
from .urls import MAPPING_API_URL, SQS_SCALING_URL

_KAFKA_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/kafka-scaling-modes.html"

# Botocore's shapes MinimumNumberOfPollers and MaximumNumberOfPollers; the documentation of
# ProvisionedPollerConfig narrows them by source.
POLLERS_MINIMUM_RANGE: Final = (2, 200)
POLLERS_MAXIMUM_RANGE: Final = (2, 10_000)
KAFKA_POLLERS_MINIMUM_RANGE: Final = (1, 200)
KAFKA_POLLERS_MAXIMUM_RANGE: Final = (1, 2_000)
CONCURRENCY_PER_POLLER: Final = 10  # invocations of a queue's poller: SQS_SCALING_URL, "Provisioned mode"

_POLLERS: Final = "ProvisionedPollerConfig"
_CONCURRENCY: Final = ("ScalingConfig", "MaximumConcurrency")
# Options that a Kafka mapping supports in provisioned mode only.
_WITH_POLLERS: Final = {
    "retry_attempts": ("retry_attempts", "MaximumRetryAttempts"),
    "max_record_age": ("max_record_age", "MaximumRecordAgeInSeconds"),
    "bisect_batch_on_error": ("bisect_batch_on_error", "BisectBatchOnFunctionError"),
}
_NAMES: Final = {
    "pollers": ("provisioned_pollers", _POLLERS),
    "minimum": ("provisioned_pollers.minimum", "MinimumPollers"),
    "maximum": ("provisioned_pollers.maximum", "MaximumPollers"),
    "concurrency": ("max_concurrency", "MaximumConcurrency"),
}


def _pollers(
    code: str, kind: SourceKind, source: str, least: tuple[int, int], most: tuple[int, int]
) -> Rule[[int, int]]:
    """The rule for the pollers of one kind of source: the ranges of minimum and maximum."""

    def check(words: Words, minimum: int, maximum: int) -> str | None:
        for name, value, (low, high) in ((words.minimum, minimum, least), (words.maximum, maximum, most)):
            if not low <= value <= high:
                return f"{name} is {value}, Lambda allows {low} to {high}; choose a number in that range"
        if maximum < minimum:
            return f"{words.maximum} is {maximum}, below {words.minimum}, which is {minimum}; raise it"
        return None

    def find(template: Template) -> Iterator[Place]:
        for consumer in consumers(template):
            mapping = consumer.mapping
            if consumer.kind == kind and mapping.get(_POLLERS) is not None:
                minimum = mapping.integer(_POLLERS, "MinimumPollers", default=least[0])
                maximum = mapping.integer(_POLLERS, "MaximumPollers", default=most[1])
                yield at(mapping, _POLLERS, minimum, maximum)

    check.__doc__ = (
        f"A minimum of {least[0]} to {least[1]} pollers, a maximum of {most[0]} to {most[1]:,} that is not "
        "below the minimum."
    )
    declared = rule(code, why="Lambda refuses the mapping.", source=source, names=_NAMES)(check)
    declared.in_template(find)
    return declared


pollers_range = _pollers(
    "pollers-range", "queue", MAPPING_API_URL, POLLERS_MINIMUM_RANGE, POLLERS_MAXIMUM_RANGE
)
kafka_pollers_range = _pollers(
    "kafka-pollers-range", "kafka", _KAFKA_URL, KAFKA_POLLERS_MINIMUM_RANGE, KAFKA_POLLERS_MAXIMUM_RANGE
)


@rule(why="Lambda refuses a mapping that has both.", source=SQS_SCALING_URL, names=_NAMES)
def pollers_and_max_concurrency(words: Words, max_concurrency: int) -> str | None:
    """A mapping has provisioned pollers or a maximum concurrency."""
    return (
        f"{words.concurrency} is {max_concurrency} together with {words.pollers}, and Lambda allows one of "
        f"the two; limit the pollers instead, each runs up to {CONCURRENCY_PER_POLLER} invocations"
    )


@pollers_and_max_concurrency.in_template
def _(template: Template) -> Iterator[Place]:
    for consumer in consumers(template):
        concurrency = consumer.mapping.number(*_CONCURRENCY)
        pollers = consumer.mapping.get(_POLLERS)
        if consumer.kind == "queue" and pollers is not None and concurrency is not None:
            yield at(consumer.mapping, "/".join(_CONCURRENCY), if_given(concurrency, pollers))


@rule(
    why="Lambda supports these settings in provisioned mode only. Otherwise it retries a whole batch: 10 "
    "times if the mapping has an on-failure destination, and without a limit if not.",
    source=_KAFKA_URL,
    names={**_NAMES, **_WITH_POLLERS},
)
def kafka_without_pollers(words: Words, options: str) -> str | None:
    """Retries, the age of records and splitting batches of Kafka need provisioned pollers."""
    if not options:
        return None
    given = ", ".join(getattr(words, option) for option in options.split(", "))
    fix = words("pass provisioned_pollers=KafkaPollers(...)", f"set {_POLLERS}")
    return f"{given} given without {words.pollers}, which these settings need; {fix}, or leave out {given}"


@kafka_without_pollers.in_template
def _(template: Template) -> Iterator[Place]:
    for consumer in consumers(template):
        mapping = consumer.mapping
        if consumer.kind == "kafka" and mapping.get(_POLLERS) is None:
            found = {option: mapping.given(name) for option, (_, name) in _WITH_POLLERS.items()}
            given = [option for option, each in found.items() if each is True]
            yield at(mapping, _POLLERS, ", ".join(given) or if_given("", *found.values()))
