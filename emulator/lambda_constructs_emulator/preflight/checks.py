"""Judges a stack before its deployment, from its template and its code alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from . import supported
from .assemblies import Stack, stacks
from .binaries import runs_on, this_machine, unusable
from .findings import Finding, PreflightError
from .sdk import without_client

Resource = Mapping[str, Any]
Check = Callable[[Stack, str, Resource], Iterator[tuple[str, str]]]

_STORED: Final = frozenset(supported.types(supported.STORED))
_CUSTOM: Final = ("Custom::", "AWS::CloudFormation::CustomResource")
_SOURCES: Final = {"DocumentDBEventSourceConfig": "documentdb", "Queues": "mq", "Topics": "kafka"}
"""Event sources by the property that only their mappings have."""
_NOT_HONORED: Final = {
    "CapacityProviderConfig": "functions run as processes of this machine, not on managed instances",
    "DurableConfig": "executions are not durable: handlers have no checkpoints",
    "FileSystemConfigs": "handlers see no mounted file system",
    "TenancyConfig": "execution environments are shared by all tenants",
}
_STORES_WITH: Final = {
    "IamRoleArn": "the emulator stores mails by the policy of the bucket, not with a role",
    "KmsKeyArn": "the emulator does not encrypt mails",
}
_MANAGED_POLICY: Final = re.compile(r":iam::aws:policy/([\w+=,.@/-]+)")
_LAYER_ARN: Final = re.compile(r"arn:[^:]+:lambda:[^:]*:(\d{12}):layer:")


def preflight(stack: Stack, *, account: str = "", region: str = "") -> list[Finding]:
    """Everything in a stack that the emulator cannot honor.

    Args:
        stack: Of an assembly.
        account: The emulator's; empty skips what depends on it.
        region: The emulator's; empty skips what depends on it.
    """
    found = [
        Finding(stack.paths.get(logical_id, logical_id), what, why)
        for logical_id, resource in stack.resources.items()
        for check in _CHECKS
        for what, why in check(stack, account, resource)
    ]
    return [*_elsewhere(stack, account, region), *sorted(set(found))]


def notes(stack: Stack) -> list[str]:
    """The types of a stack that the emulator stores and does not simulate."""
    return sorted({each["Type"] for each in stack.resources.values() if each.get("Type") in _STORED})


def require(assembly: Path, pattern: str, *, account: str = "", region: str = "") -> None:
    """Refuse stacks that the emulator cannot honor.

    Args:
        assembly: The directory of a cloud assembly.
        pattern: The stacks, as an argument of the CDK CLI.
        account: The emulator's.
        region: The emulator's.

    Raises:
        PreflightError: A stack has what the emulator cannot honor.
    """
    for stack in stacks(assembly):
        if stack.matches(pattern) and (found := preflight(stack, account=account, region=region)):
            raise PreflightError(stack.name, found)


def _elsewhere(stack: Stack, account: str, region: str) -> Iterator[Finding]:
    for what, wanted, here in (("account", stack.account, account), ("region", stack.region, region)):
        if wanted and here and wanted != here:
            why = f"the emulator's is {here}; start it with --{what} {wanted}, or leave env= of the stack out"
            yield Finding(stack.path, f"{what} {wanted}", why)


def _types(stack: Stack, _account: str, resource: Resource) -> Iterator[tuple[str, str]]:
    kind = str(resource.get("Type", ""))
    if kind.startswith(_CUSTOM) and kind not in supported.HELPERS:
        yield from _custom(stack, kind, resource.get("Properties", {}))
    elif kind not in supported.ALL_TYPES:
        yield kind, "the emulator does not have this resource type"


def _custom(stack: Stack, kind: str, properties: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """A custom resource runs if its provider does: a function without the AWS CLI, which is a layer."""
    match properties.get("ServiceToken"):
        case {"Fn::GetAtt": [str(function), "Arn"]}:
            provider = stack.resources.get(function, {}).get("Properties", {})
            if provider.get("Layers"):
                yield kind, "its provider needs the AWS CLI of a layer"
    if kind == "Custom::AWS":
        for service in without_client(properties):
            yield (
                kind,
                f"it calls {service}, for which the emulator has no client of AWS's SDK for JavaScript",
            )


def _functions(stack: Stack, account: str, resource: Resource) -> Iterator[tuple[str, str]]:
    if resource.get("Type") != "AWS::Lambda::Function":
        return
    properties = resource.get("Properties", {})
    runtime = properties.get("Runtime")
    if properties.get("PackageType") == "Image" or "ImageUri" in properties.get("Code", {}):
        yield "container image", "the emulator runs no containers; test the handler as a ZIP archive"
    elif isinstance(runtime, str) and not runtime.startswith(supported.RUNTIMES):
        yield runtime, "the emulator does not have this runtime"
    for name, why in _NOT_HONORED.items():
        if properties.get(name):
            yield name, why
    layers = properties.get("Layers", [])
    for layer in layers if isinstance(layers, list) else []:
        if name := _foreign(stack, account, layer):
            why = "the layer is in another account; leave it out here, or make it a layer of the stack"
            yield f"layer {name}", why


def _foreign(stack: Stack, account: str, layer: object) -> str:
    """The ARN of a layer of another account; empty for others. CDK keeps those of AWS in mappings."""
    match layer:
        case str(arn):
            owner = _LAYER_ARN.match(arn)
            return arn if owner and owner[1] != account else ""
        case {"Fn::FindInMap": [str(name), _, str(key)]}:
            regions = (
                region
                for template in stack.templates
                for region in template.get("Mappings", {}).get(name, {}).values()
            )
            return str(next(regions, {key: name})[key])
    return ""


def _code(stack: Stack, _account: str, resource: Resource) -> Iterator[tuple[str, str]]:
    code, runtime = stack.code_of(resource)
    found = None if code is None else unusable(code, runtime)
    if found is not None:
        what, name = found
        here = runs_on(runtime) if what.startswith("Python") else this_machine()
        yield what, f"{name} is compiled for it, and {here} runs it here; {_REBUILD}"


_REBUILD: Final = (
    "deploy with the architecture and the runtime of this machine, or package it with PythonCode"
)


def _triggers(_stack: Stack, _account: str, resource: Resource) -> Iterator[tuple[str, str]]:
    properties = resource.get("Properties", {})
    match resource.get("Type"):
        case "AWS::Lambda::EventSourceMapping" if properties.get("Enabled") is not False:
            service = next((of for name, of in _SOURCES.items() if name in properties), "")
            source = properties.get("EventSourceArn")
            service = service or (source.split(":")[2] if isinstance(source, str) else "")
            if service and service not in supported.EVENT_SOURCES:
                yield f"event source {service}", "the emulator does not read it"
        case "AWS::Cognito::UserPool":
            for trigger in properties.get("LambdaConfig", {}):
                if trigger not in (*supported.USER_POOL_TRIGGERS, "KMSKeyID"):
                    yield f"trigger {trigger}", "the emulator does not invoke it"
        case "AWS::SNS::Subscription":
            protocol = properties.get("Protocol")
            if isinstance(protocol, str) and protocol not in supported.SUBSCRIPTIONS:
                yield f"subscription {protocol}", "the emulator does not deliver to it"


def _receipt_actions(_stack: Stack, _account: str, resource: Resource) -> Iterator[tuple[str, str]]:
    if resource.get("Type") != "AWS::SES::ReceiptRule":
        return
    actions = resource.get("Properties", {}).get("Rule", {}).get("Actions", [])
    for action in actions if isinstance(actions, list) else []:
        for name, settings in action.items():
            if name.endswith("Action") and name not in supported.RECEIPT_ACTIONS:
                yield f"receipt action {name}", "the emulator does not take it"
            elif name == "S3Action":
                yield from (
                    (f"S3Action {each}", why) for each, why in _STORES_WITH.items() if each in settings
                )


def _managed_policies(_stack: Stack, _account: str, resource: Resource) -> Iterator[tuple[str, str]]:
    arns = resource.get("Properties", {}).get("ManagedPolicyArns", [])
    for arn in arns if isinstance(arns, list) else []:
        found = _MANAGED_POLICY.search(json.dumps(arn))
        if found and found[1] not in supported.MANAGED_POLICIES:
            yield f"managed policy {found[1]}", "the emulator does not know its statements"


_CHECKS: Final[tuple[Check, ...]] = (
    _types,
    _functions,
    _code,
    _triggers,
    _receipt_actions,
    _managed_policies,
)
