"""The commands for an emulator that runs: deploy, release, send, mail, status, logs, stop."""

import argparse
import os
import signal
import sys
import time
from pathlib import Path
from typing import Final

from .connection import Connection, EmulatorError
from .kit import Aws, Deployed
from .kit.alarms import firing
from .kit.endpoints import reachable
from .running import find

_ALL: Final = "**"
_PAUSE: Final = 0.2
_PATIENCE: Final = 10.0  # seconds


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands to a parser."""
    deploy = commands.add_parser("deploy", help="deploy an app's stacks, and print their outputs")
    release = commands.add_parser("release", help="deploy another release of a stack, and print its timeline")
    for command in (deploy, release):
        command.add_argument("--app", help="such as 'python app.py'; default: the app of cdk.json")
        command.add_argument("-c", "--context", action="append", default=[], metavar="KEY=VALUE")
        command.add_argument("--project", type=Path, default=Path.cwd(), help="directory of the app")
    deploy.add_argument("stack", nargs="?", default=_ALL, metavar="STACK", help="default: all stacks")
    release.add_argument("stack", metavar="STACK")
    send = commands.add_parser("send", help="send messages to a queue of a stack")
    send.add_argument("stack", metavar="STACK")
    send.add_argument("queue", metavar="QUEUE", help="construct id of the queue or its workload")
    send.add_argument("bodies", metavar="BODY", nargs="+")
    mail = commands.add_parser("mail", help="activate the receipt rule set of a stack, and send it a mail")
    mail.add_argument("stack", metavar="STACK")
    mail.add_argument("recipient", metavar="RECIPIENT", help="address, such as orders@shop.example")
    mail.add_argument("body", metavar="BODY")
    mail.add_argument("--sender", default="sender@example.com", help="address (default: %(default)s)")
    mail.add_argument("--subject", default="")
    status = commands.add_parser("status", help="print the stacks, messages in queues, and alarms that fire")
    logs = commands.add_parser("logs", help="print the log of the server and the handlers")
    logs.add_argument("-f", "--follow", action="store_true", help="go on until Ctrl-C")
    logs.add_argument("-n", "--lines", type=int, default=50, help="lines from the end (default: 50)")
    stop = commands.add_parser("stop", help="stop the emulator")
    for command in (deploy, release, send, mail, status, logs, stop):
        command.add_argument("--endpoint", default="", help="address of the emulator, if several run")
    for command, function in {
        deploy: _deploy,
        release: _release,
        send: _send,
        mail: _mail,
        status: _status,
        logs: _logs,
        stop: _stop,
    }.items():
        command.set_defaults(function=function)


def _aws(options: argparse.Namespace) -> Aws:
    emulator, _owner = find(options.endpoint)
    return Aws(emulator, project=getattr(options, "project", None))


def _context(options: argparse.Namespace) -> dict[str, str]:
    wrong = [each for each in options.context if "=" not in each]
    if wrong:
        raise ValueError(f"--context must be KEY=VALUE, not {wrong[0]}")
    return dict(each.split("=", 1) for each in options.context)


def _deploy(options: argparse.Namespace) -> int:
    aws = _aws(options)
    aws.deploy(options.app, options.stack, context=_context(options))
    for stack, outputs in aws.cdk.outputs.items():
        for name, value in outputs.items():
            url = reachable(aws.emulator, value) if value.startswith("https://") else value
            print(f"{stack}.{name} = {value}" + (f"\n  here: {url}" if url != value else ""))
    return 0


def _release(options: argparse.Namespace) -> int:
    aws = _aws(options)
    release = Deployed(aws, options.stack).release(options.app, context=_context(options))
    print(release)
    return 1 if release.error else 0


def _send(options: argparse.Namespace) -> int:
    Deployed(_aws(options), options.stack).queue(options.queue).send(*options.bodies)
    return 0


def _mail(options: argparse.Namespace) -> int:
    deployed = Deployed(_aws(options), options.stack)
    deployed.activate_rule_set()
    try:
        received = deployed.mail().receive(
            sender=options.sender, recipient=options.recipient, subject=options.subject, body=options.body
        )
    except AssertionError as error:
        raise EmulatorError(str(error)) from error
    print("SES took these actions:", ", ".join(received.actions))
    return 0


def _status(options: argparse.Namespace) -> int:
    emulator, owner = find(options.endpoint)
    print(f"{emulator.endpoint}, account {emulator.account}, {emulator.region}, started by process {owner}")
    for stack in emulator.client("cloudformation").describe_stacks()["Stacks"]:
        print(f"  stack {stack['StackName']}: {stack['StackStatus']}")
    for name, depth in _depths(emulator):
        print(f"  queue {name}: {depth} messages")
    for alarm in firing(emulator):
        print(f"  alarm {alarm} fires")
    return 0


def _depths(emulator: Connection) -> list[tuple[str, int]]:
    sqs = emulator.client("sqs")
    found = []
    for url in sqs.list_queues().get("QueueUrls", []):
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        found.append((url.rpartition("/")[2], sum(int(attributes[name]) for name in names)))
    return found


def _logs(options: argparse.Namespace) -> int:
    emulator, _owner = find(options.endpoint)
    print(emulator.tail(options.lines))
    with emulator.log.open(errors="replace") as log:
        log.seek(0, os.SEEK_END)
        while options.follow:
            sys.stdout.write(log.read())
            sys.stdout.flush()
            try:
                emulator.check()
                time.sleep(_PAUSE)
            except KeyboardInterrupt:
                return 0
    return 0


def _stop(options: argparse.Namespace) -> int:
    emulator, owner = find(options.endpoint)
    os.kill(owner, signal.SIGTERM)
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            emulator.check()
        except EmulatorError:
            return 0
        time.sleep(_PAUSE)
    raise EmulatorError(f"process {owner} did not stop the emulator in {_PATIENCE:g} s")
