"""Functions by themselves: AWS's limits."""

from __future__ import annotations

from ...rules import limits
from ...rules.checks import function as rules
from ..findings import Findings
from ..targets import FUNCTION
from ..template import Resource


def check(findings: Findings) -> None:
    """Check every function of the template."""
    for function in findings.template.of_type(FUNCTION):
        _check_size(findings, function)


def _check_size(findings: Findings, function: Resource) -> None:
    memory = function.integer("MemorySize", default=limits.MEMORY_SIZE_DEFAULT)
    findings.check(rules.memory_size_range, function, "MemorySize", memory)
    timeout = function.integer("Timeout", default=limits.TIMEOUT_DEFAULT)
    findings.check(rules.timeout_range, function, "Timeout", timeout)
    layers = len(function.items("Layers"))
    findings.check(rules.layers_maximum, function, "Layers", layers)
