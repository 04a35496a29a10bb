"""The table, continued: what the rules for functions that the app defines itself accept and refuse."""

from __future__ import annotations

from lambda_constructs.rules import adopted
from lambda_constructs.rules.rule import Rule
from tests.rules.case import accept, refuse

# Asked only where the answer is already no: these rules accept nothing.
ALWAYS_REFUSE: tuple[Rule[...], ...] = (adopted.function_of_another_stack, adopted.alias_exists)

CASES = (
    accept(adopted.function_excludes, []),
    refuse(adopted.function_excludes, ["memory_size"]),
    refuse(adopted.function_excludes, ["code", "handler"]),
    refuse(adopted.function_of_another_stack, "Platform/Fn", "Platform"),
    refuse(adopted.alias_exists, "Shop/Fn", "Shop/Orders/Live"),
    accept(adopted.alias_twice, "live", 1),
    refuse(adopted.alias_twice, "live", 2),
    accept(adopted.adopted_version, "Shop/Fn", []),
    refuse(adopted.adopted_version, "Shop/Fn", ["Shop/First"]),
    accept(adopted.adopted_setting, "no_overlap", "reserved_concurrent_executions", 1, 1),
    refuse(adopted.adopted_setting, "no_overlap", "reserved_concurrent_executions", 2, 1),
    refuse(adopted.adopted_setting, "allow_recursion", "recursive_loop", None, "Allow"),
    accept(adopted.adopted_durable, events=False),
    refuse(adopted.adopted_durable, events=True),
    accept(adopted.adopted_architecture, "arm64"),
    refuse(adopted.adopted_architecture, "x86_64"),
    accept(adopted.adopted_memory_size, 129),
    refuse(adopted.adopted_memory_size, 128),
    accept(adopted.adopted_timeout, 4),
    refuse(adopted.adopted_timeout, 3),
    accept(adopted.adopted_log_format, "JSON"),
    refuse(adopted.adopted_log_format, "Text"),
    accept(adopted.adopted_managed_policy, []),
    refuse(adopted.adopted_managed_policy, ["service-role/AWSLambdaBasicExecutionRole"]),
)
