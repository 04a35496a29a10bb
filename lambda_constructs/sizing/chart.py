"""A chart of a measurement: duration and cost over memory, with the chosen size."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape
from typing import Final

from .recommendation import Recommendation

_WIDTH: Final = 760
_HEIGHT: Final = 420
_LEFT: Final = 80
_RIGHT: Final = 680
_TOP: Final = 70
_BOTTOM: Final = 350
_STEPS: Final = 5
# At most two digits, to keep labels short.
_ROUND: Final = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
# Colors that color-blind readers can distinguish; the lines also differ in their dashes.
_STYLE: Final = (
    "text{font:13px system-ui,sans-serif;fill:#222}"
    ".title{font-size:16px;font-weight:600}"
    ".grid{stroke:#ddd}"
    ".floor{fill:#eee}"
    ".choice{stroke:#222;stroke-dasharray:2 3}"
    ".curve{fill:none;stroke-width:2}"
    "text.duration,circle.duration{fill:#0b5cad}"
    "path.duration{stroke:#0b5cad}"
    "text.cost,circle.cost{fill:#b34700}"
    "path.cost{stroke:#b34700;stroke-dasharray:6 4}"
)
_PAGE: Final = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<style>
body{{margin:0;background:#fff;width:{width}px;font:13px system-ui,sans-serif;color:#222}}
table{{border-collapse:collapse;margin:0 0 24px {left}px}}
th,td{{padding:2px 16px 2px 0;text-align:right}}
</style>
</head>
<body>
{drawing}<table>
<tr><th>memory</th><th>duration</th><th>USD per million</th></tr>
{rows}
</table>
</body>
</html>
"""


def svg(found: Recommendation) -> str:
    """Draw an SVG image, which is byte-identical for the same measurement.

    Args:
        found: The recommendation to draw.
    """
    title = escape(_title(found))
    size = f'width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title description">',
        f'<title id="title">{title}</title>',
        f'<desc id="description">{escape(_description(found))}</desc>',
        f"<style>{_STYLE}</style>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        f'<text class="title" x="{_LEFT}" y="28">{title}</text>',
        *_floor(found),
        *_axes(found),
        *_curves(found),
        *_choice(found),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def html(found: Recommendation) -> str:
    """Make a page for printing with the chart and its numbers: fixed width, without scripts.

    Args:
        found: The recommendation to draw.
    """
    rows = "\n".join(
        f"<tr><td>{point.memory_size} MB</td><td>{point.duration_ms:,.1f} ms</td>"
        f"<td>{found.bill(point) * 1e6:,.2f}</td></tr>"
        for point in found.measurement.points
    )
    page = {"title": escape(_title(found)), "width": _WIDTH, "left": _LEFT}
    return _PAGE.format(**page, drawing=svg(found), rows=rows)


def _title(found: Recommendation) -> str:
    return f"{found.measurement.title}: {found.choice.memory_size} MB"


def _description(found: Recommendation) -> str:
    each = (
        f"{point.memory_size} MB takes {point.duration_ms:,.0f} ms and costs "
        f"{found.price.money(found.bill(point) * 1e6)} per million"
        for point in found.measurement.points
    )
    return "; ".join(each)


def _across(found: Recommendation, memory_size: float) -> float:
    """The x coordinate of a memory size: each doubling has the same width."""
    sizes = found.measurement.sizes
    if len(sizes) == 1:
        return (_LEFT + _RIGHT) / 2
    share = math.log(memory_size / sizes[0]) / math.log(sizes[-1] / sizes[0])
    return _LEFT + share * (_RIGHT - _LEFT)


def _up(value: float, top: float) -> float:
    """The y coordinate of a value."""
    return _BOTTOM - value / top * (_BOTTOM - _TOP)


def _top(maximum: float) -> float:
    """The top of an axis for this maximum: five steps of a round number."""
    power = 10.0 ** math.floor(math.log10(maximum / _STEPS))
    return next(_STEPS * part * power for part in _ROUND if _STEPS * part * power >= maximum)


def _tops(found: Recommendation) -> tuple[float, float]:
    """The tops of both axes: ms, and USD per million invocations."""
    points = found.measurement.points
    duration = max(point.duration_ms for point in points)
    return _top(duration), _top(1e6 * max(found.bill(point) for point in points))


def _floor(found: Recommendation) -> Iterator[str]:
    """Shade the sizes that have too little memory."""
    if found.profile is None or found.floor <= found.measurement.smallest:
        return
    width = _across(found, found.floor) - _LEFT
    yield (
        f'<rect class="floor" x="{_LEFT}" y="{_TOP}" width="{width:.1f}" height="{_BOTTOM - _TOP}">'
        f"<title>less than {found.floor} MB</title></rect>"
    )


def _axes(found: Recommendation) -> Iterator[str]:
    duration, cost = _tops(found)
    for number in range(_STEPS + 1):
        y = _up(number, _STEPS)
        yield f'<path class="grid" d="M{_LEFT} {y:.1f}H{_RIGHT}"/>'
        for name, edge, anchor, top in (
            ("duration", _LEFT - 8, "end", duration),
            ("cost", _RIGHT + 8, "start", cost),
        ):
            label = f"{top * number / _STEPS:,.6g}"
            yield f'<text class="{name}" x="{edge}" y="{y + 4:.1f}" text-anchor="{anchor}">{label}</text>'
    yield f'<text class="duration" x="{_LEFT}" y="{_TOP - 14}" text-anchor="middle">ms</text>'
    yield f'<text class="cost" x="{_RIGHT}" y="{_TOP - 14}" text-anchor="middle">USD per million</text>'
    reached = -math.inf
    for size in found.measurement.sizes:
        x = _across(found, size)
        if x - reached >= 40:  # room for a label
            yield f'<text x="{x:.1f}" y="{_BOTTOM + 20}" text-anchor="middle">{size}</text>'
            reached = x
    yield f'<text x="{(_LEFT + _RIGHT) / 2:.0f}" y="{_BOTTOM + 44}" text-anchor="middle">memory in MB</text>'


def _curves(found: Recommendation) -> Iterator[str]:
    duration, cost = _tops(found)
    points = found.measurement.points
    places = [_across(found, point.memory_size) for point in points]
    for name, heights in (
        ("duration", [_up(point.duration_ms, duration) for point in points]),
        ("cost", [_up(found.bill(point) * 1e6, cost) for point in points]),
    ):
        line = "L".join(f"{x:.1f} {y:.1f}" for x, y in zip(places, heights, strict=True))
        yield f'<path class="curve {name}" d="M{line}"/>'
        for x, y in zip(places, heights, strict=True):
            yield f'<circle class="{name}" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'


def _choice(found: Recommendation) -> Iterator[str]:
    x = _across(found, found.choice.memory_size)
    yield f'<path class="choice" d="M{x:.1f} {_TOP}V{_BOTTOM}"/>'
    yield f'<text x="{x:.1f}" y="{_TOP - 14}" text-anchor="middle">{found.choice.memory_size} MB</text>'
