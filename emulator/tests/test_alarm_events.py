"""The events of alarms on the default event bus."""

import json
from typing import Any

import pytest

from emulator.tests.fidelity import Fidelity
from emulator.tests.support import received
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "Amazon CloudWatch",
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html",
)


def test_a_rule_gets_the_changes_of_alarms(emulator: Emulator) -> None:
    cloudwatch, sqs, events = (emulator.client(name) for name in ("cloudwatch", "sqs", "events"))
    url = sqs.create_queue(QueueName="changes")["QueueUrl"]
    arn = f"arn:aws:sqs:{emulator.region}:{emulator.account}:changes"
    pattern = {
        "source": ["aws.cloudwatch"],
        "detail-type": ["CloudWatch Alarm State Change"],
        "detail": {"state": {"value": ["ALARM"]}},
    }
    events.put_rule(Name="changes", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="changes", Targets=[{"Id": "queue", "Arn": arn}])
    cloudwatch.put_metric_alarm(
        AlarmName="errors",
        AlarmDescription="Look",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions=[{"Name": "FunctionName", "Value": "shop"}],
        Statistic="Sum",
        Period=3600,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="ignore",
    )
    cloudwatch.put_composite_alarm(AlarmName="any", AlarmRule='ALARM("errors")')

    def get() -> dict[str, Any]:
        message = received(sqs, url)
        assert message is not None
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        event: dict[str, Any] = json.loads(message["Body"])
        return event

    cloudwatch.set_alarm_state(AlarmName="errors", StateValue="OK", StateReason="calm")
    cloudwatch.set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="test")
    found = {each["detail"]["alarmName"]: each for each in (get(), get())}

    assert set(found) == {"errors", "any"}
    event, detail = found["errors"], found["errors"]["detail"]
    assert event["resources"] == [f"arn:aws:cloudwatch:{emulator.region}:{emulator.account}:alarm:errors"]
    assert (detail["state"]["value"], detail["state"]["reason"]) == ("ALARM", "test")
    assert detail["previousState"]["reason"] == "calm"
    assert detail["configuration"]["description"] == "Look"
    (metric,) = detail["configuration"]["metrics"]
    assert metric["returnData"] is True
    assert metric["metricStat"] == {
        "metric": {
            "namespace": "AWS/Lambda",
            "name": "Errors",
            "dimensions": {"FunctionName": "shop"},
        },
        "period": 3600,
        "stat": "Sum",
    }
    assert found["any"]["detail"]["configuration"] == {"alarmRule": 'ALARM("errors")'}
