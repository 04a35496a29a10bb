"""The commands in a terminal: their output, and their errors."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lambda_constructs.sizing.cli import COMMANDS, main
from tests.sizing.support import ARM, DATA, EXAMPLE, X86, chart_url, rows

TUNING = str(EXAMPLE / "orders.tuning.json")
LATER = str(DATA / "orders.later.tuning.json")
PROFILE = str(EXAMPLE / "orders.profile.json")
ARN = "arn:aws:lambda:eu-west-1:111122223333:function:order-worker"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def fail(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


def refuse(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The usage error of wrong arguments."""
    with pytest.raises(SystemExit) as exited:
        main(arguments)
    assert exited.value.code == 2
    return capsys.readouterr().err


def cells(printed: str, start: str) -> list[str]:
    """The cells of the line with this start."""
    (line,) = (line for line in printed.splitlines() if line.startswith(start))
    return line.split()


def test_recommend_marks_the_choice_and_what_is_too_small(capsys: pytest.CaptureFixture[str]) -> None:
    printed = run(capsys, "recommend", TUNING, "--profile", PROFILE)

    assert printed.startswith("order-worker: 8 sizes, 50 samples each, one event, 2026-10-05\n")
    assert cells(printed, "->")[1:3] == ["768", "MB"]
    assert cells(printed, "too small")[2:4] == ["128", "MB"]
    assert "768 MB: the fastest size within 25% of the lowest cost; 118 MB are used" in printed
    assert "warning" not in printed
    assert "List prices of eu-west-1, arm64, as of 2026-10-01" in printed


def test_recommend_calculates_with_the_prices_of_the_region(capsys: pytest.CaptureFixture[str]) -> None:
    cheap = cells(run(capsys, "recommend", TUNING), "->")
    dear = cells(run(capsys, "recommend", TUNING, "--region", "af-south-1", "--architecture", "x86_64"), "->")

    # 768 MB for 274 ms, and a million requests.
    assert (cheap[7], cheap[9]) == ("$2.94", "$2.94")
    assert (dear[7], dear[9]) == ("$4.81", "$4.81")


def test_recommend_takes_the_strategies_of_the_tool(capsys: pytest.CaptureFixture[str]) -> None:
    for strategy, size in (("cost", "128"), ("speed", "3008"), ("balanced", "1024")):
        assert cells(run(capsys, "recommend", TUNING, "--strategy", strategy), "->")[1] == size


def test_recommend_prints_warnings_with_their_codes(capsys: pytest.CaptureFixture[str]) -> None:
    printed = run(capsys, "recommend", TUNING, "--architecture", "x86_64", "--strategy", "speed")

    for code in ("measurement-architecture", "measurement-edge", "memory-peak-unknown"):
        assert f"[{code}]" in printed
    assert "More than 1769 MB is more than one CPU" in printed


