"""Alarms reach people: topics, keys, states, routes and descriptions, for every alarm of every workload."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from lambda_constructs import Alarms, AllAtOnce, ConfigurationError, EventHandler, ProductionFunction
from tests.support import alarm, assert_refused, function, new_stack, only, resources, warnings, worker
from tests.test_bad_values import WORKLOADS, build

NAMES = [name for name, value in vars(Alarms.NONE).items() if value is False]


def alarms_of(stack: cdk.Stack) -> dict[str, Any]:
    return {name: each["Properties"] for name, each in resources(stack, "AWS::CloudWatch::Alarm").items()}


def available(kind: type[ProductionFunction]) -> set[str]:
    return {"errors", *kind._ALARMS}


def test_every_alarm_of_every_workload_notifies_when_it_fires_and_when_it_is_over() -> None:
    stack = new_stack()
    topic = sns.Topic(stack, "Topic")
    for kind in WORKLOADS:
        build(kind, Construct(stack, kind.__name__), {"alarms": Alarms(topic=topic)})

    notified = stack.resolve(topic.topic_arn)
    found = alarms_of(stack)
    assert len(found) > 2 * len(WORKLOADS)
    for name, each in found.items():
        assert each["AlarmActions"] == each["OKActions"] == [notified], name


def test_every_alarm_names_its_workload_and_what_to_do() -> None:
    stage = cdk.Stage(cdk.App(analytics_reporting=False), "Prod")
    stack = cdk.Stack(stage, "Shop")
    for kind in WORKLOADS:
        build(kind, Construct(stack, kind.__name__), {})

    for name, each in alarms_of(stack).items():
        workload, _, text = each["AlarmDescription"].partition(": ")
        assert workload in {f"Prod/Shop/{kind.__name__}/Orders" for kind in WORKLOADS}
        what, _, advice = text.partition(": ")
        assert what, name
        assert advice, name


def test_the_description_of_a_long_path_fits() -> None:
    stack = new_stack()
    scope: Construct = stack
    for _ in range(6):
        scope = Construct(scope, "x" * 200)
    worker(scope)

    for each in alarms_of(stack).values():
        assert "x/Orders: " in each["AlarmDescription"]
        assert len(each["AlarmDescription"]) <= 1024


def test_a_topic_as_an_alarm_is_notified_instead() -> None:
    for kind in WORKLOADS:
        stack = new_stack()
        house, pager = sns.Topic(stack, "House"), sns.Topic(stack, "Pager")
        routes: Any = {name: pager for name in available(kind) if name != "errors"}
        build(kind, stack, {"alarms": Alarms(topic=house, **routes)})

        for name, each in alarms_of(stack).items():
            own = house if "ErrorsAlarm" in name and "PollingErrors" not in name else pager
            assert each["AlarmActions"] == [stack.resolve(own.topic_arn)], name


def test_further_actions_belong_to_one_state() -> None:
    stack = new_stack()
    topic, fires, over = (sns.Topic(stack, name) for name in ("Topic", "Fires", "Over"))
    worker(
        stack,
        alarms=Alarms(topic=topic, actions=[actions.SnsAction(fires)], ok_actions=[actions.SnsAction(over)]),
    )

    arns = [stack.resolve(each.topic_arn) for each in (topic, fires, over)]
    assert alarm(stack, "ErrorsAlarm")["AlarmActions"] == [arns[1], arns[0]]
    assert alarm(stack, "ErrorsAlarm")["OKActions"] == [arns[2], arns[0]]


def test_cloudwatch_may_publish_to_a_topic_with_a_policy_and_use_its_key_once() -> None:
    app = cdk.App(analytics_reporting=False)
    central, shop = cdk.Stack(app, "Central"), cdk.Stack(app, "Shop")
    key = kms.Key(central, "Key")
    topic = sns.Topic(central, "Topic", master_key=key, enforce_ssl=True)
    worker(shop, alarms=Alarms(topic=topic))
    worker(shop, "Refunds", alarms=Alarms(topic=topic))

    statements = only(central, "AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"]
    (publish,) = (each for each in statements if each["Effect"] == "Allow")
    assert publish["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert publish["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert "alarm:*" in str(publish["Condition"]["ArnLike"]["aws:SourceArn"])
    key_statements = only(central, "AWS::KMS::Key")["KeyPolicy"]["Statement"]
    (use,) = (each for each in key_statements if each["Principal"] == publish["Principal"])
    assert use["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]


def test_a_topic_without_a_policy_keeps_its_default_policy() -> None:
    stack = new_stack()
    worker(stack, alarms=Alarms(topic=sns.Topic(stack, "Topic")))

    assert resources(stack, "AWS::SNS::TopicPolicy") == {}


def test_a_policy_that_is_added_later_fails_the_synthesis() -> None:
    stack = new_stack()
    topic = sns.Topic(stack, "Topic")
    worker(stack, alarms=Alarms(topic=topic))
    topic.grant_publish(iam.ServicePrincipal("events.amazonaws.com"))

    with pytest.raises(RuntimeError, match="alarm-topic-policy"):
        resources(stack)


def test_an_imported_key_is_reported_and_keys_and_topics_that_cannot_work_are_refused() -> None:
    stack = new_stack()
    arn = "arn:aws:{}:eu-west-1:123456789012:{}"
    imported = sns.Topic.from_topic_attributes(
        stack, "Imported", topic_arn=arn.format("sns", "pager"), key_arn=arn.format("kms", "key/0a1b")
    )
    worker(stack, alarms=Alarms(topic=imported))
    assert warnings(stack) == ["lambda-constructs:key-policy-not-changed"]

    other = new_stack()
    managed = sns.Topic(other, "Managed", master_key=kms.Alias.from_alias_name(other, "Key", "alias/aws/sns"))
    fifo = sns.Topic(other, "Fifo", fifo=True)
    many = [actions.SnsAction(sns.Topic(other, f"Topic{number}")) for number in range(6)]
    for alarms, rule in (
        (Alarms(topic=managed), "alarm-topic-key"),
        (Alarms(errors=managed), "alarm-topic-key"),
        (Alarms(topic=fifo), "alarm-topic-fifo"),
        (Alarms(dead_letters=fifo), "alarm-topic-fifo"),
        (Alarms(actions=many), "alarm-actions-maximum"),
        (Alarms(topic=sns.Topic(other, "Topic"), ok_actions=many[:5]), "alarm-actions-maximum"),
    ):
        with pytest.raises(ConfigurationError) as refusal:
            worker(other, alarms=alarms)
        assert refusal.value.code == rule


def test_an_option_for_an_alarm_that_a_workload_lacks_is_refused() -> None:
    for kind in WORKLOADS:
        for name in NAMES:
            if name in available(kind) or name == "spillover":
                continue
            for value in (True, False):
                options: Any = {name: value}
                with pytest.raises(ConfigurationError) as refusal:
                    build(kind, new_stack(), {"alarms": Alarms(**options)})
                assert refusal.value.code == "alarm-not-available", (kind, name)


def test_all_alarms_can_be_turned_off_but_one() -> None:
    only_errors = replace(Alarms.NONE, errors=True)
    for kind in (ProductionFunction, EventHandler):
        stack = new_stack()
        build(kind, stack, {"alarms": only_errors})
        assert len(alarms_of(stack)) == 1
    assert_refused(function, "rollout-without-alarm", alarms=Alarms.NONE)
    function(new_stack(), alarms=Alarms.NONE, rollout=AllAtOnce())
