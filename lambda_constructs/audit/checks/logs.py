"""The logs of functions: that they have a group of their own, and that it forgets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ...rules.log import log_group_missing, log_retention_missing
from ...template.targets import FUNCTION, function_of
from ...template.template import Resource, Template
from ...template.values import flat
from ...template.views import view
from ..findings import Findings

LOG_GROUP: Final = "AWS::Logs::LogGroup"
# What CDK sets the retention of a group with that Lambda made.
_RETENTION: Final = "Custom::LogRetention"
_PREFIX: Final = "/aws/lambda/"


def check(findings: Findings) -> None:
    """Check every function but those that CloudFormation alone invokes, at deployments."""
    template = findings.template
    named = _by_name(template)
    for function in template.of_type(FUNCTION):
        given = function.get("LoggingConfig", "LogGroup")
        group = _own(named, function) if given is None else template.referred(given)
        if given is None and function.id not in _handlers(template):
            findings.check(log_group_missing, function, "LoggingConfig", made=group is not None)
        if group is not None and group.type == LOG_GROUP:
            retention = group.get("RetentionInDays") is not None or _is_retained(template, group)
            findings.check(
                log_retention_missing, group, "RetentionInDays", retention=retention, about=[function]
            )


@view
def _handlers(template: Template) -> frozenset[str]:
    """The functions that custom resources are made by, by their logical ids."""
    tokens = (
        resource.get("ServiceToken") for resource in template.resources.values() if _is_custom(resource)
    )
    targets = (function_of(template, token) for token in tokens)
    return frozenset(target.function.id for target in targets if target is not None)


def _is_custom(resource: Resource) -> bool:
    return resource.type.startswith("Custom::") or resource.type == "AWS::CloudFormation::CustomResource"


@view
def _by_name(template: Template) -> Mapping[str, Resource]:
    """The log groups of the template by the names that they give, and what sets the retention of others."""
    groups = template.of_type(_RETENTION, LOG_GROUP)
    return {flat(name): group for group in groups if (name := group.get("LogGroupName")) is not None}


def _own(named: Mapping[str, Resource], function: Resource) -> Resource | None:
    """The group that Lambda writes to unless told otherwise."""
    by_reference = named.get(f"{_PREFIX}<{function.id}>")
    return by_reference or named.get(f"{_PREFIX}{flat(function.get('FunctionName'))}")


def _is_retained(template: Template, group: Resource) -> bool:
    return any(template.referred(each.get("LogGroupName")) is group for each in template.of_type(_RETENTION))
