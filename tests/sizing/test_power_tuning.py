"""Results of Lambda Power Tuning in all their formats, and files that are not results."""

from __future__ import annotations

import json

import pytest

from lambda_constructs.errors import ConfigurationError
from lambda_constructs.sizing.days import days_between
from lambda_constructs.sizing.measurement import Measurement, interpolate
from lambda_constructs.sizing.power_tuning import parse_measurement, parse_measurements
from tests.sizing.support import chart_url, execution, output, points, rows

TABLE = rows({128: 5000.0, 512: 1500.0, 1024: 1000.0})
# README-INPUT-OUTPUT.md of the tool.
README = {
    "results": {
        "power": "128",
        "cost": 0.0000002083,
        "duration": 2.9066666666666667,
        "stateMachine": {"executionCost": 0.00045, "lambdaCost": 0.0005252, "visualization": ""},
        "stats": [{"averagePrice": 0.0000002083, "averageDuration": 2.9066666666666667, "value": 128}],
    }
}
README_URL = (
    "https://lambda-power-tuning.show/"
    "#gAAAAQACAAQABsAL;ZooQR4yvkUa/pQRGRC5zRaADHUVjOftE;QdWhOEMkoziDT5Q4xhiIOMYYiDi6RNc4"
)


def parse(value: object) -> Measurement:
    return parse_measurement(value if isinstance(value, str) else json.dumps(value), name="orders.json")


@pytest.mark.parametrize(
    "form",
    [
        pytest.param(output(TABLE), id="output"),
        pytest.param(output(TABLE, stats=True), id="output with stats"),
        pytest.param({"results": output(TABLE, stats=True)}, id="as the README wraps it"),
        pytest.param({**output(TABLE), "functionName": "orders"}, id="as lumigo-cli saves it"),
        pytest.param(execution(TABLE), id="describe-execution"),
        pytest.param(json.dumps(json.dumps(output(TABLE))), id="describe-execution --query output"),
        pytest.param(chart_url(TABLE), id="the URL of the visualization"),
        pytest.param(f'"{chart_url(TABLE)}"\n', id="the URL in quotes"),
        pytest.param(
            f"[chart]({chart_url(TABLE)}) of [orders](https://x.example/#a)", id="a link in Markdown"
        ),
        pytest.param(f"Before: {chart_url(TABLE)}\nAgain: <{chart_url(TABLE)}>", id="the URL twice in text"),
        pytest.param(chart_url(TABLE).replace(";", "%3B").replace("=", "%3D"), id="the URL escaped"),
        pytest.param({"output": output(TABLE)}, id="wrapped in output"),
        pytest.param({"Output": {"results": json.dumps(output(TABLE))}}, id="wrapped twice"),
        pytest.param([{"output": json.dumps(output(TABLE))}], id="in a list of one"),
        pytest.param(
            {"ExecutionArn": "arn", "Status": "SUCCEEDED", "Input": {}, "Output": output(TABLE)},
            id="as another state machine gets it",
        ),
        pytest.param(
            {
                "events": [
                    {"executionStartedEventDetails": {"input": "{}"}, "timestamp": "2026-11-20T10:00:00Z"},
                    {"type": "LambdaFunctionScheduled"},
                    {"executionSucceededEventDetails": {"output": json.dumps(output(TABLE))}},
                ]
            },
            id="get-execution-history",
        ),
        pytest.param(
            "checking the SAR in [eu-west-1]\nexecution ARN is arn:aws\n{not JSON\n"
            f"\x1b[33m{json.dumps(output(TABLE, stats=True), indent=0)}\x1b[39m\n? Open it? (Use arrow keys)",
            id="everything that lumigo-cli prints",
        ),
    ],
)
def test_every_form_gives_the_same_table(form: object) -> None:
    found = parse(form).points

    assert [point.memory_size for point in found] == [128, 512, 1024]
    assert [point.duration_ms for point in found] == [5000.0, 1500.0, 1000.0]
    assert [point.cost_usd for point in found] == pytest.approx([usd for *_, usd in TABLE], rel=1e-6)


def test_comparison_has_two_measurements_with_their_labels() -> None:
    one, other = (chart_url(rows(table)).partition("#")[2] for table in ({128: 900.0}, {256: 500.0}))
    address = f"https://lambda-power-tuning.show/#{one};{other};on%20x86;arm"

    found = parse_measurements(f"[compare]({address})", name="orders.md")

    assert [(each.title, each.sizes) for each in found] == [("on x86", (128,)), ("arm", (256,))]
    with pytest.raises(ConfigurationError, match="the results of 2 runs: on x86, arm; save one") as error:
        parse(address)
    assert error.value.code == "measurement-several"


