"""What is checked in: nothing of the machine it was written on, one version, and links that work."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import tokenize
import tomllib
from pathlib import Path

import pytest
from mypy.main import process_options

import lambda_constructs
from docs.site.configuration import repository
from lambda_constructs.rules import provisioned_concurrency

ROOT = Path(__file__).parent.parent
# Written so that this file does not contain what it looks for.
MACHINE_PATH = re.compile(r"(?<![\w.~$}/-])/(?:work|home|root|Users|mnt|media)/(?=[\w.])")
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|yarnpkg\.com|artifac[t]ory|codeartifac[t]|//[^\s/]+/simple\b"
)
NUMBERED = re.compile(r"^## \[(\d+\.\d+\.\d+)\]", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)#?([^)\s]*)\)")
NOT_PLAIN = re.compile(
    r"\b(?:amid|as which|beside|by the clock|for ever|front doors?|(?:in|makes?) a circle|mend(?:s|ed)?"
    r"|(?:is|are) no (?:JSON|TOML|YAML|number|text)|g(?:ave|ives?|iven) (?:it |them |events )?up|knows? no"
    r"|no such(?! file)|nobody|none of|nothing of|of elsewhere"
    r"|of (?:its|one's|your|yours|ours|their|theirs) own|one's own"
    r"|of (?:ours|theirs|yours)|says? of|seldom|suffices?|truth value|without end|work(?:ed|s)? off"
    r"|what (?:fails|failed|goes in|stands)|who (?:may|says))\b",
    re.IGNORECASE,
)
# A docstring starts with its subject, such as "The mapping" instead of "What reads the queue".
HEADLESS = re.compile(r"(?:What|Who|Whoever|Whom)\b(?! is wrong)")
STARTER_WORKFLOW = "lambda_constructs/starter/files/ci.yml.txt"
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
MADE = {
    ".hypothesis",
    ".mypy_cache",
    ".ruff_cache",
    "build",
    "cdk.out",
    "dist",
    "node_modules",
    "__pycache__",
}
MADE |= {".venv", ".venv-docs", ".venv-emulator"}
CODE = ("benchmarks", "emulator/lambda_constructs_emulator", "examples", "lambda_constructs")


def tracked() -> list[Path]:
    """The files that git tracks and that still exist; in a source archive, all but what was made."""
    if not (ROOT / ".git").exists():
        return [
            path
            for path in ROOT.rglob("*")
            if path.is_file() and MADE.isdisjoint(path.relative_to(ROOT).parts)
        ]
    git = shutil.which("git")
    assert git is not None
    command = [git, "-c", "safe.directory=*", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def findings(pattern: re.Pattern[str]) -> list[str]:
    """Every line of a tracked file that the pattern is found in."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in tracked()
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]


def changelog_version(changelog: str) -> str | None:
    """The latest numbered version; None while everything is still unreleased."""
    numbered = NUMBERED.search(changelog)
    return numbered and numbered[1]


def test_git_tracks_the_package() -> None:
    assert Path(lambda_constructs.__file__) in tracked()


def test_no_tracked_file_names_a_path_of_a_machine() -> None:
    assert findings(MACHINE_PATH) == []


def test_no_tracked_file_names_the_host_of_a_registry() -> None:
    assert findings(REGISTRY) == []


@pytest.mark.parametrize("folder", ["work", "home", "root", "Users"])
def test_path_of_a_machine_is_found(folder: str) -> None:
    for form in ("cd /{}/someone", 'open("/{}/x")', "path=/{}/x"):
        assert MACHINE_PATH.search(form.format(folder))
    for harmless in ("./{}/x", "examples/{}/x", "https://host/{}/x", "/{}", "the /{}/ folder"):
        assert not MACHINE_PATH.search(harmless.format(folder))


@pytest.mark.parametrize("host", ["pypi", "files.pythonhosted", "registry.npmjs"])
def test_host_of_a_registry_is_found(host: str) -> None:
    assert REGISTRY.search(f"https://{host}.org/lambda-constructs")


def test_index_of_a_private_registry_is_found() -> None:
    assert REGISTRY.search("https://packages.example/" + "simple/")


