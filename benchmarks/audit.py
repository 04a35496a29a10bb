"""Measures the audit: its import, the largest template that CloudFormation allows, and 1,000 small ones.

Run with `make benchmark`. Prints CPU times on this machine, which other processes disturb least, and fails if
they are too long for a commit hook.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import yaml

from lambda_constructs.audit import audit
from lambda_constructs.audit.reading import read

REPEATS: Final = 9
RESOURCES: Final = 500  # CloudFormation's limit for one template
IMPORT_MAXIMUM: Final = 200.0  # ms
TEMPLATE_MAXIMUM: Final = 500.0  # ms
TEMPLATES: Final = 1_000  # small ones, of 10 resources each
TEMPLATES_MAXIMUM: Final = 10_000.0  # ms


def worker(number: int) -> dict[str, Any]:
    """The resources of one hand-written queue worker, with the references that the checks follow."""
    name = f"Worker{number}"

    def arn(part: str) -> dict[str, Any]:
        return {"Fn::GetAtt": [f"{name}{part}", "Arn"]}

    def resource(part: str, kind: str, **properties: object) -> tuple[str, dict[str, Any]]:
        return f"{name}{part}", {"Type": f"AWS::{kind}", "Properties": properties}

    function = {"Ref": f"{name}Function"}
    send = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": [arn("Failed"), arn("Queue")]}
    return dict(
        [
            resource("Role", "IAM::Role", Policies=[{"PolicyDocument": {"Statement": [send]}}]),
            resource("Logs", "Logs::LogGroup", RetentionInDays=30),
            resource("Failed", "SQS::Queue", MessageRetentionPeriod=1_209_600),
            resource(
                "Queue",
                "SQS::Queue",
                VisibilityTimeout=60,
                RedrivePolicy={"deadLetterTargetArn": arn("Failed"), "maxReceiveCount": 5},
            ),
            resource(
                "Function",
                "Lambda::Function",
                Role=arn("Role"),
                Timeout=30,
                MemorySize=512,
                Environment={"Variables": {"QUEUE": {"Ref": f"{name}Queue"}}},
                LoggingConfig={"LogGroup": {"Ref": f"{name}Logs"}},
            ),
            resource("Version", "Lambda::Version", FunctionName=function),
            resource(
                "Live",
                "Lambda::Alias",
                Name="live",
                FunctionName=function,
                FunctionVersion={"Fn::GetAtt": [f"{name}Version", "Version"]},
            ),
            resource(
                "Mapping",
                "Lambda::EventSourceMapping",
                FunctionName={"Ref": f"{name}Live"},
                EventSourceArn=arn("Queue"),
                BatchSize=10,
            ),
            resource(
                "Permission",
                "Lambda::Permission",
                FunctionName={"Ref": f"{name}Live"},
                Principal="events.amazonaws.com",
                Action="lambda:InvokeFunction",
            ),
            resource(
                "Errors",
                "CloudWatch::Alarm",
                Namespace="AWS/Lambda",
                MetricName="Errors",
                Dimensions=[{"Name": "FunctionName", "Value": function}],
                Period=60,
                EvaluationPeriods=1,
            ),
        ]
    )


def milliseconds(run: Callable[[], object]) -> float:
    """The shortest of several runs, which other processes disturb least."""
    samples = []
    for _ in range(REPEATS):
        began = cpu()
        run()
        samples.append(cpu() - began)
    return min(samples)


def cpu() -> float:
    """Milliseconds of CPU time that this process and its children have used."""
    return sum(os.times()[:4]) * 1000


def small(number: int) -> str:
    """A small template, in YAML."""
    return str(yaml.safe_dump({"Resources": worker(number)}))


def small_sam(number: int) -> str:
    """A small AWS SAM template, in YAML."""
    events = {
        "Get": {"Type": "Api", "Properties": {"Path": f"/{number}", "Method": "get"}},
        "Daily": {"Type": "Schedule", "Properties": {"Schedule": "rate(1 day)"}},
    }
    properties = {"CodeUri": "src/", "Handler": "app.handler", "Runtime": "python3.14", "Events": events}
    function = {"Type": "AWS::Serverless::Function", "Properties": properties}
    return str(
        yaml.safe_dump({"Transform": "AWS::Serverless-2016-10-31", "Resources": {"Function": function}})
    )


def folder_of(make: Callable[[int], str]) -> float:
    """Milliseconds to read and check a folder of small templates."""
    with tempfile.TemporaryDirectory() as name:
        for number in range(TEMPLATES):
            Path(name, f"{number}.yaml").write_text(make(number))
        began = cpu()
        for source in read([Path(name)]).sources:
            source.findings()
        return cpu() - began


def start(program: str) -> Callable[[], object]:
    """Run a program in a new Python process."""
    return lambda: subprocess.run([sys.executable, "-c", program], check=True)


def main() -> int:
    """Measure, print, and compare with the limits."""
    workers = (worker(number) for number in range(RESOURCES))
    resources: dict[str, Any] = {}
    while len(resources) < RESOURCES:
        resources |= next(workers)
    template = {"Resources": resources}
    importing = milliseconds(start("import lambda_constructs.audit")) - milliseconds(start("pass"))
    auditing = milliseconds(lambda: audit("template", template))
    print(f"\n{'audit':>22} {'ms':>10} {'at most':>10}")
    print(f"{'import':>22} {importing:>10,.0f} {IMPORT_MAXIMUM:>10,.0f}")
    print(f"{f'{len(resources)} resources':>22} {auditing:>10,.0f} {TEMPLATE_MAXIMUM:>10,.0f}")
    many, sam = folder_of(small), folder_of(small_sam)
    print(f"{f'{TEMPLATES:,} templates':>22} {many:>10,.0f} {TEMPLATES_MAXIMUM:>10,.0f}")
    print(f"{f'{TEMPLATES:,} of raw SAM':>22} {sam:>10,.0f} {'-':>10}")
    late = many > TEMPLATES_MAXIMUM
    return int(late or importing > IMPORT_MAXIMUM or auditing > TEMPLATE_MAXIMUM)


if __name__ == "__main__":
    sys.exit(main())