def test_several_results_in_one_file_are_named() -> None:
    listed = "\n".join(
        json.dumps({**output(TABLE, stats=True), "functionName": name}) for name in ("orders", "bills")
    )
    with pytest.raises(ConfigurationError, match="the results of 2 runs: orders, bills"):
        parse(listed)


def test_stats_are_exact_where_the_url_has_seven_digits() -> None:
    assert parse(output(TABLE, stats=True)).points == points(TABLE)


def test_output_of_old_versions_has_the_chosen_size_only() -> None:
    assert parse({"power": 512, "cost": 1e-5, "duration": 1500}).points == points([(512, 1500.0, 1e-5)])


def test_readme_gives_the_size_as_a_string() -> None:
    assert parse(README).points == points([(128, 2.9066666666666667, 2.083e-7)])


def test_url_of_the_readme() -> None:
    found = parse(README_URL)

    assert found.sizes == (128, 256, 512, 1024, 1536, 3008)
    assert (found.smallest, found.largest) == (128, 3008)
    assert round(found.points[0].duration_ms) == 37_002
    assert found.points[3].cost_usd == pytest.approx(6.4896e-5, rel=1e-4)


def test_points_are_sorted_by_size() -> None:
    assert parse(output([*reversed(TABLE)], stats=True)).sizes == (128, 512, 1024)


def test_execution_contains_what_was_measured_and_how() -> None:
    asked = {"num": 30, "parallelInvocation": True, "balancedWeight": 0.8, "onlyColdStarts": True}
    found = parse({**execution(TABLE, **asked), "startDate": "2026-11-20T10:00:00.123+00:00"})

    assert found.function == "arn:aws:lambda:eu-west-1:111122223333:function:orders"
    assert (found.samples, found.parallel, found.balanced_weight) == (30, True, 0.8)
    assert (found.title, found.region, found.cold, found.day) == ("orders", "eu-west-1", True, "2026-11-20")


def test_events_are_counted_in_every_form() -> None:
    weighted = [{"payload": {}, "weight": 1}, {"payload": {"id": 1}, "weight": 3}]
    for asked, events in (
        ({}, None),
        ({"payload": {}}, 0),
        ({"payload": "{}"}, 0),
        ({"payload": {"id": 1}}, 1),
        ({"payload": "text"}, 1),
        ({"payload": weighted}, 2),
        ({"payloadS3": "s3://bucket/event.json"}, 1),
    ):
        found = parse(execution(TABLE, **asked))

        assert found.events == events, asked
    assert found.facts == "3 sizes, unknown samples, one event"
    assert parse(execution(TABLE, num=5, payload={})).facts == "3 sizes, 5 samples each, an empty event"
    assert parse(execution(TABLE, num=5, payload=weighted)).facts.endswith("2 kinds of events")
    assert parse(execution(TABLE, parallelInvocation=True)).facts.endswith("in parallel")


def test_day_of_a_run_has_every_form_that_the_cli_prints() -> None:
    for moment, day in (
        (1790157600.5, "2026-09-23"),
        (1790157600500, "2026-09-23"),
        ("today", None),
        ([], None),
    ):
        assert parse({**execution(TABLE), "startDate": moment}).day == day
    assert days_between("2026-02-28", "2026-03-01") == 1


def test_output_does_not_contain_what_was_measured() -> None:
    found = parse(output(TABLE))

    assert (found.function, found.samples, found.parallel, found.balanced_weight) == (None, None, False, 0.5)
    assert (found.region, found.cold, found.day) == (None, False, None)
    assert found.title == "orders.json"


def test_lumigo_cli_saves_the_name_of_the_function() -> None:
    assert parse({**output(TABLE), "functionName": "orders"}).title == "orders"


def test_weight_is_limited_as_the_tool_does() -> None:
    for weight, taken in ((-1, 0.0), (2, 1.0), ("0.3", 0.5), (None, 0.5)):
        assert parse(execution(TABLE, balancedWeight=weight)).balanced_weight == taken


def test_number_of_samples_may_be_a_string() -> None:
    for num, samples in (("30", 30), (True, None), ("many", None)):
        assert parse(execution(TABLE, num=num)).samples == samples


FORM, FAILED, VALUE = "measurement-form", "measurement-failed", "measurement-value"
EXECUTION = execution(TABLE)