@pytest.mark.parametrize("lock", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda path: path.name)
def test_requirements_are_pinned_by_hash_and_name_no_index(lock: Path) -> None:
    lines = [line for line in lock.read_text().replace("\\\n", "").splitlines() if line.strip()]

    assert lines
    assert [
        line for line in lines if not re.match(r"[a-z0-9._-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line)
    ] == []
    assert [line for line in lines if "://" in line] == []


def test_package_lock_names_no_address_and_pins_by_hash() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    installed = {name: package for name, package in packages.items() if name}

    assert installed
    assert {name for name, package in installed.items() if "resolved" in package} == set()
    assert {name for name, package in installed.items() if "integrity" not in package} == set()


def test_version_is_the_same_everywhere() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text())
    changelog = (ROOT / "CHANGELOG.md").read_text()

    assert pyproject["project"]["version"] == lambda_constructs.__version__
    assert changelog_version(changelog) in (None, lambda_constructs.__version__)
    assert changelog_version(changelog) or "## [Unreleased]" in changelog


@pytest.mark.parametrize(
    ("changelog", "version"),
    [
        ("# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-01-01\n\n## [1.2.2]\n", "1.2.3"),
        ("# Changelog\n\n## [0.1.0]\n", "0.1.0"),
        ("# Changelog\n\n## [Unreleased]\n\n- see [0.1.0]\n", None),
    ],
)
def test_latest_version_of_a_changelog_is_its_first_numbered_one(changelog: str, version: str | None) -> None:
    assert version == changelog_version(changelog)


def test_mypy_checks_every_python_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without `__init__.py` can be hidden by another one on the path of mypy."""
    monkeypatch.chdir(ROOT)
    found, _ = process_options(["--config-file", "pyproject.toml"])
    checked = {Path(each.path or f"{each.module}.py").resolve() for each in found}
    stubbed = {path.with_suffix(".py") for path in checked if path.suffix == ".pyi"}

    python = {path for path in tracked() if path.suffix == ".py"}
    assert {str(path.relative_to(ROOT)) for path in python - checked - stubbed} == set()


def test_docs_have_the_section_that_a_warning_refers_to() -> None:
    message = provisioned_concurrency.provisioned_with_canary("Canary", tested=False)
    assert message is not None
    named = re.search(r"read '(.+)' in (\S+\.md)", message)
    assert named is not None

    assert re.search(rf"^#+ {named[1]}$", (ROOT / named[2]).read_text(), re.MULTILINE)


def pages() -> list[Path]:
    """The Markdown pages; `page.md` is a template of one, for another place."""
    return [path for path in tracked() if path.suffix == ".md" and path.name != "page.md"]


def prose(page: Path) -> str:
    """A page without its code blocks."""
    return FENCED.sub("", page.read_text())


def anchors(page: Path) -> set[str]:
    """What the headings of a page are linked by."""
    headings = re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_links_of_all_pages_lead_somewhere() -> None:
    files = set(tracked())
    places = files | {folder for path in files for folder in path.parents}
    broken = []
    for page in pages():
        for target, anchor in LINK.findall(prose(page)):
            place = (page.parent / target).resolve() if target else page
            if place not in places or (anchor and anchor not in anchors(place)):
                broken.append(f"{page.relative_to(ROOT)}: {target}#{anchor}")

    assert broken == []


def test_contributing_names_files_and_functions_that_exist() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    (_, table, _) = re.split(r"\| to find \| read \||## Add a rule", text)
    package = ROOT / lambda_constructs.__name__
    code = "\n".join(path.read_text() for path in package.rglob("*.py"))
    for name in re.findall(r"`([^`]+)`", table):
        if "/" in name:
            assert any((each / name).exists() for each in (ROOT, package)), name
        elif name.isidentifier():
            assert re.search(rf"^ *(?:def |class )?{name}\b", code, re.MULTILINE), name


def test_workflows_name_targets_and_files_that_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    workflows = [path.read_text() for path in (ROOT / ".github" / "workflows").glob("*.yml")]

    assert len(workflows) == 3
    for text in workflows:
        assert set(re.findall(r"run: make (\S+)", text)) <= targets
        assert all((ROOT / name).exists() for name in re.findall(r"python (\S+\.py)", text))


def test_workflows_pin_their_actions_by_commit_and_may_only_read() -> None:
    """Also that of the starter: a tag can be moved to other code."""
    workflows = [*(ROOT / ".github" / "workflows").glob("*.yml"), ROOT / STARTER_WORKFLOW]

    for path in workflows:
        text = path.read_text()
        used = re.findall(r"uses: (.*)", text)
        assert used, path
        assert [each for each in used if not PINNED.fullmatch(each)] == [], path
        assert re.search(r"^permissions:\n  contents: read$", text, re.MULTILINE), path
        assert not re.search(r"pull_request_target|secrets\.", text), path
        assert text.count("actions/checkout@") == text.count("persist-credentials: false"), path
        for script in re.findall(r"run: (.*(?:\n {10,}.*)*)", text):
            assert "${{" not in script, path  # a value that others choose becomes part of the script


def test_one_file_states_the_address_of_the_repository() -> None:
    """Other files repeat it where nothing can compute it; the owner sets it before the first publication."""
    address = repository()
    found = findings(re.compile(re.escape(address.rsplit("/", 1)[0])))

    assert [line for line in found if address not in line] == []
    assert {line.split(":")[0] for line in found} == {
        "docs/llms.txt",  # pytest --snapshot-update writes it
        "emulator/README.md",
        "emulator/pyproject.toml",
        "lambda_constructs/ops/status_text.py",  # the address of a runbook, for a terminal
        "pyproject.toml",
    }


def test_readme_and_docs_are_in_plain_english() -> None:
    """The texts of the rules are those of the catalogue, so their page is not read here."""
    read = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]

    assert [
        f"{page.relative_to(ROOT)}: {phrase}" for page in read for phrase in NOT_PLAIN.findall(prose(page))
    ] == []


def modules() -> list[Path]:
    """The Python files of the package, the emulator, the examples and the benchmarks."""
    folders = [ROOT / name for name in CODE]
    return [
        path
        for path in tracked()
        if path.suffix == ".py" and any(path.is_relative_to(folder) for folder in folders)
    ]


def comments(path: Path) -> list[str]:
    """The comments of a module; those on consecutive lines are one text."""
    found: list[str] = []
    last = -1
    with tokenize.open(path) as file:
        for token in tokenize.generate_tokens(file.readline):
            if token.type == tokenize.COMMENT:
                text = token.string.lstrip("# ")
                found[-1:] = [f"{found[-1]} {text}"] if token.start[0] == last + 1 else [*found[-1:], text]
                last = token.start[0]
    return found


def literals(path: Path) -> list[str]:
    """The string literals of a module, docstrings included; in an f-string `{}` is each value."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    formatted = [node for node in nodes if isinstance(node, ast.JoinedStr)]
    parts = {id(part) for node in formatted for part in node.values}
    return [
        *("".join(str(getattr(part, "value", "{}")) for part in node.values) for node in formatted),
        *(
            node.value
            for node in nodes
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts
        ),
    ]


