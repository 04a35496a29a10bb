"""Derived values hold what their consumers rely on, over their whole range."""

from __future__ import annotations

import json
import re
from itertools import product
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from lambda_constructs.rules import (
    alarm,
    dead_letters,
    defaults,
    derive,
    ranges,
    ranges_events,
    ranges_mapping,
    rollout,
    stack,
    visibility_timeout,
)
from lambda_constructs.rules.rollout_plan import RolloutPlan
from tests.for_each import for_each

TIMEOUTS = st.integers(ranges.timeout_range.low, ranges.timeout_range.high)
WINDOWS = st.integers(0, ranges_mapping.source_batching_window.high)
PERCENTAGES = range(
    ranges_events.rollout_percentage_range.low, ranges_events.rollout_percentage_range.high + 1
)
RETENTIONS = st.integers(ranges.retention_range.low, ranges.retention_range.high)
CONSTRUCT_IDS = st.text(st.characters(exclude_characters="/", codec="ascii"), min_size=1, max_size=60)
PATHS = st.lists(CONSTRUCT_IDS, min_size=1, max_size=8).map("/".join)
SUFFIXES = st.from_regex(r"[A-Z][A-Za-z]{0,30}", fullmatch=True)

# The same examples in every run, and no deadline: the machine may be busy.


def test_visibility_timeout_is_six_timeouts_and_the_batching_window() -> None:
    assert derive.visibility_timeout(30, 0) == 180
    assert derive.visibility_timeout(900, 300) == 5700


@given(TIMEOUTS, WINDOWS)
def test_visibility_timeout_passes_the_rules_on_it_and_no_shorter_one_does(timeout: int, window: int) -> None:
    derived = derive.visibility_timeout(timeout, window)

    assert ranges.visibility_timeout_range(derived) is None
    assert visibility_timeout.visibility_below_timeout(derived, timeout=timeout, window=window) is None
    assert visibility_timeout.visibility_below_timeout(derived - 1, timeout=timeout, window=window)


def test_message_age_is_what_all_deliveries_and_one_more_take() -> None:
    assert derive.message_age(180, 5, dead_letters.RETENTION_DEFAULT) == 1080


def test_message_age_leaves_half_of_the_retention_to_react() -> None:
    assert derive.message_age(43_200, 5, dead_letters.RETENTION_DEFAULT) == 172_800
    assert derive.message_age(180, 5, 61) == 30


@given(st.integers(1, ranges.visibility_timeout_range.high), st.integers(3, 1000), RETENTIONS)
def test_message_age_alarms_after_the_last_delivery_or_at_half_of_the_retention(
    visibility_timeout: int, max_receive_count: int, retention: int
) -> None:
    age = derive.message_age(visibility_timeout, max_receive_count, retention)

    assert 0 < age <= retention / 2
    assert age > visibility_timeout * max_receive_count or age == retention // 2


@given(st.integers(0, 100_000), st.integers(0, 100_000))
def test_mapping_concurrency_fits_the_reservation_and_lambda(reserved: int, taken: int) -> None:
    concurrency = derive.mapping_concurrency(reserved, taken)

    assert ranges_mapping.max_concurrency_range(concurrency) is None
    assert concurrency in (
        reserved - taken,
        ranges_mapping.max_concurrency_range.low,
        ranges_mapping.max_concurrency_range.high,
    )
    assert derive.mapping_concurrency(reserved, 0) <= max(reserved, ranges_mapping.max_concurrency_range.low)


def test_failed_events_threshold_is_below_the_first_step_of_any_canary() -> None:
    kinds: tuple[Literal["Canary", "Linear"], ...] = ("Canary", "Linear")
    for percentage, kind in product(PERCENTAGES, kinds):
        threshold = derive.failed_events_percentage(RolloutPlan(kind, percentage, 5))

        assert rollout.failed_events_percentage_range(threshold) is None
        assert rollout.failed_events_above_canary(threshold, percentage) is None
        assert threshold == percentage / 2


def test_failed_events_threshold_without_a_canary_is_one_in_twenty() -> None:
    assert derive.failed_events_percentage(RolloutPlan("AllAtOnce")) == 5.0


def test_default_canary_and_all_at_once_share_their_threshold_as_documented() -> None:
    canary = RolloutPlan("Canary", defaults.CANARY_PERCENTAGE, defaults.CANARY_INTERVAL_MINUTES)

    assert derive.failed_events_percentage(canary) == defaults.FAILED_EVENTS_PERCENTAGE


def minutes_of_a_linear_rollout(percentage: int, interval: int) -> int:
    """Shift step by step, as CodeDeploy does: the first shift comes at once."""
    minutes, shifted = 0, percentage
    while shifted < 100:
        minutes += interval
        shifted += percentage
    return minutes


def test_a_linear_rollout_takes_as_long_as_shifting_step_by_step() -> None:
    for percentage, interval in product(PERCENTAGES, (1, 7)):
        expected = minutes_of_a_linear_rollout(percentage, interval)

        assert RolloutPlan("Linear", percentage, interval).duration == expected, (percentage, interval)


def test_default_linear_rollout_takes_nine_minutes_as_documented() -> None:
    linear = RolloutPlan("Linear", defaults.LINEAR_PERCENTAGE, defaults.LINEAR_INTERVAL_MINUTES)

    assert linear.duration == 9


def test_a_canary_takes_one_interval() -> None:
    assert RolloutPlan("Canary", 10, 5).duration == 5


