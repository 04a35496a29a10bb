"""What users add beside our constructs with plain CDK is checked at every synthesis, unasked."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import assertions, cloudformation_include
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_lambda_event_sources import SqsEventSource
from constructs import Construct

from lambda_constructs import LambdaRules, ProvisionedConcurrency, SqsWorker
from tests.support import code, function, resources, worker

REASON = "we know, and it is right here"


@dataclass(frozen=True)
class Mistake:
    """What somebody adds to the stack of a worker.

    Attributes:
        add: Adds it.
        rule: The rule that finds it.
        at: The construct that it is found at.
        severity: "error" fails the synthesis.
    """

    add: Callable[[cdk.Stack, SqsWorker], object]
    rule: str
    at: str
    severity: str = "error"


def other(stack: cdk.Stack) -> lambda_.Function:
    """A function that is none of ours."""
    runtime = lambda_.Runtime.PYTHON_3_13
    return lambda_.Function(stack, "Other", code=code(), handler="index.handler", runtime=runtime)


def queue_with_dead_letters(stack: cdk.Stack) -> sqs.Queue:
    """A queue that a function may read."""
    dead = sqs.Queue(stack, "Dead", retention_period=cdk.Duration.days(14))
    dead_letters = sqs.DeadLetterQueue(max_receive_count=5, queue=dead)
    return sqs.Queue(
        stack, "Queue", dead_letter_queue=dead_letters, visibility_timeout=cdk.Duration.minutes(10)
    )


def map_the_function(stack: cdk.Stack, orders: SqsWorker) -> None:
    orders.function.add_event_source(
        SqsEventSource(queue_with_dead_letters(stack), report_batch_item_failures=True)
    )


def permit_on_the_function(_: cdk.Stack, orders: SqsWorker) -> None:
    orders.function.add_permission("Events", principal=iam.ServicePrincipal("events.amazonaws.com"))


def give_the_function_an_address(_: cdk.Stack, orders: SqsWorker) -> None:
    orders.function.add_function_url()


def target_the_function(stack: cdk.Stack, orders: SqsWorker) -> None:
    rule = events.Rule(stack, "Rule", event_pattern=events.EventPattern(source=["shop"]))
    rule.add_target(
        targets.LambdaFunction(orders.function, dead_letter_queue=sqs.Queue(stack, "Undelivered"))
    )


def settle_the_function(stack: cdk.Stack, orders: SqsWorker) -> None:
    rule = events.Rule(stack, "Rule", event_pattern=events.EventPattern(source=["shop"]))
    rule.add_target(targets.LambdaFunction(orders.alias, dead_letter_queue=sqs.Queue(stack, "Undelivered")))
    orders.function.configure_async_invoke(retry_attempts=0)


def watch_what_is_never_published(stack: cdk.Stack, orders: SqsWorker) -> None:
    orders.version.metric_errors().create_alarm(stack, "Alarm", threshold=1, evaluation_periods=1)


def read_the_queue_too(stack: cdk.Stack, orders: SqsWorker) -> None:
    other(stack).add_event_source_mapping(
        "Second",
        event_source_arn=orders.queue.queue_arn,
        report_batch_item_failures=True,
    )


def allow_everything(_: cdk.Stack, orders: SqsWorker) -> None:
    orders.role.add_to_principal_policy(iam.PolicyStatement(actions=["*"], resources=["*"]))


def let_it_feed_itself(_: cdk.Stack, orders: SqsWorker) -> None:
    orders.queue.grant_send_messages(orders)


def keep_warm_twice(stack: cdk.Stack, orders: SqsWorker) -> None:
    autoscaling.ScalableTarget(
        stack,
        "Second",
        service_namespace=autoscaling.ServiceNamespace.LAMBDA,
        scalable_dimension="lambda:function:ProvisionedConcurrency",
        resource_id=f"function:{orders.function.function_name}:{orders.alias.alias_name}",
        min_capacity=4,
        max_capacity=8,
    )


MISTAKES = {
    "mapping": Mistake(map_the_function, "alias-bypassed", "Shop/Orders/Function/SqsEventSource:ShopQueue"),
    "permission": Mistake(permit_on_the_function, "alias-bypassed", "Shop/Orders/Function/Events"),
    "url": Mistake(give_the_function_an_address, "alias-bypassed", "Shop/Orders/Function/FunctionUrl"),
    "rule": Mistake(target_the_function, "alias-bypassed", "Shop/Rule"),
    "settings": Mistake(settle_the_function, "async-settings-on-latest", "Shop/Orders/Function"),
    "alarm": Mistake(watch_what_is_never_published, "alarm-dimensions", "Shop/Alarm"),
    "queue": Mistake(read_the_queue_too, "queue-shared", "Shop/Orders/Queue"),
    "role": Mistake(allow_everything, "role-administrator", "Shop/Orders/Role/DefaultPolicy"),
    "recursion": Mistake(let_it_feed_itself, "recursive-trigger", "Shop/Orders/Function"),
    "warm": Mistake(keep_warm_twice, "provisioned-two-owners", "Shop/Orders/Live", "warning"),
}
ALL = pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())


def shop(scope: Construct, mistake: Mistake | None) -> tuple[cdk.Stack, SqsWorker]:
    """A stack with a worker, and a mistake beside it."""
    stack = cdk.Stack(scope, "Shop")
    orders = worker(stack, provisioned_concurrency=ProvisionedConcurrency(minimum=2, maximum=10))
    if mistake is not None:
        mistake.add(stack, orders)
    return stack, orders


def new_app(tmp_path: Path, **context: object) -> cdk.App:
    return cdk.App(outdir=str(tmp_path), context=context, analytics_reporting=False)


def reports(app: cdk.App) -> list[dict[str, Any]]:
    """What our plugins wrote into the report of the last synthesis."""
    report = Path(app.outdir) / "validation-report.json"
    if not report.exists():
        return []
    found = json.loads(report.read_text())["pluginReports"]
    return [each for each in found if each["pluginName"] == "lambda-constructs"]


def violations(app: cdk.App, kind: str = "violations") -> list[tuple[str, str, str]]:
    """Rule, severity and construct of each."""
    return [
        (each["ruleName"], each["severity"], construct["constructPath"])
        for report in reports(app)
        for each in report.get(kind, [])
        for construct in each["violatingConstructs"]
    ]


def synthesize(app: cdk.App, mistake: Mistake) -> None:
    """Synthesize: an error fails it, by its name."""
    if mistake.severity == "error":
        with pytest.raises(RuntimeError, match=rf"lambda-constructs::{mistake.rule}'"):
            app.synth()
    else:
        app.synth()


@ALL
def test_mistake_is_found_once_at_its_construct(mistake: Mistake, tmp_path: Path) -> None:
    app = new_app(tmp_path)
    shop(app, mistake)

    synthesize(app, mistake)

    ((severity, path),) = (found[1:] for found in violations(app) if found[0] == mistake.rule)
    assert severity == mistake.severity
    assert path.startswith(mistake.at)


@ALL
def test_mistake_is_silenced_where_it_is_with_a_reason_that_stands_in_the_report(
    mistake: Mistake, tmp_path: Path
) -> None:
    app = new_app(tmp_path)
    stack, _ = shop(app, mistake)
    rule = f"lambda-constructs::{mistake.rule}"
    place = next(each for each in stack.node.find_all() if each.node.path.startswith(mistake.at))
    cdk.Validations.of(place).acknowledge(cdk.Acknowledgment(id=rule, reason=REASON))

    app.synth()

    assert mistake.rule not in [found for found, _, _ in violations(app)]
    assert [found for found, _, _ in violations(app, "suppressedViolations")] == [mistake.rule]
    assert [each["reason"] for report in reports(app) for each in report["suppressedViolations"]] == [REASON]


def test_worker_alone_has_nothing_to_report(tmp_path: Path) -> None:
    app = new_app(tmp_path)
    shop(app, None)

    app.synth()

    assert reports(app) == []


def test_message_says_what_is_wrong_what_to_do_and_where_it_stands(tmp_path: Path) -> None:
    app = new_app(tmp_path)
    shop(app, MISTAKES["recursion"])

    with pytest.raises(RuntimeError) as failure:
        app.synth()

    message = str(failure.value)
    assert "Shop/Orders/Function/Resource" in message
    assert "Suggested fix: " in message
    assert "(https://docs.aws.amazon.com/lambda/" in message
    assert "Acknowledge with 'lambda-constructs::recursive-trigger'" in message


def test_template_from_stack_finds_it_too(tmp_path: Path) -> None:
    stack, _ = shop(new_app(tmp_path), MISTAKES["role"])

    with pytest.raises(RuntimeError, match="role-administrator"):
        assertions.Template.from_stack(stack)


def test_it_is_found_in_a_stage(tmp_path: Path) -> None:
    app = new_app(tmp_path)
    for name in ("Beta", "Prod"):
        shop(cdk.Stage(app, name), MISTAKES["role"] if name == "Prod" else None)

    with pytest.raises(RuntimeError, match="role-administrator"):
        app.synth()

    assert [path for _, _, path in violations(app)] == ["Prod/Shop/Orders/Role/DefaultPolicy/Resource"]


@pytest.mark.parametrize("context", [{}, {"aws:cdk:enable-path-metadata": True}], ids=["no paths", "paths"])
def test_it_is_found_in_a_nested_stack(tmp_path: Path, context: dict[str, object]) -> None:
    app = new_app(tmp_path, **context)
    stack = cdk.Stack(app, "Shop")
    nested = cdk.NestedStack(stack, "Nested")
    worker(stack)
    allow_everything(stack, worker(nested))

    with pytest.raises(RuntimeError, match="role-administrator"):
        app.synth()

    assert [path for _, _, path in violations(app)] == ["Shop/Nested/Orders/Role/DefaultPolicy/Resource"]


def test_it_is_found_again_at_each_synthesis(tmp_path: Path) -> None:
    app = new_app(tmp_path)
    stack, _ = shop(app, MISTAKES["role"])

    for _ in range(2):
        with pytest.raises(RuntimeError, match="role-administrator"):
            assertions.Template.from_stack(stack)


def test_the_same_mistake_elsewhere_is_not_ours_to_find(tmp_path: Path) -> None:
    app = new_app(tmp_path)
    stack, _ = shop(app, None)
    other(stack).add_to_role_policy(iam.PolicyStatement(actions=["*"], resources=["*"]))

    app.synth()

    assert reports(app) == []


def test_app_without_our_constructs_is_not_looked_at(tmp_path: Path) -> None:
    app = new_app(tmp_path)
    other(cdk.Stack(app, "Shop"))

    app.synth()

    assert not (tmp_path / "validation-report.json").exists()


def test_stack_that_makes_its_own_app_works_as_ever() -> None:
    assert resources(worker(cdk.Stack()).function.stack)


def test_without_any_path_it_warns_that_it_checks_nothing(tmp_path: Path) -> None:
    """The assembly tells by logical ids what belongs to a construct, and some apps turn that off."""
    app = new_app(tmp_path, **{"aws:cdk:disable-logicalId-metadata": True})
    shop(app, MISTAKES["role"])

    app.synth()

    assert violations(app) == [("not-judged", "warning", "Shop")]


def test_stack_that_nears_the_limit_is_named_before_cloudformation_refuses_it(tmp_path: Path) -> None:
    app = new_app(tmp_path / "cdk.out")
    stack, _ = shop(app, None)
    topics = {f"Topic{number}": {"Type": "AWS::SNS::Topic"} for number in range(455)}
    template = tmp_path / "topics.json"
    template.write_text(json.dumps({"Resources": topics}))
    for each in (stack, cdk.Stack(app, "Unrelated")):
        cloudformation_include.CfnInclude(each, "Topics", template_file=str(template))

    app.synth()

    assert violations(app) == [("stack-resources-near-maximum", "warning", "Shop")]


@pytest.mark.parametrize("first", ["ours", "yours"])
@pytest.mark.parametrize("name", ["settings", "warm"])
def test_with_all_rules_added_nothing_is_said_twice(name: str, first: str, tmp_path: Path) -> None:
    app, mistake = new_app(tmp_path), MISTAKES[name]
    if first == "yours":
        cdk.Validations.of(app).add_plugins(LambdaRules())
    shop(app, mistake)
    if first == "ours":
        cdk.Validations.of(app).add_plugins(LambdaRules())

    synthesize(app, mistake)

    found = violations(app)
    assert len(found) == len(set(found))
    assert [each[0] for each in found].count(mistake.rule) == 1


def test_function_without_a_trigger_is_watched_like_the_workloads(tmp_path: Path) -> None:
    app = new_app(tmp_path)
    orders = function(cdk.Stack(app, "Shop"))
    orders.function.add_function_url()

    with pytest.raises(RuntimeError, match="alias-bypassed"):
        app.synth()
