"""Functions by themselves: their size, their logs, their layers."""

from __future__ import annotations

from ...rules import limits
from ...rules.function import (
    description_length,
    handler_form,
    inline_code_runtime,
    layer_incompatible,
    layers_maximum,
    log_level_without_json,
)
from ...template.targets import FUNCTION
from ...template.template import Resource
from ...template.values import Unknown, Value, is_known
from ..findings import Findings

_LAYER = "AWS::Lambda::LayerVersion"
_LEVELS = ("ApplicationLogLevel", "SystemLogLevel")


def check(findings: Findings) -> None:
    """Check every function of the template."""
    for function in findings.template.of_type(FUNCTION):
        _check_texts(findings, function)
        _check_layers(findings, function)


def _check_texts(findings: Findings, function: Resource) -> None:
    description = function.get("Description")
    if isinstance(description, str):
        findings.check(description_length, function, "Description", description)
    handler = function.text("Handler")
    if handler is not None:
        findings.check(handler_form, function, "Handler", handler)
    runtime = function.text("Runtime")
    if runtime is not None and function.get("Code", "ZipFile") is not None:
        supported = isinstance(runtime, str) and runtime.startswith(limits.INLINE_CODE_RUNTIMES)
        findings.check(inline_code_runtime, function, "Code/ZipFile", runtime, supported=supported)
    log_format = function.text("LoggingConfig", "LogFormat")
    if log_format is None:
        log_format = limits.LOG_FORMAT_DEFAULT
    levels = [level for level in _LEVELS if function.get("LoggingConfig", level) is not None]
    given = (function.given("LoggingConfig", level) for level in levels)
    unknown = next((each for each in given if isinstance(each, Unknown)), None)
    if levels and log_format != "JSON":
        findings.check(
            log_level_without_json,
            function,
            "LoggingConfig",
            log_format,
            unknown or " and ".join(levels),
        )


def _check_layers(findings: Findings, function: Resource) -> None:
    findings.check(layers_maximum, function, "Layers", function.count("Layers"))
    architecture = function.text("Architectures", 0)
    if architecture is None:
        architecture = limits.ARCHITECTURE_DEFAULT
    for index, value in enumerate(function.items("Layers")):
        layer = findings.template.referred(value)
        if layer is None or layer.type != _LAYER:
            continue
        location = f"Layers/{index}"
        for needed, declared in (
            (function.text("Runtime"), _declared(layer.get("CompatibleRuntimes"))),
            (architecture, _declared(layer.get("CompatibleArchitectures"))),
        ):
            if needed is not None and declared:
                findings.check(
                    layer_incompatible, function, location, layer.id, needed, declared, about=[layer]
                )


def _declared(value: Value) -> list[str] | Unknown:
    """What a layer says it is made for; nothing if it says nothing."""
    if isinstance(value, list) and is_known(value):
        return [str(each) for each in value]
    return [] if value is None else Unknown("what the layer is made for")