def test_recommend_draws_a_chart_as_svg_or_html(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for start, chart in (("<svg ", tmp_path / "chart.svg"), ("<!doctype html>", tmp_path / "chart.html")):
        printed = run(capsys, "recommend", TUNING, "--chart", str(chart))

        assert f"Chart: {chart}" in printed
        assert chart.read_text().startswith(start)
    assert "chart.png does not end with .svg or .html" in refuse(
        capsys, "recommend", TUNING, "--chart", "chart.png"
    )


def test_recommend_fails_if_the_chart_cannot_be_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert "No such file or directory" in fail(
        capsys, "recommend", TUNING, "--chart", str(tmp_path / "missing" / "chart.svg")
    )


def test_recommend_refuses_a_negative_number_of_requests(capsys: pytest.CaptureFixture[str]) -> None:
    assert "requests is -1.0; pass a number" in fail(capsys, "recommend", TUNING, "--requests", "-1")


def test_compare_shows_the_effect_of_a_change(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    chart = tmp_path / "both.svg"
    printed = run(capsys, "compare", TUNING, LATER, "--profile", PROFILE, "--chart", str(chart))

    assert cells(printed, "768 MB  ") == [
        "768",
        "MB",
        "273",
        "ms",
        "117",
        "ms",
        "-57%",
        "$2.94",
        "$1.37",
        "-53%",
    ]
    assert "Recommended before: 768 MB.\nRecommended after: 256 MB." in printed
    assert "768 MB after costs +53% compared with the cheapest size." in printed
    assert "[memory-off-optimum]" in printed
    assert "pale: " in chart.read_text()


def test_compare_checks_a_pinned_size(capsys: pytest.CaptureFixture[str]) -> None:
    assert "256 MB after costs +0% compared with" in run(
        capsys, "compare", TUNING, LATER, "--profile", PROFILE, "--memory-size", "256"
    )
    assert "5000 MB after was not measured." in run(capsys, "compare", TUNING, LATER, "--memory-size", "5000")
    assert "memory_size is 0; pass a whole" in fail(capsys, "compare", TUNING, LATER, "--memory-size", "0")


def test_compare_says_if_the_measurements_have_no_size_in_common(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    other = tmp_path / "other.json"
    other.write_text('{"power": 640, "cost": 1e-6, "duration": 100}')

    assert run(capsys, "compare", TUNING, str(other)).startswith("The measurements have no size in common.\n")
    assert "there are 1 results to compare" in fail(capsys, "compare", TUNING)


def test_compare_reads_the_address_of_a_comparison(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    # arm64 is slower with little memory, where the lower price does not make up for it.
    one, other = (
        chart_url(rows(durations, unit)).partition("#")[2]
        for durations, unit in (
            ({256: 1000.0, 1024: 250.0, 2048: 200.0}, X86),
            ({256: 1600.0, 1024: 230.0, 2048: 190.0}, ARM),
        )
    )
    path = tmp_path / "comparison.md"
    address = f"https://lambda-power-tuning.show/#{one};{other};x86;arm"
    path.write_text(f"[x86 against arm]({address})")
    printed = run(capsys, "compare", str(path))
    assert run(capsys, "compare", address) == printed
    assert fail(capsys, "compare", "https://lambda-power-tuning.show/#AAA").startswith(
        "error: https://lambda-power-tuning.show/: this is not a result of Lambda Power Tuning"
    )
    answer = json.loads(run(capsys, "compare", str(path), "--json"))

    # 0.25 GB x 1 s x 16.6667 + 0.2 = 4.37 against 0.25 x 1.6 x 13.3334 + 0.2 = 5.53
    assert cells(printed, "256 MB")[-3:] == ["$4.37", "$5.53", "+27%"]
    (cheaper,) = answer["cheaperFrom"]
    assert cheaper["name"] == "arm"
    assert 256 < cheaper["memorySize"] < 1024
    assert f"From about {cheaper['memorySize']} MB, arm costs less." in printed
    assert "List prices of us-east-1, x86_64" in printed
    assert "List prices of us-east-1, arm64" in printed
    assert answer["recommended"] == [1024, 1024]


def plan(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(capsys, "plan", *arguments))
    return found


def test_plan_is_the_input_of_the_tool(capsys: pytest.CaptureFixture[str]) -> None:
    assert plan(capsys, ARN) == {
        "lambdaARN": ARN,
        "powerValues": [128, 256, 512, 768, 1024, 1536, 1769, 3008],
        "num": 50,
        "payload": {},
        "parallelInvocation": False,
        "strategy": "cost",
        "includeOutputResults": True,
        "autoOptimize": False,
    }


def test_plan_measures_the_function_of_an_alias(capsys: pytest.CaptureFixture[str]) -> None:
    for qualifier in (":live", ":12", ":$LATEST"):
        assert plan(capsys, ARN + qualifier)["lambdaARN"] == ARN


def test_plan_takes_sizes_samples_and_an_event(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    event.write_text('{"Records": []}')
    found = plan(capsys, ARN, "--sizes", "512,1024,512", "--samples", "20", "--payload", str(event))

    assert (found["powerValues"], found["num"], found["payload"]) == ([512, 1024], 20, {"Records": []})


def test_plan_refuses_what_the_tool_would_refuse(capsys: pytest.CaptureFixture[str]) -> None:
    refused = [
        (["order-worker"], "plan-function"),
        ([f"{ARN}:live:more"], "plan-function"),
        ([ARN, "--samples", "4"], "sizing-argument"),
        ([ARN, "--sizes", "64,128"], "sizing-argument"),
        ([ARN, "--payload", __file__], "plan-payload"),
        ([ARN, "--payload", "missing.json"], "measurement-unreadable"),
        ([ARN, "--payload", sys.executable], "measurement-unreadable"),
    ]

    for arguments, code in refused:
        assert f"[{code}]" in fail(capsys, "plan", *arguments)


def test_plan_refuses_sizes_that_are_not_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    assert "--sizes: 'small' is not a list such as 512,1024" in refuse(
        capsys, "plan", ARN, "--sizes", "small"
    )


REQUESTS = ("capacity", "requests", "--rps-low", "2", "--rps-peak", "20", "--duration-ms", "200")


def test_capacity_of_requests(capsys: pytest.CaptureFixture[str]) -> None:
    printed = run(capsys, *REQUESTS)

    assert "minimum=3, maximum=10, target_utilization=0.38" in printed
    assert cells(printed, "provisioned environments")[-2:] == ["3", "10"]
    assert cells(printed, "  cheaper than on demand")[-2:] == ["0", "3"]
    assert cells(printed, "per month, on demand")[-2:] == ["$8.06", "$80.59"]
    assert cells(printed, "per month, provisioned")[-2:] == ["$18.30", "$95.35"]
    assert "cheaper if it is busy for over 60% of its time" in printed


def test_capacity_says_where_provisioned_is_never_cheaper(
    capsys: pytest.CaptureFixture[str],
) -> None:
    printed = run(capsys, *REQUESTS, "--region", "eu-central-1")

    assert "never cheaper" in printed
    assert cells(printed, "  cheaper than on demand")[-2:] == ["0", "0"]


def test_capacity_says_where_the_price_of_provisioned_concurrency_is_unknown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    command = (*REQUESTS, "--region", "mx-central-1")
    printed = run(capsys, *command)

    assert cells(printed, "per month, provisioned")[-2:] == ["?", "?"]
    assert cells(printed, "  cheaper than on demand")[-2:] == ["?", "?"]
    assert "The prices of provisioned concurrency in mx-central-1 are unknown; pass --prices FILE." in printed
    assert json.loads(run(capsys, *command, "--json"))["breakEven"] is None


def test_capacity_prints_warnings_with_their_codes(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("capacity", "requests", "--rps-low", "0", "--rps-peak", "200", "--duration-ms", "20")

    assert "[provisioned-idle-night]" in run(capsys, *arguments)


def test_capacity_refuses_a_size_that_lambda_does_not_allow(capsys: pytest.CaptureFixture[str]) -> None:
    assert "memory_size is 64; pass a whole number from 128" in fail(capsys, *REQUESTS, "--memory-size", "64")


def test_capacity_of_a_queue(capsys: pytest.CaptureFixture[str]) -> None:
    printed = run(capsys, "capacity", "queue", "--messages-per-second", "100", "--duration-ms", "500")

    assert printed.splitlines() == [
        "max_concurrency=7, reserved_concurrency=8",
        "The event source mapping takes 1 s to scale to that concurrency.",
    ]


def test_capacity_needs_a_kind(capsys: pytest.CaptureFixture[str]) -> None:
    assert "the following arguments are required: KIND" in refuse(capsys, "capacity")


def test_errors_name_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["recommend", "missing.json"], ["compare", "missing.json", "missing.json"]):
        assert fail(capsys, *command).startswith("error: missing.json: the file cannot be read: ")


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("", *COMMANDS, "capacity requests", "capacity queue"):
        with pytest.raises(SystemExit) as exited:
            main([*command.split(), "--help"])

        assert exited.value.code == 0
        assert f"usage: lambda-constructs sizing {command}".strip() in capsys.readouterr().out


def test_module_is_a_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lambda_constructs", "sizing", "recommend", "missing.json"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: missing.json: ")
