"""Every option of CDK's function is an option here, or has a row in the docs with the reason."""

from __future__ import annotations

import inspect
import re

import pytest
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from lambda_constructs import (
    ActiveMqBroker,
    Cors,
    EventHandler,
    FunctionOptions,
    FunctionUrlEndpoint,
    HttpApiEndpoint,
    HttpFunction,
    KafkaConsumer,
    LoadBalancerEndpoint,
    MqConsumer,
    MskCluster,
    ProductionFunction,
    RabbitMqBroker,
    RestApiEndpoint,
    ScheduledJob,
    SelfManagedKafka,
    SqsPollers,
    SqsWorker,
    StreamConsumer,
)
from lambda_constructs.core.annotations import kinds_of
from lambda_constructs.core.unknown_option import advice_for
from lambda_constructs.events.source import EventSource
from tests.support import ROOT, new_stack
from tests.test_public_api import keywords
from tests.workloads import NEEDED, build


def explained() -> set[str]:
    page = (ROOT / "docs" / "reference" / "cdk-options.md").read_text()
    rows = [row.split("|")[1] for row in page.splitlines() if row.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


def test_every_option_of_the_function_of_cdk_is_an_option_or_is_explained() -> None:
    parameters = inspect.signature(lambda_.Function.__init__).parameters.values()
    options = {each.name for each in parameters if each.kind is each.KEYWORD_ONLY}

    assert explained() == options - FunctionOptions.__annotations__.keys()


def test_the_error_about_an_unknown_option_says_what_to_use_instead() -> None:
    stack = new_stack()
    for kind in NEEDED:
        for name in {"memorysize", "nonsense", *explained()} - keywords(kind).keys():
            scope = Construct(stack, f"{kind.__name__}{name}")
            with pytest.raises(
                TypeError, match=f"unexpected keyword argument '{name}'; (did you mean|to use|it takes)"
            ):
                build(kind, scope, **{name: 1})
            assert [child.node.id for child in scope.node.children if child.node.id == "Orders"] == []


def test_the_error_about_an_option_with_another_meaning_does_not_name_an_option_that_sounds_like_it() -> None:
    options = kinds_of(FunctionOptions)

    assert "pass it as function=" in advice_for("function_name", options)
    assert "encryption_key" in advice_for("environment_encryption", options)
    assert "add_to_role_policy" in advice_for("initial_policy", options)
    assert "layers=" in advice_for("params_and_secrets", options)
    assert "EventHandler" in advice_for("retry_attempts", options)


def test_the_error_about_an_option_of_an_option_names_its_class() -> None:
    classes: dict[type[ProductionFunction], tuple[type, ...]] = {
        EventHandler: tuple(EventSource.__subclasses__()),
        HttpFunction: (HttpApiEndpoint, RestApiEndpoint, FunctionUrlEndpoint, LoadBalancerEndpoint, Cors),
        KafkaConsumer: (MskCluster, SelfManagedKafka),
        MqConsumer: (ActiveMqBroker, RabbitMqBroker),
        SqsWorker: (SqsPollers,),
    }
    for kind, accepted in classes.items():
        options = kinds_of(kind.__init__)
        for of in accepted:
            for name in keywords(of).keys() - options.keys():
                assert f"({name}=...)" in advice_for(name, options), (kind.__name__, name)


def test_the_error_about_an_option_of_an_event_source_of_cdk_says_what_it_is_here() -> None:
    instead: dict[type[ProductionFunction], dict[str, str]] = {
        SqsWorker: {
            "provisioned_poller_config": "provisioned_pollers",
            "report_batch_item_failures": "always on",
            "filter_encryption": "encryption_key",
            "retry_attempts": "max_receive_count",
            "on_failure": "dead_letter_queue",
            "starting_position": "it takes queue, dead_letter_queue, ",
        },
        StreamConsumer: {"table": "source", "stream": "source", "metrics_config": "always on"},
        KafkaConsumer: {"topic": "topic_name", "cluster_arn": "cluster", "bootstrap_servers": "cluster"},
        EventHandler: {
            "topic": "source",
            "event_pattern": "source",
            "dead_letter_queue": "on_failure",
            "event": "pass source=EventRule(input=...)",
            "schedule": "ScheduledJob",
            "rule_name": "pass source=EventRule(rule_name=...)",
            "prefix": "pass source=BucketNotification(prefix=...)",
            "rule": "source",
        },
        ScheduledJob: {
            "event": "input",
            "rule_name": "schedule_name",
            "cron": "schedule",
            "schedule_expression": "schedule",
            "schedule_group": "group",
            "time_window": "flexible_window",
            "state": "enabled",
        },
    }
    of_apis = {
        "stage_name": "pass endpoint=RestApiEndpoint(stage_name=...)",
        "authorizer": "pass endpoint=HttpApiEndpoint(authorizer=...)",
        "conditions": "pass endpoint=LoadBalancerEndpoint(conditions=...)",
        "allow_origins": "pass cors=Cors(allow_origins=...)",
        "default_cors_preflight_options": "did you mean 'cors'",
        "domain_name": "did you mean 'endpoint'",
        "proxy": "did you mean 'routes'",
        "rest_api_name": "is named after its stack",
    }
    of_functions = {"entry": "code=PythonCode(...)", "events": "such as SqsWorker"}
    instead |= {HttpFunction: of_apis, ProductionFunction: of_functions}
    for kind, names in instead.items():
        for name, advice in names.items():
            assert advice in advice_for(name, kinds_of(kind.__init__)), (kind.__name__, name)
    assert "pass it as function=" in advice_for("filesystem", kinds_of(SqsWorker.__init__))
