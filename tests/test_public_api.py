"""The public names, and that their docstrings tell the truth about every keyword and its default."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
import textwrap
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest
from constructs import Construct

from lambda_constructs import FunctionOptions, ProductionFunction, PythonCode
from lambda_constructs.rules import defaults

PACKAGE: Final[Any] = import_module("lambda_constructs")
STUB: Final = ast.parse(Path(PACKAGE.__file__).with_suffix(".pyi").read_text())
CLASSES: Final = [getattr(PACKAGE, name) for name in PACKAGE.__all__]
CONSTRUCTS: Final = [kind for kind in CLASSES if isinstance(kind, type) and issubclass(kind, Construct)]
# The exception is not made by users, and the TypedDict's keys are described where they arrive.
BY_KEYWORD: Final = [kind for kind in CLASSES if kind in CONSTRUCTS or dataclasses.is_dataclass(kind)]
# Without them Lambda has no function.
BASICS: Final = ("code", "handler", "runtime")
# A project is known by its path.
PATH: Final = {"path": inspect.Parameter.POSITIONAL_OR_KEYWORD}
# What computes sizes is used without CDK, and has plain defaults.
SIZING: Final = "lambda_constructs.sizing"
HOURS, DAYS = 3_600, 86_400
# How docstrings write the constants of rules/defaults.py.
WRITTEN: Final[dict[str, dict[str, str]]] = {
    "ProductionFunction": {
        "memory_size": f"{defaults.MEMORY_SIZE}",
        "timeout": f"{defaults.TIMEOUT} seconds",
        "rollout": f"`Canary()`, {defaults.CANARY_PERCENTAGE} percent for "
        f"{defaults.CANARY_INTERVAL_MINUTES} minutes",
    },
    "SqsWorker": {
        "retention_period": f"{defaults.QUEUE_RETENTION // DAYS} days",
        "dead_letter_queue": f"a new one that keeps them for {defaults.DEAD_LETTER_RETENTION // DAYS} days",
        "max_receive_count": f"{defaults.MAX_RECEIVE_COUNT}",
        "batch_size": f"{defaults.BATCH_SIZE}",
    },
    "StreamConsumer": {
        "batch_size": f"{defaults.STREAM_BATCH_SIZE}",
        "retry_attempts": f"{defaults.STREAM_RETRY_ATTEMPTS}",
        "max_record_age": f"{defaults.MAX_RECORD_AGE // HOURS} hours",
    },
    "KafkaConsumer": {
        "batch_size": f"{defaults.STREAM_BATCH_SIZE}",
        "retry_attempts": f"{defaults.STREAM_RETRY_ATTEMPTS}",
        "offset_lag_threshold": f"{defaults.OFFSET_LAG_BATCHES} batches",
    },
    "KafkaPollers": {"minimum": f"{defaults.KAFKA_POLLERS_MINIMUM}"},
    "SaslScram": {"hash_size": f"{defaults.SCRAM_HASH_SIZE}"},
    "MqConsumer": {
        "batch_size": f"{defaults.BROKER_BATCH_SIZE}",
        "dead_letter_queue_name": defaults.ACTIVE_MQ_DEAD_LETTER_QUEUE,
    },
    "RabbitMqBroker": {"virtual_host": defaults.VIRTUAL_HOST},
    "EventHandler": {
        "retry_attempts": f"{defaults.RETRY_ATTEMPTS}",
        "max_event_age": f"{defaults.MAX_EVENT_AGE // HOURS} hours",
    },
    "ScheduledJob": {
        "retry_attempts": f"{defaults.RETRY_ATTEMPTS}",
        "max_event_age": f"{defaults.MAX_EVENT_AGE // HOURS} hours",
    },
    "Canary": {
        "percentage": f"{defaults.CANARY_PERCENTAGE}",
        "interval": f"{defaults.CANARY_INTERVAL_MINUTES} minutes",
    },
    "Linear": {
        "percentage": f"{defaults.LINEAR_PERCENTAGE}",
        "interval": f"{defaults.LINEAR_INTERVAL_MINUTES} minute",
    },
    "ProvisionedConcurrency": {"target_utilization": f"{defaults.TARGET_UTILIZATION}"},
    "BusinessHours": {
        "opens": f"{defaults.BUSINESS_OPENS}",
        "closes": f"{defaults.BUSINESS_CLOSES}",
        "week_days": defaults.BUSINESS_WEEK_DAYS,
    },
    "Alarms": {
        "failed_events_percentage": "half of the share that the rollout's first step shifts, so "
        f"{defaults.FAILED_EVENTS_SHARE_OF_CANARY * defaults.CANARY_PERCENTAGE:g} with `Canary()`; "
        f"{defaults.FAILED_EVENTS_PERCENTAGE:g} with `AllAtOnce()`",
        "iterator_age_threshold": f"{defaults.ITERATOR_AGE // 60} minutes",
    },
}


def parameters(kind: type) -> list[inspect.Parameter]:
    """The public parameters of a class but `self`; jsii's metaclass hides them from its signature."""
    found = list(inspect.signature(kind.__init__).parameters.values())[1:]  # type: ignore[misc]
    return [each for each in found if not each.name.startswith("_")]