def test_alarm_name_reads_as_the_path_of_its_workload() -> None:
    assert derive.alarm_name("Shop", "Billing/Orders", "FailedEvents") == "Shop/Billing/Orders/FailedEvents"


def test_alarm_name_of_the_longest_readable_path_is_readable_and_of_the_next_is_a_digest() -> None:
    room = alarm.ALARM_NAME_MAXIMUM - stack.STACK_NAME_MAXIMUM - len("//FailedEvents")

    assert derive.alarm_name("Shop", "p" * room, "FailedEvents") == f"Shop/{'p' * room}/FailedEvents"
    assert len(derive.alarm_name("Shop", "p" * (room + 1), "FailedEvents")) == len("Shop//FailedEvents") + 16


@given(PATHS, SUFFIXES)
def test_alarm_name_fits_cloudwatch_whatever_a_nested_stack_will_be_called(path: str, suffix: str) -> None:
    token = "${Token[AWS.StackName.7]}"
    name = derive.alarm_name(token, path, suffix)
    deployed = name.replace(token, "s" * stack.STACK_NAME_MAXIMUM)

    assert name.startswith(f"{token}/")
    assert name.endswith(f"/{suffix}")
    assert len(deployed) <= alarm.ALARM_NAME_MAXIMUM


@given(st.lists(PATHS, min_size=2, max_size=20, unique=True), SUFFIXES)
def test_alarm_name_differs_between_paths(paths: list[str], suffix: str) -> None:
    names = {derive.alarm_name("Shop", path, suffix) for path in paths}

    assert len(names) == len(paths)


def test_alarm_name_of_a_long_path_is_the_same_in_every_process() -> None:
    assert derive.alarm_name("Shop", "Orders" * 40, "FailedEvents") == "Shop/f2889511c1542783/FailedEvents"


@for_each(
    ("plan", "name"),
    [
        (RolloutPlan("Canary", 10, 5), "Canary10Percent5Minutes"),
        (RolloutPlan("Canary", 1, 1), "Canary1Percent1Minute"),
        (RolloutPlan("Linear", 10, 1), "Linear10PercentEvery1Minute"),
        (RolloutPlan("Linear", 25, 2), "Linear25PercentEvery2Minutes"),
        (RolloutPlan("AllAtOnce"), "AllAtOnce"),
    ],
)
def test_rollout_plan_is_named_as_codedeploy_names_its_own(plan: RolloutPlan, name: str) -> None:
    assert plan.name == name


@given(
    st.lists(
        st.builds(
            RolloutPlan,
            st.sampled_from(["Canary", "Linear"]),
            st.sampled_from(PERCENTAGES),
            st.integers(1, rollout.TRAFFIC_MINUTES_MAXIMUM),
        ),
        min_size=2,
        unique=True,
    )
)
def test_rollout_plans_that_differ_have_names_that_differ(plans: list[RolloutPlan]) -> None:
    assert len({plan.name for plan in plans}) == len(plans)


def test_only_all_at_once_leaves_no_time_for_an_alarm() -> None:
    assert RolloutPlan("Canary", 10, 5).gradual
    assert RolloutPlan("Linear", 10, 1).gradual
    assert not RolloutPlan("AllAtOnce").gradual


def test_all_at_once_shifts_everything_in_its_first_step() -> None:
    assert (RolloutPlan("AllAtOnce").percentage, RolloutPlan("AllAtOnce").minutes) == (100, 0)


def test_attempts_of_an_event_take_their_timeouts_and_the_waits_of_lambda_between_them() -> None:
    assert [derive.attempts_duration(30, retries) for retries in (0, 1, 2)] == [30, 120, 270]


def test_age_of_an_event_is_an_alarm_when_it_waits_for_concurrency_and_while_there_is_time_to_react() -> None:
    assert derive.event_age(270, 21_600) == 540
    assert derive.event_age(270, 600) == 300


def test_names_by_path_have_the_form_that_aws_asks_for_and_differ_between_paths() -> None:
    paths = ["Orders", "Shop/Orders", "Shop.Orders", "A" * 120, "A" * 121, f"Shop/{'A' * 120}"]
    for name, form in (
        (derive.receipt_rule_name, r"[A-Za-z0-9][A-Za-z0-9-]{0,63}"),
        (derive.deployment_group_name, r"[^/]{1,100}"),
    ):
        names = [name(path) for path in paths]

        assert len(set(names)) == len(names)
        assert all(re.fullmatch(form, each) for each in names)
    assert derive.deployment_group_name("Orders") == "Orders"


def test_id_that_another_value_replaces_is_the_plain_one_without_a_value() -> None:
    assert derive.replaced_with("Mapping", "") == "Mapping"
    assert derive.replaced_with("Mapping", "orders").startswith("Mapping")
    assert derive.replaced_with("Mapping", "orders") != derive.replaced_with("Mapping", "refunds")


def test_access_log_is_one_line_of_json_with_the_route() -> None:
    line = derive.access_log_format("resourcePath")

    assert "\n" not in line
    assert json.loads(line)["route"] == "$context.resourcePath"
    assert json.loads(line)["requestId"] == "$context.requestId"


def test_logical_ids_differ_between_paths_that_read_alike() -> None:
    ids = {
        derive.logical_id(path, "Api") for path in ("Orders/Api", "Orders-Api", "OrdersApi", "Orders" * 60)
    }

    assert len(ids) == 4
    assert all(each.isalnum() and each.isascii() and len(each) <= 255 for each in ids)
