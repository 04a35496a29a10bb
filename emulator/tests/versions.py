"""A function with two published versions behind an alias, for tests that look at which one ran."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from emulator.tests.support import archive, create_function, delete_role, policy, statement
from lambda_constructs_emulator.clients import REGION, Client
from lambda_constructs_emulator.process import ACCOUNT, Emulator

ALIAS = "live"

TELLS_ITS_VERSION = """
import json
def handler(event, context):
    print(json.dumps({"version": context.function_version, "arn": context.invoked_function_arn}))
    if isinstance(event, dict) and event.get("fail"):
        raise RuntimeError("as asked")
    return {"version": context.function_version, "arn": context.invoked_function_arn}
"""


@contextmanager
def logging_function(emulator: Emulator, name: str, source: str) -> Iterator[str]:
    """A function that may write its log; yields the name of its role.

    The log group is there before the first invocation: plain ministack loses lines if two make it at once.
    """
    emulator.client("logs").create_log_group(logGroupName=f"/aws/lambda/{name}")
    role = create_function(emulator, name, source)
    iam = emulator.client("iam")
    log = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/{name}"
    writes = (statement("logs:*", resource=each) for each in (log, f"{log}:*"))
    document = json.dumps(policy(*writes))
    iam.put_role_policy(RoleName=role, PolicyName="log", PolicyDocument=document)
    try:
        yield role
    finally:
        emulator.client("lambda").delete_function(FunctionName=name)
        emulator.client("logs").delete_log_group(logGroupName=f"/aws/lambda/{name}")
        delete_role(emulator, role)


@contextmanager
def two_versions(emulator: Emulator, name: str, source: str = TELLS_ITS_VERSION) -> Iterator[Client]:
    """Create it, with all traffic of the alias on the first version; yields a Lambda client."""
    client = emulator.client("lambda")
    with logging_function(emulator, name, source):
        client.publish_version(FunctionName=name)
        client.update_function_code(FunctionName=name, ZipFile=archive(f"{source}\nSECOND = True\n"))
        client.publish_version(FunctionName=name)
        client.create_alias(FunctionName=name, Name=ALIAS, FunctionVersion="1")
        yield client
