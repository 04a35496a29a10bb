"""`collect`: save the profile of a function from its log group, or print the query for it."""

from __future__ import annotations

import argparse
import time
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from ..advice import check, refuse
from ..collecting import DAYS, QUERIES, Client, Query, collect, log_lines, query_of
from ..profile_file import read_profile
from ..rules.arguments import sizing_argument
from ..rules.collect import collect_client, collect_log_group, collect_refused
from .answer import Answer, Data
from .profile import data_of, lines_of

_DAYS_MAXIMUM = 400
# arn:aws:lambda:<region>:<account>:function:<name>
_REGION = 3


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("function", metavar="FUNCTION", help="the name or the ARN of a function")
    parser.add_argument("--output", type=Path, metavar="FILE", help="default: FUNCTION.profile.json")
    parser.add_argument("--days", type=int, default=DAYS, metavar="NUMBER", help="default: %(default)s")
    parser.add_argument(
        "--print", action="store_true", help="only print the query, and commands of the AWS CLI that run it"
    )
    parser.add_argument(
        "--reports", action="store_true", help="save the reports themselves: slow, but with their versions"
    )
    parser.add_argument("--log-group", metavar="NAME", help="default: that of the function's configuration")
    parser.add_argument("--log-format", choices=tuple(QUERIES), default="JSON", help="with --log-group")
    parser.add_argument(
        "--region", metavar="REGION", help="default: that of the ARN or of the AWS configuration"
    )
    parser.add_argument("--endpoint-url", metavar="URL", help="default: that of AWS")
    parser.epilog = (
        "Exit status: 0, or 1 if AWS refuses or the log has no usable reports, 2 for wrong arguments."
    )


def run(arguments: argparse.Namespace) -> Answer:
    """The profile, which is in the file too; or the commands that collect it."""
    check("collect", sizing_argument, "days", arguments.days, 1, _DAYS_MAXIMUM, whole=True)
    function = arguments.function.partition(":function:")[2] or arguments.function
    output = arguments.output or Path(f"{function.replace(':', '-')}.profile.json")
    query = Query(log_group=arguments.log_group or "", log_format=arguments.log_format, days=arguments.days)
    if arguments.print:
        check("collect", collect_log_group, arguments.log_group)
        return _printed(query, output, _region(arguments))
    try:
        logs = _client("logs", arguments)
        if not query.log_group:
            query = query_of(_client("lambda", arguments), arguments.function, arguments.days)
        now = int(time.time())
        if arguments.reports:
            # If AWS refuses on the way, the file of the last time stays.
            part = output.with_name(f"{output.name}.part")
            try:
                with part.open("w", encoding="utf-8") as file:
                    file.writelines(log_lines(logs, query, now=now))
                part.replace(output)
            finally:
                part.unlink(missing_ok=True)
        else:
            text = collect(logs, query, now=now, wait=lambda: time.sleep(1), name=str(output))
            output.write_text(text, encoding="utf-8")
    except _errors() as error:
        _refuse(error)
    profile = read_profile(output)
    return Answer(
        text="\n".join([*lines_of(profile), "", f"Saved as {output}."]),
        data={**data_of(profile), "file": str(output)},
    )


def _printed(query: Query, output: Path, region: str | None) -> Answer:
    commands = query.commands(str(output), region)
    console = f"the log group {query.log_group}, the last {query.days} days, this query"
    lines = [
        f"In the console: CloudWatch, Logs Insights, {console}; then export the results as JSON.",
        "",
        query.text,
        "",
        "With the AWS CLI:",
        "",
        commands,
    ]
    data: Data = {"logGroup": query.log_group, "days": query.days, "query": query.text, "commands": commands}
    return Answer(text="\n".join(lines), data=data)


def _client(service: str, arguments: argparse.Namespace) -> Client:
    try:
        boto3 = import_module("boto3")
    except ImportError as error:
        refuse("collect", collect_client, str(error))
    try:
        return boto3.client(service, region_name=_region(arguments), endpoint_url=arguments.endpoint_url)
    except ValueError as error:
        # Such as an address without a scheme.
        _refuse(error)


def _region(arguments: argparse.Namespace) -> str | None:
    """The region of the function; None if only the AWS configuration knows it."""
    arn = arguments.function.split(":")
    found: str | None = arguments.region or (arn[_REGION] if len(arn) > _REGION else None)
    return found


def _refuse(error: Exception) -> NoReturn:
    refuse("collect", collect_refused, " ".join(str(error).split()))


def _errors() -> tuple[type[Exception], ...]:
    """The errors of boto3, which is there if it has raised one."""
    exceptions = import_module("botocore.exceptions")
    return exceptions.BotoCoreError, exceptions.ClientError
