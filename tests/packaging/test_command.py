"""`lambda-constructs packaging`: progress, what came from the cache, sizes, and why a key changed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from aws_cdk import assertions

from lambda_constructs.__main__ import main
from lambda_constructs.packaging.treemap import squarified
from lambda_constructs.packaging.uv import reason_of
from lambda_constructs.rules import package
from tests.packaging.projects import HANDLER, Projects, bundled, contents, create
from tests.support import new_stack


def run(projects: Projects, command: str, project: Path, *more: str) -> int:
    arguments = [command, str(project), "--cache-dir", str(projects.cache), *more]
    return main(["packaging", *arguments])


def test_builds_what_python_code_deploys_and_says_where_from(
    projects: Projects, capsys: pytest.CaptureFixture[str]
) -> None:
    project = projects.pinned("orders", projects.wheel("pricing"), projects.wheel("mail"))
    output = projects.folder / "output"

    assert run(projects, "build", project, "--output", str(output)) == 0
    printed = capsys.readouterr()
    assert contents(output) == contents(bundled(projects.code(project))[1])
    first = r"key [0-9a-f]{64}\npackages: 2, files of code: 1, for python3.13 on arm64\n"
    assert re.match(first, printed.out)
    assert "not built before on this machine" in printed.out
    assert re.search(r"(?m)^pricing 1\.0 +4 +0\.00 +0\.00$", printed.out)
    assert re.search(r"(?m)^total +9 ", printed.out)
    assert "installing the packages for python3.13 on arm64 ..." in printed.err
    assert f"written to {output}" in printed.err

    assert run(projects, "build", project) == 0
    printed = capsys.readouterr()
    assert "unchanged since the last build" in printed.out
    assert "packages from the cache: " in printed.err


def test_writes_nothing_into_the_source_that_the_next_build_would_deploy(
    projects: Projects, capsys: pytest.CaptureFixture[str]
) -> None:
    project = projects.pinned("orders")
    for option in ("--output", "--html"):
        with pytest.raises(SystemExit) as ended:
            run(projects, "build", project, option, str(project / "made"))
        assert ended.value.code == 2
        assert f"{option} is in {project}, whose files are deployed" in capsys.readouterr().err
    assert main(["packaging", "build", str(project), "--cache-dir", str(project / "cache")]) == 1
    assert f"it is deployed with {project}; " in capsys.readouterr().err
    assert not (project / "cache").exists()

    assert run(projects, "build", project, "--output", str(project / "made"), "--exclude", "made") == 0
    assert run(projects, "build", project, "--exclude", "made") == 0
    assert "unchanged since the last build" in capsys.readouterr().out


def test_explains_why_the_key_changed(projects: Projects, capsys: pytest.CaptureFixture[str]) -> None:
    project = projects.pinned("orders", projects.wheel("pricing"), projects.wheel("mail"), **{"gone.py": ""})
    bundled(projects.code(project))  # a synthesis is a build too
    newer = projects.wheel("pricing", "2.0")
    other = projects.wheel("mail", **{"mail__more.py": ""})
    projects.pinned(
        "orders", newer, other, projects.wheel("charts"), **{"app.py": HANDLER + "\n", "new.sh": ""}
    )
    (project / "gone.py").unlink()
    bundled(projects.code(project))
    (project / "new.sh").chmod(0o755)
    (project / "app.py").write_text(HANDLER)
    projects.pinned("orders", newer, projects.wheel("mail"), projects.wheel("charts"))

    assert run(projects, "explain", project, "--strip", "none") == 0

    assert capsys.readouterr().out.split("\n")[2:] == [
        "changed since the last build:",
        "option strip changed from safe to none",
        "package mail changed: other files",
        "file app.py changed",
        "file new.sh changed its permissions",
        "",
    ]
    assert (
        run(projects, "build", project, "--bytecode", "--dependencies", "layer", "--runtime", "python3.11")
        == 0
    )
    assert "not built before" in capsys.readouterr().out


def test_says_which_modules_the_source_and_the_packages_both_have(
    projects: Projects, capsys: pytest.CaptureFixture[str]
) -> None:
    """A copy of a package in the source, and a module that a package hides; folders alone are joined."""
    wheels = [projects.wheel(name) for name in ("mail", "prices", "charts")]
    shared = projects.wheel("shared", **{"google__cloud.py": ""})
    files = ("mail/__init__.py", "prices.py", "google/orders.py", "charts/data.csv")
    project = projects.pinned("orders", *wheels, shared, **dict.fromkeys(files, ""))

    assert run(projects, "build", project) == 0
    said = "warning: the source and its packages both have 'mail' and 'prices'; rename yours"
    assert said in capsys.readouterr().err
    stack = new_stack()
    create(stack, projects.code(project))
    warnings = assertions.Annotations.from_stack(stack).find_warning("*", assertions.Match.any_value())
    assert [str(each.entry.data).partition(";")[0] for each in warnings] == [said.partition(";")[0][9:]]


def test_says_what_lambda_would_refuse_for_its_size(
    projects: Projects, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = projects.pinned("orders")
    for maximum, code in ((10, "package-size"), (50, "package-size-near"), (1000, "")):
        monkeypatch.setattr(package, "UNZIPPED_MAXIMUM", maximum)
        assert run(projects, "build", project) == 0
        warnings = [line for line in capsys.readouterr().err.splitlines() if line.startswith("warning: ")]
        assert [line.endswith(f"[{code}]") for line in warnings] == [True] * bool(code)


def test_names_new_packages_and_those_that_are_gone(
    projects: Projects, capsys: pytest.CaptureFixture[str]
) -> None:
    project = projects.pinned("orders", projects.wheel("pricing"), projects.wheel("mail"))
    assert run(projects, "build", project) == 0
    projects.pinned("orders", projects.wheel("pricing", "2.0"), projects.wheel("charts"))
    capsys.readouterr()

    assert run(projects, "build", project) == 0

    assert (
        "package charts is new\npackage mail is gone\npackage pricing changed from 1.0 to 2.0\n"
        in capsys.readouterr().out
    )


def test_draws_a_treemap(projects: Projects) -> None:
    large = "".join(f"NAME_{number} = {number}\n" for number in range(4000))
    wheel = projects.wheel("pricing", **{"pricing__large.py": large, "pricing__a_b.py": "x = '<&>'\n" * 9})
    html = projects.folder / "sizes.html"

    assert run(projects, "build", projects.pinned("orders", wheel), "--bytecode", "--html", str(html)) == 0

    page = html.read_text()
    drawing = ET.fromstring(page[page.index("<svg") : page.index("</svg>") + 6])  # noqa: S314 - ours
    titles = [str(each.text) for each in drawing.iter("title")]
    assert "pricing 1.0: pricing/large.py" in titles
    assert any(title.endswith("other files") for title in titles)
    assert [each.text for each in drawing.iter("text")] == ["pricing 1.0"]


def test_rectangles_fill_the_box_and_do_not_overlap() -> None:
    areas = {str(number): float(number) for number in range(1, 30)}

    boxes = dict(squarified(areas, (0, 0, 300, 200)))

    for name, (left, top, width, height) in boxes.items():
        assert width * height == pytest.approx(areas[name] / sum(areas.values()) * 300 * 200)
        assert left >= 0
        assert top >= 0
        assert left + width <= 300 + 1e-6
        assert top + height <= 200 + 1e-6
    assert dict(squarified({}, (0, 0, 1, 1))) == {}


def test_says_what_is_refused_in_one_line(projects: Projects, capsys: pytest.CaptureFixture[str]) -> None:
    project = projects.project()

    assert run(projects, "build", project) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"error: {project} has no uv.lock, pylock.toml or requirements.txt; run uv init")
    assert said.endswith(" [lock-missing]\n")
    assert said.count("\n") == 1
    assert run(projects, "build", projects.pinned(), "--runtime", "nodejs22.x") == 1
    assert run(projects, "build", project, "--output", str(projects.wheels)) == 1
    assert "File exists" in capsys.readouterr().err


def test_a_reason_that_an_older_uv_draws_as_a_tree_is_a_sentence() -> None:
    drawn = (
        "\u00d7 No solution found:\n \u2570\u2500\u25b6 Because a was not found\n \u2502 and you require a.\n"
    )

    assert reason_of(subprocess.CompletedProcess([], 1, "", drawn)) == (
        "No solution found: Because a was not found and you require a"
    )
