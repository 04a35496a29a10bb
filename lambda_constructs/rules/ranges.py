"""Range rules: a number within the range that a service allows. One row is one rule.

Each row holds AWS's own limits: other code takes them from here, such as `timeout_range.high`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from ..template.targets import FUNCTION, QUEUE
from ..template.template import Template
from .rule import Find, Place, Rule, Words, at, enter
from .urls import LAMBDA_QUOTAS_URL, SQS_QUEUE_URL

BYTES: Final = "bytes"
MEGABYTES: Final = "MB"
SECONDS: Final = "seconds"


@dataclass(eq=False, kw_only=True)
class Range(Rule[[float]]):
    """A rule of one range."""

    low: int  # the least value that the service allows
    high: int  # the greatest value that the service allows

    @property
    def option(self) -> str:
        """The name of the option."""
        return self.names["value"][0]


class Numbers(NamedTuple):
    """Numbers in a template."""

    name: str  # their name in messages, such as "Timeout"
    find: Find  # where they are


@dataclass(frozen=True)
class Service:
    """A service that allows a range."""

    name: str  # its name in messages
    source: str  # where AWS documents the range

    def allows(
        self,
        code: str,
        limits: tuple[int, int],  # the least and the greatest value
        unit: str,  # the unit, as messages write it; empty for a number of something
        option: str,
        # The same number in templates. Default: the rule is not asked of templates
        numbers: Numbers | None = None,
        *,
        why: str = "",  # what happens when the rule is broken. Default: the service refuses the value
        below: str = "",  # what to do about a smaller value. Default: choose a value in the range
        above: str = "",  # what to do about a greater value. Default: choose a value in the range
    ) -> Range:
        """Declare a range."""
        low, high = limits
        of_unit = f" {unit}" if unit else ""

        def check(words: Words, value: float) -> str | None:
            if low <= value <= high:
                return None
            advice = (below if value < low else above) or "choose a value in that range"
            return f"{words.value} is {value}{of_unit}, {self.name} allows {low} to {high}; {advice}"

        check.__doc__ = f"{low:,} to {high:,}{of_unit}."
        name, find = numbers or ("", None)
        return enter(
            Range(
                code,
                "error",
                why or f"{self.name} refuses the value.",
                self.source,
                check,
                names={"value": (option, name)},
                places=find,
                low=low,
                high=high,
            )
        )


def numbers(kind: str, path: str, *, special: float | None = None) -> Numbers:
    """This property of every resource of a type that has it, but for a special value."""

    def find(template: Template) -> Iterator[Place]:
        for resource in template.of_type(kind):
            value = resource.number(*path.split("/"))
            if value not in (None, special):
                yield at(resource, path, value)

    return Numbers(path.rpartition("/")[2], find)


def of_functions(path: str) -> Numbers:
    """This property of every ordinary function that has it: Lambda Managed Instances have other limits."""
    name, every = numbers(FUNCTION, path)

    def find(template: Template) -> Iterator[Place]:
        return (each for each in every(template) if each.resource.get("CapacityProviderConfig") is None)

    return Numbers(name, find)


def items(name: str, kind: str, path: str) -> Numbers:
    """The number of items of this list, in every resource of a type that has it."""

    def find(template: Template) -> Iterator[Place]:
        for resource in template.of_type(kind):
            if resource.get(*path.split("/")) is not None:
                yield at(resource, path, resource.count(*path.split("/")))

    return Numbers(name, find)


# --- AWS Lambda functions. The CloudFormation schema allows more in places (memory to 32,768 MB, timeouts to
# 5,400 seconds): those ranges belong to Lambda Managed Instances, not to ordinary functions.
_LAMBDA: Final = Service("Lambda", LAMBDA_QUOTAS_URL)
timeout_range = _LAMBDA.allows(
    "timeout-range",
    (1, 900),
    SECONDS,
    "timeout",
    of_functions("Timeout"),
    below="pass at least 1",
    above="split the work or use Step Functions",
)
memory_size_range = _LAMBDA.allows(
    "memory-size-range",
    (128, 10_240),
    MEGABYTES,
    "memory_size",
    of_functions("MemorySize"),
    above="split the work",
)
ephemeral_storage_range = _LAMBDA.allows(
    "ephemeral-storage-range",
    (512, 10_240),
    MEGABYTES,
    "ephemeral_storage_size",
    of_functions("EphemeralStorage/Size"),
    above="keep larger data in S3 or EFS",
)
layers_maximum = _LAMBDA.allows(
    "layers-maximum",
    (0, 5),
    "",
    "the number of layers",
    items("the number of Layers", FUNCTION, "Layers"),
    why="Lambda refuses the function. The layer of Lambda Insights counts too.",
    above="merge some of them",
)

# --- Amazon SQS queues
_SQS: Final = Service("SQS", SQS_QUEUE_URL)
visibility_timeout_range = _SQS.allows(
    "visibility-timeout-range",
    (0, 43_200),
    SECONDS,
    "visibility_timeout",
    numbers(QUEUE, "VisibilityTimeout"),
)
retention_range = _SQS.allows(
    "retention-range", (60, 1_209_600), SECONDS, "retention_period", numbers(QUEUE, "MessageRetentionPeriod")
)
