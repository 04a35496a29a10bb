"""What makes an alarm change its state, and what must not; and who follows."""

import json

import pytest

from emulator.tests.alarm_sets import HERE, NAMESPACE, Alarms
from emulator.tests.fidelity import Fidelity
from emulator.tests.support import eventually

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "Amazon CloudWatch",
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html",
)


def of_function(name: str) -> list[dict[str, str]]:
    return [{"Name": "FunctionName", "Value": name}]


def watch_another_dimension(alarms: Alarms) -> tuple[str, str]:
    """Record a metric of one function; return the states of the alarms on it and on another's."""
    mine = alarms.put("mine", Dimensions=of_function("mine"), TreatMissingData="notBreaching")
    other = alarms.put("other", Dimensions=of_function("other"), TreatMissingData="notBreaching")
    alarms.record(1, FunctionName="mine")
    assert alarms.rang(mine)
    return mine, alarms.state(other)


def test_an_alarm_watches_its_own_dimensions_only(alarms: Alarms, plain_alarms: Alarms) -> None:
    mine, other = watch_another_dimension(alarms)
    assert other != "ALARM"
    assert alarms.becomes(mine, "OK")
    assert alarms.changes(mine)[-1] == ("ALARM", "OK")

    assert watch_another_dimension(plain_alarms)[1] == "ALARM"


def test_missing_data_is_treated_as_the_alarm_says(alarms: Alarms, plain_alarms: Alarms) -> None:
    plain_name = plain_alarms.put("breaching", TreatMissingData="breaching")
    treatments = {"missing": "INSUFFICIENT_DATA", "notBreaching": "OK", "breaching": "ALARM"}
    names = {each: alarms.put(each, TreatMissingData=each) for each in (*treatments, "ignore")}
    for treatment in ("notBreaching", "breaching"):
        assert alarms.becomes(names[treatment], treatments[treatment])

    alarms.record(1)
    for name in names.values():
        assert alarms.rang(name)
    for treatment in ("missing", "notBreaching"):
        assert alarms.becomes(names[treatment], treatments[treatment])
    assert alarms.state(names["breaching"]) == alarms.state(names["ignore"]) == "ALARM"

    assert plain_alarms.state(plain_name) != "ALARM"


def test_m_of_n_data_points(alarms: Alarms, plain_alarms: Alarms) -> None:
    def two_of_three(each: Alarms) -> str:
        return each.put("m-of-n", EvaluationPeriods=3, DatapointsToAlarm=2, TreatMissingData="notBreaching")

    name = two_of_three(alarms)
    assert alarms.becomes(name, "OK")
    alarms.record(1)
    assert not alarms.becomes(name, "ALARM", patience=2 * HERE)

    def rings_for_another() -> bool:
        alarms.record(1)
        return ("OK", "ALARM") in alarms.changes(name)

    assert eventually(rings_for_another)

    plain_name = two_of_three(plain_alarms)
    plain_alarms.record(1)
    assert plain_alarms.state(plain_name) == "ALARM"


@pytest.mark.parametrize(
    ("comparison", "state", "of_another_function"),
    [
        ("GreaterThanThreshold", "OK", 100),
        ("GreaterThanOrEqualToThreshold", "ALARM", -100),
        ("LessThanThreshold", "OK", -100),
        ("LessThanOrEqualToThreshold", "ALARM", 100),
    ],
)
def test_comparisons(
    alarms: Alarms, plain_alarms: Alarms, comparison: str, state: str, of_another_function: float
) -> None:
    """At the threshold; plain ministack adds what was recorded with another dimension."""

    def compare(each: Alarms) -> str:
        name = each.put("compared", ComparisonOperator=comparison, Threshold=5)
        each.record(of_another_function, FunctionName="another")
        each.record(5)
        return name

    name = compare(alarms)
    assert eventually(lambda: bool(alarms.changes(name)))
    assert alarms.changes(name)[0] == ("INSUFFICIENT_DATA", state)

    assert plain_alarms.state(compare(plain_alarms)) == {"OK": "ALARM", "ALARM": "OK"}[state]


def test_a_percentile(alarms: Alarms, plain_alarms: Alarms) -> None:
    """Of one metric; plain ministack takes the values of all dimensions together."""

    def rank(each: Alarms) -> tuple[str, str]:
        median = each.put("p50", ExtendedStatistic="p50", Threshold=50)
        tail = each.put("p99", ExtendedStatistic="p99", Threshold=50)
        mine = {"MetricName": each.metric, "Values": [1.0, 100.0], "Counts": [90.0, 10.0]}
        other = {"MetricName": each.metric, "Values": [100.0], "Counts": [900.0]}
        data = [mine, {**other, "Dimensions": of_function("another")}]
        each.client.put_metric_data(Namespace=NAMESPACE, MetricData=data)
        return median, tail

    at_median, at_tail = rank(alarms)
    assert alarms.rang(at_tail)
    assert alarms.becomes(at_median, "OK")
    assert "ALARM" not in {new for _old, new in alarms.changes(at_median)}

    assert plain_alarms.state(rank(plain_alarms)[0]) == "ALARM"


def test_composite_alarms_and_actions_follow(alarms: Alarms) -> None:
    sns, sqs = (alarms.emulator.client(service) for service in ("sns", "sqs"))
    topic = sns.create_topic(Name=f"{alarms.metric}-topic")["TopicArn"]
    queue = sqs.create_queue(QueueName=f"{alarms.metric}-queue")["QueueUrl"]
    arn = topic.replace(":sns:", ":sqs:").removesuffix("-topic") + "-queue"
    policy = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
    document = json.dumps({"Version": "2012-10-17", "Statement": [policy]})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": document})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    child = alarms.put("child", AlarmActions=[topic], TreatMissingData="notBreaching")
    parent = alarms.put_composite("parent", f'ALARM("{child}")')
    try:
        assert alarms.becomes(child, "OK")
        alarms.record(1)
        message = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=10)["Messages"][0]
    finally:
        sns.delete_topic(TopicArn=topic)
        sqs.delete_queue(QueueUrl=queue)
    notice = json.loads(json.loads(message["Body"])["Message"])
    assert (notice["AlarmName"], notice["NewStateValue"]) == (child, "ALARM")
    assert eventually(lambda: ("OK", "ALARM") in alarms.changes(parent))
    assert alarms.becomes(parent, "OK")

    noted = [entry for entry in alarms.emulator.journal() if entry["kind"] == "alarm"]
    changes = [(entry["old"], entry["new"]) for entry in noted if entry["name"] == child]
    assert changes == alarms.changes(child) == [("INSUFFICIENT_DATA", "OK"), ("OK", "ALARM"), ("ALARM", "OK")]
    assert all(entry["why"] for entry in noted)


def test_a_composite_alarm_follows_what_the_clock_finds(alarms: Alarms, plain_alarms: Alarms) -> None:
    def watch_silence(each: Alarms) -> str:
        child = each.put("child", TreatMissingData="breaching")
        return each.put_composite("parent", f'ALARM("{child}")')

    plain_parent = watch_silence(plain_alarms)
    assert alarms.rang(watch_silence(alarms))
    assert plain_alarms.state(plain_parent) != "ALARM"
