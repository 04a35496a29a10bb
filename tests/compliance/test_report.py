"""`lambda-constructs compliance report`: one file with what is acknowledged, why and where."""

from __future__ import annotations

import json
from pathlib import Path

import aws_cdk as cdk
import pytest
from cdk_nag import AwsSolutionsChecks

from lambda_constructs.__main__ import main
from lambda_constructs.compliance.report import Compliance, as_markdown
from lambda_constructs.compliance.validation import Violation, read_validation
from lambda_constructs.testing import nag_findings
from tests.support import new_stack, worker


def test_the_report_says_what_is_acknowledged_why_and_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stack = new_stack()
    app = stack.node.root
    assert isinstance(app, cdk.App)
    worker(stack)
    assert nag_findings(stack) == []
    file = tmp_path / "report.md"

    assert main(["compliance", "report", app.outdir, "--output", str(file)]) == 0

    text = file.read_text()
    assert "| AwsSolutions | 0 | 1 |\n| Serverless | 0 | 3 |\n" in text
    assert "## Not acknowledged\n\nNothing.\n" in text
    assert (
        "- `AwsSolutions::AwsSolutions-IAM5[Resource::*]`\n    - `Shop/LambdaConstructs/Tracing/Resource`\n"
        in text
    )
    assert "### The event source mapping invokes the function synchronously, so Lambda never uses" in text

    cdk.aws_sqs.Queue(stack, "Queue")
    nag_findings(stack, AwsSolutionsChecks)
    assert main(["compliance", "report", app.outdir]) == 1
    assert "| `AwsSolutions-SQS3` | `Shop/Queue/Resource` | The SQS queue " in capsys.readouterr().out


def test_without_a_plugin_the_report_lists_the_acknowledgements(capsys: pytest.CaptureFixture[str]) -> None:
    app = cdk.App(analytics_reporting=False)
    cdk.Validations.of(cdk.aws_sqs.Queue(cdk.Stack(app, "Shop"), "Queue")).acknowledge(
        cdk.Acknowledgment(id="AwsSolutions::AwsSolutions-SQS3", reason="It is\nempty.")
    )
    app.synth()

    assert main(["compliance", "report", app.outdir]) == 0
    out = capsys.readouterr().out
    assert "The app has no validation plugin" in out
    assert out.endswith("### It is empty.\n\n- `AwsSolutions::AwsSolutions-SQS3`\n    - `Shop/Queue`\n")


def test_what_is_not_an_assembly_ends_with_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compliance", "report", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("error: ")
    (tmp_path / "manifest.json").write_text('{"artifacts": {}}')
    (tmp_path / "validation-report.json").write_text("{}")
    assert main(["compliance", "report", str(tmp_path)]) == 2


def test_a_report_of_another_form_is_refused_and_never_a_crash(tmp_path: Path) -> None:
    violation = {"ruleName": "R", "description": "D", "violatingConstructs": [{"constructPath": "Shop"}]}
    for wrong in (
        {**violation, "ruleName": None},
        {**violation, "description": 1},
        {**violation, "violatingConstructs": "x"},
        {**violation, "violatingConstructs": [None]},
        {**violation, "violatingConstructs": [{"constructPath": []}]},
    ):
        report = {"pluginReports": [{"pluginName": "P", "violations": [violation, wrong]}]}
        (tmp_path / "validation-report.json").write_text(json.dumps(report))
        with pytest.raises(ValueError, match="is not a validation report of CDK"):
            read_validation(tmp_path)


def test_texts_do_not_end_cells_and_a_clean_app_has_a_row() -> None:
    texts = {"rule": "a|b", "path": "Shop", "description": "one | two\nthree"}
    found = [
        Violation(plugin="Own", **texts),
        Violation(plugin="Own", **texts, reason="[a](https://x.example)"),
    ]

    said = as_markdown(Compliance(name="x", violations=found))
    assert "| Own | 1 | 1 |" in said
    assert "| `a\\|b` | `Shop` | one \\| two three |" in said
    assert "### \\[a\\](https://x.example)" in said
    assert "| all | 0 | 0 |" in as_markdown(Compliance(name="x", violations=[]))
