"""Topics of Kafka as event sources, of Amazon MSK and self-managed."""

import json
import time
from typing import Any, Final

import pytest
from aws_lambda_powertools.utilities.parser import models
from botocore.exceptions import ClientError

from emulator.tests.consumers import Consumer
from emulator.tests.fidelity import Fidelity
from emulator.tests.readers import NETWORK, Reader
from emulator.tests.support import eventually, observed
from lambda_constructs_emulator.kit import KafkaTopic
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy
GUIDE: Final = "https://docs.aws.amazon.com/lambda/latest/dg"
METRICS_PAGE: Final = f"{GUIDE}/monitoring-metrics-types.html"
RETRIES: Final = f"{GUIDE}/kafka-retry-configurations.html"
FIDELITY = Fidelity(
    "Kafka",
    f"{GUIDE}/with-msk.html",
    {
        "test_a_partition_is_read_in_order_and_filtered": [
            ("Records of a partition are processed in order", f"{GUIDE}/with-msk.html"),
            ("Filters compare the decoded value", f"{GUIDE}/kafka-filtering.html"),
        ],
        "test_a_failing_record_is_isolated_and_its_position_sent": [
            ("A failed batch is split until the bad record is alone", RETRIES),
            ("The destination gets the offsets of discarded records", f"{GUIDE}/kafka-on-failure.html"),
        ],
        "test_a_reported_record_is_retried_from_its_offset": [
            ("Partial batch responses name partition and offset", RETRIES)
        ],
        "test_a_batch_without_a_limit_of_retries_is_discarded_after_ten": [
            ("With a destination and without a limit, a batch is retried ten times", RETRIES),
            ("A bucket as destination gets the event too", f"{GUIDE}/kafka-on-failure.html"),
        ],
        "test_a_role_without_a_permission_cannot_read": [
            ("A mapping whose role lacks a permission is refused", f"{GUIDE}/with-msk-permissions.html"),
            ("A mapping whose role loses a permission counts PollingErrorCount", METRICS_PAGE),
        ],
        "test_records_that_wait_are_a_lag": [("Records that wait are MaxOffsetLag", METRICS_PAGE)],
        "test_self_managed_brokers_are_read_with_a_secret": [
            ("Self-managed brokers are read with a secret", f"{GUIDE}/with-kafka.html")
        ],
    },
)
CLUSTER: Final = "arn:aws:kafka:us-east-1:000000000000:cluster/shop/0a1b2c3d-4"
TOPIC: Final = CLUSTER.replace(":cluster/", ":topic/") + "/orders"
GROUPS: Final = CLUSTER.replace(":cluster/", ":group/") + "/*"
READING: Final = {
    **dict.fromkeys(["kafka:GetBootstrapBrokers", *NETWORK], "*"),
    **dict.fromkeys(["kafka:DescribeClusterV2", "kafka-cluster:Connect"], CLUSTER),
    **dict.fromkeys(["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"], TOPIC),
    **dict.fromkeys(["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"], GROUPS),
}
SECRET: Final = "arn:aws:secretsmanager:us-east-1:000000000000:secret:kafka-abcdef"
SERVERS: Final = ["b-1.shop.example:9096", "b-2.shop.example:9096"]
METRICS: Final = {"Metrics": ["EventCount", "ErrorCount", "KafkaMetrics"]}

HANDLER: Final = """
import base64, json, pathlib
def handler(event, context):
    records = [record for batch in event["records"].values() for record in batch]
    names = [base64.b64decode(record["value"]).decode() for record in records]
    with pathlib.Path({trace!r}).open("a") as lines:
        lines.write(json.dumps([names, event]) + "\\n")
    bad = [record for record, name in zip(records, names) if name.startswith("bad")]
    if bad and {raises}:
        raise RuntimeError("told to fail")
    places = [{{"partition": f"orders-{{each['partition']}}", "offset": each["offset"]}} for each in bad]
    return {{"batchItemFailures": [{{"itemIdentifier": place}} for place in places]}}
"""


