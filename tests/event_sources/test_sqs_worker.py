"""A queue and the function that works it off."""

from __future__ import annotations

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs

from lambda_constructs import Alarms, AllAtOnce, SqsPollers
from lambda_constructs.testing import audit_findings
from tests.support import Resource, alarm, new_stack, only, resources, role_statements, warnings, worker

QUEUE = "AWS::SQS::Queue"
MAPPING = "AWS::Lambda::EventSourceMapping"
ALARM = "AWS::CloudWatch::Alarm"


@pytest.fixture(scope="module")
def stack() -> cdk.Stack:
    stack = new_stack()
    worker(stack)
    return stack


def queues(stack: cdk.Stack) -> tuple[str, Resource, str, Resource]:
    """The ids and properties of the queue and of its dead-letter queue."""
    found = resources(stack, QUEUE)
    (queue_id,) = (name for name, queue in found.items() if "RedrivePolicy" in queue["Properties"])
    (dead_id,) = (name for name, queue in found.items() if "RedrivePolicy" not in queue["Properties"])
    return queue_id, found[queue_id]["Properties"], dead_id, found[dead_id]["Properties"]


def test_the_queue_hides_messages_for_six_times_the_timeout(stack: cdk.Stack) -> None:
    _, queue, _, _ = queues(stack)

    assert queue["VisibilityTimeout"] == 180


def test_the_batching_window_is_added_to_the_visibility_timeout() -> None:
    stack = new_stack()

    worker(stack, timeout=cdk.Duration.seconds(60), max_batching_window=cdk.Duration.seconds(5))

    assert queues(stack)[1]["VisibilityTimeout"] == 365


def test_dead_letters_outlive_messages_and_come_after_five_deliveries(stack: cdk.Stack) -> None:
    _, queue, dead_id, dead_letter_queue = queues(stack)

    assert queue["RedrivePolicy"] == {
        "deadLetterTargetArn": {"Fn::GetAtt": [dead_id, "Arn"]},
        "maxReceiveCount": 5,
    }
    assert queue["MessageRetentionPeriod"] == 345_600
    assert dead_letter_queue["MessageRetentionPeriod"] == 1_209_600


def test_both_queues_are_encrypted_and_take_nothing_but_tls(stack: cdk.Stack) -> None:
    queue_id, queue, dead_id, dead_letter_queue = queues(stack)

    assert queue["SqsManagedSseEnabled"] is True
    assert dead_letter_queue["SqsManagedSseEnabled"] is True
    assert only(stack, "AWS::SQS::QueuePolicy") == {
        "Queues": [{"Ref": queue_id}, {"Ref": dead_id}],
        "PolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "sqs:*",
                    "Resource": "*",
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                }
            ],
        },
    }


def test_the_mapping_invokes_the_alias_with_partial_batch_responses(stack: cdk.Stack) -> None:
    (alias,) = resources(stack, "AWS::Lambda::Alias")
    queue_id, _, _, _ = queues(stack)

    assert only(stack, MAPPING) == {
        "Enabled": True,
        "FunctionName": {"Ref": alias},
        "EventSourceArn": {"Fn::GetAtt": [queue_id, "Arn"]},
        "BatchSize": 10,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "MetricsConfig": {"Metrics": ["EventCount"]},
    }


def test_the_role_may_take_messages_from_its_queue_only(stack: cdk.Stack) -> None:
    queue_id, _, _, _ = queues(stack)

    assert {
        "Action": ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
        "Effect": "Allow",
        "Resource": {"Fn::GetAtt": [queue_id, "Arn"]},
    } in role_statements(stack)
    assert len(role_statements(stack)) == 2


def test_failing_events_are_watched_as_a_share_and_by_name(stack: cdk.Stack) -> None:
    (mapping,) = resources(stack, MAPPING)
    failed_events = alarm(stack, "FailedEvents")
    group = only(stack, "AWS::CodeDeploy::DeploymentGroup")

    metrics = {
        each["MetricStat"]["Metric"]["MetricName"]: each["MetricStat"]
        for each in failed_events["Metrics"]
        if "MetricStat" in each
    }
    assert metrics.keys() == {"FailedInvokeEventCount", "InvokedEventCount"}
    for metric in metrics.values():
        assert metric["Period"] == 60
        assert metric["Stat"] == "Sum"
        assert metric["Metric"]["Dimensions"] == [
            {"Name": "EventSourceMappingUUID", "Value": {"Ref": mapping}}
        ]
    assert failed_events["Threshold"] == 5
    assert failed_events["AlarmName"] == "Shop/Orders/FailedEvents"
    assert {"Name": "Shop/Orders/FailedEvents"} in group["AlarmConfiguration"]["Alarms"]


