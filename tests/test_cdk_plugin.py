"""All rules at the synthesis of any app, and one acknowledgement for all who check."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from lambda_constructs import (
    ConfigurationError,
    FunctionUrlEndpoint,
    HttpFunction,
    LambdaRules,
    PublicAccess,
)
from lambda_constructs.audit.command import main
from tests.support import basics, function, warnings, worker

Found = list[tuple[str, str, str]]

SECRET = "secret-in-environment[DB_PASSWORD]"
IGNORED_NEIGHBOURS = ("log-group-missing",)


def new_app(tmp_path: Path) -> cdk.App:
    return cdk.App(outdir=str(tmp_path), analytics_reporting=False)


def plain(scope: Construct, construct_id: str = "Plain", **properties: Any) -> lambda_.CfnFunction:
    """A function without any of our constructs."""
    return lambda_.CfnFunction(
        scope,
        construct_id,
        code=lambda_.CfnFunction.CodeProperty(zip_file="def handler(event, context): ..."),
        role="arn:aws:iam::123456789012:role/orders",
        runtime="python3.13",
        handler="index.handler",
        **properties,
    )


def synthesize(app: cdk.App, *, fails: bool = False) -> Found:
    """What our plugins report: rule, severity and construct of each violation, but of the neighbours."""
    if fails:
        with pytest.raises(RuntimeError, match="lambda-constructs"):
            app.synth()
    else:
        app.synth()
    report = json.loads((Path(app.outdir) / "validation-report.json").read_text())
    return [
        (each["ruleName"], each["severity"], construct["constructPath"])
        for plugin in report["pluginReports"]
        if plugin["pluginName"] == "lambda-constructs"
        for each in plugin["violations"]
        for construct in each["violatingConstructs"]
        if each["ruleName"] not in IGNORED_NEIGHBOURS
    ]


def acknowledge(scope: Construct, rule: str, reason: str = "because we know") -> None:
    cdk.Validations.of(scope).acknowledge(cdk.Acknowledgment(id=rule, reason=reason))


def poor_queue(stack: cdk.Stack) -> sqs.Queue:
    """A queue that a worker takes with a warning: `max-receive-count-low`."""
    dead = sqs.Queue(stack, "Dead", retention_period=cdk.Duration.days(14))
    dead_letters = sqs.DeadLetterQueue(max_receive_count=3, queue=dead)
    return sqs.Queue(
        stack, "Queue", dead_letter_queue=dead_letters, visibility_timeout=cdk.Duration.minutes(10)
    )


def test_error_fails_the_synthesis_of_any_app(tmp_path: Path) -> None:
    app = new_app(tmp_path)
    cdk.Validations.of(app).add_plugins(LambdaRules())
    plain(cdk.Stack(app, "Shop"), memory_size=20_000)

    assert synthesize(app, fails=True) == [("memory-size-range", "error", "Shop/Plain")]


def test_warning_is_shown_and_fails_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    app = new_app(tmp_path)
    cdk.Validations.of(app).add_plugins(LambdaRules())
    queue = poor_queue(cdk.Stack(app, "Shop"))
    plain_mapping(queue)

    found = synthesize(app)

    assert ("max-receive-count-low", "warning", "Shop/Queue/Resource") in found
    assert {severity for _, severity, _ in found} == {"warning"}
    assert prints(capfd, "Acknowledge with 'lambda-constructs::max-receive-count-low'")


def prints(capfd: pytest.CaptureFixture[str], words: str, *, patience: float = 30) -> bool:
    """Whether CDK's process prints the words: jsii passes its output on in a thread, when it gets to it."""
    printed = ""
    deadline = time.monotonic() + patience
    while words not in printed and time.monotonic() < deadline:
        time.sleep(0.05)
        printed += capfd.readouterr().err
    return words in printed


def plain_mapping(queue: sqs.Queue) -> None:
    plain(queue.stack, timeout=30)
    lambda_.CfnEventSourceMapping(
        queue.stack,
        "Mapping",
        function_name="orders",
        event_source_arn=queue.queue_arn,
        function_response_types=["ReportBatchItemFailures"],
    )


@pytest.mark.parametrize("undecided", [False, True])
def test_what_is_undecided_is_reported_on_request(tmp_path: Path, *, undecided: bool) -> None:
    app = new_app(tmp_path)
    cdk.Validations.of(app).add_plugins(LambdaRules(undecided=undecided))
    stack = cdk.Stack(app, "Shop")
    plain(stack, memory_size=cdk.CfnParameter(stack, "Size", type="Number").value_as_number)

    found = synthesize(app)

    assert found == ([("memory-size-range", "info", "Shop/Plain")] if undecided else [])


