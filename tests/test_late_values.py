"""Values that are set after the constructor meet the same rules at synthesis, and are reported once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

import aws_cdk as cdk
import jsii
import pytest
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import IConstruct

from lambda_constructs import LambdaRules, ProductionFunction
from tests.support import warnings, worker
from tests.workloads import NEEDED, build

Late = Callable[[ProductionFunction], object]


def function_of(workload: ProductionFunction) -> lambda_.CfnFunction:
    """The function as CloudFormation has it."""
    resource = workload.function.node.default_child
    assert isinstance(resource, lambda_.CfnFunction)
    return resource


@jsii.implements(cdk.IAspect)
class TooMuchMemory:
    """Gives every function more memory than Lambda has."""

    def visit(self, node: IConstruct) -> None:
        if isinstance(node, lambda_.CfnFunction):
            node.memory_size = 20_000


def add_a_secret(workload: ProductionFunction) -> None:
    workload.function.add_environment("DB_PASSWORD", "hunter2")


def set_the_memory_by_an_aspect(workload: ProductionFunction) -> None:
    cdk.Aspects.of(workload).add(TooMuchMemory())


def override_the_timeout(workload: ProductionFunction) -> None:
    function_of(workload).add_property_override("Timeout", 1_000)


LATE: Final[dict[str, Late]] = {
    "secret-in-environment": add_a_secret,
    "memory-size-range": set_the_memory_by_an_aspect,
    "timeout-range": override_the_timeout,
}


def new_app(tmp_path: Path) -> cdk.App:
    return cdk.App(outdir=str(tmp_path), analytics_reporting=False)


def reported(app: cdk.App) -> list[tuple[str, str]]:
    """The rules that the plugins of this package report, and the constructs."""
    report = json.loads((Path(app.outdir) / "validation-report.json").read_text())
    return [
        (violation["ruleName"].partition("[")[0], construct["constructPath"])
        for plugin in report["pluginReports"]
        if plugin["pluginName"] == "lambda-constructs"
        for violation in plugin["violations"]
        for construct in violation["violatingConstructs"]
    ]


@pytest.mark.parametrize("everywhere", [False, True], ids=["by itself", "with all rules added"])
def test_a_late_value_fails_the_synthesis_of_every_workload_once(tmp_path: Path, *, everywhere: bool) -> None:
    for rule, set_late in LATE.items():
        app = new_app(tmp_path / rule)
        if everywhere:
            cdk.Validations.of(app).add_plugins(LambdaRules())
        stacks = [cdk.Stack(app, kind.__name__) for kind in NEEDED]
        for kind, stack in zip(NEEDED, stacks, strict=True):
            set_late(build(kind, stack))

        with pytest.raises(RuntimeError, match=f"lambda-constructs::{rule}"):
            app.synth()

        found = [path for code, path in reported(app) if code == rule]
        assert sorted(found) == sorted(f"{stack.stack_name}/Orders/Function/Resource" for stack in stacks), (
            rule
        )


def test_a_timeout_above_the_visibility_timeout_of_the_queue_fails_the_synthesis(tmp_path: Path) -> None:
    app = new_app(tmp_path)
    orders = worker(cdk.Stack(app, "Shop"), timeout=cdk.Duration.seconds(10))
    function_of(orders).timeout = 100

    with pytest.raises(RuntimeError, match="visibility-below-function-timeout"):
        app.synth()

    assert [code for code, _ in reported(app)] == ["visibility-below-function-timeout"]


def test_a_warning_of_the_constructor_is_not_given_again(tmp_path: Path) -> None:
    app = new_app(tmp_path)
    cdk.Validations.of(app).add_plugins(LambdaRules())
    stack = cdk.Stack(app, "Shop")
    dead = sqs.Queue(stack, "Dead", retention_period=cdk.Duration.days(14))
    dead_letters = sqs.DeadLetterQueue(max_receive_count=3, queue=dead)
    timeout = cdk.Duration.minutes(10)
    queue = sqs.Queue(stack, "Queue", dead_letter_queue=dead_letters, visibility_timeout=timeout)
    worker(stack, queue=queue)

    app.synth()

    assert warnings(stack) == ["lambda-constructs:max-receive-count-low"]
    assert reported(app) == []
