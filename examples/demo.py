"""`python -m examples.demo <name>`: deploy an example to the emulator, drive it, update it, destroy it.

The exit status is 0 only if every number is correct. All processes are stopped however the demo ends.
"""

import argparse
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from types import FrameType

from botocore.exceptions import BotoCoreError, ClientError

from examples.activity_scores.demo import EXAMPLE as ACTIVITY_SCORES
from examples.all_in_one.demo import EXAMPLE as ALL_IN_ONE
from examples.daily_report.demo import EXAMPLE as DAILY_REPORT
from examples.event_fanout.demo import EXAMPLE as EVENT_FANOUT
from examples.example import Example
from examples.order_worker.demo import EXAMPLE as ORDER_WORKER
from examples.packages import BUILD
from examples.report import Report
from examples.task_api.demo import EXAMPLE as TASK_API
from examples.thumbnails.demo import EXAMPLE as THUMBNAILS
from lambda_constructs_emulator.cdk import CdkError
from lambda_constructs_emulator.kit import Aws, Deployed
from lambda_constructs_emulator.paths import ROOT
from lambda_constructs_emulator.process import Emulator

EXAMPLES: Mapping[str, Example] = {
    "activity_scores": ACTIVITY_SCORES,
    "all_in_one": ALL_IN_ONE,
    "daily_report": DAILY_REPORT,
    "event_fanout": EVENT_FANOUT,
    "order_worker": ORDER_WORKER,
    "task_api": TASK_API,
    "thumbnails": THUMBNAILS,
}
TIME_SCALE = 0.01
SERVER_LOG = BUILD / "emulator.log"
CAVEATS = (
    f"Time runs {1 / TIME_SCALE:g} times faster: waits between deliveries, canary minutes, alarm periods.",
    "The emulator models CodeDeploy, alarms and weighted aliases after AWS's documentation.",
    "The run shows nothing about AWS's speed, cold starts, cost or arm64.",
)


class DemoError(RuntimeError):
    """The example ran, but the numbers are wrong. The message says what was expected."""


def run(example: Example, report: Report) -> None:
    """Run the demo of an example.

    Raises:
        DemoError: A number is wrong.
    """
    with report.phase("install the packages"):
        example.build()
    with ExitStack() as until_the_end:
        with report.phase("start the emulator"):
            emulator = until_the_end.enter_context(Emulator(time_scale=TIME_SCALE, keep_log=SERVER_LOG))
        aws = Aws(emulator)
        try:
            _deploy_and_drive(example, aws, report)
        finally:
            # The cleanup takes a second or two, and a second Ctrl-C must not stop it.
            _on_interrupt(signal.SIG_IGN)
            destroyed = _destroy(example, aws, report)
    report.line("  emulator stopped, its files removed")
    if not destroyed:
        raise DemoError("expected the stack to be destroyed, found: the failure above")


def _deploy_and_drive(example: Example, aws: Aws, report: Report) -> None:
    with report.phase("cdk bootstrap"):
        aws.bootstrap()
    with report.phase(f"cdk deploy {example.stack}"):
        deployed = example.deploy(aws)
    wrong = example.drive(deployed, report)
    if wrong:
        raise DemoError("\n".join(wrong))


def _destroy(example: Example, aws: Aws, report: Report) -> bool:
    """Delete the stack. A failure is reported, but does not hide why the run ended."""
    deployed = Deployed(aws, example.stack)
    try:
        if deployed.status:
            with report.phase(f"cdk destroy {example.stack}"):
                example.destroy(deployed)
        remains = deployed.status
    except (CdkError, BotoCoreError, ClientError) as error:
        report.line(str(error))
        return False
    return not remains


def _on_interrupt(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handler)


def main() -> int:
    """Run the demo of one example and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m examples.demo", description=__doc__)
    parser.add_argument("example", choices=sorted(EXAMPLES))
    name = parser.parse_args().example
    report = Report()
    report.line(f"{name}: deployed with the real CDK CLI to an emulator of AWS on this machine")
    report.line("(TLS, IAM enforced, loopback only; nothing is sent to AWS)")
    report.line()
    # SIGTERM raises an exception like Ctrl-C, so that everything is cleaned up.
    _on_interrupt(signal.default_int_handler)
    try:
        run(EXAMPLES[name], report)
    except KeyboardInterrupt:
        report.line("interrupted")
        return 130
    except (AssertionError, RuntimeError, TimeoutError, BotoCoreError, ClientError) as error:
        # The kit raises AssertionError, and TimeoutError if something did not happen in time.
        report.line(f"\nFAILED after {report.elapsed():.0f} s\n{error}")
        if SERVER_LOG.exists():
            report.line(f"The emulator's log: {SERVER_LOG.relative_to(ROOT)}")
        return 1
    report.line()
    report.line(f"OK: every number is right, after {report.elapsed():.0f} s")
    report.line()
    report.line("What this run does not show:")
    for caveat in (*CAVEATS, *EXAMPLES[name].caveats):
        report.line(f"  - {caveat}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
