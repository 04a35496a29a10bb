"""The table, continued: rules that are mostly for templates, on runtimes, rights and features."""

from __future__ import annotations

from datetime import date

from lambda_constructs.rules import runtime
from tests.rules.case import accept, refuse

RUNTIME = (
    accept(runtime.runtime_deprecated, "python3.10", date(2026, 5, 3)),
    refuse(runtime.runtime_deprecated, "python3.10", date(2026, 5, 4)),
    refuse(runtime.runtime_deprecated, "python3.10", date(2026, 10, 31)),
    refuse(runtime.runtime_deprecated, "dotnet9", date(2030, 1, 1)),
    refuse(runtime.runtime_deprecated, "python3.14", date(2029, 6, 30)),
    accept(runtime.runtime_deprecated, "python3.10", date(2027, 2, 1)),
    accept(runtime.runtime_deprecated, "cobol1.0", date(2027, 2, 1)),
    accept(runtime.runtime_refused, "python3.10", date(2027, 1, 31)),
    refuse(runtime.runtime_refused, "python3.10", date(2027, 2, 1)),
)

CASES = (*RUNTIME,)
