"""Files of every kind: a folder is audited as far as it can be read, and the rest is listed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from lambda_constructs.audit.junit import as_junit
from lambda_constructs.audit.reading import read
from lambda_constructs.audit.report import make_report
from lambda_constructs.audit.text import as_text
from lambda_constructs.plan.command import main as plan

PLAIN = "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Timeout: 901\n"
JSON = '{"Resources":{"F":{"Type":"AWS::Lambda::Function","Properties":{"Timeout":901}}}}'
READ: dict[str, bytes] = {
    "plain.yaml": PLAIN.encode(),
    "bom.yaml": b"\xef\xbb\xbf" + PLAIN.encode(),
    "bom.json": b"\xef\xbb\xbf" + JSON.encode(),
    "windows.yaml": PLAIN.replace("\n", "\r\n").encode(),
    "old-mac.yaml": PLAIN.replace("\n", "\r").encode(),
    "a b\u00fc#.template": JSON.encode(),
    "cookiecutter.yaml": PLAIN.replace("901", "{{ cookiecutter.timeout }}").encode(),
    "merged.yaml": (PLAIN + "  G:\n    <<: {Type: AWS::SQS::Queue}\n").encode(),
    "emoji.json": JSON.replace("F", "\\ud83d\\ude00").encode(),
}
UNREAD: dict[str, bytes] = {
    "utf-16.yaml": PLAIN.encode("utf-16"),
    "utf-16.json": JSON.encode("utf-16"),
    "latin.yaml": PLAIN.encode() + b"Description: caf\xe9\n",
    "tabs.yaml": PLAIN.replace("      Timeout", "\t\tTimeout").encode(),
    "comments.json": b"// why\n" + JSON.encode(),
    "documents.yaml": f"{PLAIN}---\n{PLAIN}".encode(),
    "helm.yaml": b"{{- if .Values.a }}\nResources:\n  a: {{ .Values.b }}\n{{- end }}\n",
    "jinja.yaml": f"{{% if x %}}\n{PLAIN}{{% endif %}}\n".encode(),
    "zero.yaml": PLAIN.encode() + b"\0",
    "cut.json": JSON[:40].encode(),
    "quote.yaml": PLAIN.replace("901", '"901').encode(),
    "self.yaml": b"Resources: &r\n  <<: *r\n",
    "text-merged.yaml": b"Resources:\n  <<: hello\n",
    "surrogate.json": JSON.replace("F", "\\ud83d").encode(),
    "deep.json": b'{"Resources":' + b"[" * 100_000,
    "deep.yaml": b"Resources: " + b"[" * 5_000,
    "number.yaml": PLAIN.replace("901", "9" * 5_000).encode(),
    "list.yaml": b"Resources: [a]\n",
    "bytes.template": b"Resources:\n" + bytes(range(256)),
}
LEFT_OUT: dict[str, bytes] = {
    "empty.yaml": b"",
    "empty.json": b"",
    "other.yaml": b"a: b\n",
    "serverless.yml": b"resources:\n  Resources:\n    Q: {Type: AWS::SQS::Queue}\n",
    "a.txt": b"Resources:",
}


def test_each_file_of_a_folder_is_read_or_listed_or_no_template(tmp_path: Path) -> None:
    for name, content in {**READ, **UNREAD, **LEFT_OUT}.items():
        (tmp_path / name).write_bytes(content)
    for name, target in {
        "gone.yaml": "nowhere",
        "loop.yaml": "loop.yaml",
        "round": ".",
        "same.yaml": "plain.yaml",
    }.items():
        (tmp_path / name).symlink_to(target)
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "folder.yaml").mkdir()

    reading = read([tmp_path])

    assert sorted(each.file.name for each in reading.sources) == sorted(READ)
    reasons = [str(each) for each in reading.unreadable]
    assert [name for name in UNREAD if not any(f"/{name}: " in reason for reason in reasons)] == []
    assert len(reasons) == len(UNREAD)
    for source in reading.sources:
        json.dumps([each.message for each in source.findings()]).encode()


def test_answers_of_get_template_are_read(tmp_path: Path) -> None:
    """AWS answers with the text of YAML, also with `--query TemplateBody`."""
    for name, content, line in (
        ("object", {"StagesAvailable": ["Original"], "TemplateBody": json.loads(JSON)}, 10),
        ("text", {"TemplateBody": PLAIN, "StagesAvailable": ["Original"]}, 2),
        ("body", PLAIN, 1),
    ):
        file = tmp_path / name / "deployed.json"
        file.parent.mkdir()
        file.write_text(json.dumps(content, indent=1))
        (source,) = read([file if name == "body" else file.parent]).sources
        assert ("timeout-range", line) in [(each.code, source.line(each)) for each in source.findings()], name
        assert plan([str(file), str(file)]) == 0
    file.write_text('"hello"')
    assert [str(each) for each in read([file]).unreadable] == [f"{file}: not a CloudFormation template"]


def test_names_cannot_control_a_terminal_or_break_a_report(tmp_path: Path) -> None:
    name = "F\x1b[31m\x01\n::error::\u2028"
    file = tmp_path / "a.json"
    file.write_text(JSON.replace('"F"', json.dumps(name)))
    report = make_report(read([file]).sources)

    text, xml = as_text(report, undecided=True), as_junit(report, undecided=True)

    assert all(each == "\n" or each.isprintable() for each in text)
    assert not any(line.startswith("::") for line in text.splitlines())
    assert "F\\x1b[31m\\x01\\n::error::\\u2028" in text
    ET.fromstring(xml)  # noqa: S314 - our own


def test_a_named_file_that_cannot_be_read_is_listed(tmp_path: Path) -> None:
    (tmp_path / "gone.yaml").symlink_to("nowhere")
    (tmp_path / "empty.yaml").write_text("")

    names = [tmp_path / name for name in ("gone.yaml", "empty.yaml", "missing.yaml")]

    assert len(read(names).unreadable) == len(names)


def test_a_folder_without_permission_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "plain.yaml").write_text(PLAIN)
    closed = tmp_path / "closed"
    closed.mkdir()
    listed = Path.iterdir

    def iterdir(path: Path) -> object:
        if path == closed:
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    reading = read([tmp_path])

    assert [each.file.name for each in reading.sources] == ["plain.yaml"]
    assert [str(each) for each in reading.unreadable] == [f"{closed}: Permission denied"]


def test_repeated_keys_are_said_because_only_the_last_value_counts(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(f"{PLAIN}      Timeout: 30\n")
    (tmp_path / "b.json").write_text(JSON.replace('"Timeout":901', '"Timeout":901,"Timeout":30'))

    found = [list(source.notes) for source in read([tmp_path]).sources]

    said = "these keys are repeated, and only their last value counts"
    assert found == [[f"{said}: Timeout in line 6"], [f"{said}: Timeout"]]
