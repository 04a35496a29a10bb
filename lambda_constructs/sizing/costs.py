"""The monthly bills of the workloads of an app."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from ..template.template import value_at
from .assembly import Deployed
from .json_values import whole
from .prices import FREE_STORAGE, MONTH_SECONDS, MonthlyCost, Prices, monthly_cost
from .traffic import Traffic

PARTS: Final = (
    "requests",
    "duration",
    "INIT",
    "storage",
    "SnapStart",
    "provisioned",
    "queues",
    "logs",
    "alarms",
)
# A mapping polls a standard queue with five connections, each of which waits up to 20 seconds for messages:
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
_EMPTY_RECEIVES: Final = 5 * MONTH_SECONDS / 20
_GIGABYTE: Final = 2**30
# Resources that cost nothing by themselves, or that a part above counts.
_COUNTED: Final = (
    *("AWS::ApplicationAutoScaling::", "AWS::CDK::", "AWS::CloudWatch::Alarm", "AWS::CodeDeploy::"),
    *("AWS::IAM::", "AWS::Lambda::", "AWS::Logs::LogGroup", "AWS::SQS::"),
)


def workload_costs(
    function: Deployed, traffic: Traffic, price: Prices, *, billed_ms: float | None
) -> tuple[MonthlyCost, ...]:
    """The bills for low, expected and high traffic; the mean billed duration is None if it is unknown."""
    least, most = _provisioned(function)
    billed = billed_ms if traffic.billed_ms is None else traffic.billed_ms
    return tuple(
        _cost(function, traffic, price, requests=requests, billed_ms=billed, environments=environments)
        for requests, environments in zip(traffic.requests, (least, least, most), strict=True)
    )


def _cost(
    function: Deployed,
    traffic: Traffic,
    price: Prices,
    *,
    requests: float,
    billed_ms: float | None,
    environments: int,
) -> MonthlyCost:
    unknown: list[str] = []
    parts: dict[str, float] = {}
    memory_size = function.memory_size
    if memory_size is None:
        unknown.append("duration: MemorySize is known only at deployment")
    if billed_ms is None:
        unknown.append("duration: write billed_ms into the traffic, or pass a profile with --measurements")
    bill = monthly_cost(
        price,
        requests=requests,
        memory_size=memory_size or 0,
        billed_ms=billed_ms or 0.0,
        init_ms=min(traffic.init_ms or 0.0, billed_ms or 0.0),
        storage=whole(function.function.integer("EphemeralStorage", "Size", default=0)) or FREE_STORAGE,
        cached_versions=_snapshots(function),
        environments=environments,
        provisioned_share=1.0 if environments else 0.0,
    )
    parts |= bill.parts
    if unknown:
        del parts["duration"], parts["INIT"]
    lacking = list(bill.unknown)
    for part, name, amount in _others(function, traffic, requests):
        if name in price.extras:
            parts[part] = amount * price.extras[name]
        elif amount:
            lacking.append(part)
    if traffic.log_bytes is None:
        unknown.append("logs: write log_bytes into the traffic")
    lacking = list(dict.fromkeys(lacking))
    for part in lacking:
        parts.pop(part, None)
    unknown += [f"{part}: its price in this region is not known, pass --prices" for part in lacking]
    return MonthlyCost(parts=parts, unknown=tuple(unknown))


def _others(function: Deployed, traffic: Traffic, requests: float) -> Iterator[tuple[str, str, float]]:
    """The parts that are not Lambda's: each with the name of its price and the amount."""
    queue = function.resource("queue")
    if queue is not None:
        fifo = queue.flag("FifoQueue") is True
        messages = requests * traffic.messages_per_request
        yield "queues", "fifo queue" if fifo else "queue", messages + 2 * requests + _EMPTY_RECEIVES
    if traffic.log_bytes is not None:
        yield "logs", "log ingestion", requests * traffic.log_bytes / _GIGABYTE
    yield "alarms", "alarm", _alarm_metrics(function)


def _provisioned(function: Deployed) -> tuple[int, int]:
    """The provisioned environments of the alias: as deployed, and as many as scaling adds at most."""
    alias = function.resource("alias")
    name = ("ProvisionedConcurrencyConfig", "ProvisionedConcurrentExecutions")
    least = 0 if alias is None else whole(alias.integer(*name, default=0)) or 0
    targets = function.referring("AWS::ApplicationAutoScaling::ScalableTarget")
    return least, max((least, *(whole(target.integer("MaxCapacity", default=0)) or 0 for target in targets)))


def _snapshots(function: Deployed) -> int:
    """Versions with a cached snapshot that AWS bills: those of Java are free."""
    applied = function.function.get("SnapStart", "ApplyOn") == "PublishedVersions"
    return int(applied and not str(function.function.get("Runtime")).startswith("java"))


def _alarm_metrics(function: Deployed) -> int:
    """The metrics of all alarms on the workload."""
    return sum(
        sum(value_at(metric, "MetricStat") is not None for metric in alarm.items("Metrics")) or 1
        for alarm in function.referring("AWS::CloudWatch::Alarm")
    )


def not_counted(functions: Iterable[Deployed]) -> dict[str, int]:
    """The types of resources that may cost something and are in no part, and how many there are of each."""
    templates = {id(each.template): each.template for each in functions}
    types = (resource.type for template in templates.values() for resource in template.resources.values())
    return dict(sorted(Counter(each for each in types if not each.startswith(_COUNTED)).items()))
