"""The rules about what users add beside our constructs: they are checked at every synthesis.

What our constructs set themselves is checked by their constructors. Not here, as it is an option of ours:
`function-url-public`.
"""

from __future__ import annotations

from typing import Final

from ...rules import (
    alarm,
    alias,
    asynchronous,
    cognito,
    concurrency,
    event,
    failures,
    http,
    log,
    mapping,
    permission,
    queue,
    role,
    rollout,
    schedule,
    stack,
    stream,
)
from ...rules.rule import Rule

_TRIGGERS: Final = (
    alias.alias_bypassed,
    alias.permission_beside_alias,
    alias.trigger_on_version,
    asynchronous.async_settings_on_latest,
    asynchronous.async_settings_twice,
    asynchronous.async_without_failure_path,
    cognito.timeout_above_trigger,
    event.recursive_trigger,
    event.recursive_trigger_possible,
    failures.destination_fifo,
    failures.destination_kind,
    failures.destination_loop,
    failures.target_without_dead_letter_queue,
    http.timeout_above_endpoint,
    schedule.runs_overlap,
)
_SOURCES: Final = (
    concurrency.provisioned_above_reserved,
    concurrency.provisioned_equals_reserved,
    concurrency.provisioned_on_latest,
    concurrency.provisioned_two_owners,
    mapping.max_concurrency_above_reserved,
    mapping.max_concurrency_missing,
    mapping.partial_batch_responses,
    mapping.reserved_concurrency_too_low,
    queue.dead_letter_loop,
    queue.dead_letter_retention,
    queue.dead_letter_retention_equal,
    queue.fifo_mismatch,
    queue.max_receive_count_low,
    queue.no_dead_letter_queue,
    queue.queue_managed_key,
    queue.queue_shared,
    queue.visibility_below_timeout,
    stream.parallelization_above_reserved,
    stream.stream_batch_undivided,
    stream.stream_without_destination,
    stream.stream_without_end,
)
_SURROUNDINGS: Final = (
    alarm.alarm_after_rollout,
    alarm.alarm_dimensions,
    alarm.alarm_slow_for_rollout,
    alias.dead_letter_config_with_rollout,
    log.log_retention_missing,
    permission.function_policy_nearly_full,
    permission.function_policy_size,
    permission.function_url_permission,
    permission.permission_public,
    permission.permission_without_account,
    permission.permission_without_source,
    role.role_administrator,
    role.role_administrator_policy,
    role.role_service_wildcard,
    rollout.rollout_alarms_maximum,
    stack.circular_dependency,
    stack.stack_resources_maximum,
    stack.stack_resources_near_maximum,
)

BESIDE: Final[tuple[Rule[...], ...]] = (*_TRIGGERS, *_SOURCES, *_SURROUNDINGS)
