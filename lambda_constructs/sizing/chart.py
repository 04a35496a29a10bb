"""A chart of a measurement: duration and cost over memory, with the chosen size."""

from __future__ import annotations

import html as markup
import math
from collections.abc import Iterator
from typing import Final

from ..text_table import printable
from .recommendation import Recommendation

_WIDTH: Final = 760
_HEIGHT: Final = 440
_LEFT: Final = 80
_RIGHT: Final = 680
_TOP: Final = 70
_BOTTOM: Final = 350
_STEPS: Final = 5
# At most two digits, to keep labels short.
_ROUND: Final = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
# Half of the width of a label below the axis, and of the space around it.
_LABEL: Final = 22
_TITLE_CHARACTERS: Final = 60
# Colors that color-blind readers can distinguish; the lines also differ in their dashes.
_STYLE: Final = (
    "svg{--ink:#222;--paper:#fff;--line:#ddd;--shade:#eee;--time:#0b5cad;--money:#b34700;"
    "--band:#f3e3d9}"
    "@media (prefers-color-scheme:dark){svg{--ink:#eee;--paper:#1b1b1b;--line:#444;--shade:#333;"
    "--time:#7ab8ff;--money:#ffb074;--band:#4a3526}}"
    ".paper{fill:var(--paper)}"
    "text{font:13px system-ui,sans-serif;fill:var(--ink)}"
    ".title{font-size:16px;font-weight:600}"
    ".note{font-size:11px}"
    ".chosen{font-weight:700}"
    ".grid{stroke:var(--line)}"
    ".floor{fill:var(--shade)}"
    ".band{fill:var(--band)}"
    ".choice{stroke:var(--ink);stroke-dasharray:2 3}"
    ".curve{fill:none;stroke-width:2}"
    "text.duration,circle.duration{fill:var(--time)}"
    "path.duration{stroke:var(--time)}"
    "text.cost,circle.cost{fill:var(--money)}"
    "path.cost{stroke:var(--money);stroke-dasharray:6 4}"
    ".other{opacity:.45}"
)
_PAGE: Final = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<style>
body{{margin:0;background:#fff;width:{width}px;font:13px system-ui,sans-serif;color:#222}}
@media (prefers-color-scheme:dark){{body{{background:#1b1b1b;color:#eee}}}}
table{{border-collapse:collapse;margin:0 0 24px {left}px}}
th,td{{padding:2px 16px 2px 0;text-align:right}}
</style>
</head>
<body>
{drawing}<table>
<tr><th>memory</th><th>duration</th><th>{currency} per million</th></tr>
{rows}
</table>
</body>
</html>
"""


def svg(found: Recommendation, other: Recommendation | None = None) -> str:
    """An SVG image, byte-identical for the same measurement; the other measurement is drawn paler."""
    title = _title(found, other)
    shown = _title(found, other, _TITLE_CHARACTERS)
    size = f'width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
    plot = _Plot(found, other)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title description">',
        f'<title id="title">{_escape(title)}</title>',
        f'<desc id="description">{_escape(_description(found))}</desc>',
        f"<style>{_STYLE}</style>",
        f'<rect class="paper" width="{_WIDTH}" height="{_HEIGHT}"/>',
        f'<text class="title" x="{_LEFT}" y="28">{_escape(shown)}</text>',
        *plot.floor(),
        *plot.band(),
        *plot.axes(),
        *(plot.curves(other, " other") if other is not None else ()),
        *plot.curves(found),
        *plot.choice(),
        *(
            f'<text class="note" x="{_LEFT}" y="{_BOTTOM + 70 + 14 * row}">{_escape(note)}</text>'
            for row, note in enumerate((found.measurement.facts, _note(found, other)))
        ),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def html(found: Recommendation, other: Recommendation | None = None) -> str:
    """A page for printing with the chart and its numbers: fixed width, without scripts."""
    rows = "\n".join(
        f"<tr><td>{point.memory_size} MB</td><td>{point.duration_ms:,.1f} ms</td>"
        f"<td>{found.bill(point) * 1e6:,.2f}</td></tr>"
        for point in found.measurement.points
    )
    title, currency = _escape(_title(found, other)), _escape(found.price.currency)
    page = {"title": title, "width": _WIDTH, "left": _LEFT, "currency": currency}
    return _PAGE.format(**page, drawing=svg(found, other), rows=rows)


def _escape(text: str) -> str:
    return markup.escape(printable(text))


def _title(found: Recommendation, other: Recommendation | None, characters: int | None = None) -> str:
    """The names and chosen sizes; of long names the beginning, if the characters are limited."""
    both = [found] if other is None else [found, other]
    sizes = [f": {each.choice.memory_size} MB" for each in both]
    separator = "; pale: "
    names = [each.measurement.title for each in both]
    if characters is not None:
        room = (characters - len(separator.join(sizes))) // len(both)
        names = [name if len(name) <= room else f"{name[: room - 1]}…" for name in names]
    return separator.join(name + size for name, size in zip(names, sizes, strict=True))


def _note(found: Recommendation, other: Recommendation | None) -> str:
    """The prices of the costs, and the meaning of the shades."""
    prices = dict.fromkeys(
        f"{each.price.region}, {each.price.architecture} as of {each.price.as_of}"
        for each in (found, other)
        if each is not None
    )
    note = f"list prices of {'; '.join(prices)}"
    if found.profile is not None:
        note += f"; gray: less than the required {found.floor} MB"
    if found.policy.strategy is None:
        note += f"; band: up to {found.policy.max_extra_cost:.0%} more than the lowest cost"
    return note


def _description(found: Recommendation) -> str:
    each = (
        f"{point.memory_size} MB takes {point.duration_ms:,.0f} ms and costs "
        f"{found.price.money(found.bill(point) * 1e6)} per million"
        for point in found.measurement.points
    )
    return "; ".join(each)


def _top(maximum: float) -> float:
    """The top of an axis for this maximum: five steps of a round number."""
    power = 10.0 ** math.floor(math.log10(maximum / _STEPS))
    return next(_STEPS * part * power for part in _ROUND if _STEPS * part * power >= maximum)


def _number(value: float) -> str:
    """A number of an axis."""
    return f"{value:,.0f}" if value >= 1_000 else f"{value:.6g}"


class _Plot:
    """The axes and what they show: each doubling of memory has the same width."""

    def __init__(self, found: Recommendation, other: Recommendation | None) -> None:
        self._found = found
        both = [found, *([other] if other is not None else [])]
        self._sizes = sorted({size for each in both for size in each.measurement.sizes})
        self._duration = _top(max(point.duration_ms for each in both for point in each.measurement.points))
        self._cost = _top(1e6 * max(each.bill(point) for each in both for point in each.measurement.points))

    def _across(self, memory_size: float) -> float:
        """The x coordinate of a memory size."""
        if len(self._sizes) == 1:
            return (_LEFT + _RIGHT) / 2
        share = math.log(memory_size / self._sizes[0]) / math.log(self._sizes[-1] / self._sizes[0])
        return _LEFT + share * (_RIGHT - _LEFT)

    @staticmethod
    def _up(value: float, top: float) -> float:
        """The y coordinate of a value."""
        return _BOTTOM - value / top * (_BOTTOM - _TOP)

    def floor(self) -> Iterator[str]:
        """Shade the sizes that have too little memory."""
        found = self._found
        if found.profile is None or found.floor <= self._sizes[0]:
            return
        width = self._across(found.floor) - _LEFT
        yield (
            f'<rect class="floor" x="{_LEFT}" y="{_TOP}" width="{width:.1f}" height="{_BOTTOM - _TOP}">'
            f"<title>less than {found.floor} MB</title></rect>"
        )

    def band(self) -> Iterator[str]:
        """Shade the costs that the choice may have."""
        found = self._found
        if found.policy.strategy is not None:
            return
        lowest = 1e6 * found.bill(found.cheapest)
        limit = min(self._cost, lowest * (1 + found.policy.max_extra_cost))
        y = self._up(limit, self._cost)
        height = self._up(lowest, self._cost) - y
        yield f'<rect class="band" x="{_LEFT}" y="{y:.1f}" width="{_RIGHT - _LEFT}" height="{height:.1f}"/>'

    def axes(self) -> Iterator[str]:
        """The grid, its labels and the names of the axes."""
        for number in range(_STEPS + 1):
            y = self._up(number, _STEPS)
            yield f'<path class="grid" d="M{_LEFT} {y:.1f}H{_RIGHT}"/>'
            for name, edge, anchor, top in (
                ("duration", _LEFT - 8, "end", self._duration),
                ("cost", _RIGHT + 8, "start", self._cost),
            ):
                label = _number(top * number / _STEPS)
                yield f'<text class="{name}" x="{edge}" y="{y + 4:.1f}" text-anchor="{anchor}">{label}</text>'
        cost = f"{_escape(self._found.price.currency)} per million"
        yield f'<text class="duration" x="{_LEFT}" y="{_TOP - 14}" text-anchor="middle">ms</text>'
        yield f'<text class="cost" x="{_RIGHT}" y="{_TOP - 14}" text-anchor="middle">{cost}</text>'
        for size, row in self._labeled().items():
            chosen = ' class="chosen"' if size == self._found.choice.memory_size else ""
            x, y = self._across(size), _BOTTOM + 18 + 16 * row
            yield f'<text{chosen} x="{x:.1f}" y="{y}" text-anchor="middle">{size}</text>'
        middle = (_LEFT + _RIGHT) / 2
        yield f'<text x="{middle:.0f}" y="{_BOTTOM + 54}" text-anchor="middle">memory in MB</text>'

    def _labeled(self) -> dict[int, int]:
        """The sizes with a label, and its row: besides the chosen and the largest one, those with room."""
        chosen, largest = self._found.choice.memory_size, self._sizes[-1]
        rows = {chosen: 0}
        for size in (largest, self._sizes[0], *self._sizes):
            x = self._across(size)
            if all(abs(x - self._across(each)) >= 2 * _LABEL for each in rows):
                rows[size] = 0
        return {**rows, largest: rows.get(largest, 1)}

    def curves(self, found: Recommendation, kind: str = "") -> Iterator[str]:
        """The durations and costs of a measurement."""
        points = found.measurement.points
        places = [self._across(point.memory_size) for point in points]
        for name, heights in (
            ("duration", [self._up(point.duration_ms, self._duration) for point in points]),
            ("cost", [self._up(found.bill(point) * 1e6, self._cost) for point in points]),
        ):
            line = "L".join(f"{x:.1f} {y:.1f}" for x, y in zip(places, heights, strict=True))
            yield f'<path class="curve {name}{kind}" d="M{line}"/>'
            for x, y in zip(places, heights, strict=True):
                yield f'<circle class="{name}{kind}" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'

    def choice(self) -> Iterator[str]:
        """A line at the chosen size, whose label is bold."""
        x = self._across(self._found.choice.memory_size)
        yield f'<path class="choice" d="M{x:.1f} {_TOP}V{_BOTTOM}"/>'
