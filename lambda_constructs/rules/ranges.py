"""Range rules: a number within the range that a service allows. One row is one rule.

Each row holds AWS's own limits: other code takes them from here, such as `timeout_range.high`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ..template.targets import FUNCTION, QUEUE
from ..template.template import Template
from .rule import Find, Place, Rule, Severity, Words, at, enter
from .urls import LAMBDA_QUOTAS_URL, SQS_QUEUE_URL

SECONDS: Final = "seconds"
MEGABYTES: Final = "MB"


@dataclass(eq=False, kw_only=True)
class Range(Rule[[float]]):
    """A rule of one range.

    Attributes:
        low: The least value that the service allows.
        high: The greatest value that the service allows.
    """

    low: int
    high: int


def within(
    code: str,
    low: int,
    high: int,
    unit: str = "",
    *,
    option: str,
    path: str = "",
    service: str,
    source: str,
    why: str = "",
    below: str = "",
    above: str = "",
    places: Find | None = None,
    severity: Severity = "error",
) -> Range:
    """Declare a range.

    Args:
        code: The rule's code.
        low: The least value.
        high: The greatest value.
        unit: The unit, as messages write it.
        option: The option.
        path: The property of a template, such as "Timeout" or "ScalingConfig/MaximumConcurrency". Default:
            none, the rule is not asked of templates
        service: The service that sets the range.
        source: Where AWS documents it.
        why: What happens when the rule is broken. Default: the service refuses it
        below: What to do about a smaller value. Default: choose a value in the range
        above: What to do about a greater value. Default: choose a value in the range
        places: Where in a template the values are. Default: nowhere, the rule is not asked of templates
        severity: `error` or `warning`. Default: error, the service refuses it
    """
    unit = f" {unit}" if unit else ""

    def check(words: Words, value: float) -> str | None:
        if low <= value <= high:
            return None
        advice = (below if value < low else above) or "choose a value in that range"
        return f"{words.value} is {value}{unit}, {service} allows {low} to {high}; {advice}"

    check.__doc__ = f"{low:,} to {high:,}{unit}."
    return enter(
        Range(
            code,
            severity,
            why or f"{service} refuses the value.",
            source,
            check,
            names={"value": (option, path.rpartition("/")[2])},
            places=places,
            low=low,
            high=high,
        )
    )


def properties(kind: str, path: str) -> Find:
    """Every resource of a type with this property."""

    def find(template: Template) -> Iterator[Place]:
        for resource in template.of_type(kind):
            value = resource.number(*path.split("/"))
            if value is not None:
                yield at(resource, path, value)

    return find


def of_functions(path: str) -> Find:
    """Every ordinary function with this property: Lambda Managed Instances have other limits."""

    def find(template: Template) -> Iterator[Place]:
        for place in properties(FUNCTION, path)(template):
            if place.resource.get("CapacityProviderConfig") is None:
                yield place

    return find


def number_of_layers(template: Template) -> Iterator[Place]:
    """The number of layers of every function."""
    for function in template.of_type(FUNCTION):
        yield at(function, "Layers", function.count("Layers"))


# --- AWS Lambda functions. The CloudFormation schema allows more in places (memory to 32,768 MB, timeouts to
# 5,400 seconds): those ranges belong to Lambda Managed Instances, not to ordinary functions.
timeout_range = within(
    "timeout-range",
    1,
    900,
    SECONDS,
    option="timeout",
    path="Timeout",
    service="Lambda",
    source=LAMBDA_QUOTAS_URL,
    below="pass at least 1",
    above="split the work or use Step Functions",
    places=of_functions("Timeout"),
)

memory_size_range = within(
    "memory-size-range",
    128,
    10_240,
    MEGABYTES,
    option="memory_size",
    path="MemorySize",
    service="Lambda",
    source=LAMBDA_QUOTAS_URL,
    above="split the work",
    places=of_functions("MemorySize"),
)
ephemeral_storage_range = within(
    "ephemeral-storage-range",
    512,
    10_240,
    MEGABYTES,
    option="ephemeral_storage_size",
    path="EphemeralStorage/Size",
    service="Lambda",
    source=LAMBDA_QUOTAS_URL,
    above="keep larger data in S3 or EFS",
    places=of_functions("EphemeralStorage/Size"),
)
layers_maximum = within(
    "layers-maximum",
    0,
    5,
    option="the number of layers",
    path="the number of Layers",
    service="Lambda",
    source=LAMBDA_QUOTAS_URL,
    why="Lambda refuses the function. The layer of Lambda Insights counts too.",
    above="merge some of them",
    places=number_of_layers,
)

# --- Amazon SQS queues
visibility_timeout_range = within(
    "visibility-timeout-range",
    0,
    43_200,
    SECONDS,
    option="visibility_timeout",
    path="VisibilityTimeout",
    service="SQS",
    source=SQS_QUEUE_URL,
    places=properties(QUEUE, "VisibilityTimeout"),
)
retention_range = within(
    "retention-range",
    60,
    1_209_600,
    SECONDS,
    option="retention_period",
    path="MessageRetentionPeriod",
    service="SQS",
    source=SQS_QUEUE_URL,
    places=properties(QUEUE, "MessageRetentionPeriod"),
)
