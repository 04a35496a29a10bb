"""Alarms on metric math and composite ones, from the API and from a stack."""

import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.tests.alarm_sets import HERE, NAMESPACE, PERIOD, Alarms, share
from emulator.tests.support import eventually
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy


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


@pytest.mark.parametrize(
    "members",
    [
        {"Metrics": share("m", "METRICS()")},
        {"Metrics": share("m", "unknown / 2")},
        {"Metrics": share("m", "share + 1")},
        {"Metrics": share("m")[:2]},
        {"ExtendedStatistic": "tm90"},
        {"ComparisonOperator": "GreaterThanUpperThreshold"},
    ],
)
def test_what_is_not_evaluated_is_refused(
    alarms: Alarms, plain_alarms: Alarms, members: dict[str, Any]
) -> None:
    with pytest.raises(ClientError, match="ValidationError"):
        alarms.put("refused", **members)

    assert plain_alarms.state(plain_alarms.put("accepted", **members)) == "INSUFFICIENT_DATA"


class Stack:
    """One stack, through the CloudFormation API."""

    def __init__(self, emulator: Emulator) -> None:
        self._client = emulator.client("cloudformation")
        self._name = f"Alarms-{uuid.uuid4().hex[:8]}"

    def create(self, resources: dict[str, Any], outputs: dict[str, Any]) -> dict[str, str]:
        self._client.create_stack(StackName=self._name, TemplateBody=_template(resources, outputs))
        return self._settled("stack_create_complete")

    def update(self, resources: dict[str, Any], outputs: dict[str, Any]) -> dict[str, str]:
        self._client.update_stack(StackName=self._name, TemplateBody=_template(resources, outputs))
        return self._settled("stack_update_complete")

    def delete(self) -> None:
        self._client.delete_stack(StackName=self._name)
        self._client.get_waiter("stack_delete_complete").wait(
            StackName=self._name, WaiterConfig={"Delay": 1, "MaxAttempts": 30}
        )

    def _settled(self, state: str) -> dict[str, str]:
        waiter = self._client.get_waiter(state)
        waiter.wait(StackName=self._name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
        stack = self._client.describe_stacks(StackName=self._name)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def _template(resources: dict[str, Any], outputs: dict[str, Any]) -> str:
    values = {name: {"Value": value} for name, value in outputs.items()}
    return json.dumps({"Resources": resources, "Outputs": values})


def in_stack(**members: Any) -> dict[str, Any]:
    shared = {"ComparisonOperator": "GreaterThanThreshold", "Threshold": 20, "EvaluationPeriods": 1}
    child = {**shared, "TreatMissingData": "notBreaching", **members}
    rule = {"Fn::Sub": 'ALARM("${Child}")'}
    return {
        "Child": {"Type": "AWS::CloudWatch::Alarm", "Properties": child},
        "Parent": {"Type": "AWS::CloudWatch::CompositeAlarm", "Properties": {"AlarmRule": rule}},
    }


OUTPUTS = {name: {"Ref": name} for name in ("Child", "Parent")} | {
    f"{name}Arn": {"Fn::GetAtt": [name, "Arn"]} for name in ("Child", "Parent")
}


def test_math_and_composite_alarms_of_a_stack(alarms: Alarms, plain: Emulator) -> None:
    stack = Stack(alarms.emulator)
    math = in_stack(Metrics=share(alarms.metric))
    single = in_stack(Namespace=NAMESPACE, MetricName=alarms.metric, Period=PERIOD, Statistic="Sum")
    created = stack.create(math, OUTPUTS)
    for name in ("Child", "Parent"):
        arn = f"arn:aws:cloudwatch:us-east-1:000000000000:alarm:{created[name]}"
        assert created[f"{name}Arn"] == arn == alarms.describe(created[name])["AlarmArn"]
    alarms.record_share(failed=3, of=10)
    assert eventually(lambda: ("OK", "ALARM") in alarms.changes(created["Parent"]))

    assert stack.update(single, OUTPUTS) == created
    assert alarms.describe(created["Child"])["MetricName"] == alarms.metric
    stack.delete()
    assert (
        alarms.client.describe_alarms(AlarmNames=[created["Child"], created["Parent"]])["MetricAlarms"] == []
    )

    client = plain.client("cloudformation")
    with pytest.raises(ClientError, match="Unrecognized resource types"):
        client.create_stack(StackName="Composite", TemplateBody=_template(math, OUTPUTS))
