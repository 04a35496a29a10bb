"""Alarms on metric math and composite ones, from the API and from a stack."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.tests.alarm_sets import HERE, NAMESPACE, PERIOD, Alarms, share
from emulator.tests.fidelity import Fidelity
from emulator.tests.stacks import Stack, refs, template
from emulator.tests.support import eventually
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "Amazon CloudWatch",
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Composite_Alarm.html",
)


def test_metric_math(alarms: Alarms, plain_alarms: Alarms) -> None:
    def put(each: Alarms) -> str:
        return each.put("share", Metrics=share(each.metric), Threshold=20, TreatMissingData="notBreaching")

    name = put(alarms)
    described = alarms.describe(name)
    assert [query["Id"] for query in described["Metrics"]] == ["failed", "all", "share"]
    assert "MetricName" not in described
    assert alarms.becomes(name, "OK")
    alarms.record_share(failed=2, of=10)
    assert not alarms.becomes(name, "ALARM", patience=2 * HERE)
    alarms.record_share(failed=3, of=10)
    assert alarms.rang(name)
    assert alarms.becomes(name, "OK")

    assert "Metrics" not in plain_alarms.describe(put(plain_alarms))


REFUSED: tuple[dict[str, Any], ...] = (
    {"Metrics": share("m", "METRICS()")},
    {"Metrics": share("m", "unknown / 2")},
    {"Metrics": share("m", "share + 1")},
    {"Metrics": share("m")[:2]},
    {"ExtendedStatistic": "tm90"},
    {"ComparisonOperator": "GreaterThanUpperThreshold"},
)


def test_what_is_not_evaluated_is_refused(alarms: Alarms, plain_alarms: Alarms) -> None:
    for number, members in enumerate(REFUSED):
        with pytest.raises(ClientError, match="ValidationError"):
            alarms.put("refused", **members)

        accepted = plain_alarms.put(f"accepted-{number}", **members)
        assert plain_alarms.state(accepted) == "INSUFFICIENT_DATA"


def in_stack(**members: Any) -> dict[str, Any]:
    shared = {"ComparisonOperator": "GreaterThanThreshold", "Threshold": 20, "EvaluationPeriods": 1}
    child = {**shared, "TreatMissingData": "notBreaching", **members}
    rule = {"Fn::Sub": 'ALARM("${Child}")'}
    return {
        "Child": {"Type": "AWS::CloudWatch::Alarm", "Properties": child},
        "Parent": {"Type": "AWS::CloudWatch::CompositeAlarm", "Properties": {"AlarmRule": rule}},
    }


OUTPUTS = refs("Child", "Parent") | {
    f"{name}Arn": {"Fn::GetAtt": [name, "Arn"]} for name in ("Child", "Parent")
}


def test_math_and_composite_alarms_of_a_stack(alarms: Alarms, plain: Emulator) -> None:
    math = in_stack(Metrics=share(alarms.metric))
    single = in_stack(Namespace=NAMESPACE, MetricName=alarms.metric, Period=PERIOD, Statistic="Sum")
    made = Stack(alarms.emulator, "alarms")
    assert made.create(math, OUTPUTS) == "CREATE_COMPLETE", made.reasons()
    created = made.outputs()
    for name in ("Child", "Parent"):
        arn = f"arn:aws:cloudwatch:us-east-1:000000000000:alarm:{created[name]}"
        assert created[f"{name}Arn"] == arn == alarms.describe(created[name])["AlarmArn"]
    alarms.record_share(failed=3, of=10)
    assert eventually(lambda: ("OK", "ALARM") in alarms.changes(created["Parent"]))

    assert made.update(single, OUTPUTS) == "UPDATE_COMPLETE", made.reasons()
    assert made.outputs() == created
    assert alarms.describe(created["Child"])["MetricName"] == alarms.metric
    made.delete()
    assert (
        alarms.client.describe_alarms(AlarmNames=[created["Child"], created["Parent"]])["MetricAlarms"] == []
    )

    client = plain.client("cloudformation")
    with pytest.raises(ClientError, match="Unrecognized resource types"):
        client.create_stack(StackName="Composite", TemplateBody=template(math, OUTPUTS))
