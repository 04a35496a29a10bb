"""The contract of Lambda's Python runtimes: for each promise, a probe that runs in a handler."""

from typing import Any, NamedTuple

GUIDE = "https://docs.aws.amazon.com/lambda/latest/dg"
NAME = "probed"
ARN = f"arn:aws:lambda:us-east-1:000000000000:function:{NAME}"


class Promise(NamedTuple):
    """One line of the contract.

    Attributes:
        behavior: what AWS promises.
        source: the page of AWS's guide, without its address.
        probe: an expression that the handler evaluates; it sees `event`, `context` and the names below.
        expected: its value.
    """

    behavior: str
    source: str
    probe: str
    expected: Any


VARIABLES = "configuration-envvars.html"
CONTEXT = "python-context.html"
LOGGING = "python-logging.html"
PATHS = "python-package.html"
RUNTIMES = "lambda-runtimes.html"

CONTRACT = (
    Promise("`_HANDLER` is the handler", VARIABLES, 'environ["_HANDLER"]', "app.handler"),
    Promise(
        "`AWS_REGION` and `AWS_DEFAULT_REGION` are the Region",
        VARIABLES,
        '[environ["AWS_REGION"], environ["AWS_DEFAULT_REGION"]]',
        ["us-east-1", "us-east-1"],
    ),
    Promise(
        "`AWS_EXECUTION_ENV` names the runtime",
        VARIABLES,
        'environ["AWS_EXECUTION_ENV"]',
        "AWS_Lambda_python3.13",
    ),
    Promise("`AWS_LAMBDA_FUNCTION_NAME` is the name", VARIABLES, 'environ["AWS_LAMBDA_FUNCTION_NAME"]', NAME),
    Promise(
        "`AWS_LAMBDA_FUNCTION_MEMORY_SIZE` is the memory in MB",
        VARIABLES,
        'environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]',
        "256",
    ),
    Promise(
        "`AWS_LAMBDA_FUNCTION_VERSION` is the version",
        VARIABLES,
        'environ["AWS_LAMBDA_FUNCTION_VERSION"]',
        "$LATEST",
    ),
    Promise(
        "`AWS_LAMBDA_INITIALIZATION_TYPE` is on-demand",
        VARIABLES,
        'environ["AWS_LAMBDA_INITIALIZATION_TYPE"]',
        "on-demand",
    ),
    Promise(
        "`AWS_LAMBDA_LOG_GROUP_NAME` is the log group",
        VARIABLES,
        'environ["AWS_LAMBDA_LOG_GROUP_NAME"]',
        f"/aws/lambda/{NAME}",
    ),
    Promise(
        "`AWS_LAMBDA_LOG_STREAM_NAME` names date and version",
        VARIABLES,
        r're.sub(r"\d{4}/\d\d/\d\d", "DATE", environ["AWS_LAMBDA_LOG_STREAM_NAME"])[:14]',
        "DATE/[$LATEST]",
    ),
    Promise(
        "`LAMBDA_TASK_ROOT` is the directory of the code",
        VARIABLES,
        'environ["LAMBDA_TASK_ROOT"] == os.path.dirname(__file__)',
        True,
    ),
    Promise(
        "`LAMBDA_RUNTIME_DIR` is the directory of the runtime's libraries",
        VARIABLES,
        'sorted({"boto3", "awslambdaric", "ministack"} & {*os.listdir(environ["LAMBDA_RUNTIME_DIR"])})',
        ["awslambdaric", "boto3"],
    ),
    Promise("`TZ` is UTC", VARIABLES, '[environ["TZ"], time.timezone]', [":UTC", 0]),
    Promise(
        "`LANG` is en_US.UTF-8, and files are UTF-8",
        VARIABLES,
        '[environ["LANG"], sys.stdout.encoding]',
        ["en_US.UTF-8", "utf-8"],
    ),
    Promise(
        "`PATH` contains the programs of layers",
        VARIABLES,
        'environ["PATH"].split(":")[-1].endswith("/bin")',
        True,
    ),
    Promise(
        "`_X_AMZN_TRACE_ID` is the trace of the invocation",
        VARIABLES,
        r're.sub("[0-9a-f]{8,}", "HEX", environ["_X_AMZN_TRACE_ID"])',
        "Root=1-HEX-HEX;Parent=HEX;Sampled=0;Lineage=1:HEX:1",
    ),
    Promise("Variables of the function are set", VARIABLES, 'environ["STAGE"]', "test"),
    Promise(
        "Variables of the emulator are not visible",
        VARIABLES,
        '[name for name in environ if name.startswith(("MINISTACK", "GATEWAY", "_LAMBDA"))]',
        [],
    ),
    Promise(
        "Credentials are those of the execution role",
        "lambda-intro-execution-role.html",
        'boto3.client("sts").get_caller_identity()["Arn"].split(":", 5)[5]',
        f"assumed-role/{NAME}-role/{NAME}",
    ),
    Promise(
        "The working directory is that of the code",
        RUNTIMES,
        'os.getcwd() == environ["LAMBDA_TASK_ROOT"]',
        True,
    ),
    Promise(
        "The code directory is read-only",
        RUNTIMES,
        '[refused(open, "new.txt", "w"), refused(os.mkdir, "new"), refused(os.remove, "app.py")]',
        [True, True, True],
    ),
    Promise("Temporary files can be written", RUNTIMES, 'tempfile.NamedTemporaryFile("w").write("text")', 4),
    Promise(
        "Code is found before layers, and layers before the runtime's libraries",
        PATHS,
        '[__import__("both").FROM, __import__("snapshot_restore_py").FROM, __import__("in_site").FROM]',
        ["code", "layer", "layer"],
    ),
    Promise(
        "A later layer replaces files of an earlier one",
        "chapter-layers.html",
        '__import__("later").FROM',
        "second",
    ),
    Promise(
        "Only what the runtime has can be imported",
        "lambda-python.html",
        '[name for name in ("ministack", "yaml", "boto3") if importlib.util.find_spec(name)]',
        ["boto3"],
    ),
    Promise(
        "`context.function_name`, `function_version`",
        CONTEXT,
        "[context.function_name, context.function_version]",
        [NAME, "$LATEST"],
    ),
    Promise("`context.memory_limit_in_mb` is a string", CONTEXT, "context.memory_limit_in_mb", "256"),
    Promise(
        "`context.invoked_function_arn` is what the caller named",
        CONTEXT,
        "context.invoked_function_arn",
        ARN,
    ),
    Promise(
        "`context.aws_request_id` is a UUID",
        CONTEXT,
        "str(uuid.UUID(context.aws_request_id)) == context.aws_request_id",
        True,
    ),
    Promise(
        "`context.log_group_name`, `log_stream_name`",
        CONTEXT,
        '[context.log_group_name, context.log_stream_name == environ["AWS_LAMBDA_LOG_STREAM_NAME"]]',
        [f"/aws/lambda/{NAME}", True],
    ),
    Promise(
        "`context.get_remaining_time_in_millis()` counts down from the timeout",
        CONTEXT,
        "5_000 < context.get_remaining_time_in_millis() <= 10_000",
        True,
    ),
    Promise(
        "`context.identity` has no identity without a caller from Amazon Cognito",
        CONTEXT,
        "context.identity.cognito_identity_id",
        None,
    ),
    Promise(
        "`context.client_context` is None without a mobile client", CONTEXT, "context.client_context", None
    ),
    Promise("`context.log` is a function", CONTEXT, "callable(context.log)", True),
    Promise(
        "The root logger has one handler, at the level WARNING",
        LOGGING,
        "[type(logging.getLogger().handlers[0]).__name__, logging.getLogger().level]",
        ["LambdaLoggerHandler", 30],
    ),
    Promise("The handler's module is not `__main__`", "python-handler.html", "__name__", "app"),
    Promise("Returned decimals become numbers", "python-handler.html", 'decimal.Decimal("1.5")', 1.5),
)

HANDLER = """
import decimal, importlib.util, logging, os, re, sys, tempfile, time, uuid
import boto3
from os import environ

def refused(change, *arguments):
    try:
        change(*arguments)
    except OSError as error:
        return error.errno == 30
    return False

def handler(event, context):
    return [eval(probe, {**globals(), "event": event, "context": context}) for probe in event]
"""

FAULTS = """
import json, logging, os, sys, time

class OrderRejected(Exception):
    pass

def handler(event, context):
    logging.getLogger().info("not shown in text")
    logging.getLogger().warning("two\\nlines")
    print("printed")
    if event == "raise":
        raise OrderRejected("no stock")
    if event == "exit":
        sys.exit(1)
    if event == "leave":
        os._exit(0)
    if event == "hang":
        time.sleep(60)
    if event == "unserializable":
        return {1, 2}
    return event
"""
"""A handler that fails as it is told."""
