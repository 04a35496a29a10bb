"""Destinations of asynchronous invocations: the permissions of the function's role."""

from functools import partial

import pytest
from botocore.exceptions import ClientError

from emulator.tests.fidelity import Fidelity
from emulator.tests.support import DESTINATIONS, eventually, observed
from emulator.tests.targets import Target
from lambda_constructs_emulator.process import Emulator

pytestmark = pytest.mark.deploy
FIDELITY = Fidelity(
    "AWS Lambda: asynchronous invocation",
    "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
)
ACTIONS = {
    "sqs": ["sqs:SendMessage"],
    "sns": ["sns:Publish"],
    "s3": ["s3:PutObject", "s3:ListBucket"],
    "events": ["events:PutEvents"],
    "lambda": ["lambda:InvokeFunction"],
}
"""The actions that a role needs for a destination."""


def configure(target: Target, destination: str) -> None:
    target.configure("live", DestinationConfig={"OnSuccess": {"Destination": destination}})


def test_every_kind_of_destination_needs_its_permission(emulator: Emulator, plain: Emulator) -> None:
    metric = "DestinationDeliveryFailures"
    plain_target = Target(plain)
    plain_target.publish()
    configure(plain_target, DESTINATIONS["sqs"])
    plain_target.invoke("live", order=1)
    for service, destination in DESTINATIONS.items():
        each = Target(emulator)
        each.publish()
        with pytest.raises(ClientError, match=f"does not have permissions to call .+ on {destination}"):
            configure(each, destination)
        for action in ACTIONS[service]:
            each.allow(action, "*")
        configure(each, destination)
        for action in ACTIONS[service]:
            each.deny(action)
        each.invoke("live", order=1)
        failures = partial(each.total, metric, Resource=f"{each.name}:live")
        assert observed(failures, lambda count: count == 1) == 1
        failed = [entry for entry in emulator.journal() if entry["kind"] == "delivery-failed"]
        assert f"does not allow {service}:" in failed[-1]["why"]

    assert eventually(lambda: len(plain_target.runs()) == 1)
    assert plain_target.total(metric) == 0
