"""Rules for the logs of a function."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ..template.targets import FUNCTION, function_of
from ..template.template import Resource, Template
from ..template.trigger_kinds import EDGE
from ..template.triggers import triggers_by_function
from ..template.values import Unknown, flat
from ..template.views import view
from .names import first_of
from .rule import Place, Words, at, rule, texts, warning

_LEVEL_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html"
_RETENTION_URL: Final = (
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html"
)
LOG_FORMAT_DEFAULT: Final = "Text"  # _LEVEL_URL
LOG_LEVEL_DEFAULT: Final = "INFO"  # with JSON: _LEVEL_URL
_LEVELS: Final = ("ApplicationLogLevel", "SystemLogLevel")
# The levels from the most to the least verbose, and the name of loggers for one of them.
_VERBOSITY: Final = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
_OF_LOGGERS: Final = {"WARNING": "WARN"}
# The environment variables that Powertools reads, and many other loggers.
LEVEL_KEYS: Final = ("POWERTOOLS_LOG_LEVEL", "LOG_LEVEL")
_GROUP: Final = "AWS::Logs::LogGroup"
# The custom resource of CDK that sets the retention of a group that Lambda created.
_CDK_RETENTION: Final = "Custom::LogRetention"
_CUSTOM: Final = ("Custom::", "AWS::CloudFormation::CustomResource")
_PREFIX: Final = "/aws/lambda/"
LOG_FILTER_MAXIMUM: Final = 1_024  # characters: botocore, logs FilterPattern
_QUOTED: Final = re.compile(r'"(\\.|[^"\\])*"|%[^%]*%')
_STANDARD: Final = "STANDARD"
_FORMS: Final = {"{": "}", "[": "]"}


@rule(why="Lambda refuses the function: it filters logs by level only if they are JSON.", source=_LEVEL_URL)
def log_level_without_json(_: Words, log_format: str, levels: str) -> str | None:
    """Log levels need the log format JSON."""
    if not levels or log_format == "JSON":
        return None
    return f"LogFormat is {log_format} together with {levels}; set it to JSON or leave the levels out"


@log_level_without_json.in_template
def _(template: Template) -> Iterator[Place]:
    for function in template.of_type(FUNCTION):
        levels = [level for level in _LEVELS if function.get("LoggingConfig", level) is not None]
        given = [function.given("LoggingConfig", level) for level in levels]
        unknown = next((each for each in given if isinstance(each, Unknown)), None)
        log_format = function.text("LoggingConfig", "LogFormat")
        if levels and log_format != "JSON":
            written = LOG_FORMAT_DEFAULT if log_format is None else log_format
            yield at(function, "LoggingConfig", written, unknown or " and ".join(levels))


@warning(
    why="Lambda drops all logs below the application log level, whatever the logger is set to.",
    source=_LEVEL_URL,
)
def log_level_dropped(words: Words, key: str, level: str, lowest: str) -> str | None:
    """The level of the logger is not more verbose than the application log level."""
    wanted = _OF_LOGGERS.get(level.upper(), level.upper())
    if not {wanted, lowest} <= {*_VERBOSITY} or _VERBOSITY.index(wanted) >= _VERBOSITY.index(lowest):
        return None
    fix = words(
        f"pass application_log_level=ApplicationLogLevel.{wanted}", f"set ApplicationLogLevel to {wanted}"
    )
    return f"environment {key!r} is {level}, but Lambda drops logs below {lowest}; {fix}"


@log_level_dropped.in_template
def _(template: Template) -> Iterator[Place]:
    for function in template.of_type(FUNCTION):
        lowest = function.text("LoggingConfig", "ApplicationLogLevel") or LOG_LEVEL_DEFAULT
        for key in LEVEL_KEYS if function.text("LoggingConfig", "LogFormat") == "JSON" else ():
            if (level := function.text("Environment", "Variables", key)) is not None:
                yield at(function, f"Environment/Variables/{key}", key, level, lowest)


@warning(why="Logs are kept, and paid for, forever.", source=_RETENTION_URL)
def log_retention_missing(words: Words, *, retention: bool, others: Sequence[str] = ()) -> str | None:
    """Logs expire."""
    if retention:
        return None
    fix = words("choose a finite retention", "set RetentionInDays")
    more = f", like {first_of(others)}," if others else ""
    return f"the log group{more} keeps its events forever; {fix}"


@log_retention_missing.in_template
def _(template: Template) -> Iterator[Place]:
    """One finding for all log groups, at the first of them."""
    forever: dict[Resource, Resource] = {}
    for function in template.of_type(FUNCTION):
        given = function.get("LoggingConfig", "LogGroup")
        group = _default_group(template, function) if given is None else template.referred(given)
        if group is not None and group.type == _GROUP:
            expires = group.get("RetentionInDays") is not None or _is_retained(template, group)
            if not expires:
                forever.setdefault(group, function)
    if forever:
        first, *others = forever
        paths = [group.path for group in others]
        about = [*forever.values(), *others]
        yield at(first, "RetentionInDays", retention=False, others=paths, about=about)


@warning(
    why="Lambda then creates the log group: it never expires, is not encrypted with your own key, and stays "
    "when you delete the stack.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html",
)
def log_group_missing(_: Words, functions: Sequence[str]) -> str | None:
    """The template has the log groups of its functions."""
    if not functions:
        return None
    return (
        f"the template has no log group for {first_of(functions)}; add one with RetentionInDays, and name "
        "it in LoggingConfig"
    )


@log_group_missing.in_template
def _(template: Template) -> Iterator[Place]:
    """One finding for all functions, at the first of them; those of Lambda@Edge log in other regions too."""
    without = [
        function
        for function in template.of_type(FUNCTION)
        if function.get("LoggingConfig", "LogGroup") is None
        and function.id not in _of_custom_resources(template)
        and not any(each.name == EDGE for each in triggers_by_function(template).get(function.id, ()))
        and _default_group(template, function) is None
    ]
    if without:
        paths = [function.path for function in without]
        yield at(without[0], "LoggingConfig", paths, about=without[1:])


@view
def _of_custom_resources(template: Template) -> frozenset[str]:
    """The functions of custom resources, by their logical ids: they log little."""
    resources = template.resources.values()
    tokens = (each.get("ServiceToken") for each in resources if each.type.startswith(_CUSTOM))
    targets = (function_of(template, token) for token in tokens)
    return frozenset(target.function.id for target in targets if target is not None)


@view
def _groups_by_name(template: Template) -> Mapping[str, Resource]:
    """The log groups with a name, and the custom resources that set the retention of one, by that name."""
    groups = template.of_type(_CDK_RETENTION, _GROUP)
    return {flat(name): group for group in groups if (name := group.get("LogGroupName")) is not None}


def _default_group(template: Template, function: Resource) -> Resource | None:
    """The log group that Lambda writes to by default."""
    named = _groups_by_name(template)
    by_reference = named.get(f"{_PREFIX}<{function.id}>")
    return by_reference or named.get(f"{_PREFIX}{flat(function.get('FunctionName'))}")


def _is_retained(template: Template, group: Resource) -> bool:
    setters = template.of_type(_CDK_RETENTION)
    return any(template.referred(each.get("LogGroupName")) is group for each in setters)


@rule(
    why="CloudWatch Logs refuses the subscription filter.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html",
    names={"pattern": ("source.filter_pattern", "FilterPattern")},
)
def log_filter_pattern(words: Words, pattern: str) -> str | None:
    """At most 1,024 characters, with closed quotes, braces and brackets."""
    if len(pattern) > LOG_FILTER_MAXIMUM:
        return (
            f"{words.pattern} has {len(pattern)} characters, CloudWatch Logs allows {LOG_FILTER_MAXIMUM}; "
            "shorten it"
        )
    plain = _QUOTED.sub("_", pattern).strip()
    if '"' in plain:
        fault = "a quote"
    elif (closes := _FORMS.get(plain[:1])) is not None and (len(plain) == 1 or plain[-1] != closes):
        fault = f"a {plain[0]}"
    elif plain.count("(") != plain.count(")") and plain[:1] == "{":
        fault = "a bracket"
    else:
        return None
    return f"{words.pattern} is {pattern!r}, with {fault} that is not closed; close it"


log_filter_pattern.in_template(texts("AWS::Logs::SubscriptionFilter", "FilterPattern"))


@rule(
    why="CloudWatch Logs refuses the subscription filter.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html",
)
def log_group_class(words: Words, group: str, log_class: str) -> str | None:
    """Only log groups of the standard class have subscription filters."""
    if log_class == _STANDARD:
        return None
    option = words("log_group_class", "LogGroupClass")
    return (
        f"log group {group} is of the class {log_class}, without subscriptions; set {option} to {_STANDARD}"
    )


@log_group_class.in_template
def _(template: Template) -> Iterator[Place]:
    for each in template.of_type("AWS::Logs::SubscriptionFilter"):
        group = template.referred(each.get("LogGroupName"))
        log_class = None if group is None else group.get("LogGroupClass")
        if group is not None and isinstance(log_class, str):
            yield at(each, "LogGroupName", group.path, log_class, about=[group])
