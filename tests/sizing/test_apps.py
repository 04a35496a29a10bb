"""`report` and `cost`: the functions of a whole app, with their measurements, traffic and prices."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lambda_constructs.errors import ConfigurationError
from lambda_constructs.sizing.assembly import read_functions
from lambda_constructs.sizing.cli import main
from lambda_constructs.sizing.matching import read_measured
from lambda_constructs.sizing.traffic import read_traffic
from lambda_constructs.template.files import UnreadableError
from tests.sizing.support import DATA, EXAMPLE, execution, output, rows, text_report

ASSEMBLY = str(DATA / "assembly")
TRAFFIC = str(DATA / "traffic.json")
SIZES = "lambda-constructs:sizes"
REPORT = ("report", ASSEMBLY, "--date", "2026-12-01", "--measurements")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    status = main(arguments)
    captured = capsys.readouterr()
    return status, captured.out + captured.err


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    status, printed = run(capsys, *arguments, "--json")
    return status, json.loads(printed)


def template(folder: Path, change: Callable[[dict[str, Any]], object]) -> str:
    """The app with a change of its template."""
    value = json.loads((DATA / "assembly" / "Shop.template.json").read_text())
    change(value["Resources"])
    (folder / "cdk.out").mkdir(exist_ok=True)
    (folder / "cdk.out" / "Shop.template.json").write_text(json.dumps(value))
    return str(folder / "cdk.out")


def orders(resources: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = resources["OrdersFunction520DBA95"]["Properties"]
    return found


def sized(memory_size: int) -> Callable[[dict[str, Any]], object]:
    """The change to another memory size."""
    return lambda resources: orders(resources).update(MemorySize=memory_size)


def test_report_lists_every_function_with_its_measurement(capsys: pytest.CaptureFixture[str]) -> None:
    status, found = answer(capsys, *REPORT, str(EXAMPLE))
    status_of_text, printed = run(capsys, *REPORT, str(EXAMPLE))

    assert (status, status_of_text) == (0, 0)
    row = found["functions"][0]
    assert (row["path"], row["memorySize"], row["recommended"]) == ("Shop/Orders", 768, 768)
    assert (row["timeout"], row["recommendedTimeout"], row["warnings"]) == (30, 4, [])
    assert row["extraCost"] == pytest.approx(0.19, abs=0.01)
    # 768 MB for 274 ms against 256 MB for 681 ms, a million times.
    assert row["extraPerMonth"] == pytest.approx(2.94 - 2.47, abs=0.01)
    assert found["withoutMeasurement"] == ["Shop/Api", "Shop/Plain"]
    assert printed.splitlines()[1].split() == [
        *("Shop/Orders", "768", "MB", "768", "MB", "+19%", "0.47"),
        *("30", "s", "4", "s", "57", "days"),
    ]
    assert "Without a measurement: Shop/Api, Shop/Plain." in printed


def test_report_fails_for_a_size_or_a_timeout_that_does_not_fit(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def change(resources: dict[str, Any]) -> None:
        orders(resources).update(MemorySize=3008, Timeout=1)
        resources["OrdersFunction520DBA95"]["Metadata"].clear()

    folder = tmp_path / "measurements"
    folder.mkdir()
    (folder / "orders.tuning.json").write_bytes((EXAMPLE / "orders.tuning.json").read_bytes())
    (folder / "orders.log").write_text("\n".join(text_report(1500) for _ in range(300)))
    command = ("report", template(tmp_path, change), "--traffic", TRAFFIC, "--measurements", str(folder))
    status, printed = run(capsys, *command)
    _, found = answer(capsys, *command)

    assert status == 1
    assert "Shop/Orders: warning: memory_size is 3008 MB, which costs" in printed
    assert "[timeout-below-percentile]" in printed
    assert found["functions"][0]["extraPerMonth"] > 15
    assert found["functions"][0]["recommendedTimeout"] == 5


def test_report_names_files_and_functions_that_it_cannot_use(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "measurements"
    folder.mkdir()
    (folder / "orders.tuning.json").write_text(json.dumps(execution(rows({128: 500.0}))))
    (folder / "orders.log").write_text(text_report(5, used=500))
    (folder / "other.tuning.json").write_text("{")
    (folder / "notes.txt").write_text("nothing")
    status, printed = run(capsys, *REPORT, str(folder))

    assert status == 1
    assert "which with 20% free requires 625 MB" in printed
    assert "other.tuning.json: this is not a result of Lambda Power Tuning" in printed
    assert "notes.txt: this is not a profile of invocations" in printed


def test_report_without_known_sizes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    def change(resources: dict[str, Any]) -> None:
        orders(resources).update(MemorySize={"Ref": "Size"}, Timeout={"Ref": "Time"})

    status, found = answer(capsys, "report", template(tmp_path, change), "--measurements", str(EXAMPLE))
    status_of_large, large = answer(
        capsys,
        "report",
        template(tmp_path, sized(10_240)),
        "--measurements",
        str(EXAMPLE),
    )

    assert (status, found["functions"][0]["memorySize"], found["functions"][0]["timeout"]) == (0, None, None)
    assert found["functions"][0]["recommendedTimeout"] == 4
    assert (status_of_large, large["functions"][0]["extraCost"]) == (1, None)
    assert (
        "at deployment"
        in run(capsys, "report", template(tmp_path, change), "--measurements", str(EXAMPLE))[1]
    )


def test_files_belong_to_the_function_that_they_name(tmp_path: Path) -> None:
    def change(resources: dict[str, Any]) -> None:
        orders(resources)["FunctionName"] = "shop-orders"
        resources["OrdersFunction520DBA95"]["Metadata"].clear()

    (first, *others) = read_functions(template(tmp_path, change))
    named = {**output(rows({128: 500.0})), "functionName": "shop-orders"}
    (tmp_path / "a.json").write_text(json.dumps(named))
    stream = "2026/11/20/shop-orders[12]0123456789abcdef"
    (tmp_path / "b.log").write_text(f"{stream} {text_report(5)}")
    (tmp_path / ".gitkeep").write_text("")
    for day in ("2026-11-20", "2026-10-20"):
        (tmp_path / f"api.{day}.json").write_text(
            json.dumps({**execution(rows({128: 500.0})), "startDate": f"{day}T10:00:00Z"})
        )
    measured = read_measured(tmp_path)
    api = others.pop(0)

    assert measured.unread == {}
    found = measured.measurement(api)
    assert found is not None
    assert found.day == "2026-11-20"
    assert (measured.measurement(first), measured.profile(first)) == (
        measured.measurements["a.json"],
        measured.profiles["b.log"],
    )
    for other in others:
        assert (measured.measurement(other), measured.profile(other)) == (None, None)


def test_cost_splits_the_bill_of_each_workload(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    command = ("cost", ASSEMBLY, "--traffic", TRAFFIC, "--measurements", str(EXAMPLE))
    status, found = answer(capsys, *command)
    _, printed = run(capsys, *command)
    worker, api = (found["workloads"][name] for name in ("Shop/Orders", "Shop/Api"))
    expected = worker["expected"]["parts"]

    assert status == 0
    # A million requests, messages and their batches, 800 bytes of logs, four alarms with six metrics.
    assert expected["requests"] == pytest.approx(5 * 0.20)
    billed = 5e6 * 0.75 * 273.5 / 1000 * 0.0000133334
    assert expected["duration"] + expected["INIT"] == pytest.approx(billed, rel=1e-3)
    assert expected["INIT"] == pytest.approx(billed * 2 / 273.5, rel=1e-3)
    assert expected["queues"] == pytest.approx((25e6 + 10e6 + 657_000) * 4e-7)
    assert expected["logs"] == pytest.approx(5e6 * 800 / 2**30 * 0.50)
    assert expected["alarms"] == pytest.approx(0.60, abs=0.21)
    assert worker["low"]["total"] < worker["expected"]["total"] < worker["high"]["total"]
    # The profile is of 512 MB; at another size the duration is that of the measurement.
    for size, billed_ms in ((1024, 222.2), (512, 402.6)):
        folder = template(tmp_path, sized(size))
        other = answer(capsys, "cost", folder, "--traffic", TRAFFIC, "--measurements", str(EXAMPLE))[1]
        parts = other["workloads"]["Shop/Orders"]["expected"]["parts"]
        usd = 5e6 * size / 1024 * billed_ms / 1000 * 0.0000133334
        assert parts["duration"] + parts["INIT"] == pytest.approx(usd, rel=1e-2)
    # Two environments of 512 MB all month, five at the most.
    least, most = (api[name]["parts"]["provisioned"] for name in ("low", "high"))
    assert least == pytest.approx(2 * 4.38 + 1e6 * 0.5 * 0.12 * 7.7778e-6, abs=0.01)
    assert most - least == pytest.approx(3 * 4.38, abs=0.01)
    assert api["expected"]["unknown"] == ["logs: write log_bytes into the traffic"]
    assert found["withoutTraffic"] == ["Shop/Plain"]
    assert found["notCounted"] == {"AWS::SNS::Topic": 1}
    assert "Not counted: 1 AWS::SNS::Topic." in printed
    assert "unknown: Shop/Plain has no traffic" in printed


def test_cost_names_what_it_does_not_know(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    def change(resources: dict[str, Any]) -> None:
        orders(resources).update(MemorySize={"Ref": "Size"}, Architectures=["x86_64"])
        resources["OrdersQueueC538DD4C"]["Properties"] = {"FifoQueue": True}
        api = resources["ApiFunction6BF808ED"]["Properties"]
        api.update(
            EphemeralStorage={"Size": 1536}, SnapStart={"ApplyOn": "PublishedVersions"}, Runtime="python3.13"
        )
        resources["ApiLive7AE1C96A"]["Properties"].pop("ProvisionedConcurrencyConfig")
        resources.pop("ApiCapacity2A50698D")
        del resources["Events"]

    folder = template(tmp_path, change)
    traffic = tmp_path / "traffic.json"
    traffic.write_text(
        json.dumps(
            {
                "Shop/Orders": {"requests": 1e6, "billed_ms": 100, "log_bytes": 1},
                "Shop/Api": {"requests": 1e6, "billed_ms": 100, "log_bytes": 1},
                "Shop/Plain": {"requests": 1e6, "log_bytes": 0},
                "Shop/Gone": {"requests": 1},
            }
        )
    )
    command = ("cost", folder, "--traffic", str(traffic))
    _, found = answer(capsys, *command)
    _, elsewhere = answer(capsys, *command, "--region", "mx-central-1")
    _, printed = run(capsys, *command, "--region", "mx-central-1")

    costs = {name: each["expected"] for name, each in found["workloads"].items()}
    assert costs["Shop/Orders"]["unknown"] == ["duration: MemorySize is known only at deployment"]
    assert costs["Shop/Orders"]["parts"]["queues"] == pytest.approx((1e6 + 2e6 + 657_000) * 5e-7)
    assert "duration" not in costs["Shop/Orders"]["parts"]
    assert costs["Shop/Api"]["parts"]["storage"] == pytest.approx(1e6 * 0.1 * 3.09e-8)
    assert costs["Shop/Api"]["parts"]["SnapStart"] == pytest.approx(0.5 * 730 * 3600 * 1.5046e-6)
    assert costs["Shop/Plain"]["unknown"] == [
        "duration: write billed_ms into the traffic, or pass a profile with --measurements"
    ]
    assert found["notInApp"] == ["Shop/Gone"]
    lacking = [each.partition(":")[0] for each in elsewhere["workloads"]["Shop/Api"]["expected"]["unknown"]]
    assert lacking == ["storage", "SnapStart", "alarms"]
    assert "is in " in printed
    assert "?" in printed


def test_cost_adds_no_currencies_up(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    # One stack in China, one without a region; the region of the third has no prices and no traffic.
    regions = {"A": "cn-northwest-1", "B": None, "C": "il-central-1"}
    manifest: dict[str, Any] = {"artifacts": {}}
    for name, region in regions.items():
        function = {
            "Type": "AWS::Lambda::Function",
            "Properties": {"MemorySize": 512, "Architectures": ["x86_64"]},
            "Metadata": {"aws:cdk:path": f"{name}/Worker/Resource"},
        }
        (tmp_path / f"{name}.template.json").write_text(json.dumps({"Resources": {"Worker": function}}))
        manifest["artifacts"][name] = {
            "type": "aws:cloudformation:stack",
            "environment": f"aws://1/{region or 'unknown-region'}",
            "properties": {"templateFile": f"{name}.template.json"},
        }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    file = tmp_path / "traffic.json"
    file.write_text(json.dumps({f"{name}/Worker": {"requests": 1e6, "billed_ms": 100} for name in "AB"}))
    status, printed = run(capsys, "cost", str(tmp_path), "--traffic", str(file))
    found = answer(capsys, "cost", str(tmp_path), "--traffic", str(file))[1]["workloads"]

    assert status == 0
    assert [found[f"{name}/Worker"]["currency"] for name in "AB"] == ["CNY", "USD"]
    for name, currency in (("A", "CNY"), ("B", "USD")):
        total = f"{found[f'{name}/Worker']['expected']['total']:,.2f}"
        (line,) = (line for line in printed.splitlines() if line.startswith(f"total in {currency}"))
        assert line.split()[-1] == total
    assert "List prices of cn-northwest-1, x86_64 in CNY" in printed


def test_app_may_be_damaged_or_of_others(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="it contains no template"):
        read_functions(tmp_path)
    path = tmp_path / "Shop.template.json"
    for content in (
        '{"Resources": {"A": 1}}',
        '{"Metadata": {"lambda-constructs": 1}, "Resources": {}}',
    ):
        path.write_text(content)
        assert read_functions(tmp_path) == []
    path.write_text(
        json.dumps(
            {
                "Metadata": {"lambda-constructs": {"format": 1, "workloads": [1, {"function": "B"}]}},
                "Resources": {
                    "A": {"Type": "AWS::Lambda::Function", "Metadata": {"lambda-constructs:sizes": 1}}
                },
            }
        )
    )
    shop = {"type": "aws:cloudformation:stack", "properties": {"templateFile": path.name}}
    manifest = {"artifacts": {"a": 1, "b": {"type": "x"}, "Shop": shop}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "asset.1").mkdir()
    (tmp_path / "asset.1" / "a.template.json").write_text("{")
    (found,) = read_functions(tmp_path)
    assert (found.path, found.memory_size, found.timeout, found.architecture) == ("A", 128, 3, "x86_64")
    assert (found.region, found.file("memorySize", "profile"), found.resource("queue")) == (None, None, None)
    (tmp_path / "cdk.out").write_text("{}")  # marks an assembly whose manifest is damaged
    for file, content, reason in (
        (path, "{", "Shop.template.json: not valid JSON"),
        (path, "[]", "Shop.template.json: not a CloudFormation template"),
        (path, '{"Resources": []}', "Shop.template.json: not a CloudFormation template"),
        (path.with_name("manifest.json"), "{", "manifest.json: not valid JSON"),
    ):
        file.write_text(content)
        with pytest.raises(UnreadableError, match=reason):
            read_functions(tmp_path)


def test_traffic_that_is_not_understood_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "traffic.json"
    for content, message in (
        ("{", "it is not JSON"),
        ("[]", "it is a list"),
        ('{"A": 1}', "A has no requests"),
        ('{"A": {"requests": 1, "rps": 2}}', "A has rps, which is not known"),
        ('{"A": {"requests": [1, 2]}}', "not one number or three"),
        ('{"A": {"requests": "many"}}', "not one number or three"),
        ('{"A": {"requests": -1}}', "requests of A is -1; pass a number"),
        (f'{{"A": {{"requests": 1{"0" * 400}}}}}', "requests of A is 1000"),
        ('{"A": {"requests": 1, "billed_ms": "fast"}}', "billed_ms of A is 'fast'; pass a number"),
    ):
        path.write_text(content)
        with pytest.raises(ConfigurationError, match=message):
            read_traffic(path)
    path.write_text('{"A": {"requests": [3, 1, 2]}}')
    assert read_traffic(path)["A"].requests == (1, 2, 3)


def test_report_takes_a_day_only(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["report", ASSEMBLY, "--measurements", str(EXAMPLE), "--date", "tomorrow"])
    assert "tomorrow is not a day such as 2026-11-20" in capsys.readouterr().err
