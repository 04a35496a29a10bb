"""Templates by hand, as CloudFormation writes them, and what the audit finds in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias
from unittest.mock import patch

from lambda_constructs.audit import Finding, audit
from lambda_constructs.rules.rule import CATALOGUE

Json: TypeAlias = dict[str, Any]


def template(sections: Mapping[str, Any] | None = None, /, **resources: Json) -> Json:
    """A template of these resources by their logical ids, with other sections such as "Parameters"."""
    return {**(sections or {}), "Resources": resources}


def resource(kind: str, /, **properties: Any) -> Json:
    """A resource with these properties; None leaves one out."""
    given = {name: value for name, value in properties.items() if value is not None}
    return {"Type": kind, "Properties": given}


def ref(logical_id: str) -> Json:
    """A reference to a resource or a parameter."""
    return {"Ref": logical_id}


def arn(logical_id: str) -> Json:
    """The ARN of a resource."""
    return {"Fn::GetAtt": [logical_id, "Arn"]}


def function(**properties: Any) -> Json:
    """A function that nothing is wrong with."""
    common: Json = {
        "Runtime": "python3.13",
        "Architectures": ["arm64"],
        "Handler": "index.handler",
        "Code": {"ZipFile": "def handler(event, context): ..."},
        "Role": "arn:aws:iam::123456789012:role/worker",
        "MemorySize": 512,
        "Timeout": 30,
    }
    return resource("AWS::Lambda::Function", **{**common, **properties})


def version(of: str = "Function", **properties: Any) -> Json:
    """A version of the function with this logical id."""
    return resource("AWS::Lambda::Version", FunctionName=ref(of), **properties)


def alias(of: str = "Function", *, at: str = "Version", **properties: Any) -> Json:
    """An alias "live" of a function, at a version; both by logical id."""
    common: Json = {
        "Name": "live",
        "FunctionName": ref(of),
        "FunctionVersion": {"Fn::GetAtt": [at, "Version"]},
    }
    return resource("AWS::Lambda::Alias", **{**common, **properties})


def kept_warm(number: Any) -> Json:
    """The provisioned concurrency of an alias or a version."""
    return {"ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": number}}


def scalable(minimum: Any, maximum: Any, resource_id: Any = None, actions: Any = None) -> Json:
    """A scalable target of the alias, as CDK writes it."""
    return resource(
        "AWS::ApplicationAutoScaling::ScalableTarget",
        MinCapacity=minimum,
        MaxCapacity=maximum,
        ResourceId=resource_id or {"Fn::Sub": "function:${Function}:live"},
        ScalableDimension="lambda:function:ProvisionedConcurrency",
        ServiceNamespace="lambda",
        ScheduledActions=actions and [{"ScalableTargetAction": action} for action in actions],
    )


def queue(**properties: Any) -> Json:
    """A standard queue."""
    return resource("AWS::SQS::Queue", **properties)


def redrive(to: Any, times: Any = 5) -> Json:
    """The redrive policy of a queue to the one with this logical id, or this ARN."""
    target = arn(to) if isinstance(to, str) and ":" not in to else to
    return {"deadLetterTargetArn": target, "maxReceiveCount": times}


def mapping(source: Any = "Queue", to: Any = "Alias", **properties: Any) -> Json:
    """A mapping from the queue or stream with this logical id, or this ARN, to a function, alias or name."""
    common: Json = {
        "EventSourceArn": arn(source) if isinstance(source, str) and ":" not in source else source,
        "FunctionName": ref(to) if isinstance(to, str) else to,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
    }
    return resource("AWS::Lambda::EventSourceMapping", **{**common, **properties})


def parameter(kind: str = "Number", **attributes: Any) -> Json:
    """A parameter; unknown without `Default`."""
    return {"Type": kind, **attributes}


def findings(source: Any, *codes: str) -> list[Finding]:
    """What the audit finds in a template: of these rules only, if some are given."""
    asked = {code: CATALOGUE[code] for code in codes} or CATALOGUE
    with patch("lambda_constructs.audit.CATALOGUE", asked):
        return audit("template.json", source)


def found(source: Any, *codes: str) -> list[tuple[str, str, str]]:
    """Code, severity and resource of what the audit finds, sorted: of these rules only, if some are given."""
    return sorted((each.code, each.severity, each.resource) for each in findings(source, *codes))
