"""The picture of docs/how-to/dashboard.md: the layout of a dashboard, drawn from its body."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final

_COLUMN, _ROW, _LINE, _MARGIN = 44, 28, 14, 8
_COLUMNS: Final = 24
_CHARACTERS: Final = 27  # that fit into a graph
_STYLE: Final = (
    "text { font: 11px sans-serif; fill: #333 } .title { font-weight: bold } "
    "rect { fill: #fff; stroke: #bbb } .sheet { fill: #f4f4f4; stroke: none }"
)


def picture(widgets: Sequence[Mapping[str, Any]]) -> str:
    """The layout of widgets with their titles and metrics, in SVG."""
    width = _COLUMNS * _COLUMN
    height = max(each["y"] + each["height"] for each in widgets) * _ROW
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">',
        f"<style>{_STYLE}</style>",
        f'<rect class="sheet" width="{width}" height="{height}"/>',
        *(line for each in widgets for line in _widget(each)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _widget(widget: Mapping[str, Any]) -> Iterator[str]:
    properties = widget["properties"]
    left, top = widget["x"] * _COLUMN, widget["y"] * _ROW
    title = properties.get("title") or properties["markdown"].removeprefix("## ")
    if widget["type"] != "text":
        size = f'width="{widget["width"] * _COLUMN - 4}" height="{widget["height"] * _ROW - 4}"'
        yield f'<rect x="{left + 2}" y="{top + 2}" {size}/>'
    texts = [title, *_metrics(properties)]
    for number, text in enumerate(texts):
        kind = "" if number else ' class="title"'
        shown = text if widget["type"] == "text" or len(text) <= _CHARACTERS else f"{text[:_CHARACTERS]}..."
        yield f'<text{kind} x="{left + _MARGIN}" y="{top + 18 + number * _LINE}">{escape(shown)}</text>'


def _metrics(properties: Mapping[str, Any]) -> Iterator[str]:
    """The names of the metrics of a graph, or of the alarms."""
    for name in properties.get("alarms", ()):
        yield re.sub(r"^\w*Orders|Alarm[0-9A-F]{8}\.Arn$", "", name)
    for metric in properties.get("metrics", ()):
        options = metric[-1] if isinstance(metric[-1], dict) else {}
        name = metric[1] if isinstance(metric[0], str) else ""
        statistic = options.get("stat", "Average")
        yield re.sub(r"\$\{.*\}", "N", options.get("label", "")) or f"{name}, {statistic.lower()}"


def parsed(body: Any) -> list[dict[str, Any]]:
    """The widgets of a dashboard's body, with references as their names."""
    parts = body["Fn::Join"][1] if isinstance(body, dict) else [body]
    text = "".join(each if isinstance(each, str) else next(iter(map(str, each.values()))) for each in parts)
    plain = text.replace("['", "").replace("']", "").replace("', '", ".")
    found: list[dict[str, Any]] = json.loads(plain)["widgets"]
    return found
