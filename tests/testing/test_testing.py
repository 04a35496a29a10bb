"""Help for the tests of CDK apps: masked templates, findings as lists, and assertions of one line."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_
from cdk_nag import AwsSolutionsChecks, HIPAASecurityChecks
from constructs import RootConstruct

from lambda_constructs import HttpFunction, RestApiEndpoint
from lambda_constructs.compliance.validation import REPORT, read_validation
from lambda_constructs.testing import (
    all_nag_findings,
    assert_no_audit_findings,
    assert_no_nag_findings,
    assert_refused,
    audit_findings,
    masked,
    nag_findings,
    template_of,
)
from tests.support import basics, new_stack, worker


def api(handlers: Path, source: str) -> cdk.Stack:
    """A stack with an asset, a version and a deployment of an API."""
    (handlers / "index.py").write_text(source)
    stack = new_stack()
    options = basics()
    options["code"] = lambda_.Code.from_asset(str(handlers))
    HttpFunction(stack, "Orders", endpoint=RestApiEndpoint(), **options)
    return stack


def test_a_template_for_a_snapshot_does_not_change_with_the_code(tmp_path: Path) -> None:
    found = template_of(api(tmp_path, "def handler(event, context): ...\n"))

    assert found == template_of(api(tmp_path, "def handler(event, context): pass\n"))
    names = [name for name in found["Resources"] if name.endswith("<hash>")]
    assert {found["Resources"][name]["Type"] for name in names} == {
        "AWS::ApiGateway::Deployment",
        "AWS::Lambda::Version",
    }
    text = json.dumps(found)
    assert all(text.count(f'"{name}"') > 1 for name in names)  # references are masked, too
    assert text.count('"<hash>.zip"') == 1
    assert masked(found) == found


def test_findings_are_those_of_the_scope_and_the_packs_that_are_asked_for() -> None:
    app = cdk.App(analytics_reporting=False)
    shop, other = cdk.Stack(app, "Shop"), cdk.Stack(app, "Shop2")
    worker(shop)
    cdk.aws_sqs.Queue(other, "Queue")

    assert nag_findings(shop) == []
    assert audit_findings(app) == []
    assert {each.rule for each in nag_findings(other, AwsSolutionsChecks)} == {
        "AwsSolutions-SQS3",
        "AwsSolutions-SQS4",
    }
    assert {each.path for each in nag_findings(app)} == {"Shop2/Queue/Resource"}
    assert "HIPAA.Security-LambdaInsideVPC @ Shop/Orders/Function/Resource" in {
        str(each) for each in nag_findings(shop, HIPAASecurityChecks)
    }
    (acknowledged,) = (each for each in all_nag_findings(shop) if each.rule == "Serverless-LambdaDLQ")
    assert acknowledged.reason.startswith("The event source mapping invokes the function synchronously")


def test_an_assertion_lists_everything_that_is_wrong() -> None:
    stack = new_stack()
    orders = worker(stack)
    assert_no_nag_findings(stack)
    assert_no_audit_findings(stack)
    orders.function.add_environment("PASSWORD", "hunter2hunter2")
    cdk.aws_sqs.Queue(stack, "Queue")

    with pytest.raises(
        AssertionError, match=r"cdk-nag has 3 finding\(s\):\n.*SQS3 @ Shop/Queue/Resource: The"
    ):
        assert_no_nag_findings(stack)
    with pytest.raises(AssertionError, match=r"the audit has 1 finding\(s\):\nsecret-in-environment"):
        assert_no_audit_findings(stack)
    assert_no_audit_findings(orders.alias)


def test_a_finding_that_is_acknowledged_is_not_found() -> None:
    stack = new_stack()
    orders = worker(stack)
    orders.function.add_environment("PASSWORD", "hunter2hunter2")
    rule = cdk.Acknowledgment(id="lambda-constructs::secret-in-environment[PASSWORD]", reason="A test.")

    cdk.Validations.of(orders.function).acknowledge(rule)

    assert audit_findings(stack) == []


def test_a_refusal_is_that_of_the_rule() -> None:
    stack = new_stack()
    slow = assert_refused("timeout-range", lambda: worker(stack, timeout=cdk.Duration.minutes(20)))

    assert slow.construct_path == "Shop/Orders"
    with pytest.raises(
        AssertionError, match="expected the rule memory-size-range, but timeout-range refuses"
    ):
        assert_refused("memory-size-range", lambda: worker(stack, timeout=cdk.Duration.minutes(20)))
    with pytest.raises(AssertionError, match="but it is created"):
        assert_refused("timeout-range", lambda: worker(stack))


def test_without_an_app_or_cdk_nag_the_error_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TypeError, match="Root is not in an App"):
        audit_findings(RootConstruct("Root"))
    monkeypatch.setitem(sys.modules, "cdk_nag", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'lambda-constructs\[nag\]'"):
        nag_findings(new_stack())


def test_a_synthesis_that_fails_for_another_reason_fails_the_test() -> None:
    app = cdk.App()
    queues = [cdk.aws_sqs.Queue(cdk.Stack(app, name), "Queue") for name in ("Shop", "Other")]
    for one, other in (queues, queues[::-1]):
        cdk.CfnOutput(one.stack, "Arn", value=other.queue_arn)

    with pytest.raises(RuntimeError, match="cycl"):
        audit_findings(app)


def test_a_report_that_is_not_cdks_is_refused(tmp_path: Path) -> None:
    assert read_validation(tmp_path) is None
    for text in ("", "[]", '{"pluginReports": [{}]}', '{"pluginReports": 1}'):
        (tmp_path / REPORT).write_text(text)
        with pytest.raises(ValueError, match="is not a validation report of CDK"):
            read_validation(tmp_path)
