"""The table of calls that the rules of sizing accept and refuse, at the edges of what they allow."""

from __future__ import annotations

from lambda_constructs.rules.rule import Rule
from lambda_constructs.sizing.rules import arguments, capacity, measurement, memory, plan, timeout
from tests.rules.case import accept, refuse

# Code asks these rules only to refuse, so they never accept.
ALWAYS_REFUSE: tuple[Rule[...], ...] = (
    measurement.measurement_unreadable,
    measurement.measurement_form,
    measurement.measurement_failed,
    measurement.measurement_value,
    measurement.profile_form,
    plan.plan_payload,
)

MEASUREMENT = (
    refuse(measurement.measurement_unreadable, "No such file or directory"),
    refuse(measurement.measurement_form, "it has no power"),
    refuse(measurement.measurement_failed, "status is 'FAILED'"),
    refuse(measurement.measurement_value, "the duration of 512 MB", "-1", "more than 0 and up to 1,800,000"),
    accept(measurement.measurement_several, ("orders",)),
    refuse(measurement.measurement_several, ("x86", "arm")),
    refuse(measurement.profile_form, "it does not contain reports of invocations"),
    accept(measurement.profile_mixed_sizes, (512,)),
    refuse(measurement.profile_mixed_sizes, (256, 512)),
    accept(measurement.profile_unread, 1, 100),
    refuse(measurement.profile_unread, 2, 100),
    accept(measurement.profile_mostly_failed, 50, 100),
    refuse(measurement.profile_mostly_failed, 51, 100),
    accept(measurement.profile_failures, 9, 1000),
    refuse(measurement.profile_failures, 10, 1000),
    accept(measurement.profile_endings_unknown, known=True),
    refuse(measurement.profile_endings_unknown, known=False),
    accept(measurement.measurement_parallel, parallel=False),
    refuse(measurement.measurement_parallel, parallel=True),
    accept(measurement.measurement_few_samples, 20),
    refuse(measurement.measurement_few_samples, 19),
    refuse(measurement.measurement_few_samples, None),
    accept(measurement.measurement_architecture, "arm64", "arm64"),
    accept(measurement.measurement_architecture, None, "arm64"),
    refuse(measurement.measurement_architecture, "x86_64", "arm64"),
    accept(measurement.measurement_inconsistent, ()),
    refuse(measurement.measurement_inconsistent, ((1536, 1024),)),
    accept(measurement.measurement_differs, None, 100, size=512),
    accept(measurement.measurement_differs, 200, 100, size=512),
    accept(measurement.measurement_differs, 50, 100, size=512),
    refuse(measurement.measurement_differs, 201, 100, size=512),
    refuse(measurement.measurement_differs, 49, 100, size=512),
    accept(measurement.measurement_edge, 512, smallest=False, largest=False),
    refuse(measurement.measurement_edge, 256, smallest=True, largest=False),
    refuse(measurement.measurement_edge, 3008, smallest=False, largest=True),
)