def test_refuses_everything_that_is_not_a_complete_result() -> None:
    refused: list[tuple[object, str, str]] = [
        ("", FORM, r"it is not JSON \(Expecting value: line 1 column 1 \(char 0\)\)"),
        ("{", FORM, "it is not JSON"),
        ("[" * 100_000, FORM, "nested too deeply"),
        ("[]", FORM, "it is a list"),
        ("1", FORM, "it is 1"),
        ('"\\"x\\""', FORM, "it is not JSON"),
        ("null", FAILED, "a dry run measures nothing"),
        ("{}", FAILED, "the output is empty"),
        ({"results": []}, FORM, "it is a list"),
        ({"results": 5}, FORM, "it is 5"),
        ("[" * 20 + "1" + "]" * 20, FORM, "it is a list"),
        ({"events": [{"executionStartedEventDetails": {}}]}, FAILED, "status is 'unknown'"),
        ({"colour": "red"}, FORM, "it has no power"),
        ({**output(TABLE), "stats": [1]}, FORM, "stats is not a list of objects"),
        ({**EXECUTION, "status": "FAILED", "output": None}, FAILED, "status is 'FAILED'"),
        ({**EXECUTION, "status": "RUNNING"}, FAILED, "status is 'RUNNING'"),
        ({**EXECUTION, "output": None}, FAILED, "the execution has no output"),
        ({**EXECUTION, "output": "null"}, FAILED, "a dry run measures nothing"),
        ({**EXECUTION, "output": "{"}, FORM, "it is not JSON"),
        ({**EXECUTION, "input": "{"}, FORM, "it is not JSON"),
        ("https://lambda-power-tuning.show/", FORM, "does not have three parts"),
        ("https://lambda-power-tuning.show/#a;b", FORM, "does not have three parts"),
        ("https://lambda-power-tuning.show/#a;b;c", FORM, "the URL is damaged"),
        ("https://lambda-power-tuning.show/#é;é;é", FORM, "the URL is damaged"),
        ("https://lambda-power-tuning.show/#gAA=;AAAA;AAAA", FORM, "the URL is damaged"),
        ("https://lambda-power-tuning.show/#;;", FAILED, "no size was measured"),
        (
            chart_url([(-32768, 1.0, 1.0)]),
            VALUE,
            "a memory size is -32768, but must be 128 to 10240 MB",
        ),
        ({"power": "big", "cost": 1, "duration": 1}, VALUE, "a memory size is 'big'"),
        ({"power": True, "cost": 1, "duration": 1}, VALUE, "a memory size is True"),
        ({"power": 10_241, "cost": 1, "duration": 1}, VALUE, "a memory size is 10241"),
        ({"power": 512, "cost": 0, "duration": 1}, VALUE, "the cost of 512 MB is 0"),
        ({"power": 512, "cost": 1, "duration": -1}, VALUE, "the duration of 512 MB is -1"),
        ({"power": 512, "cost": 1, "duration": "9" * 99}, VALUE, "is '9999.*\\.\\.\\., but must be"),
        ({"power": 512, "cost": 1, "duration": {}}, VALUE, "is an object"),
        ('{"power": 512, "cost": NaN, "duration": 1}', VALUE, "the cost of 512 MB is nan"),
        ('{"power": 512, "cost": 1e999, "duration": 1}', VALUE, "the cost of 512 MB is inf"),
        ({"power": 512, "cost": 1, "duration": 10**400}, VALUE, "the duration of 512 MB is 1000"),
        ({**output(TABLE), "stats": [{"value": 512}]}, VALUE, "the duration of 512 MB is None"),
        (
            output([TABLE[0], TABLE[0]], stats=True),
            VALUE,
            "128 MB is in the file twice",
        ),
    ]

    for text, code, message in refused:
        with pytest.raises(ConfigurationError, match=message) as error:
            parse(text)

        assert (error.value.code, error.value.construct_path) == (code, "orders.json")


def test_estimates_between_measured_sizes_are_linear_on_logarithmic_scales() -> None:
    table = points([(256, 800.0, 2e-6), (1024, 200.0, 8e-6)])
    between = interpolate(table, 512)

    assert between is not None
    assert between.memory_size == 512
    assert between.duration_ms == pytest.approx(400.0)
    assert between.cost_usd == pytest.approx(4e-6)
    assert interpolate(table, 256) == table[0]
    assert interpolate(table, 1024) == table[1]


def test_there_is_no_estimate_outside_the_measured_sizes() -> None:
    table = points([(256, 800.0, 2e-6), (1024, 200.0, 8e-6)])

    assert interpolate(table, 255) is None
    assert interpolate(table, 1025) is None
