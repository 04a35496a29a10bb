"""The commands for an emulator that runs in another shell, on a project in a path with spaces."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.tests.support import ended, eventually, printed_until
from lambda_constructs_emulator.paths import PACKAGE, ROOT

pytestmark = [pytest.mark.deploy, pytest.mark.slow]

APP = """
import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_, aws_ses as ses, aws_ses_actions as actions, aws_sqs as sqs
from aws_cdk.aws_lambda_event_sources import SqsEventSource
app = cdk.App(analytics_reporting=False)
shop = cdk.Stack(app, "Shop")
function = lambda_.Function(
    shop,
    "Worker",
    code=lambda_.Code.from_inline(
        "def handler(event, context): print('got', event['Records'][0].get('body', 'a mail'))"
    ),
    handler="index.handler",
    runtime=lambda_.Runtime.PYTHON_3_13,
    description=app.node.try_get_context("release"),
)
orders = sqs.Queue(shop, "Orders")
function.add_event_source(SqsEventSource(orders))
ses.ReceiptRuleSet(shop, "Mails").add_rule(
    "Orders", recipients=["orders@shop.example"], actions=[actions.Lambda(function=function)]
)
cdk.CfnOutput(shop, "Queue", value=orders.queue_name)
app.synth()
"""


class Shell:
    """A shell in the folder of a project."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "my project"
        self.folder.mkdir()
        cache = folder / "my cache"
        # The project is outside of the repository, whose environments and CLI make it fast.
        cache.mkdir()
        (self.folder / "node_modules").symlink_to(ROOT / "node_modules")
        (self.folder / ".venv-emulator").symlink_to(ROOT / ".venv-emulator")
        (self.folder / "app.py").write_text(APP)
        self.environment = {
            **os.environ,
            "PYTHONPATH": str(PACKAGE.parent),
            "LAMBDA_EMULATOR_CACHE": str(cache),
        }

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", PACKAGE.name, *words],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", PACKAGE.name, *words],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    shell = Shell(tmp_path)
    yield shell
    shell.run("stop")


def test_a_stack_is_deployed_driven_released_and_the_emulator_stopped(shell: Shell) -> None:
    nothing, message = shell.run("status")
    assert nothing != 0
    assert "no emulator is running; start one in another shell with `lambda-emulator start`" in message

    with ended(shell.start("start", "--time-scale", "0.01")) as server:
        printed_until(server, "export CDK_HOME=")
        deployed, outputs = shell.run("deploy", "--app", "python app.py")
        assert deployed == 0, outputs
        assert "Shop.Queue = Shop-Orders" in outputs
        assert shell.run("send", "Shop", "Orders", "one", "two")[0] == 0
        assert eventually(lambda: "got one" in shell.run("logs", "-n", "20")[1])
        mailed, taken = shell.run("mail", "Shop", "orders@shop.example", "Hello")
        assert (mailed, taken.endswith(": Lambda\n")) == (0, True), taken
        refused, message = shell.run("mail", "Shop", "ann@shop.example", "Hello")
        assert refused != 0
        assert "SES did not deliver the mail to ann@shop.example" in message
        released, timeline = shell.run("release", "--app", "python app.py", "-c", "release=2", "Shop")
        assert (released, timeline.strip()) == (0, "it succeeded")
        assert "stack Shop: UPDATE_COMPLETE" in shell.run("status")[1]
        assert shell.run("deploy", "-c", "wrong")[1].endswith("--context must be KEY=VALUE, not wrong\n")
        unknown, message = shell.run("send", "Shop", "Missing", "one")
        assert unknown != 0
        assert "Shop has 0 resources AWS::SQS::Queue for 'Missing', not one; it has: Orders" in message
        assert shell.run("stop")[0] == 0
        assert server.wait() == 0

    assert shell.run("status")[0] != 0


def test_what_deploys_is_printed(shell: Shell) -> None:
    status, text = shell.run("honors")

    assert status == 0
    assert "AWS::SQS                    Queue QueuePolicy" in text
