"""The picture of docs/how-to/dashboard.md: a dashboard with the data that CloudWatch returned for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final, TypeAlias

Widget: TypeAlias = Mapping[str, Any]
"""A widget as tests/deploy/test_dashboard.py records it: its place, its title, and its series or alarms."""

Points: TypeAlias = Sequence[float | None]
"""A value for each minute; None without data."""

_COLUMN, _ROW, _LINE, _MARGIN, _GAP = 44, 34, 15, 10, 4
_COLUMNS: Final = 24
_TITLE: Final = 42  # height of a title with the line of the axes
_COLORS: Final = ("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728")
_STATES: Final = {"OK": "#1d8102", "ALARM": "#d13212", "INSUFFICIENT_DATA": "#687078"}
_STYLE: Final = (
    "text { font: 13px sans-serif; fill: #16191f } .title { font-weight: bold } .axis { fill: #545b64 } "
    ".right { text-anchor: end } rect { fill: #fff } .sheet { fill: #eaeded } "
    "path { fill: none; stroke-width: 1.5 } .frame { stroke: #aab7b8; stroke-width: 1 }"
)


def picture(widgets: Sequence[Widget]) -> str:
    """The widgets with their data, in SVG."""
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


def _widget(widget: Widget) -> Iterator[str]:
    left, top = widget["x"] * _COLUMN + _GAP, widget["y"] * _ROW + _GAP
    width, height = widget["width"] * _COLUMN - 2 * _GAP, widget["height"] * _ROW - 2 * _GAP
    if widget["height"] > 1:
        yield f'<rect x="{left}" y="{top}" width="{width}" height="{height}"/>'
    yield _text(left + _MARGIN, top + 18, widget["title"], "title")
    for number, each in enumerate(widget.get("alarms", ())):
        line = top + 44 + number * 18
        yield f'<circle cx="{left + 16}" cy="{line - 4}" r="5" fill="{_STATES[each["state"]]}"/>'
        yield _text(left + 28, line, f"{each['name']}: {each['state']}")
    if series := widget.get("series"):
        legend = top + height - _LINE * len(series) - 4
        frame = (left + _MARGIN, top + _TITLE, width - 2 * _MARGIN, legend - top - _TITLE - 6)
        yield from _graph(series, frame, stacked=widget["stacked"])
        for number, each in enumerate(series):
            line = legend + (number + 1) * _LINE - 4
            color = _COLORS[number]
            yield f'<path d="M{left + _MARGIN} {line - 4}h14" stroke="{color}" style="stroke-width: 4"/>'
            side = ", right" if each["right"] and _has(each) else ""
            yield _text(left + 30, line, each["label"] + (side if _has(each) else ": no data"))


def _graph(
    series: Sequence[Mapping[str, Any]], frame: tuple[float, float, float, float], *, stacked: bool
) -> Iterator[str]:
    """The axes and a line for each series, or areas on top of each other."""
    left, top, width, height = frame
    yield f'<path class="frame" d="M{left} {top}h{width}v{height}h{-width}z"/>'
    values = [each["values"] for each in series]
    drawn = _stacked(values) if stacked else values
    for right in (False, True):
        on_axis = [line for line, each in zip(drawn, series, strict=True) if each["right"] is right]
        highest = max((value for line in on_axis for value in line if value is not None), default=None)
        if highest is None:
            continue
        yield _text(
            left + width if right else left,
            top - 4,
            f"{highest:,.{0 if highest >= 10 else 2}f}".removesuffix(".00"),
            "axis right" if right else "axis",
        )
        for number, each in reversed(list(enumerate(series))):
            if each["right"] is right:
                color = _COLORS[number]
                path = _path(drawn[number], frame, highest or 1, closed=stacked)
                fill = f' style="fill: {color}"' if stacked else ""
                yield f'<path d="{path}" stroke="{color}"{fill}/>'


def _path(points: Points, frame: tuple[float, float, float, float], highest: float, *, closed: bool) -> str:
    """The line of a series; a point without neighbors is a dot."""
    left, top, width, height = frame
    parts, started = [], False
    for minute, value in enumerate(points):
        if value is not None:
            x = left + width * (minute + 0.5) / len(points)
            y = top + height * (1 - value / highest)
            parts.append(f"{'L' if started else 'M'}{x:.1f} {y:.1f}{'' if started else 'h1'}")
        started = value is not None
    if closed:
        parts.append(f"V{top + height:.1f}H{left + width * 0.5 / len(points):.1f}z")
    return "".join(parts)


def _stacked(lines: Sequence[Points]) -> list[Points]:
    """Each line with the sum of those before it."""
    sums = [0.0] * max(map(len, lines))
    found: list[Points] = []
    for line in lines:
        sums = [total + (value or 0) for total, value in zip(sums, line, strict=True)]
        found.append(sums)
    return found


def _has(series: Mapping[str, Any]) -> bool:
    return any(value is not None for value in series["values"])


def _text(x: float, y: float, text: str, kind: str = "") -> str:
    style = f' class="{kind}"' if kind else ""
    return f'<text x="{x}" y="{y}"{style}>{escape(text)}</text>'