MEMORY = (
    accept(arguments.sizing_argument, "headroom", 0, 0, 0.9),
    accept(arguments.sizing_argument, "headroom", 0.9, 0, 0.9),
    accept(arguments.sizing_argument, "memory_size", 512, 128, 10_240, whole=True),
    refuse(arguments.sizing_argument, "headroom", 0.91, 0, 0.9),
    refuse(arguments.sizing_argument, "headroom", -0.01, 0, 0.9),
    refuse(arguments.sizing_argument, "headroom", float("nan"), 0, 0.9),
    refuse(arguments.sizing_argument, "headroom", True, 0, 0.9),
    refuse(arguments.sizing_argument, "headroom", "0.2", 0, 0.9),
    refuse(arguments.sizing_argument, "memory_size", 512.0, 128, 10_240, whole=True),
    accept(arguments.sizing_choice, "strategy", "cost", ("cost", "speed")),
    refuse(arguments.sizing_choice, "strategy", "fast", ("cost", "speed")),
    accept(memory.strategy_with_extra_cost, None, 0.1),
    accept(memory.strategy_with_extra_cost, "cost", 0.25),
    refuse(memory.strategy_with_extra_cost, "cost", 0.1),
    accept(memory.memory_unmeasured_floor, 512, floor=512, peak=409, headroom=0.2),
    refuse(memory.memory_unmeasured_floor, 512, floor=513, peak=410, headroom=0.2),
    accept(memory.memory_too_slow, 100.0, 100.0),
    refuse(memory.memory_too_slow, 100.1, 100.0),
    accept(memory.memory_off_optimum, 512, 0.25, best=256),
    accept(memory.memory_off_optimum, 512, 0.5, best=256, max_extra_cost=0.5),
    refuse(memory.memory_off_optimum, 512, 0.251, best=256),
    accept(memory.memory_outside_measurement, 128, smallest=128, largest=3008),
    accept(memory.memory_outside_measurement, 3008, smallest=128, largest=3008),
    refuse(memory.memory_outside_measurement, 127, smallest=128, largest=3008),
    refuse(memory.memory_outside_measurement, 3009, smallest=128, largest=3008),
    accept(memory.memory_headroom, 138, peak=110, floor=138, headroom=0.2),
    refuse(memory.memory_headroom, 137, peak=110, floor=138, headroom=0.2),
    accept(memory.memory_cut_off, 9, 1000, size=512),
    refuse(memory.memory_cut_off, 10, 1000, size=512),
    accept(memory.memory_exhausted, 0, 1000, size=512),
    refuse(memory.memory_exhausted, 1, 1000, size=512),
    accept(memory.memory_peak_unknown, known=True),
    refuse(memory.memory_peak_unknown, known=False),
)

TIMEOUT = (
    accept(timeout.timeout_unsupported_percentile, 299),
    refuse(timeout.timeout_unsupported_percentile, 298),
    accept(timeout.timeout_cut_off_percentile, 9, 1000),
    refuse(timeout.timeout_cut_off_percentile, 10, 1000),
    accept(timeout.timeout_above_bound, 29_000, 29, trigger="the API"),
    refuse(timeout.timeout_above_bound, 29_001, 29, trigger="the API"),
    accept(timeout.timeout_bounded, 29, 29, trigger="the API"),
    refuse(timeout.timeout_bounded, 30, 29, trigger="the API"),
    accept(timeout.timeout_cut_off, 0, 1000),
    refuse(timeout.timeout_cut_off, 1, 1000),
    accept(timeout.timeout_long_init, 10_000),
    refuse(timeout.timeout_long_init, 10_001),
)

CAPACITY = (
    accept(capacity.traffic_order, 2, 2),
    refuse(capacity.traffic_order, 2.1, 2),
    accept(capacity.provisioned_unreachable_target, 0.7, 70.1),
    refuse(capacity.provisioned_unreachable_target, 0.7, 70),
    accept(capacity.provisioned_idle_night, 0.05),
    refuse(capacity.provisioned_idle_night, 0.049),
    refuse(capacity.provisioned_idle_night, 0),
    accept(capacity.provisioned_request_quota, 10, busy=10, rps=20),
    refuse(capacity.provisioned_request_quota, 20, busy=10, rps=200),
    accept(capacity.capacity_above_mapping, 1000),
    refuse(capacity.capacity_above_mapping, 1001),
    accept(capacity.capacity_message_groups, 10, None),
    accept(capacity.capacity_message_groups, 10, 10),
    refuse(capacity.capacity_message_groups, 10, 9),
    accept(capacity.levels_empty, 1),
    refuse(capacity.levels_empty, 0),
    accept(capacity.level_schedule, "cron(55 8 ? * MON-FRI *)"),
    accept(capacity.level_schedule, "rate(1 day)"),
    accept(capacity.level_schedule, "at(2026-12-24T18:00:00)"),
    refuse(capacity.level_schedule, "55 8 * * *"),
    refuse(capacity.level_schedule, "cron()"),
    refuse(capacity.level_schedule, 5),
)

PLAN = (
    accept(plan.plan_function, "arn:aws:lambda:eu-west-1:111122223333:function:orders", known=True),
    refuse(plan.plan_function, "orders", known=False),
    refuse(plan.plan_payload, "Expecting value: line 1 column 1 (char 0)"),
)

CASES = (*MEASUREMENT, *MEMORY, *TIMEOUT, *CAPACITY, *PLAN)
