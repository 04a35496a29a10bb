"""Metric math, and when an alarm changes its state, without a server."""

import pytest

from lambda_constructs_emulator.server.cloudwatch import alarm_rules, metric_math
from lambda_constructs_emulator.server.cloudwatch.metric_math import ExpressionError, Point

METRICS: dict[str, list[Point]] = {
    "failed": [1, 0, None, 5],
    "all": [10, 0, 4, None],
    "gaps": [None, 2, None, 4],
    "none": [None, None, None, None],
}


def calculate(expression: str) -> list[Point]:
    return metric_math.evaluate(expression, METRICS, 4)


EXPRESSIONS: dict[str, list[Point]] = {
    "failed": [1, 0, None, 5],
    "7": [7, 7, 7, 7],
    "failed + all": [11, 0, None, None],
    "all - failed": [9, 0, None, None],
    "-failed": [-1, 0, None, -5],
    "100 * failed / all": [10, None, None, None],
    "2 + 3 * failed ^ 2": [5, 2, None, 77],
    "failed > 0": [1, 0, None, 1],
    "failed >= 1": [1, 0, None, 1],
    "all < 5": [0, 1, 1, None],
    "all <= 4": [0, 1, 1, None],
    "failed == 5": [0, 0, None, 1],
    "failed != 5": [1, 1, None, 0],
    "failed > 0 AND all > 5": [1, 0, None, None],
    "failed > 0 || FILL(all, 0) > 3": [1, 0, None, 1],
    "IF(failed > 0, failed, 9)": [1, 9, None, 5],
    "IF(FILL(all, 0) > 0, failed / all, 0)": [0.1, 0, None, 0],
    "FILL(failed, 0)": [1, 0, 0, 5],
    "FILL(failed, all)": [1, 0, 4, 5],
    "FILL(gaps, REPEAT)": [None, 2, 2, 4],
    "FILL(gaps, LINEAR)": [None, 2, 3, 4],
    "SUM([failed, all])": [11, 0, 4, 5],
    "MAX([failed, all])": [10, 0, 4, 5],
    "MIN([failed, all])": [1, 0, 4, 5],
    "AVG([failed, all])": [5.5, 0, 4, 5],
    "SUM([none, none])": [None] * 4,
    "SUM(FILL([failed, gaps], 1))": [2, 2, 2, 9],
    "SUM(failed)": [6, 6, 6, 6],
    "AVG(none)": [None] * 4,
    "ABS(0 - failed)": [1, 0, None, 5],
    "1 / 0": [None] * 4,
    "0 ^ (0 - 1)": [None] * 4,
}


def test_an_expression() -> None:
    for expression, expected in EXPRESSIONS.items():
        assert calculate(expression) == pytest.approx(expected), expression


REFUSED = (
    *("unknown + 1", "METRICS()", "RATE(failed)", "SEARCH('x', 'Sum', 60)", "failed +", ""),
    *("[failed, all]", "1 < failed < 3", "failed.real", "lambda: 1", "IF(failed)", "failed[0]", "'1'"),
    *("ANOMALY_DETECTION_BAND(failed, 2)", "failed if all else 0", "[failed] + [all]"),
)


def test_what_is_not_evaluated_is_refused() -> None:
    for expression in REFUSED:
        with pytest.raises(ExpressionError):
            calculate(expression)


def test_the_metrics_an_expression_refers_to() -> None:
    assert metric_math.names("IF(FILL(a1, REPEAT) > 2 && b2 < 1, SUM([c, a1]), 0)") == {"a1", "b2", "c"}


KEPT = "as it was"
OK, ALARM, INSUFFICIENT = "OK", "ALARM", "INSUFFICIENT_DATA"
BREACHES = {"0": False, "X": True, "-": None}


STATES = (
    # Both tables of AWS's page: columns missing, ignore, breaching, notBreaching.
    ("0-X-X", 3, (OK, OK, OK, OK)),
    ("0----", 3, (OK, OK, OK, OK)),
    ("-----", 3, (INSUFFICIENT, KEPT, ALARM, OK)),
    ("0XX-X", 3, (ALARM, ALARM, ALARM, ALARM)),
    ("--X--", 3, (ALARM, KEPT, ALARM, OK)),
    ("0-X-X", 2, (ALARM, ALARM, ALARM, ALARM)),
    ("00X0X", 2, (ALARM, ALARM, ALARM, ALARM)),
    ("0-X--", 2, (OK, OK, ALARM, OK)),
    ("----0", 2, (OK, OK, ALARM, OK)),
    ("---X-", 2, (ALARM, KEPT, ALARM, OK)),
    # Its text: no alarm too early.
    ("----X", 3, (OK, KEPT, ALARM, OK)),
    ("---X-", 3, (OK, KEPT, ALARM, OK)),
    ("---X0", 3, (OK, OK, OK, OK)),
    ("--X-0", 3, (OK, OK, OK, OK)),
    # Points older than the last three play no role when those are all there.
    ("XX000", 2, (OK, OK, OK, OK)),
)


def test_the_state_that_data_points_give() -> None:
    treatments = ("missing", "ignore", "breaching", "notBreaching")
    for points, needed, expected in STATES:
        breaches = [BREACHES[point] for point in points]
        found = tuple(
            alarm_rules.judge(breaches, needed=needed, periods=3, missing=missing, state=KEPT)
            for missing in treatments
        )
        assert found == expected, (points, needed)