def docstrings(path: Path) -> list[str]:
    """The docstrings of a module, its classes and its functions."""
    return [
        ast.get_docstring(node) or ""
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_code_is_in_plain_english() -> None:
    """Docstrings, comments, messages: the same phrases as in the docs."""
    texts = [(path, text) for path in modules() for text in (*comments(path), *literals(path))]

    assert len(texts) > 10_000
    assert [
        f"{path.relative_to(ROOT)}: {phrase}: {text[:120]}"
        for path, text in texts
        for phrase in NOT_PLAIN.findall(" ".join(text.split()))
    ] == []


def test_docstrings_start_with_the_thing_that_they_describe() -> None:
    assert [
        f"{path.relative_to(ROOT)}: {docstring[:120]}"
        for path in modules()
        for docstring in docstrings(path)
        if HEADLESS.match(docstring)
    ] == []


@pytest.mark.parametrize("text", ["a trigger of its own", "Lambda gave it up", "beside the queue", "nobody"])
def test_phrase_that_is_not_plain_is_found(tmp_path: Path, text: str) -> None:
    path = tmp_path / "module.py"
    for source in (
        f"x = 1  # {text}",
        f"# {text.replace(' ', chr(10) + '# ')}",
        f'"""{text}."""',
        f'f"{{1}} {text}"',
    ):
        path.write_text(source)
        found = [*comments(path), *literals(path)]
        assert any(NOT_PLAIN.search(each) for each in found), source