def mapping(reader: Reader, **settings: Any) -> dict[str, Any]:
    properties = {
        "FunctionName": reader.name,
        "EventSourceArn": CLUSTER,
        "Topics": ["orders"],
        "StartingPosition": "TRIM_HORIZON",
        "MetricsConfig": METRICS,
        **settings,
    }
    given = {name: value for name, value in properties.items() if value is not None}
    return {"Type": "AWS::Lambda::EventSourceMapping", "Properties": given}


def reads(reader: Reader, **settings: Any) -> KafkaTopic:
    """Have the function read the topic from its start."""
    return KafkaTopic(reader.emulator, reader.map_by_template(mapping(reader, **settings)))


@pytest.fixture
def reader(emulator: Emulator) -> Reader:
    return Reader(emulator, HANDLER, READING)


def test_a_partition_is_read_in_order_and_filtered(reader: Reader) -> None:
    pattern = json.dumps({"value": [{"anything-but": ["skip"]}]})
    topic = reads(reader, FilterCriteria={"Filters": [{"Pattern": pattern}]})
    topic.write("a", "skip", "b", key="one", headers={"kind": "order"})
    topic.write("c", partition=1)

    assert eventually(lambda: sorted(reader.names()) == [["a", "b"], ["c"]]), reader.batches()
    assert reader.described["BatchSize"] == 100
    for _names, event in reader.batches():
        models.KafkaMskEventModel.model_validate(event)
    assert eventually(lambda: reader.count("PolledEventCount") == 4)
    assert reader.count("FilteredOutEventCount") == 1


def test_plain_ministack_has_no_brokers(plain_consumer: Consumer) -> None:
    broker = "arn:aws:mq:us-east-1:000000000000:broker:shop:b-0a1b2c3d"
    for source in ({"EventSourceArn": CLUSTER, "Topics": ["a"]}, {"EventSourceArn": broker, "Queues": ["a"]}):
        with pytest.raises(ClientError, match="Unsupported event source ARN"):
            plain_consumer.client.create_event_source_mapping(FunctionName=plain_consumer.name, **source)


def test_a_failing_record_is_isolated_and_its_position_sent(reader: Reader) -> None:
    topic = reads(
        reader, BisectBatchOnFunctionError=True, MaximumRetryAttempts=1, DestinationConfig=reader.on_failure
    )
    topic.write("a", "bad", "c")

    lost = reader.lost()
    assert lost is not None
    assert lost["requestContext"]["condition"] == "RetryAttemptsExhausted"
    info = lost["KafkaBatchInfo"]
    assert info["eventSourceArn"] == CLUSTER
    assert info["batchSize"] == 1
    place = info["recordsInfo"]["orders-0"]
    assert (place["firstRecordOffset"], place["lastRecordOffset"]) == ("1", "1")
    assert eventually(lambda: reader.names()[-1] == ["c"])
    assert reader.names().count(["bad"]) == 2
    topic.write("d")
    assert eventually(lambda: reader.names()[-1] == ["d"])


def test_a_reported_record_is_retried_from_its_offset(emulator: Emulator) -> None:
    reader = Reader(emulator, HANDLER, READING, raises=False)
    topic = reads(
        reader,
        FunctionResponseTypes=["ReportBatchItemFailures"],
        MaximumRetryAttempts=1,
        DestinationConfig=reader.on_failure,
    )
    topic.write("a", "bad", "c")

    assert reader.lost() is not None
    assert reader.names()[:2] == [["a", "bad", "c"], ["bad", "c"]]


