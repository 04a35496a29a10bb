"""Limits that AWS documents and that the models of its APIs lack, or give for other kinds of a resource.

In the order of the tables: streams, functions and mappings, queues, rules, log groups.

    https://docs.aws.amazon.com/kinesis/latest/APIReference/API_IncreaseStreamRetentionPeriod.html
    https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from .violations import failed, number, outside, path_of

_VALUES: Final[Mapping[str, Mapping[str, tuple[int, int]]]] = {
    "AWS::Kinesis::Stream": {"RetentionPeriodHours": (24, 8760)},
    "AWS::Lambda::Function": {
        "EphemeralStorage.Size": (512, 10_240),
        "MemorySize": (128, 10_240),
        "Timeout": (1, 900),
    },
    "AWS::SQS::Queue": {
        "DelaySeconds": (0, 900),
        "KmsDataKeyReusePeriodSeconds": (60, 86_400),
        "MaximumMessageSize": (1024, 1_048_576),
        "MessageRetentionPeriod": (60, 1_209_600),
        "ReceiveMessageWaitTimeSeconds": (0, 20),
        "RedrivePolicy.maxReceiveCount": (1, 1000),
        "VisibilityTimeout": (0, 43_200),
    },
}
_LENGTHS: Final[Mapping[str, Mapping[str, tuple[int, int]]]] = {
    "AWS::Events::Rule": {"Targets": (0, 5)},
    "AWS::Lambda::EventSourceMapping": {"FilterCriteria.Filters": (0, 5)},
    "AWS::Lambda::Function": {"FunctionName": (1, 64), "Layers": (0, 5), "Tags": (0, 50)},
}
_RETENTIONS: Final = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
"""Days that a log group may keep its events."""


def exceeded(resource_type: str, properties: Mapping[str, Any]) -> Iterator[str]:
    """The errors of AWS for properties that are not within the limits of their type."""
    for path, limits in _VALUES.get(resource_type, {}).items():
        value, where = _at(properties, path)
        if (size := number(value)) is not None:
            yield from outside(value, size, where, "value", limits)
    for path, limits in _LENGTHS.get(resource_type, {}).items():
        value, where = _at(properties, path)
        if isinstance(value, (str, list, Mapping)):
            yield from outside(value, len(value), where, "length", limits)
    if resource_type == "AWS::Logs::LogGroup":
        days, where = _at(properties, "RetentionInDays")
        if days is not None and number(days) not in _RETENTIONS:
            yield failed(days, where, f"Member must satisfy enum value set: {list(_RETENTIONS)}")


def _at(properties: Mapping[str, Any], path: str) -> tuple[Any, str]:
    """The value at a path, whose names have another case in some APIs, and how AWS names it."""
    value: Any = properties
    where = ""
    for name in path.split("."):
        given = value.items() if isinstance(value, Mapping) else ()
        value = next((each for key, each in given if key.lower() == name.lower()), None)
        where = path_of(where, name)
    return value, where
