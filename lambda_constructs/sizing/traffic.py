"""Traffic by workload, which a user writes down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .advice import check, refuse
from .files import File, StrPath
from .json_values import Json, is_number, shown
from .rules.arguments import sizing_argument
from .rules.measurement import DURATION_MAXIMUM
from .rules.report import traffic_form

_REQUESTS_MAXIMUM: Final = 1e13
_BYTES_MAXIMUM: Final = 1e9
# The numbers that a workload may have, each with its maximum.
_NUMBERS: Final = {
    "billed_ms": DURATION_MAXIMUM,
    "init_ms": DURATION_MAXIMUM,
    "messages_per_request": 10_000.0,
    "log_bytes": _BYTES_MAXIMUM,
}


@dataclass(frozen=True, kw_only=True)
class Traffic:
    """The traffic of a workload."""

    requests: tuple[float, float, float]  # invocations in a month: low, expected and high
    # Mean billed duration, with initializations; ms, None if a measurement has to say it
    billed_ms: float | None = None
    init_ms: float | None = None  # how much of it initializations are, on average over all invocations; ms
    messages_per_request: float = 1.0  # messages of a queue in a batch
    log_bytes: float | None = None  # what an invocation logs; bytes, None if it is unknown


def read_traffic(path: StrPath) -> dict[str, Traffic]:
    """The traffic of an app in a JSON file: by the path of each workload, the fields of `Traffic`."""
    file = File(path)
    value = file.json(traffic_form)
    if not isinstance(value, dict) or not value:
        refuse(file.name, traffic_form, f"it is {shown(value)}")
    return {workload: _traffic(file.name, workload, each) for workload, each in value.items()}


def _traffic(name: str, workload: str, value: Json) -> Traffic:
    if not isinstance(value, dict) or "requests" not in value:
        refuse(name, traffic_form, f"{workload} has no requests")
    unknown = value.keys() - {"requests", *_NUMBERS}
    if unknown:
        refuse(name, traffic_form, f"{workload} has {min(unknown)}, which is not known")
    requests = value["requests"]
    listed = requests if isinstance(requests, list) else [requests] * 3
    if len(listed) != 3 or not all(is_number(each) for each in listed):
        refuse(name, traffic_form, f"the requests of {workload} are not one number or three")
    for number in listed:
        check(name, sizing_argument, f"requests of {workload}", number, 0, _REQUESTS_MAXIMUM)
    numbers = [float(each) for each in listed if is_number(each)]
    others = {key: value[key] for key in _NUMBERS if key in value}
    for key, other in others.items():
        check(name, sizing_argument, f"{key} of {workload}", other, 0, _NUMBERS[key])
    low, expected, high = sorted(numbers)
    known = {key: float(number) for key, number in others.items() if is_number(number)}
    return Traffic(requests=(low, expected, high), **known)
