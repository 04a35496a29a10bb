"""Rules for collecting profiles."""

from __future__ import annotations

from typing import Final

from ...rules.rule import Words, rule

_LOGGING_URL: Final = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html"


@rule(why="Without boto3 the command cannot call AWS.", source=_LOGGING_URL)
def collect_client(_: Words, problem: str) -> str | None:
    """The Python package boto3 is installed, to call AWS."""
    return f"boto3 cannot be imported: {problem}; install it, or pass --print for commands of the AWS CLI"


@rule(why="Without the answer there is no profile.", source=_LOGGING_URL)
def collect_refused(_: Words, problem: str) -> str | None:
    """AWS answers the calls."""
    return (
        f"AWS refused: {problem}; check the function's name, --region, and the permissions "
        "lambda:GetFunctionConfiguration, logs:StartQuery and logs:GetQueryResults"
    )


@rule(why="CloudFormation makes the name of the log group, so it cannot be guessed.", source=_LOGGING_URL)
def collect_log_group(_: Words, log_group: str | None) -> str | None:
    """The log group for commands that do not call AWS."""
    if log_group:
        return None
    return (
        "the log group is not known, because --print does not call AWS; pass --log-group, which is in the "
        "configuration of the function"
    )
