"""Schedule expressions: what EventBridge and EventBridge Scheduler accept."""

import pytest
from botocore.exceptions import ClientError

from emulator.tests.fidelity import Fidelity
from emulator.tests.stacks import stack, typed
from emulator.tests.workers import role
from lambda_constructs_emulator.process import Emulator
from lambda_constructs_emulator.server.scheduler import expressions

FIDELITY = Fidelity(
    "Amazon EventBridge Scheduler",
    "https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html",
)

CRONS = (
    *("0 10 * * ? *", "15 12 ? * MON-FRI *", "0/5 8-17 ? * 2-6 2026", "0 8 1,15 * ? *", "0 0 L * ? *"),
    *("0 0 LW JAN,JUL ? 2026-2030", "0 0 15W * ? *", "0 0 ? * 6#3 *", "0 0 ? * friL *", "*/15 * * * ? *"),
)
NO_CRONS = (
    *("* * * * * *", "0 0 ? * ? *", "60 * * * ? *", "* 24 * * ? *", "* * 0 * ? *", "* * 32 * ? *"),
    *("* * * 13 ? *", "* * ? * 8 *", "* * ? * MON#6 *", "* * ? * FOO *", "0 0 * * ? 1969", "0/0 * * * ? *"),
    *("*-5 * * * ? *", "0 0 1 * ?  *", "0 0", "0 0 1 * ? * *", "", "0, * * * ? *"),
)
SCHEDULES = ("rate(1 minute)", "rate(5 minutes)", "rate(2 days)", "at(2030-01-31T08:00:00)")
NO_SCHEDULES = (
    *("rate(0 minutes)", "rate(-1 minutes)", "rate(1.5 hours)", "rate(5 seconds)", "rate(5minutes)"),
    *("at(2030-02-30T08:00:00)", "at(2030-01-31 08:00:00)", "at(tomorrow)", "every day", "", "rate(1 minute"),
)


def test_a_schedule_is_a_rate_a_time_or_a_cron_expression() -> None:
    accepted = [*SCHEDULES, *(f"cron({each})" for each in CRONS), "cron(0 10 * * ?)"]
    refused = [*NO_SCHEDULES, *(f"cron({each})" for each in NO_CRONS)]
    assert [each for each in accepted if not expressions.is_schedule(each)] == []
    assert [each for each in refused if expressions.is_schedule(each)] == []
    with_year = [
        expressions.with_year(each) for each in ("cron(0 10 * * ?)", "cron(0 10 * * ? 2030)", "rate(1 day)")
    ]
    assert with_year == ["cron(0 10 * * ? *)", "cron(0 10 * * ? 2030)", "rate(1 day)"]


def test_a_rule_has_no_time_a_year_and_the_right_number() -> None:
    accepted = ["rate(1 minute)", "rate(5 minutes)", *(f"cron({each})" for each in CRONS)]
    others = ["rate(1 minutes)", "rate(5 minute)", SCHEDULES[-1], "cron(0 10 * * ?)"]
    refused = [*others, *NO_SCHEDULES, *(f"cron({each})" for each in NO_CRONS)]
    assert [each for each in accepted if not expressions.is_rule(each)] == []
    assert [each for each in refused if expressions.is_rule(each)] == []


def test_a_time_zone_has_a_name() -> None:
    names = ("UTC", "Europe/Berlin", "Mars/X", "Europe", "../etc", "")
    assert [name for name in names if expressions.is_time_zone(name)] == ["UTC", "Europe/Berlin"]


@pytest.mark.deploy
def test_schedules_and_rules_with_other_expressions_are_refused(emulator: Emulator) -> None:
    scheduler, events = emulator.client("scheduler"), emulator.client("events")
    with role(emulator, "scheduler", trusted="scheduler.amazonaws.com") as arn:
        target = {"Arn": "arn:aws:lambda:us-east-1:000000000000:function:none", "RoleArn": arn}
        settings = {"Name": "never", "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": target}
        for bad in (
            {"ScheduleExpression": "cron(61 * * * ? *)"},
            {"ScheduleExpression": "rate(1 day)", "ScheduleExpressionTimezone": "Mars/X"},
        ):
            with pytest.raises(ClientError, match=r"Invalid Schedule"):
                scheduler.create_schedule(**settings, **bad)
    with pytest.raises(ClientError, match=r"Parameter ScheduleExpression is not valid\."):
        events.put_rule(Name="never", ScheduleExpression="rate(1 minutes)")
    with stack(emulator, "rules") as made:
        assert made.create({"Rule": typed("AWS::Events::Rule", {"ScheduleExpression": "rate(1 day)"})}) == (
            "CREATE_COMPLETE"
        )
        assert made.update({"Rule": typed("AWS::Events::Rule", {"ScheduleExpression": "rate(1 days)"})}) == (
            "UPDATE_ROLLBACK_COMPLETE"
        )
        assert "Parameter ScheduleExpression is not valid." in made.reasons()