def test_plugin_of_a_stage_checks_that_stage(tmp_path: Path) -> None:
    app = new_app(tmp_path)
    beta, prod = cdk.Stage(app, "Beta"), cdk.Stage(app, "Prod")
    for scope in (app, beta, prod):
        plain(cdk.Stack(scope, "Shop"), memory_size=20_000)
    cdk.Validations.of(prod).add_plugins(LambdaRules())

    assert synthesize(app, fails=True) == [("memory-size-range", "error", "Prod/Shop/Plain")]


def test_acknowledged_finding_does_not_fail_and_keeps_its_reason(tmp_path: Path) -> None:
    app = new_app(tmp_path)
    cdk.Validations.of(app).add_plugins(LambdaRules())
    stack = cdk.Stack(app, "Shop")
    acknowledge(plain(stack, memory_size=20_000), "lambda-constructs::memory-size-range", "not Lambda's")
    plain(stack, "Other", memory_size=20_000)

    assert synthesize(app, fails=True) == [("memory-size-range", "error", "Shop/Other")]
    assert "not Lambda's" in (tmp_path / "validation-report.json").read_text()


def test_warning_of_a_constructor_is_not_repeated(tmp_path: Path) -> None:
    app = new_app(tmp_path)
    cdk.Validations.of(app).add_plugins(LambdaRules())
    stack = cdk.Stack(app, "Shop")
    worker(stack, queue=poor_queue(stack))

    assert synthesize(app) == []
    assert warnings(stack) == ["lambda-constructs:max-receive-count-low"]


def test_warning_of_a_constructor_is_acknowledged_for_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app = new_app(tmp_path)
    cdk.Validations.of(app).add_plugins(LambdaRules())
    stack = cdk.Stack(app, "Shop")
    orders = worker(stack, queue=poor_queue(stack))
    acknowledge(orders, "lambda-constructs:max-receive-count-low")

    assert synthesize(app) == []
    assert warnings(stack) == []
    assert main([str(tmp_path), "--fail-on", "warning"]) == 0
    assert "1 ignored" in capsys.readouterr().out


def test_public_url_of_a_workload_was_chosen_by_name(tmp_path: Path) -> None:
    app = new_app(tmp_path)
    cdk.Validations.of(app).add_plugins(LambdaRules())
    stack = cdk.Stack(app, "Shop")
    HttpFunction(stack, "Api", endpoint=FunctionUrlEndpoint(authorizer=PublicAccess()), **basics())
    function(stack).alias.add_function_url(auth_type=lambda_.FunctionUrlAuthType.NONE)

    found = synthesize(app)

    assert found == [("function-url-public", "warning", "Shop/Orders/Live/FunctionUrl/Resource")]


def test_likely_secret_is_refused_until_exactly_its_key_is_acknowledged(tmp_path: Path) -> None:
    app = new_app(tmp_path)
    stack = cdk.Stack(app, "Shop")
    environment = {"DB_PASSWORD": "hunter2"}
    for rule in ("secret-in-environment", "secret-in-environment[OTHER_PASSWORD]"):
        acknowledge(stack, f"lambda-constructs::{rule}")
    with pytest.raises(ConfigurationError) as refusal:
        function(stack, environment=environment)
    assert refusal.value.code == "secret-in-environment"

    acknowledge(stack, f"lambda-constructs::{SECRET}", "the name of a secret")
    function(stack, environment=environment)
    with pytest.raises(ConfigurationError, match="OTHER_TOKEN"):
        function(stack, "Other", environment={**environment, "OTHER_TOKEN": "hunter2"})


def test_acknowledged_secret_is_acknowledged_for_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app = new_app(tmp_path)
    cdk.Validations.of(app).add_plugins(LambdaRules())
    stack = cdk.Stack(app, "Shop")
    acknowledge(stack, f"lambda-constructs::{SECRET}", "the name of a secret")
    function(stack, environment={"DB_PASSWORD": "hunter2"})

    assert synthesize(app) == []
    assert main([str(tmp_path), "--fail-on", "warning"]) == 0
    assert "1 ignored" in capsys.readouterr().out


def test_limit_cannot_be_acknowledged_before_it_is_passed(tmp_path: Path) -> None:
    stack = cdk.Stack(new_app(tmp_path), "Shop")
    acknowledge(stack, "lambda-constructs::memory-size-range")

    with pytest.raises(ConfigurationError, match="memory-size-range"):
        function(stack, memory_size=20_000)


def test_secret_acknowledged_at_the_app_counts_for_its_constructs(tmp_path: Path) -> None:
    app = new_app(tmp_path)
    acknowledge(app, f"lambda-constructs::{SECRET}")
    area = Construct(cdk.Stack(app, "Shop"), "Area")

    orders = function(area, environment={"DB_PASSWORD": "hunter2"}, runtime=basics()["runtime"])

    assert orders.node.path == "Shop/Area/Orders"
