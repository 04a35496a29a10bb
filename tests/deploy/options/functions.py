"""Reads functions, and what belongs to them, from Lambda's API."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lambda_constructs_emulator.connection import Connection
from tests.deploy.options.readers import Properties, Reader


def _function(emulator: Connection, name: str, properties: Properties) -> Any:
    client = emulator.client("lambda")
    found = client.get_function(FunctionName=name)
    configuration = found["Configuration"]
    return {
        **configuration,
        **found.get("Concurrency", {}),
        **client.get_function_recursion_config(FunctionName=name),
        "Code": {**properties["Code"], "ZipFile": _source(emulator, found["Code"]["Location"])},
        "KmsKeyArn": configuration.get("KMSKeyArn"),
        "Layers": [each["Arn"] for each in configuration.get("Layers", [])],
        "RuntimeManagementConfig": client.get_runtime_management_config(FunctionName=name),
    }


def _source(emulator: Connection, location: str) -> str:
    """The one module of the code, which is empty for an asset."""
    path = location.partition("//")[2].partition("/")[2]
    archive = emulator._request("GET", f"/{path}")
    with zipfile.ZipFile(io.BytesIO(archive)) as code:
        return code.read(code.namelist()[0]).decode()


def _alias(emulator: Connection, ref: str, _: Properties) -> Any:
    client, (name, alias) = emulator.client("lambda"), ref.split(":")[-2:]
    found = {**client.get_alias(FunctionName=name, Name=alias), "FunctionName": name}
    with contextlib.suppress(client.exceptions.ProvisionedConcurrencyConfigNotFoundException):
        capacity = client.get_provisioned_concurrency_config(FunctionName=name, Qualifier=alias)
        amount = capacity["RequestedProvisionedConcurrentExecutions"]
        found["ProvisionedConcurrencyConfig"] = {"ProvisionedConcurrentExecutions": amount}
    return found


def _version(emulator: Connection, ref: str, _: Properties) -> Any:
    return emulator.client("lambda").get_function_configuration(FunctionName=ref)


def _mapping(emulator: Connection, ref: str, _: Properties) -> Any:
    found = emulator.client("lambda").get_event_source_mapping(UUID=ref)
    position = found.get("StartingPositionTimestamp")
    endpoints = found.get("SelfManagedEventSource", {}).get("Endpoints", {})
    servers = {"KafkaBootstrapServers": endpoints.get("KAFKA_BOOTSTRAP_SERVERS")}
    return {
        **found,
        "SelfManagedEventSource": {"Endpoints": servers},
        "Enabled": found["State"] == "Enabled",
        "FunctionName": found["FunctionArn"],
        "StartingPositionTimestamp": position and position.timestamp(),
    }


def _invoke_config(emulator: Connection, _ref: str, properties: Properties) -> Any:
    named = {name: properties[name] for name in ("FunctionName", "Qualifier")}
    return {**named, **emulator.client("lambda").get_function_event_invoke_config(**named)}


def _url(emulator: Connection, ref: str, _: Properties) -> Any:
    return emulator.client("lambda").get_function_url_config(FunctionName=ref)


def _permission(emulator: Connection, _ref: str, properties: Properties) -> Any:
    """The statements of the function's policy; one of them must be the permission."""
    name, _, qualifier = properties["FunctionName"].rpartition("function:")[2].partition(":")
    where = {"Qualifier": qualifier} if qualifier else {}
    policy = json.loads(emulator.client("lambda").get_policy(FunctionName=name, **where)["Policy"])
    return [dict(_statement(each)) for each in policy["Statement"]]


def _statement(statement: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    principal = statement["Principal"]
    yield "Action", statement["Action"]
    yield "FunctionName", statement["Resource"]
    yield "Principal", next(iter(principal.values())) if isinstance(principal, dict) else principal
    for operator in statement.get("Condition", {}).values():
        for key, value in operator.items():
            yield key.rpartition(":")[2], value


READERS: Final[Mapping[str, Reader]] = {
    "AWS::Lambda::Alias": _alias,
    "AWS::Lambda::EventInvokeConfig": _invoke_config,
    "AWS::Lambda::EventSourceMapping": _mapping,
    "AWS::Lambda::Function": _function,
    "AWS::Lambda::Permission": _permission,
    "AWS::Lambda::Url": _url,
    "AWS::Lambda::Version": _version,
}
"""How to read a resource of Lambda, by its type."""
