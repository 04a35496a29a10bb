"""The rules about what users add beside our constructs: they are checked at every synthesis.

What our constructs set themselves is checked by their constructors. Not here, as it is an option of ours:
`function-url-public`.
"""

from __future__ import annotations

from typing import Final

from ...rules.alarm import alarm_after_rollout, alarm_dimensions, alarm_slow_for_rollout
from ...rules.alias import (
    alias_bypassed,
    dead_letter_config_with_rollout,
    permission_beside_alias,
    trigger_on_version,
)
from ...rules.asynchronous import async_settings_on_latest, async_settings_twice, async_without_failure_path
from ...rules.cognito import timeout_above_trigger
from ...rules.concurrency import (
    provisioned_above_reserved,
    provisioned_equals_reserved,
    provisioned_on_latest,
    provisioned_two_owners,
)
from ...rules.dead_letters import (
    dead_letter_loop,
    dead_letter_retention,
    dead_letter_retention_equal,
    fifo_mismatch,
    max_receive_count_low,
    no_dead_letter_queue,
)
from ...rules.destinations import (
    destination_fifo,
    destination_kind,
    destination_loop,
    target_without_dead_letter_queue,
)
from ...rules.event import recursive_trigger, recursive_trigger_possible
from ...rules.http import timeout_above_endpoint
from ...rules.log import log_retention_missing
from ...rules.permission import (
    function_policy_nearly_full,
    function_policy_size,
    function_url_permission,
    permission_public,
    permission_without_account,
    permission_without_source,
)
from ...rules.queue import queue_managed_key, queue_shared
from ...rules.queue_mapping import (
    max_concurrency_above_reserved,
    max_concurrency_missing,
    partial_batch_responses,
    reserved_concurrency_too_low,
)
from ...rules.role import role_administrator, role_administrator_policy, role_service_wildcard
from ...rules.rollout import rollout_alarms_maximum
from ...rules.rule import Rule
from ...rules.schedule import runs_overlap
from ...rules.stack import circular_dependency, stack_resources_maximum, stack_resources_near_maximum
from ...rules.stream import (
    parallelization_above_reserved,
    stream_batch_undivided,
    stream_without_destination,
    stream_without_end,
)
from ...rules.visibility_timeout import visibility_below_timeout

_TRIGGERS: Final = (
    alias_bypassed,
    permission_beside_alias,
    trigger_on_version,
    async_settings_on_latest,
    async_settings_twice,
    async_without_failure_path,
    timeout_above_trigger,
    recursive_trigger,
    recursive_trigger_possible,
    destination_fifo,
    destination_kind,
    destination_loop,
    target_without_dead_letter_queue,
    timeout_above_endpoint,
    runs_overlap,
)
_SOURCES: Final = (
    provisioned_above_reserved,
    provisioned_equals_reserved,
    provisioned_on_latest,
    provisioned_two_owners,
    max_concurrency_above_reserved,
    max_concurrency_missing,
    partial_batch_responses,
    reserved_concurrency_too_low,
    dead_letter_loop,
    dead_letter_retention,
    dead_letter_retention_equal,
    fifo_mismatch,
    max_receive_count_low,
    no_dead_letter_queue,
    queue_managed_key,
    queue_shared,
    visibility_below_timeout,
    parallelization_above_reserved,
    stream_batch_undivided,
    stream_without_destination,
    stream_without_end,
)
_SURROUNDINGS: Final = (
    alarm_after_rollout,
    alarm_dimensions,
    alarm_slow_for_rollout,
    dead_letter_config_with_rollout,
    log_retention_missing,
    function_policy_nearly_full,
    function_policy_size,
    function_url_permission,
    permission_public,
    permission_without_account,
    permission_without_source,
    role_administrator,
    role_administrator_policy,
    role_service_wildcard,
    rollout_alarms_maximum,
    circular_dependency,
    stack_resources_maximum,
    stack_resources_near_maximum,
)

BESIDE: Final[tuple[Rule[...], ...]] = (*_TRIGGERS, *_SOURCES, *_SURROUNDINGS)
