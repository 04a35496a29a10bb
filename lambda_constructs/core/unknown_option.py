"""The advice for an option that does not exist."""

from __future__ import annotations

import dataclasses
import inspect
import sys
from collections.abc import Mapping
from itertools import takewhile
from typing import Final

from ..rules.names import nearest
from .annotations import OptionTypes, kinds_of

_DEFINE_WITH_CDK: Final = (
    "to use an option that only CDK has, define the function with CDK and pass it as function="
)
_OF_EVENTS: Final = "to use it, use an EventHandler or a ScheduledJob"
_OF_PACKAGES: Final = "to use it, pass code=PythonCode(...), and handler='module.function'"
_API_NAME: Final = "an API is named after its stack and its path, so that no other API has its metrics"
# Options of CDK's functions and APIs that are not here; most others are like one of the options here.
_INSTEAD: Final = {
    "api_name": _API_NAME,
    "bundling": _OF_PACKAGES,
    "entry": _OF_PACKAGES,
    "events": "to use it, use the construct of the event source, such as SqsWorker or EventHandler",
    "function_name": _DEFINE_WITH_CDK,
    "index": _OF_PACKAGES,
    "log_retention_role": _DEFINE_WITH_CDK,
    "allow_all_outbound": "to use it, pass a security group with that setting as security_groups=",
    "dead_letter_queue": "to use it, pass on_failure= to an EventHandler or a ScheduledJob",
    "durable_config": "did you mean 'durable'?",
    "event": "to use it, pass source=EventRule(input=...)",
    "environment_encryption": "did you mean 'encryption_key'?",
    "initial_policy": "to use it, call add_to_role_policy(...) of the construct",
    "max_event_age": _OF_EVENTS,
    "metrics_config": "event metrics are always on",
    "on_failure": _OF_EVENTS,
    "params_and_secrets": "to use it, pass the extension as layers=, and the secrets as secrets=",
    "report_batch_item_failures": "partial batch responses are always on, where Lambda supports them",
    "rest_api_name": _API_NAME,
    "retry_attempts": _OF_EVENTS,
    "schedule": "to use it, use a ScheduledJob",
}
# Options of CDK's event sources, rules, schedules and APIs, by their names here.
_CALLED: Final = {
    **dict.fromkeys(("authentication_method", "secret"), "cluster"),
    **dict.fromkeys(("cors_preflight", "default_cors_preflight_options"), "cors"),
    **dict.fromkeys(("auth_type", "deploy_options", "domain_name", "endpoint_types"), "endpoint"),
    **dict.fromkeys(("group_name", "schedule_group"), "group"),
    **dict.fromkeys(("methods", "path", "proxy"), "routes"),
    **dict.fromkeys(("cron", "rate"), "schedule"),
    **dict.fromkeys(("event_bus", "event_pattern", "rule", "stream", "table"), "source"),
    "dead_letter_queue": "on_failure",
    "event": "input",
    "filter_criteria": "filters",
    "filter_encryption": "encryption_key",
    "on_failure": "dead_letter_queue",
    "retry_attempts": "max_receive_count",
    "rule_name": "schedule_name",
    "schedule_expression": "schedule",
    "state": "enabled",
    "time_window": "flexible_window",
}
_PLACE: Final = ("scope", "construct_id")


def advice_for(name: str, options: Mapping[str, OptionTypes]) -> str:
    """The advice for a name that is not an option."""
    if (called := _CALLED.get(name)) in options:
        return f"did you mean {called!r}?"
    # The options that all workloads have begin with `preset`.
    own = [each for each in takewhile(lambda each: each != "preset", options) if each not in _PLACE]
    holders = ((option, _holder(name, options[option])) for option in own)
    if held := next((f"{option}={holder}({name}=...)" for option, holder in holders if holder), ""):
        return f"to use it, pass {held}"
    if "function" in options and name in _INSTEAD:
        return _INSTEAD[name]
    longer = [each for each in options if name.lower() in each]
    if near := nearest(name, options) or min(longer, key=len, default=""):
        return f"did you mean {near!r}?"
    if "function" not in options:
        return f"it takes {', '.join(sorted(options))}"
    from aws_cdk import aws_lambda as lambda_  # noqa: PLC0415 - only for an error

    of_cdk = name in inspect.signature(lambda_.Function.__init__).parameters
    return (
        _DEFINE_WITH_CDK if of_cdk else f"it takes {', '.join([*own, 'the options of ProductionFunction'])}"
    )


def _holder(name: str, kinds: OptionTypes) -> str:
    """The dataclass that has a field of this name, among those that an option accepts; empty if none has."""
    for each in kinds:
        kind: type = getattr(sys.modules.get(each.known_as.rpartition(".")[0]), each.name, object)
        for of in (kind, *(() if kind is object else kind.__subclasses__())):
            if dataclasses.is_dataclass(of) and name in kinds_of(of):
                return of.__name__
    return ""