@pytest.mark.slow
def test_a_batch_without_a_limit_of_retries_is_discarded_after_ten(reader: Reader) -> None:
    """A bucket gets the whole batch; the role may only create objects whose names Lambda gives them."""
    s3 = reader.emulator.client("s3")
    s3.create_bucket(Bucket="lost")
    reader.allow("s3:ListBucket", "arn:aws:s3:::lost")
    reader.allow("s3:PutObject", "arn:aws:s3:::lost/aws/lambda/*")
    topic = reads(reader, DestinationConfig={"OnFailure": {"Destination": "arn:aws:s3:::lost"}})
    topic.write("bad", "b")

    (stored,) = observed(lambda: s3.list_objects_v2(Bucket="lost").get("Contents", []), len)
    lost = json.load(s3.get_object(Bucket="lost", Key=stored["Key"])["Body"])
    assert lost["KafkaBatchInfo"]["batchSize"] == 2
    assert reader.names() == [["bad", "b"]] * 11
    assert json.loads(lost["payload"]) == reader.batches()[0][1]


@pytest.mark.slow
def test_a_role_without_a_permission_cannot_read(reader: Reader) -> None:
    for action in READING:
        reader.permit(without=action)
        assert action in reader.refused(mapping(reader))
    reader.permit()
    topic = reads(reader)
    reader.permit(without="kafka-cluster:ReadData")
    topic.write("a")

    assert eventually(lambda: reader.count("PollingErrorCount") > 0)
    assert "kafka-cluster:ReadData" in reader.described["LastProcessingResult"]
    assert reader.names() == []
    reader.permit()
    assert eventually(lambda: reader.names() == [["a"]])


def test_records_that_wait_are_a_lag(reader: Reader) -> None:
    topic = reads(reader)
    topic.write("bad", "b", "c")
    topic.write("bad", partition=1)

    def lags() -> list[float]:
        points = reader.emulator.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/Lambda",
            MetricName="MaxOffsetLag",
            Dimensions=[{"Name": "EventSourceMappingUUID", "Value": reader.described["UUID"]}],
            StartTime=time.time() - 600,
            EndTime=time.time() + 60,
            Period=3600,
            Statistics=["Maximum"],
        )["Datapoints"]
        return [point["Maximum"] for point in points]

    assert observed(lags, lambda found: max(found, default=0) == 3)


@pytest.mark.slow
def test_a_consumer_group_keeps_its_offset(reader: Reader) -> None:
    group = {"AmazonManagedKafkaEventSourceConfig": {"ConsumerGroupId": "shop"}}
    reads(reader, **group).write("a")
    assert eventually(lambda: reader.count("InvokedEventCount") == 1)
    reader.stack.delete()

    again = Reader(reader.emulator, HANDLER, READING)
    reads(again, **group).write("b")
    assert eventually(lambda: again.names() == [["b"]])
    late = Reader(reader.emulator, HANDLER, READING)
    reads(late, StartingPosition="LATEST").write("c")
    assert eventually(lambda: late.names() == [["c"]])


def test_self_managed_brokers_are_read_with_a_secret(reader: Reader) -> None:
    own = {
        "EventSourceArn": None,
        "SelfManagedEventSource": {"Endpoints": {"KafkaBootstrapServers": SERVERS}},
        "SourceAccessConfigurations": [{"Type": "SASL_SCRAM_512_AUTH", "URI": SECRET}],
    }
    assert "secretsmanager:GetSecretValue" in reader.refused(mapping(reader, **own))
    reader.allow("secretsmanager:GetSecretValue", SECRET)
    scram = {"SourceAccessConfigurations": own["SourceAccessConfigurations"]}
    assert "kafka:ListScramSecrets" in reader.refused(mapping(reader, **scram))
    reads(reader, **own).write("a")

    assert eventually(lambda: reader.names() == [["a"]])
    ((_names, event),) = reader.batches()
    models.KafkaSelfManagedEventModel.model_validate(event)
    assert event["bootstrapServers"] == ",".join(SERVERS)
    assert "EventSourceArn" not in reader.described
    assert reader.described["SelfManagedEventSource"] == {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": SERVERS}}
