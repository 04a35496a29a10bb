"""Creates what the templates of options name by an ARN, because it comes from elsewhere."""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from typing import Final

from lambda_constructs_emulator.connection import Connection
from tests.requests.endpoints import LISTENER
from tests.workloads import ARN

STREAM: Final = ARN.format("kinesis", "stream/orders")


class Elsewhere:
    """What exists on the emulator besides the stack."""

    def __init__(self, emulator: Connection) -> None:
        self._emulator = emulator
        self._made: dict[str, str] = {}

    def created(self, template: str) -> str:
        """The template with the ARNs of what it names, which exists on the emulator now."""
        for key in set(re.findall(r'"S3Key": "([^"]+)"', template)) - self._made.keys():
            self._made[key] = _asset(self._emulator, key)
        for name, create in _CREATE.items():
            if name in template:
                if name not in self._made:
                    self._made[name] = create(self._emulator)
                template = template.replace(name, self._made[name])
        return template


def _archive(module: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(module, "")
    return content.getvalue()


def _asset(emulator: Connection, key: str) -> str:
    """An empty package in the bucket to which the CDK CLI uploads assets."""
    account = emulator.client("sts").get_caller_identity()["Account"]
    bucket, client = f"cdk-hnb659fds-assets-{account}-{emulator.region}", emulator.client("s3")
    with contextlib.suppress(client.exceptions.BucketAlreadyOwnedByYou):
        client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": emulator.region})
    client.put_object(Bucket=bucket, Key=key, Body=_archive("index.py"))
    return key


def _layer(emulator: Connection) -> str:
    content = {"ZipFile": _archive("python/tools.py")}
    made = emulator.client("lambda").publish_layer_version(LayerName="tools", Content=content)
    found: str = made["LayerVersionArn"]
    return found


def _stream(emulator: Connection) -> str:
    emulator.client("kinesis").create_stream(StreamName="orders", ShardCount=1)
    return STREAM


def _consumer(emulator: Connection) -> str:
    client = emulator.client("kinesis")
    made = client.register_stream_consumer(StreamARN=STREAM, ConsumerName="orders")
    consumer: str = made["Consumer"]["ConsumerARN"]
    return consumer


def _listener(name: str) -> Callable[[Connection], str]:
    def create(emulator: Connection) -> str:
        client = emulator.client("elbv2")
        balancer = client.create_load_balancer(Name=name, Subnets=["subnet-1", "subnet-2"])["LoadBalancers"][
            0
        ]
        action = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
        made = client.create_listener(
            LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=[action]
        )
        listener: str = made["Listeners"][0]["ListenerArn"]
        return listener

    return create


def _domain(name: str) -> Callable[[Connection], str]:
    def create(emulator: Connection) -> str:
        certificate = {"CertificateArn": ARN.format("acm", "certificate/MyOne"), "EndpointType": "REGIONAL"}
        emulator.client("apigatewayv2").create_domain_name(
            DomainName=name, DomainNameConfigurations=[certificate]
        )
        return name

    return create


_CREATE: Final[Mapping[str, Callable[[Connection], str]]] = {
    ARN.format("lambda", "layer:tools:1"): _layer,
    STREAM: _stream,
    ARN.format("kinesis", "stream/orders/consumer/orders:1735689600"): _consumer,
    LISTENER: _listener("shop"),
    LISTENER.replace("2c3d", "4e5f"): _listener("other"),
    "my-one.shop.example": _domain("my-one.shop.example"),
    "my-two.shop.example": _domain("my-two.shop.example"),
}
