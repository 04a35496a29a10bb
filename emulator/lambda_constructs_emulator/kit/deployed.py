"""A deployed stack: its workloads, their queues and tables, its next releases."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Final

from ..cdk import CdkError
from .http import Caller, Response
from .queues import Queue

if TYPE_CHECKING:
    from .aws import Aws, Synthesizable

_METADATA: Final = "lambda-constructs"
_PATH: Final = "aws:cdk:path"
_PAUSE: Final = 0.2  # seconds between two looks
_LOOKS: Final = 3  # in a row, because AWS counts approximately
_LOG_LINES: Final = 20


@dataclass(frozen=True)
class Release:
    """The deployment of another release.

    Attributes:
        timeline: Changes of CodeDeploy and of the alarms, in order; `at` is in seconds of this machine.
        error: The end of the CLI's output if the deployment failed.
    """

    timeline: Sequence[Mapping[str, Any]]
    error: str = ""

    @property
    def stopped_by(self) -> list[str]:
        """The names of the alarms that fired, such as `Shop/Worker/FailedEvents`."""
        return [each["name"] for each in self.timeline if each["kind"] == "alarm" and each["new"] == "ALARM"]

    def assert_rolled_back(self, *, by: str) -> None:
        """An alarm with this in its name fired, and the alias went back to the version before."""
        fired = any(by in name for name in self.stopped_by)
        if not self.error or not fired or not self._has("rollback"):
            raise AssertionError(f"expected the alarm {by} to stop the release, but:\n{self}")

    def assert_promoted(self) -> None:
        """All traffic went to the new version."""
        if self.error or not self._has("succeeded"):
            raise AssertionError(f"expected the release to get all traffic, but:\n{self}")

    def _has(self, kind: str) -> bool:
        return any(each["kind"] == kind for each in self.timeline)

    def __str__(self) -> str:
        """The timeline, one entry in a line, and the error."""
        return "\n".join([*(f"  {_line(each)}" for each in self.timeline), self.error or "  it succeeded"])


def _line(entry: Mapping[str, Any]) -> str:
    facts = ", ".join(f"{name} {value}" for name, value in entry.items() if name not in ("at", "kind"))
    return f"{entry['at']:8.2f} s  {entry['kind']}: {facts}"


@dataclass
class Deployed:
    """A stack on the emulator.

    Attributes:
        aws: Where it is.
        stack: Its name.
        outputs: Its outputs by their names.
    """

    aws: Aws
    stack: str
    outputs: Mapping[str, str]
    _ids: dict[str, str] = field(default_factory=dict)

    def queue(self, name: str) -> Queue:
        """The queue of a workload, or a queue of the stack, by its construct id or the end of its path."""
        return Queue(self.aws.client("sqs"), self._find(name, "queue", "AWS::SQS::Queue"))

    def function(self, name: str) -> str:
        """The name of a function, of a workload or by itself."""
        return self._find(name, "function", "AWS::Lambda::Function")

    def table(self, name: str) -> str:
        """The name of a DynamoDB table."""
        return self._find(name, "", "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable")

    def send(self, method: str, output: str, path: str = "", *, body: bytes = b"") -> Response:
        """Send a signed request to the endpoint whose URL is an output of the stack."""
        url = self.outputs.get(output)
        if url is None:
            raise LookupError(f"{self.stack} has no output {output}; it has {', '.join(self.outputs)}")
        return Caller.to(self.aws.emulator).send(method, url.rstrip("/") + path, body=body)

    def release(self, app: Synthesizable | str, *, traffic: Callable[[], object] | None = None) -> Release:
        """Deploy another release of the stack; a release that is rolled back raises nothing.

        Args:
            app: As in `Aws.deploy`.
            traffic: Called again and again during the deployment: a canary needs traffic to fail.
        """
        start = len(self.aws.emulator.journal())
        error = ""
        with _Repeating(traffic):
            try:
                self.aws.deploy(app, self.stack if isinstance(app, str) else None)
            except CdkError as failed:
                error = str(failed)
        return Release(self.aws.emulator.journal()[start:], error)

    def until_settled(self, *, timeout: float = 60.0) -> None:
        """Wait until the queues that functions read are empty.

        Args:
            timeout: Seconds of this machine.

        Raises:
            TimeoutError: Messages were left; the message says where, and shows the end of the log.
        """
        deadline = monotonic() + timeout
        quiet = 0
        while quiet < _LOOKS:
            left = {queue.url: depth for queue in self._sources() if (depth := queue.depth())}
            quiet = 0 if left else quiet + 1
            if left and monotonic() > deadline:
                log = self.aws.emulator.tail(_LOG_LINES)
                raise TimeoutError(f"after {timeout:g} s there are messages left: {left}\n{log}")
            sleep(_PAUSE)

    def assert_dead_lettered(self, name: str, *bodies: str) -> None:
        """The dead-letter queue of a queue holds these messages and no others."""
        found = sorted(self.queue(name).dead_letters.bodies())
        if found != sorted(bodies):
            raise AssertionError(
                f"expected {sorted(bodies)} in the dead-letter queue of {name}, found {found}\n"
                f"{self.aws.emulator.tail(_LOG_LINES)}"
            )

    def assert_stored(self, name: str, *keys: Mapping[str, str]) -> None:
        """A table holds exactly one item for each key; text keys only."""
        items = self.aws.client("dynamodb").scan(TableName=self.table(name))["Items"]
        found = [{key: next(iter(value.values())) for key, value in item.items()} for item in items]
        missing = [key for key in keys if not any(key.items() <= item.items() for item in found)]
        if missing or len(found) != len(keys):
            raise AssertionError(f"expected {list(keys)} in the table {name}, found {found}")

    def _sources(self) -> list[Queue]:
        mappings = self.aws.client("lambda").list_event_source_mappings()["EventSourceMappings"]
        sqs = self.aws.client("sqs")
        names = [
            each["EventSourceArn"].rpartition(":")[2]
            for each in mappings
            if each.get("EventSourceArn", "").split(":")[2:3] == ["sqs"]
        ]
        return [Queue(sqs, sqs.get_queue_url(QueueName=name)["QueueUrl"]) for name in names]

    def _find(self, name: str, role: str, *types: str) -> str:
        """The physical id of a workload's resource in that role, or else of a resource of these types."""
        client = self.aws.client("cloudformation")
        body = client.get_template(StackName=self.stack)["TemplateBody"]
        template = json.loads(body) if isinstance(body, str) else body
        workloads = template.get("Metadata", {}).get(_METADATA, {}).get("workloads", [])
        found = [each[role] for each in workloads if role in each and _ends(each["path"], name)]
        resources = template["Resources"]
        found = found or [
            logical_id
            for logical_id, each in resources.items()
            if each["Type"] in types and _is_of(each, logical_id, name)
        ]
        if len(found) != 1:
            raise LookupError(f"{self.stack} has {len(found)} resources {types[0]} for {name!r}, not one")
        described = client.describe_stack_resource(StackName=self.stack, LogicalResourceId=found[0])
        return str(described["StackResourceDetail"]["PhysicalResourceId"])


def _ends(path: str, name: str) -> bool:
    return f"/{path}".endswith(f"/{name}")


def _is_of(resource: Mapping[str, Any], logical_id: str, name: str) -> bool:
    """Whether a resource is the one that CDK created for a construct; not each template has paths."""
    path = resource.get("Metadata", {}).get(_PATH)
    if path is None:
        return re.fullmatch(f"{re.escape(name.replace('/', ''))}[0-9A-F]{{8}}", logical_id) is not None
    return _ends(path.removesuffix("/Resource"), name)


class _Repeating:
    """Calls something again and again in a thread, until the end of the block; raises what it raised."""

    def __init__(self, call: Callable[[], object] | None) -> None:
        self._call, self._end = call, threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._error: Exception | None = None

    def _run(self) -> None:
        while self._call is not None and not self._end.wait(_PAUSE / 4):
            try:
                self._call()
            except Exception as error:  # noqa: BLE001 - raised again in the test's thread
                self._error = error
                return

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()
        if self._error is not None:
            raise self._error
