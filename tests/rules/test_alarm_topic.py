"""What alarms notify: topics that CloudWatch can publish to."""

from __future__ import annotations

from typing import Any

from tests.audit.support import Json, found, function, parameter, ref, resource, template

STATES = ("AlarmActions", "OKActions", "InsufficientDataActions")
CLOUDWATCH = {
    "Effect": "Allow",
    "Principal": {"Service": "cloudwatch.amazonaws.com"},
    "Action": "sns:Publish",
}
TLS = {"Effect": "Deny", "Principal": "*", "Action": "sns:Publish"}


def alarm(*actions: Any, namespace: str = "AWS/Lambda", state: str = "AlarmActions") -> Json:
    return resource(
        "AWS::CloudWatch::Alarm", Namespace=namespace, MetricName="Errors", **{state: list(actions)}
    )


def notifying(topic: Json, **others: Json) -> Json:
    return template(Function=function(), Alarm=alarm(ref("Topic")), Topic=topic, **others)


def topic(**properties: Any) -> Json:
    return resource("AWS::SNS::Topic", **properties)


def policy(*statements: Any, of: str = "Topic") -> Json:
    document = {"Statement": statements[0] if len(statements) == 1 else list(statements)}
    return resource("AWS::SNS::TopicPolicy", Topics=[ref(of)], PolicyDocument=document)


def test_alarms_notify_standard_topics() -> None:
    code = "alarm-topic-fifo"
    refused = (code, "error", "Alarm")
    elsewhere = "arn:aws:sns:eu-west-1:123456789012:pager"
    for action, expected in (
        (elsewhere, []),
        (f"{elsewhere}.fifo", [refused]),
        ("arn:aws:lambda:eu-west-1:123456789012:function:restart", []),
    ):
        for state in STATES:
            assert found(template(Alarm=alarm(action, action, state=state)), code) == expected, action

    assert found(template(Alarm=alarm(f"{elsewhere}.fifo", namespace="AWS/EC2")), code) == []
    assert found(notifying(topic()), code) == []
    assert found(notifying(topic(FifoTopic=True)), code) == [refused]


def test_the_policy_of_the_key_of_a_topic_lets_cloudwatch_use_it() -> None:
    code = "alarm-topic-key-policy"
    root = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*"}
    cloudwatch = {**root, "Principal": {"Service": ["cloudwatch.amazonaws.com"]}}
    for statements, expected in (
        ([root], [(code, "error", "Key")]),
        ([root, cloudwatch], []),
        ([{**cloudwatch, "Effect": "Deny"}], [(code, "error", "Key")]),
    ):
        key = resource("AWS::KMS::Key", KeyPolicy={"Statement": statements})
        for attribute in (ref("Key"), {"Fn::GetAtt": ["Key", "Arn"]}):
            assert found(notifying(topic(KmsMasterKeyId=attribute), Key=key), code) == expected, statements
    assert found(notifying(topic(KmsMasterKeyId="alias/pager")), code) == []
    assert found(notifying(topic()), code) == []


def test_the_key_of_a_topic_lets_cloudwatch_use_it() -> None:
    code = "alarm-topic-key"
    managed = {"Fn::Join": ["", ["arn:aws:kms:", ref("AWS::Region"), ":123456789012:alias/aws/sns"]]}

    assert found(notifying(topic()), code) == []
    assert found(notifying(topic(KmsMasterKeyId=ref("Key"))), code) == []
    for key in ("alias/aws/sns", managed):
        assert found(notifying(topic(KmsMasterKeyId=key)), code) == [(code, "error", "Topic")]


def test_the_policy_of_a_topic_lets_cloudwatch_publish() -> None:
    code = "alarm-topic-policy"
    events = {**CLOUDWATCH, "Principal": {"Service": ["events.amazonaws.com"]}}
    account = {**CLOUDWATCH, "Principal": {"AWS": "*"}}

    assert found(notifying(topic(), Policy=policy(TLS, of="Other")), code) == []
    for severity, statements in (
        ("", (TLS, CLOUDWATCH)),
        ("", (CLOUDWATCH,)),
        ("", (account,)),
        ("", ({"Effect": "Allow", "Principal": "*", "NotAction": "sns:DeleteTopic"},)),
        ("", ({**TLS, "Effect": "Allow"},)),
        ("undecided", (TLS, {"Fn::If": ["Imported", CLOUDWATCH, TLS]})),
        ("undecided", ({**CLOUDWATCH, "Principal": {"Service": ref("Service")}},)),
        ("error", (TLS,)),
        ("error", (TLS, events)),
        ("error", ({**CLOUDWATCH, "Effect": "Deny"},)),
        ("error", ({**CLOUDWATCH, "Action": "sns:Subscribe"},)),
    ):
        sections = {"Parameters": {"Service": parameter("String")}}
        source = {**sections, **notifying(topic(), Policy=policy(*statements))}
        assert found(source, code) == [(code, severity, "Policy")] * bool(severity), statements


def test_an_alarm_has_at_most_five_actions_for_each_state() -> None:
    code = "alarm-actions-maximum"
    actions = [f"arn:aws:sns:eu-west-1:123456789012:pager{number}" for number in range(6)]
    for state in STATES:
        assert found(template(Alarm=alarm(*actions[:5], state=state)), code) == []
        assert found(template(Alarm=alarm(*actions, state=state)), code) == [(code, "error", "Alarm")]
