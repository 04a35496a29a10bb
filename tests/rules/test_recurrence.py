"""What a schedule's expression tells about its gaps, and what follows for the alarm on a missed run."""

from __future__ import annotations

from botocore.loaders import Loader
from hypothesis import given
from hypothesis import strategies as st

from lambda_constructs.rules import alarm, defaults, derive, ranges_events, schedule
from lambda_constructs.rules.recurrence import Gaps, gaps
from tests.for_each import for_each

MINUTE, HOUR, DAY = 60, 3_600, 86_400
DELIVERY_AGE = ranges_events.delivery_age_range


@for_each(
    ("expression", "shortest", "longest"),
    [
        ("rate(1 minute)", MINUTE, MINUTE),
        ("rate(90 minutes)", 90 * MINUTE, 90 * MINUTE),
        ("rate(1 hour)", HOUR, HOUR),
        ("rate(14 days)", 14 * DAY, 14 * DAY),
        ("cron(* * * * ? *)", MINUTE, MINUTE),
        ("cron(0/15 * * * ? *)", 15 * MINUTE, 15 * MINUTE),
        ("cron(*/25 * * * ? *)", 10 * MINUTE, 25 * MINUTE),
        ("cron(1/10 * * * ? *)", 10 * MINUTE, 10 * MINUTE),
        ("cron(5 * * * ? *)", HOUR, HOUR),
        ("cron(0 3 * * ? *)", DAY, DAY),
        ("cron(0 3 * * ?)", DAY, DAY),
        ("cron(0 3,15 * * ? *)", 12 * HOUR, 12 * HOUR),
        ("cron(0 8-18/2 * * ? *)", 2 * HOUR, 14 * HOUR),
        ("cron(30 9 ? * MON-FRI *)", DAY, 3 * DAY),
        ("cron(30 9 ? * 2-6 *)", DAY, 3 * DAY),
        ("cron(0 9 ? * TUE,SAT *)", 3 * DAY, 4 * DAY),
        ("cron(0 9 ? * SUN *)", 7 * DAY, 7 * DAY),
        ("cron(0,10 9 ? * SUN *)", 10 * MINUTE, 7 * DAY - 10 * MINUTE),
    ],
)
def test_rates_and_weekly_crons_tell_their_gaps(expression: str, shortest: int, longest: int) -> None:
    assert gaps(expression) == Gaps(shortest, longest)


@for_each(
    "expression",
    [
        "at(2027-01-31T23:59:00)",
        "cron(0 3 1 * ? *)",
        "cron(0 3 L * ? *)",
        "cron(0 3 ? * 6L *)",
        "cron(0 3 ? * 3#2 *)",
        "cron(0 3 * 12 ? *)",
        "cron(0 3 * * ? 2027)",
        "cron(0 3 ? * FRI-MON *)",
        "cron(0 3 ? * FRI,SOMEDAY *)",
        "cron(60 3 * * ? *)",
        "cron(0 24 * * ? *)",
        "cron(0/0 3 * * ? *)",
        "cron(0 3- * * ? *)",
    ],
)
def test_what_starts_once_or_by_the_month_or_is_not_understood_tells_nothing(expression: str) -> None:
    assert gaps(expression) is None


def test_flexible_windows_and_the_end_of_summer_time_make_a_job_rest_longer() -> None:
    assert derive.longest_gap(DAY, 0, summer_time=False) == DAY
    assert derive.longest_gap(DAY, 15 * MINUTE, summer_time=True) == DAY + 15 * MINUTE + HOUR


def test_a_run_is_missed_when_it_could_have_been_seen() -> None:
    assert derive.missed_run(HOUR, 30) == HOUR + 30 + defaults.MISSED_RUN_MARGIN


@given(st.integers(1, alarm.ALARM_WINDOW_MAXIMUM))
def test_periods_cover_the_window_within_what_cloudwatch_allows(window: int) -> None:
    period, periods = derive.alarm_periods(window)

    assert window <= period * periods < window + period
    assert period % 60 == 0
    assert period * periods <= (
        alarm.ALARM_WINDOW_MAXIMUM if period >= alarm.ALARM_LONG_PERIOD else alarm.ALARM_SHORT_WINDOW_MAXIMUM
    )


def test_only_a_window_of_more_than_a_day_has_long_periods() -> None:
    assert derive.alarm_periods(DAY)[0] == defaults.MISSED_RUN_PERIOD
    assert derive.alarm_periods(DAY + 1)[0] == alarm.ALARM_LONG_PERIOD


@for_each(("window", "minutes"), [(1, 1), (3_601, 61), (2 * DAY, 2_880), (7 * DAY, 2_880)])
def test_an_alarm_warms_up_for_as_long_as_it_looks_back_if_it_can(window: int, minutes: int) -> None:
    assert derive.alarm_warm_up(window) == minutes


@for_each(
    ("name", "bounds"),
    [
        ("MaximumWindowInMinutes", (schedule.FLEXIBLE_WINDOW_MINIMUM, schedule.FLEXIBLE_WINDOW_MAXIMUM)),
        ("MaximumRetryAttempts", (0, ranges_events.delivery_retries_range.high)),
        ("MaximumEventAgeInSeconds", (DELIVERY_AGE.low, DELIVERY_AGE.high)),
    ],
)
def test_range_is_the_one_of_schedulers_model(name: str, bounds: tuple[int, int]) -> None:
    shape = Loader().load_service_model("scheduler", "service-2")["shapes"][name]

    assert (shape["min"], shape["max"]) == bounds


def test_alarms_look_back_as_far_as_cloudwatchs_model_says() -> None:
    shapes = Loader().load_service_model("cloudwatch", "service-2")["shapes"]
    text = shapes["PutMetricAlarmInput"]["members"]["Period"]["documentation"]
    minutes = shapes["WarmUpPeriodDurationInMinutes"]

    assert f"can't be more than {alarm.ALARM_WINDOW_MAXIMUM:,} seconds" in text
    assert f"less than one hour ({alarm.ALARM_LONG_PERIOD:,} seconds)" in text
    assert f"can't be longer than one day ({alarm.ALARM_SHORT_WINDOW_MAXIMUM:,} seconds)" in text
    assert minutes["max"] == alarm.ALARM_WARM_UP_MAXIMUM