def keywords(kind: type) -> dict[str, bool]:
    """The options of a class in their order, and whether each is required."""
    found = {
        each.name: each.default is inspect.Parameter.empty
        for each in parameters(kind)
        if each.kind is inspect.Parameter.KEYWORD_ONLY
    }
    if kind is ProductionFunction:
        found |= {name: name in BASICS for name in FunctionOptions.__annotations__}
    return found


def section(kind: type, title: str) -> dict[str, str]:
    """The entries of a section of the docstring, each joined to one line."""
    found = re.search(
        rf"^{title}:\n((?: {{4}}.*\n?|\n)*)", inspect.cleandoc(kind.__doc__ or ""), re.MULTILINE
    )
    assert found is not None, f"{kind.__name__} has no section {title}"
    entries: dict[str, str] = {}
    for entry in re.split(r"\n(?=\S)", textwrap.dedent(found[1]).strip()):
        name, _, description = entry.partition(":")
        entries[name] = " ".join(description.split())
    return entries


def documented_default(kind: type, name: str) -> str:
    """The default that a docstring states; empty if it states none."""
    return section(kind, "Args")[name].partition(" Default: ")[2]


def test_public_names_are_sorted_and_each_is_in_the_stub_once() -> None:
    imports = [statement for statement in STUB.body if isinstance(statement, ast.ImportFrom)]
    seen = {alias.name: f".{each.module}" for each in imports for alias in each.names}

    assert sorted(PACKAGE.__all__) == PACKAGE.__all__
    assert len(imports) == len(STUB.body) == len(seen)
    assert seen == PACKAGE._MODULES
    assert {*PACKAGE.__all__, "__version__"} == seen.keys() == set(dir(PACKAGE))
    assert all(alias.asname == alias.name for each in imports for alias in each.names)


def test_public_names_are_those_of_what_they_resolve_to() -> None:
    for name in PACKAGE.__all__:
        found = getattr(PACKAGE, name)
        if isinstance(found, type):
            known = (found.__name__, found.__module__)
            assert known == (name, f"{PACKAGE.__name__}{PACKAGE._MODULES[name]}")


@pytest.mark.parametrize("name", ["SqsWorkers", "MqConsumers", "__path_of_nothing__"])
def test_unknown_name_is_an_attribute_error(name: str) -> None:
    with pytest.raises(AttributeError, match=f"module 'lambda_constructs' has no attribute '{name}'"):
        getattr(PACKAGE, name)


def test_takes_all_options_by_keyword_and_only_scope_and_id_by_position() -> None:
    for kind in BY_KEYWORD:
        by_position = {
            each.name: each.kind
            for each in parameters(kind)
            if each.kind not in (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD)
        }
        names = ["scope", "construct_id"] if kind in CONSTRUCTS else []
        expected = dict.fromkeys(names, inspect.Parameter.POSITIONAL_ONLY)
        assert by_position == (PATH if kind is PythonCode else expected), kind


def test_every_option_that_may_be_left_out_may_be_none_and_is_by_default() -> None:
    for kind in BY_KEYWORD:
        for each in parameters(kind):
            if kind.__module__.startswith(SIZING) and each.default not in (inspect.Parameter.empty, None):
                assert documented_default(kind, each.name).startswith(str(each.default)), (kind, each)
            elif each.default is not inspect.Parameter.empty:
                assert each.default is None, (kind, each)
                assert "None" in str(each.annotation), (kind, each)
    for name, annotation in FunctionOptions.__annotations__.items():
        assert "None" in str(annotation), name


def test_docstring_names_every_keyword_and_no_other_in_the_order_of_the_signature() -> None:
    for kind in BY_KEYWORD:
        signature = [*(PATH if kind is PythonCode else ()), *keywords(kind)]
        if issubclass(kind, ProductionFunction) and kind is not ProductionFunction:
            signature.append("**function")
        assert signature == (list(section(kind, "Args")) if signature else []), kind


def test_docstring_states_the_default_of_what_may_be_left_out_and_of_nothing_else() -> None:
    for kind in BY_KEYWORD:
        for name, required in keywords(kind).items():
            documented = documented_default(kind, name)
            assert section(kind, "Args")[name], (kind, name)
            assert bool(documented) is not required, (kind, name, documented)
            assert not documented.startswith("None"), (kind, name, documented)


def test_docstring_states_the_default_that_the_constant_holds() -> None:
    for kind in BY_KEYWORD:
        for name, written in WRITTEN.get(kind.__name__, {}).items():
            documented = documented_default(kind, name)
            assert re.match(rf"{re.escape(written)}(?!\w)", documented), (kind, name, documented, written)


def test_docstring_names_every_public_attribute_of_a_construct_and_no_other() -> None:
    for kind in CONSTRUCTS:
        assigned = {
            node.attr
            for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(kind))))
            if isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and ast.unparse(node.value) == "self"
            and not node.attr.startswith("_")
        }
        properties = {
            name
            for name, value in vars(kind).items()
            if isinstance(value, property) and not name.startswith("_")
        }
        attributes = assigned | properties - {"grant_principal"}
        assert attributes == section(kind, "Attributes").keys(), kind
