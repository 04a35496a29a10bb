"""The metrics of queues."""

import time
import uuid

import pytest

from emulator.tests.fidelity import Fidelity
from emulator.tests.support import eventually
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "Amazon SQS",
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html",
)


def test_a_queue_has_metrics(emulator: Emulator, plain: Emulator) -> None:
    name = f"measured-{uuid.uuid4().hex[:8]}"

    def fill(each: Emulator) -> None:
        sqs = each.client("sqs")
        queue = sqs.create_queue(QueueName=name)["QueueUrl"]
        sqs.send_message(QueueUrl=queue, MessageBody="1")
        batch = [{"Id": str(number), "MessageBody": "more"} for number in range(2)]
        sqs.send_message_batch(QueueUrl=queue, Entries=batch)
        sqs.receive_message(QueueUrl=queue)

    def latest(each: Emulator, metric: str, statistic: str, period: int = 1) -> float | None:
        """The newest data point; of a second by default, for what changes while messages move."""
        points = each.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/SQS",
            MetricName=metric,
            Dimensions=[{"Name": "QueueName", "Value": name}],
            StartTime=time.time() - 60,
            EndTime=time.time() + 60,
            Period=period,
            Statistics=[statistic],
        )["Datapoints"]
        points.sort(key=lambda point: point["Timestamp"])
        return points[-1][statistic] if points else None

    fill(emulator)
    expected = {
        "ApproximateNumberOfMessagesVisible": 2,
        "ApproximateNumberOfMessagesNotVisible": 1,
        "ApproximateNumberOfMessagesDelayed": 0,
    }
    assert eventually(
        lambda: {metric: latest(emulator, metric, "Maximum") for metric in expected} == expected
    )
    assert latest(emulator, "NumberOfMessagesSent", "Sum", 3600) == 3
    # A second here is 100 s there.
    assert eventually(lambda: (latest(emulator, "ApproximateAgeOfOldestMessage", "Maximum") or 0) > 100)
    emulator.client("sqs").delete_queue(
        QueueUrl=emulator.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
    )

    fill(plain)
    assert latest(plain, "NumberOfMessagesSent", "Sum", 3600) is None
