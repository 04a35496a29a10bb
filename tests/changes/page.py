"""docs/reference/changes.md: the text of page.md with a table for each workload."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from lambda_constructs import ProductionFunction
from tests.changes.effects import Effect

Effects = Mapping[tuple[type[ProductionFunction], str], Effect]
TEXT: Final = Path(__file__).with_suffix(".md")
HEAD: Final = "| option | deployment | replaced | data | keep it |\n|---|---|---|---|---|\n"
# Where the page says how to keep what a change leaves behind.
SECTIONS: Final = {
    "queue": "queues",
    "dead-letter queue": "dead-letter-and-failure-queues",
    "failure queue": "dead-letter-and-failure-queues",
    "table": "tables",
    "log group": "log-groups",
}

# What the resource schemas do not say, and where the page says what to do instead.
# https://docs.aws.amazon.com/lambda/latest/dg/durable-configuration.html
REFUSED: Final = {
    "durable": ("Lambda enables durable execution only when it creates a function", "durable-executions"),
}


def page(effects: Effects) -> str:
    """The whole page."""
    kinds = dict.fromkeys(kind for kind, _ in effects)
    tables = "\n".join(table(kind, effects) for kind in kinds)
    return TEXT.read_text().replace("{tables}", tables)


def table(kind: type[ProductionFunction], effects: Effects) -> str:
    """The options of one workload, then the fields of its options."""
    title = "Options of all workloads" if kind is ProductionFunction else f"`{kind.__name__}`"
    found = {name: each for (of, name), each in effects.items() if of is kind}
    rows = [row(name, found[name]) for name in sorted(found, key=lambda name: "." in name)]
    return f"### {title}\n\n{HEAD}{''.join(rows)}"


def row(name: str, effect: Effect) -> str:
    """What a change of one option does."""
    refused, *instead = REFUSED.get(name, ("",))
    cells = (
        f"`{name}`",
        f"fails: {refused}" if refused else deployment(effect),
        ", ".join(sorted(effect.replaced)),
        "; ".join(data(effect)),
        ", ".join(dict.fromkeys([*map(link, instead), *sections(effect)])),
    )
    return "".join(f"| {cell} " if cell else "| " for cell in cells) + "|\n"


def deployment(effect: Effect) -> str:
    """What the deployment is."""
    if effect.taken:
        return f"fails: AWS refuses a second {', '.join(sorted(effect.taken))}"
    if not effect.updated:
        return "nothing"
    return "new version" if effect.version else "update"


def data(effect: Effect) -> Iterator[str]:
    """What happens to what holds data, and to records that were read."""
    for names, what in ((effect.kept, "kept"), (effect.lost, "deleted")):
        if names:
            yield f"{', '.join(sorted(names))} {what}"
    if effect.replays and not effect.taken:
        yield "reads from `starting_position`"


def sections(effect: Effect) -> Iterator[str]:
    """The sections that say how to keep it."""
    for name in sorted(effect.kept | effect.lost):
        yield link(SECTIONS[name])
    if effect.replays:
        yield link("starting-positions" if effect.taken else "streams-and-topics")


def link(anchor: str) -> str:
    """A link to a section of the page."""
    return f"[{anchor.replace('-', ' ')}](#{anchor})"
