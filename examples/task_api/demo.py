"""The demo of the task API: tasks, bad requests, load, a good release and a bad one that is rolled back."""

from pathlib import Path

from examples.example import Example
from examples.report import Report
from examples.task_api import drive
from examples.task_api.release import Rollouts
from examples.task_api.traffic import AT_ONCE, Traffic, figures
from lambda_constructs_emulator.kit import Caller, Deployed

TASKS, PAGE = 25, 10
LOAD = 200
"""Number of requests under load."""


def show(deployed: Deployed, report: Report) -> list[str]:
    """Call the deployed API, then deploy new releases. Returns everything that is wrong."""
    driver = create_driver(deployed)
    wrong = use(driver, report)
    wrong += load(driver, report)
    rollouts = Rollouts(deployed, driver, report)
    return [*wrong, *rollouts.good(), *rollouts.bad()]


def create_driver(deployed: Deployed) -> drive.Driver:
    """A driver with the role that can invoke the API."""
    outputs = deployed.outputs
    caller = Caller.to(deployed.aws.emulator).in_role(deployed.aws.client("sts"), outputs["CallerRole"])
    return drive.Driver(caller, outputs)


def use(driver: drive.Driver, report: Report) -> list[str]:
    """Create tasks in an empty table, page through them, and send bad requests."""
    titles = [f"task-{number:02}" for number in range(TASKS)]
    with report.phase(f"create {TASKS} tasks, list, change"):
        for title in titles:
            driver.create(title)
        statuses, pages = driver.walk(), list(driver.pages(limit=PAGE))
    with report.phase("send bad requests"):
        refusals = driver.refusals()
    found = drive.outcome(statuses=statuses, pages=pages, refusals=refusals)
    _show(found, refusals, report)
    wanted = drive.expected(titles, limit=PAGE, endpoint=driver.endpoint)
    return drive.mismatches(wanted, found)


def _show(found: drive.Outcome, refusals: dict[str, drive.Refusal], report: Report) -> None:
    report.line()
    report.table(
        [
            ("listed", len(found.listed), f"tasks, on pages of {', '.join(map(str, found.pages))}"),
            *((step, status, "") for step, status in found.statuses.items()),
        ]
    )
    report.line()
    report.table([(label, answer.status, answer.message) for label, answer in refusals.items()])
    report.line()


def load(driver: drive.Driver, report: Report) -> list[str]:
    """Send requests as fast as the API responds."""
    traffic = Traffic(driver.send, prefix="load", at_least=LOAD)
    with report.phase(f"send {LOAD} requests, {AT_ONCE} at once"), traffic:
        pass
    found = figures(traffic.answers, traffic.seconds)
    report.line()
    report.line(
        f"  the emulator's figures, not AWS's: {found.per_second:.0f} requests a second, "
        f"{found.wrong} errors, p50 {found.p50:.0f} ms, p99 {found.p99:.0f} ms"
    )
    report.line()
    return [f"expected no error under load, found: {found.wrong}"] if found.wrong else []


EXAMPLE = Example(
    stack="TaskApi",
    handlers=[Path(__file__).parent / "handler"],
    drive=show,
    caveats=(
        "Response times are those of this machine, with a new connection for each request.",
        "Memory and timeout come from illustrative measurements: nothing was measured on AWS.",
    ),
)
