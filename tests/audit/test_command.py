"""The command: what it prints, where it writes and how it ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lambda_constructs.audit.command import main
from tests.audit.assemblies import TOO_BIG, shop, write
from tests.audit.support import function, parameter, queue, redrive, ref, template

pytestmark = pytest.mark.usefixtures("two_rules")
# Imports everything in the package, then prints what a pure module must not have pulled in.
PROGRAM = """
import importlib, pkgutil, sys
import lambda_constructs.audit as package
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    if module.name.rpartition(".")[2] != "sam":  # it needs an extra
        importlib.import_module(module.name)
print(sorted({"aws_cdk", "boto3", "constructs", "jsii"} & {name.partition(".")[0] for name in sys.modules}))
"""
UNDECIDED = template({"Parameters": {"Size": parameter()}}, Orders=function(MemorySize=ref("Size")))
WARNING = template(Orders=queue(RedrivePolicy=redrive("Dead", 3)))
MIXED = template({"Parameters": {"Size": parameter()}}, B=TOO_BIG, A=function(MemorySize=ref("Size")))
IGNORE = '[[ignore]]\ncode = "{}"\nresource = "{}"\nreason = "why"\n'


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, list[str], str]:
    """The exit status, the lines of the output, and what stands on standard error."""
    status = main([str(each) for each in arguments])
    printed = capsys.readouterr()
    return status, printed.out.splitlines(), printed.err


def test_report_has_the_counts_first_and_one_line_for_each_finding(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shop(tmp_path)
    message = "MemorySize is 20000 MB, Lambda allows 128 to 10240; split the work"
    message = f"Shop/Orders/Function Properties/MemorySize: {message}"

    status, lines, _ = run(capsys, folder)

    assert status == 1
    assert lines[:4] == [
        "1 template, 1 resource: 1 error, 0 warnings, 0 ignored",
        "    1 error memory-size-range",
        "",
        f"{folder.as_posix()}/Shop.template.json:15: error memory-size-range: {message}",
    ]


def test_findings_that_say_the_same_of_one_template_are_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small = function(MemorySize=1)
    file = write(tmp_path / "orders.json", template(A=TOO_BIG, B=small, C=TOO_BIG, D=TOO_BIG))

    _, lines, _ = run(capsys, file)

    assert lines[1] == "    4 error memory-size-range"
    first, second = (line for line in lines if line.startswith(f"{file.as_posix()}:"))
    assert first.endswith("split the work (also C in line 47, D in line 63)")
    assert "B Properties/MemorySize: MemorySize is 1 MB" in second


def test_report_is_one_line_if_there_is_nothing_to_say(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path / "orders.json", template(Orders=function(), Other=function()))

    assert run(capsys, file) == (0, ["1 template, 2 resources: 0 errors, 0 warnings, 0 ignored"], "")


def test_report_counts_what_is_undecided_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path / "orders.json", UNDECIDED)

    status, lines, _ = run(capsys, file)

    assert status == 0
    assert lines[2:] == [
        "undecided: 1 check, because values are known only at deployment; --undecided lists them"
    ]


def test_report_lists_what_is_undecided_on_request(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path / "orders.json", MIXED)

    status, lines, _ = run(capsys, file, "--undecided")

    assert status == 1
    assert [line.split(": ")[1:3] for line in lines if ".json:" in line] == [
        ["error memory-size-range", "B Properties/MemorySize"],
        ["undecided memory-size-range", "A Properties/MemorySize"],
    ]
    assert lines[-1] == "undecided: 1 check, because values are known only at deployment"
    assert any("parameter Size" in line for line in lines)


def test_report_counts_what_is_ignored_and_names_what_is_unused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ignore = tmp_path / "ignore.toml"
    code = "memory-size-range"
    ignore.write_text(IGNORE.format(code, "OrdersFunction") + IGNORE.format(code, "Gone"))

    status, lines, _ = run(capsys, shop(tmp_path / "cdk.out"), "--ignore-file", ignore)

    assert status == 0
    assert lines == [
        "1 template, 1 resource: 0 errors, 0 warnings, 1 ignored",
        "",
        "unused: no finding to ignore for memory-size-range at Gone",
    ]


@pytest.mark.parametrize(
    ("transform", "macros"),
    [
        ("AWS::CodeStar", ["AWS::CodeStar"]),
        (["AWS::LanguageExtensions", "Ours"], ["Ours"]),
        ([{"Name": "AWS::Include", "Parameters": {}}], ["AWS::Include"]),
    ],
)
def test_report_says_that_macros_make_what_it_does_not_see(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], transform: object, macros: list[str]
) -> None:
    file = write(tmp_path / "orders.json", template({"Transform": transform}, Orders=TOO_BIG))

    status, lines, _ = run(capsys, file)

    notes = [line.split()[4] for line in lines if line.startswith(f"note: {file.as_posix()}: the macro")]
    assert (status, notes) == (1, macros)


def test_report_names_each_template_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path / "orders.json", template(Orders=TOO_BIG))

    _, lines, _ = run(capsys, tmp_path, file)

    assert lines[0] == "1 template, 1 resource: 1 error, 0 warnings, 0 ignored"


@pytest.mark.parametrize(
    ("content", "option", "status"),
    [
        (WARNING, "--fail-on=error", 0),
        (WARNING, "--fail-on=warning", 1),
        (MIXED, "--fail-on=warning", 1),
        (UNDECIDED, "--fail-on=warning", 0),
        (WARNING, "--undecided", 0),
    ],
)
def test_fails_on_what_was_asked_for(tmp_path: Path, content: object, option: str, status: int) -> None:
    assert main([str(write(tmp_path / "orders.json", content)), option]) == status


def test_report_goes_into_a_file_and_the_counts_on_the_screen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "report.txt"

    status, lines, _ = run(capsys, shop(tmp_path / "cdk.out"), "--output", output)

    assert (status, lines[0]) == (1, "1 template, 1 resource: 1 error, 0 warnings, 0 ignored")
    assert output.read_text().splitlines()[0] == lines[0]
    assert "memory-size-range: Shop/Orders/Function" in output.read_text()


def test_templates_that_can_be_read_are_judged_and_the_others_end_with_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.json").write_text("{")
    good = write(tmp_path / "orders.json", template(Orders=TOO_BIG))
    others = [tmp_path / name for name in ("missing.json", "empty", "broken.json")]

    status, lines, _ = run(capsys, good, *others)

    assert status == 2
    assert lines[1] == "    1 error memory-size-range"
    unread = [line for line in lines if line.startswith("not read: ")]
    assert [name for name, line in zip(others, unread, strict=True) if str(name) not in line] == []


def test_report_that_cannot_be_written_ends_with_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path / "orders.json", template())

    status, _, error = run(capsys, file, "--output", tmp_path / "no" / "report.txt")

    assert status == 2
    assert "report.txt" in error


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["x.json", "--format", "xml"],
        ["x.json", "--fail-on", "note"],
        [""],
        *(["x.json", each, ""] for each in ("--output", "--ignore-file", "--baseline")),
    ],
)
def test_wrong_arguments_end_with_two(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)

    assert stopped.value.code == 2


def test_program_runs_without_aws_cdk() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
