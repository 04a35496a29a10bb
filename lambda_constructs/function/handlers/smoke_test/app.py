"""CodeDeploy's hook that invokes the new version once and says whether it may have traffic.

Whatever happens is reported: a hook that stays silent holds a deployment up for an hour.
https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html
"""

import json
import logging
import os
import time
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

LOGGER = logging.getLogger()
SECONDS_TO_REPORT = 10  # kept back from the function's own timeout
PAUSE = 1  # seconds between calls that Lambda throttles


def handler(event: dict[str, str], context: Any) -> None:  # noqa: ANN401 - Lambda gives it, no package types it
    """Test the version of the deployment group that is being deployed, and report."""
    codedeploy = boto3.client("codedeploy")
    deployment = event["DeploymentId"]
    passed, seen = False, "nothing"
    try:
        information = codedeploy.get_deployment(deploymentId=deployment)["deploymentInfo"]
        test = json.loads(os.environ["TESTS"])[information["deploymentGroupName"]]
        passed, seen = run(test, context.get_remaining_time_in_millis() / 1000 - SECONDS_TO_REPORT)
    except Exception as error:  # noqa: BLE001 - whatever it is, the deployment must hear of it
        seen = f"{type(error).__name__}: {error}"
    finally:
        verdict = "Succeeded" if passed else "Failed"
        LOGGER.log(
            logging.INFO if passed else logging.ERROR,
            "smoke test of deployment %s %s: %s",
            deployment,
            verdict.lower(),
            seen,
        )
        codedeploy.put_lifecycle_event_hook_execution_status(
            deploymentId=deployment,
            lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
            status=verdict,
        )


def run(test: dict[str, Any], seconds: float) -> tuple[bool, str]:
    """Invoke once; returns whether the answer is as expected, and what the log may tell.

    A throttled call is repeated while there is time: the version did not run, because other invocations use
    the reserved concurrency of the function.

    The log is not encrypted like the workload's data, so it names keys and types of errors, and no values.
    """
    left, end, answer = seconds, time.monotonic() + seconds, None
    while answer is None:
        patience = Config(read_timeout=max(left, 1), connect_timeout=5, retries={"total_max_attempts": 1})
        try:
            answer = boto3.client("lambda", config=patience).invoke(
                FunctionName=test["function"], Payload=json.dumps(test["payload"]).encode()
            )
        except ClientError as error:
            left = end - time.monotonic() - PAUSE
            if error.response["Error"]["Code"] != "TooManyRequestsException" or left < PAUSE:
                raise
            time.sleep(PAUSE)
    text = answer["Payload"].read().decode()
    if "FunctionError" in answer:
        return False, f"{answer['FunctionError']} error {json.loads(text).get('errorType')}"
    if test["expect"] is not None and (place := difference(json.loads(text), test["expect"], "the answer")):
        return False, f"{place} is not as expected"
    return True, f"answer of {len(text)} characters"


def difference(found: object, expected: object, place: str) -> str:
    """Where an expected key is missing or has another value; empty if nothing differs."""
    if isinstance(expected, dict) and isinstance(found, dict):
        places = (difference(found.get(key, ...), value, f"{place}.{key}") for key, value in expected.items())
        return next(filter(None, places), "")
    return "" if found == expected else place
