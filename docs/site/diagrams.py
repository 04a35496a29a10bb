"""Diagrams of the workloads, drawn from the templates that the snapshot tests keep."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from statistics import mean
from typing import Any, Final

from lambda_constructs.template.changes import references

from .sources import ROOT

TEMPLATES: Final = ROOT / "tests/snapshots/__snapshots__/test_snapshots"
# The snapshot with the default settings of each workload.
WORKLOADS: Final = {
    "ProductionFunction": "function_defaults",
    "SqsWorker": "worker_defaults",
    "StreamConsumer": "stream_defaults",
    "KafkaConsumer": "kafka_defaults",
    "MqConsumer": "broker_defaults",
    "EventHandler": "events_defaults",
    "ScheduledJob": "job_defaults",
    "HttpFunction": "http_defaults",
    "CognitoTrigger": "cognito_defaults",
}
INTRODUCTION: Final = """
## Diagrams

Each workload with its default settings, drawn from its template. A line goes down from a resource to one that
it refers to; a line that others imply is left out. Alarms with the same references share a box.
"""
HASH: Final = re.compile(r"([0-9A-F]{8}|[0-9a-f]{16})(<hash>)?$")
STYLE: Final = "overflow-x: auto; font-size: 12px; line-height: 17px; text-align: center"
BOX_STYLE: Final = (
    "background: var(--md-default-bg-color); border: 1px solid; border-radius: 4px; height: 100%"
)
BOX, LINE, GAP, ROW_GAP = 196, 17, 14, 34  # pixels

Graph = dict[str, set[str]]
Place = tuple[float, float, int]


def write_diagrams(page: Path) -> None:
    """Add a diagram of each workload to a page."""
    parts = [page.read_text(), INTRODUCTION]
    for workload, snapshot in WORKLOADS.items():
        template = json.loads((TEMPLATES / f"test_template[{snapshot}].json").read_text())
        parts.append(f"### `{workload}`\n\n{diagram(template['Resources'])}\n")
    page.write_text("\n".join(parts))


def diagram(resources: Mapping[str, Mapping[str, Any]]) -> str:
    """The resources of a template as boxes, and their references as lines: HTML with an SVG."""
    graph = _graph(resources)
    referred = set[str]().union(*graph.values())
    boxes: dict[object, list[str]] = {}
    levels = _levels(graph)
    for name, targets in graph.items():
        alike = name if name in referred else (resources[name]["Type"], *sorted(targets))
        boxes.setdefault(alike, []).append(name)
    rows = [
        [box for box in boxes.values() if levels[box[0]] == level]
        for level in range(max(levels.values()) + 1)
    ]
    width = max(map(len, rows)) * (BOX + GAP)
    places: dict[str, Place] = {}
    y, shapes = 2, list[str]()
    for row in reversed(rows):
        row.sort(key=lambda box: mean([places[each][0] for each in _sources(box[0], graph)] or [width / 2]))
        for number, box in enumerate(row):
            x = (width - len(row) * (BOX + GAP) + GAP) / 2 + number * (BOX + GAP)
            places |= dict.fromkeys(box, (x, y, _height(box)))
            shapes.append(_shape(x, y, box, resources[box[0]]["Type"]))
        y += max(map(_height, row)) + ROW_GAP
    lines = [_line(places[box[0]], places[each]) for box in boxes.values() for each in sorted(graph[box[0]])]
    # The theme shrinks images to the column; a wide diagram scrolls instead.
    size = f'viewBox="0 0 {width} {y}" style="width: {width}px; height: {y}px; max-width: none"'
    drawn = "".join((*lines, *shapes))
    return f'<div style="{STYLE}"><svg {size} fill="none" stroke="currentColor">{drawn}</svg></div>'


def _graph(resources: Mapping[str, Mapping[str, Any]]) -> Graph:
    """The references of each resource, without those that others imply."""
    graph: Graph = {}
    for name, resource in resources.items():
        found = references({key: value for key, value in resource.items() if key != "Metadata"})
        graph[name] = {each for each in found if each in resources}
    below: Graph = {}
    for name in TopologicalSorter(graph).static_order():
        below[name] = graph[name].union(*(below[each] for each in graph[name]))
    return {
        name: {each for each in targets if not any(each in below[other] for other in targets)}
        for name, targets in graph.items()
    }


def _levels(graph: Graph) -> dict[str, int]:
    """The row of each resource, counted from below: the highest under all resources that refer to it."""
    order, levels = [*TopologicalSorter(graph).static_order()], dict[str, int]()
    for name in order:
        levels[name] = 1 + max((levels[each] for each in graph[name]), default=-1)
    for name in reversed(order):
        levels[name] = min((levels[each] - 1 for each in _sources(name, graph)), default=levels[name])
    return levels


def _sources(name: str, graph: Graph) -> Iterator[str]:
    return (source for source, targets in graph.items() if name in targets)


def _shape(x: float, y: float, names: list[str], kind: str) -> str:
    texts = [f"<b>{HASH.sub('', name).removeprefix('Orders')}</b>" for name in names]
    text = "<br>".join([*texts, kind.removeprefix("AWS::").replace("::", " ")])
    box = f'x="{x}" y="{y}" width="{BOX}" height="{_height(names)}"'
    return f'<foreignObject {box}><div style="{BOX_STYLE}">{text}</div></foreignObject>'


def _height(names: list[str]) -> int:
    return LINE * (1 + len(names)) + 8


def _line(source: Place, target: Place) -> str:
    start, end, top, bottom = source[0] + BOX / 2, target[0] + BOX / 2, source[1] + source[2], target[1]
    middle = (top + bottom) / 2
    return f'<path d="M{start} {top}C{start} {middle} {end} {middle} {end} {bottom}" opacity="0.5"/>'
