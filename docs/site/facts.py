"""Facts in the pages that follow from templates, prices and rules, after a comment that asks for them.

`<!--- created: worker_defaults -->` lists the resources of a snapshot, `<!--- cost: worker_defaults -->`
its bill, `<!--- prices: alarm -->` list prices, and `<!--- codes: timeout-range -->` what rules find.
Each ends with `<!--- end -->`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from textwrap import fill
from typing import Any, Final

from lambda_constructs.sizing.assembly import functions_of
from lambda_constructs.sizing.costs import workload_costs
from lambda_constructs.sizing.price_table import REGION
from lambda_constructs.sizing.prices import monthly_cost, prices
from lambda_constructs.sizing.traffic import Traffic

from .diagrams import TEMPLATES
from .sources import DOCS

REQUEST: Final = re.compile(
    r"(<!--- (created|cost|prices|codes): (.+?) -->\n)(?:.*?)(<!--- end -->)", re.DOTALL
)
RULE: Final = re.compile(
    r"^### (?P<code>[\w-]+)\n\n\*\*(?P<kind>error|warning).*?\n\n(?:> .*?\n\n)?(?P<why>[^\n]*) \[Source\]",
    re.MULTILINE,
)
SHARED: Final = "LambdaConstructs"
# None, and as much as readers can scale in their heads.
TRAFFIC: Final = Traffic(requests=(0, 1e6, 1e6), billed_ms=100, log_bytes=1000)
MEMORY: Final = 512
DATED: Final = {"queues": "queue", "logs": "log ingestion", "alarms": "alarm", "provisioned": "provisioned"}


def with_facts(page: str) -> str:
    """The text of a page with all facts that it asks for."""

    def answer(request: re.Match[str]) -> str:
        lines = FACTS[request[2]](request[3]).splitlines()
        return "\n".join([request[1], *map(_wrapped, lines), "", request[4]])

    return REQUEST.sub(answer, page)


def created(snapshot: str) -> str:
    """The resources of a template by type: those of the workload, and those that a stack has once."""
    own, shared = Counter[str](), Counter[str]()
    for name, resource in template(snapshot)["Resources"].items():
        (shared if name.startswith(SHARED) else own)[_plain(resource["Type"])] += 1
    return (
        f"{own.total()} resources: {_listed(own)}. All workloads of a stack share {shared.total()} more: "
        f"{_listed(shared)}. [Resources](../reference/resources.md) has the numbers of each workload, and "
        "the site has diagrams of them."
    )


def cost(snapshot: str) -> str:
    """The bill of a million invocations a month, and of none."""
    (function,) = functions_of(template(snapshot), REGION)
    price = prices(REGION, function.architecture)
    idle, bill, _ = workload_costs(function, TRAFFIC, price, billed_ms=None)
    parts = {name: amount for name, amount in bill.parts.items() if amount}
    days = sorted({price.as_of, *(price.dates[DATED[name]] for name in parts if name in DATED)})
    return (
        f"A month with a million invocations of 100 ms at {function.memory_size} MB, and 1 KB of logs for "
        f"each, costs **${bill.total:.2f}**: "
        + ", ".join(f"{name} ${amount:.2f}" for name, amount in parts.items())
        + f". A month without an event costs ${idle.total:.2f}. List prices of {REGION}, as of {_dates(days)}"
        "; [your own numbers](../how-to/app-sizes-and-costs.md)."
    )


def list_prices(names: str) -> str:
    """Some of the prices that the package knows, in words."""
    price, wanted = prices(), names.split()
    month = monthly_cost(price, requests=0, memory_size=MEMORY, billed_ms=0, environments=1)
    load = monthly_cost(price, requests=1e6, memory_size=MEMORY, billed_ms=100)
    extras = price.extras
    texts = {
        "alarm": f"Each metric that an alarm reads costs ${extras['alarm']:.2f} a month.",
        "logs": f"A GB of logs costs ${extras['log ingestion']:.2f} to write.",
        "queue": f"A million requests to a standard queue cost ${extras['queue'] * 1e6:.2f}, and to a FIFO "
        f"queue ${extras['fifo queue'] * 1e6:.2f}.",
        "provisioned": f"One provisioned environment with {MEMORY} MB costs ${month.total:.2f} a month.",
        "invocations": f"A million invocations of 100 ms at {MEMORY} MB on arm64 cost ${load.total:.2f}.",
    }
    dates = {"logs": "log ingestion", "invocations": "request"}
    days = sorted({price.dates[dates.get(name, name)] for name in wanted})
    return " ".join(texts[name] for name in wanted) + f" List prices of {REGION}, as of {_dates(days)}."


def codes(names: str) -> str:
    """A list of rules with what happens when they are broken."""
    found = rules()
    return "\n".join(
        f"- [`{name}`](../reference/rules.md#{name}) ({found[name][0]}): {found[name][1]}"
        for name in names.split()
    )


FACTS: Final[dict[str, Callable[[str], str]]] = {
    "created": created,
    "cost": cost,
    "prices": list_prices,
    "codes": codes,
}


def template(snapshot: str) -> dict[str, Any]:
    """A template that the snapshot tests keep."""
    found: dict[str, Any] = json.loads((TEMPLATES / f"test_template[{snapshot}].json").read_text())
    return found


@cache
def rules() -> dict[str, tuple[str, str]]:
    """The severity of each rule and the reason for it, as the page of rules says them."""
    page = (DOCS / "reference" / "rules.md").read_text()
    return {rule["code"]: (rule["kind"], rule["why"]) for rule in RULE.finditer(page)}


def pages() -> dict[Path, str]:
    """Each page of tutorial and how-to guides, with its text as it should be."""
    found = [*(DOCS / "how-to").glob("*.md"), *(DOCS / "tutorial").glob("*.md")]
    return {page: with_facts(page.read_text()) for page in sorted(found)}


def _wrapped(line: str) -> str:
    indent = "  " if line.startswith("- ") else ""
    return fill(line, 120, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _plain(kind: str) -> str:
    return kind.removeprefix("AWS::").replace("::", " ")


def _listed(kinds: Counter[str]) -> str:
    return ", ".join(f"{count} `{kind}`" for kind, count in sorted(kinds.items()))


def _dates(days: list[str]) -> str:
    return ", ".join(days)