def test_dead_letters_and_waiting_messages_are_watched(stack: cdk.Stack) -> None:
    queue_id, _, dead_id, _ = queues(stack)
    dead_letters, age = alarm(stack, "DeadLetters"), alarm(stack, "MessageAge")

    assert dead_letters["MetricName"] == "ApproximateNumberOfMessagesVisible"
    assert dead_letters["Dimensions"][0]["Value"] == {"Fn::GetAtt": [dead_id, "QueueName"]}
    assert dead_letters["Threshold"] == 1
    assert age["MetricName"] == "ApproximateAgeOfOldestMessage"
    assert age["Dimensions"][0]["Value"] == {"Fn::GetAtt": [queue_id, "QueueName"]}
    assert age["Threshold"] == 6 * 180


@pytest.mark.parametrize(
    ("alarms", "off"),
    [
        (Alarms(errors=False), "ErrorsAlarm"),
        (Alarms(failed_events=False), "FailedEventsAlarm"),
        (Alarms(dead_letters=False), "DeadLettersAlarm"),
        (Alarms(message_age=False), "MessageAgeAlarm"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_alarm_can_be_turned_off(alarms: Alarms, off: str) -> None:
    stack = new_stack()

    orders = worker(stack, alarms=alarms)

    every = {"ErrorsAlarm", "FailedEventsAlarm", "DeadLettersAlarm", "MessageAgeAlarm"}
    assert {each.node.id for each in orders.alarms} == every - {off}


def test_alarms_none_has_none() -> None:
    stack = new_stack()

    orders = worker(stack, alarms=Alarms.NONE, rollout=AllAtOnce())

    assert orders.alarms == []
    assert resources(stack, ALARM) == {}


def test_alarms_tell_the_topic_and_set_off_every_action() -> None:
    stack = new_stack()
    topic = sns.Topic(stack, "Alarms")
    pager = sns.Topic.from_topic_arn(stack, "Pager", "arn:aws:sns:eu-west-1:123456789012:pager")

    worker(stack, alarms=Alarms(topic=topic, actions=[actions.SnsAction(pager)]))

    (topic_id,) = resources(stack, "AWS::SNS::Topic")
    expected = [pager.topic_arn, {"Ref": topic_id}]
    assert [each["Properties"]["AlarmActions"] for each in resources(stack, ALARM).values()] == [expected] * 4


def test_thresholds_can_be_chosen() -> None:
    stack = new_stack()

    worker(
        stack,
        alarms=Alarms(failed_events_percentage=2.5, message_age_threshold=cdk.Duration.hours(2)),
    )

    assert alarm(stack, "FailedEvents")["Threshold"] == 2.5
    assert alarm(stack, "MessageAge")["Threshold"] == 7200


def test_options_of_queue_and_mapping_pass_through() -> None:
    stack = new_stack()

    worker(
        stack,
        visibility_timeout=cdk.Duration.minutes(10),
        retention_period=cdk.Duration.days(1),
        max_receive_count=8,
        batch_size=1000,
        max_batching_window=cdk.Duration.seconds(20),
        max_concurrency=50,
        filters=[lambda_.FilterCriteria.filter({"body": {"kind": lambda_.FilterRule.is_equal("order")}})],
        enabled=False,
    )

    _, queue, _, _ = queues(stack)
    mapping = only(stack, MAPPING)
    assert queue["VisibilityTimeout"] == 600
    assert queue["MessageRetentionPeriod"] == 86_400
    assert queue["RedrivePolicy"]["maxReceiveCount"] == 8
    assert mapping["BatchSize"] == 1000
    assert mapping["MaximumBatchingWindowInSeconds"] == 20
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": 50}
    assert mapping["FilterCriteria"] == {"Filters": [{"Pattern": '{"body":{"kind":["order"]}}'}]}
    assert mapping["Enabled"] is False


def test_a_reservation_bounds_the_mapping_so_that_nothing_is_throttled() -> None:
    stack = new_stack()

    worker(stack, reserved_concurrency=7)

    assert only(stack, MAPPING)["ScalingConfig"] == {"MaximumConcurrency": 7}


def test_pollers_take_the_place_of_max_concurrency() -> None:
    stack = new_stack()

    worker(
        stack,
        provisioned_pollers=SqsPollers(minimum=2, maximum=5),
        reserved_concurrency=50,
    )

    mapping = only(stack, MAPPING)
    assert mapping["ProvisionedPollerConfig"] == {"MinimumPollers": 2, "MaximumPollers": 5}
    assert "ScalingConfig" not in mapping


def test_a_fifo_queue_may_keep_messages_as_long_as_dead_letters_whose_age_starts_anew() -> None:
    stack = new_stack()

    worker(stack, fifo=True, retention_period=cdk.Duration.days(14))

    kept = {
        each["Properties"]["MessageRetentionPeriod"] for each in resources(stack, "AWS::SQS::Queue").values()
    }
    assert kept == {1_209_600}


def test_a_fifo_queue_has_a_fifo_dead_letter_queue() -> None:
    stack = new_stack()

    worker(stack, fifo=True, content_based_deduplication=True)

    _, queue, _, dead_letter_queue = queues(stack)
    assert queue["FifoQueue"] is True
    assert queue["ContentBasedDeduplication"] is True
    assert dead_letter_queue["FifoQueue"] is True


def test_a_named_queue_is_the_only_source_of_its_dead_letter_queue() -> None:
    stack = new_stack()

    worker(stack, queue_name="orders")

    _, queue, _, dead_letter_queue = queues(stack)
    assert queue["QueueName"] == "orders"
    policy = dead_letter_queue["RedriveAllowPolicy"]
    assert policy["redrivePermission"] == "byQueue"
    assert str(policy["sourceQueueArns"]).endswith(":orders']]}]")
    assert "Ref': 'Orders" not in str(policy)


def test_a_key_encrypts_both_queues_and_may_be_used_by_the_worker() -> None:
    stack = new_stack()
    key = kms.Key(stack, "Key")

    worker(stack, encryption_key=key)

    (key_id,) = resources(stack, "AWS::KMS::Key")
    arn = {"Fn::GetAtt": [key_id, "Arn"]}
    _, queue, _, dead_letter_queue = queues(stack)
    assert queue["KmsMasterKeyId"] == dead_letter_queue["KmsMasterKeyId"] == arn
    assert queue["KmsDataKeyReusePeriodSeconds"] == 300
    assert [each["Resource"] for each in role_statements(stack) if each["Action"] == "kms:Decrypt"] == [arn]


def given_queue(stack: cdk.Stack, **options: object) -> sqs.Queue:
    """A queue with a dead-letter queue, as a user makes one."""
    dead_letter_queue = sqs.Queue(stack, "Dead", retention_period=cdk.Duration.days(14))
    defaults: dict[str, object] = {
        "visibility_timeout": cdk.Duration.seconds(180),
        "dead_letter_queue": sqs.DeadLetterQueue(queue=dead_letter_queue, max_receive_count=5),
    }
    return sqs.Queue(stack, "Given", **{**defaults, **options})  # type: ignore[arg-type]


def test_a_given_queue_is_worked_off_and_left_as_it_is() -> None:
    stack = new_stack()
    queue = given_queue(stack)
    before = resources(stack, QUEUE)

    fresh = new_stack()
    queue = given_queue(fresh)
    orders = worker(fresh, queue=queue)

    assert resources(fresh, QUEUE) == before
    assert resources(fresh, "AWS::SQS::QueuePolicy") == {}
    assert orders.queue is queue
    assert orders.dead_letter_queue.node.id == "Dead"
    assert warnings(fresh) == []
    assert {each.node.id for each in orders.alarms} >= {"DeadLettersAlarm", "MessageAgeAlarm"}


def test_the_key_of_a_given_queue_may_be_used() -> None:
    stack = new_stack()
    key = kms.Key(stack, "Key")

    worker(stack, queue=given_queue(stack, encryption_master_key=key))

    assert "kms:Decrypt" in [each["Action"] for each in role_statements(stack)]


def test_an_imported_queue_is_worked_off_with_what_it_is_said_to_have() -> None:
    stack = new_stack()
    arn = "arn:aws:sqs:eu-west-1:123456789012:"
    queue = sqs.Queue.from_queue_arn(stack, "Given", f"{arn}orders")
    dead_letter_queue = sqs.Queue.from_queue_arn(stack, "Dead", f"{arn}orders-dead")

    worker(
        stack,
        queue=queue,
        dead_letter_queue=dead_letter_queue,
        visibility_timeout=cdk.Duration.minutes(5),
    )

    assert only(stack, MAPPING)["EventSourceArn"] == f"{arn}orders"
    assert alarm(stack, "DeadLetters")["Dimensions"][0]["Value"] == "orders-dead"
    assert alarm(stack, "MessageAge")["Threshold"] == 6 * 300


def test_a_given_dead_letter_queue_serves_a_new_queue() -> None:
    stack = new_stack()
    dead_letter_queue = sqs.Queue(stack, "Dead", retention_period=cdk.Duration.days(14))

    orders = worker(stack, dead_letter_queue=dead_letter_queue)

    assert orders.dead_letter_queue is dead_letter_queue
    assert only(stack, "AWS::SQS::QueuePolicy")["Queues"] == [
        {"Ref": next(name for name in resources(stack, QUEUE) if name.startswith("Orders"))}
    ]


def test_statements_for_the_queue_join_the_policy_that_requires_tls() -> None:
    stack = new_stack()
    orders = worker(stack)
    queue = orders.queue

    sns.Topic(stack, "Topic").add_subscription(subscriptions.SqsSubscription(queue))

    effects = [
        statement["Effect"]
        for statement in only(stack, "AWS::SQS::QueuePolicy")["PolicyDocument"]["Statement"]
    ]
    assert effects == ["Deny", "Allow"]


def test_a_statement_for_the_dead_letter_queue_gives_it_a_policy_of_its_own() -> None:
    stack = new_stack()
    orders = worker(stack)
    topic = sns.Topic(stack, "Topic")

    for _ in range(2):
        statement = iam.PolicyStatement(
            principals=[iam.ServicePrincipal("sns.amazonaws.com")],
            actions=["sqs:SendMessage"],
            resources=[orders.dead_letter_queue.queue_arn],
            conditions={"ArnEquals": {"aws:SourceArn": topic.topic_arn}},
        )
        orders.dead_letter_queue.add_to_resource_policy(statement)
    topic.add_subscription(subscriptions.SqsSubscription(orders.dead_letter_queue))  # CDK adds it too

    policies = resources(stack, "AWS::SQS::QueuePolicy")
    ((shared, queue), (_, dead_letters)) = sorted(policies.items(), reverse=True)
    assert [len(each["Properties"]["Queues"]) for each in (queue, dead_letters)] == [1, 1]
    assert queue["Properties"]["Queues"] != dead_letters["Properties"]["Queues"]
    effects = [each["Effect"] for each in dead_letters["Properties"]["PolicyDocument"]["Statement"]]
    assert effects == ["Deny", "Allow"]
    # CloudFormation takes the shared policy from the queue first, and gives it back without deleting it.
    assert dead_letters["DependsOn"] == [shared]
    assert dead_letters["DeletionPolicy"] == "Retain"


def test_an_age_that_is_only_known_at_deployment_becomes_the_threshold() -> None:
    stack = new_stack()
    age = cdk.Duration.seconds(cdk.CfnParameter(stack, "Age", type="Number").value_as_number)

    worker(stack, alarms=Alarms(message_age_threshold=age))

    assert alarm(stack, "MessageAge")["Threshold"] == {"Ref": "Age"}


def test_a_worker_may_send_messages_to_its_own_queue_if_recursion_is_allowed() -> None:
    stack = new_stack()
    pages = worker(stack, allow_recursion=True)
    pages.queue.grant_send_messages(pages)

    assert only(stack, "AWS::Lambda::Function")["RecursiveLoop"] == "Allow"
    assert audit_findings(stack) == []
