"""The size of a bundle as a treemap: one page of HTML, without scripts and without anything from elsewhere.

The layout is squarified: https://www.win.tue.nl/~vanwijk/stm.pdf
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Final

from .bundle_size import Part, total

_WIDTH, _HEIGHT = 1200, 700
_COLORS: Final = ("#4e79a7", "#59a14f", "#9c755f", "#b07aa1", "#e15759", "#76b7b2", "#edc948", "#f28e2b")
_SMALL: Final = 0.002  # files below this share of the bundle are drawn as one
_LETTER, _LINE = 7.5, 18
_PAGE: Final = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<style>
body{{margin:16px;font:14px system-ui,sans-serif;color:#222}}
rect{{stroke:#fff}}
text{{font:12px system-ui,sans-serif;fill:#fff;pointer-events:none}}
</style>
</head>
<body>
<h1>{title}</h1>
<svg width="{width}" height="{height}" role="img" aria-label="{title}">
{shapes}
</svg>
</body>
</html>
"""

Box = tuple[float, float, float, float]


def page(parts: Sequence[Part], title: str) -> str:
    """The treemap of the parts of a bundle."""
    whole = total(parts).size
    areas = {part.name: float(part.size) for part in parts if part.size}
    boxes = dict(squarified(areas, (0, 0, _WIDTH, _HEIGHT)))
    shapes = []
    for number, part in enumerate(each for each in parts if each.size):
        color = _COLORS[number % len(_COLORS)]
        large = {name: float(size) for name, size in part.files.items() if size >= _SMALL * whole}
        rest = part.size - sum(large.values())
        for name, box in squarified(large | ({"other files": rest} if rest else {}), boxes[part.name]):
            shapes.append(_rectangle(box, f"{part.name}: {name}", color))
        shapes.append(_label(boxes[part.name], part.name))
    return _PAGE.format(title=escape(title), width=_WIDTH, height=_HEIGHT, shapes="\n".join(shapes))


def squarified(areas: Mapping[str, float], box: Box) -> Iterator[tuple[str, Box]]:
    """Rectangles with these relative areas that fill a box, as square as they can be; the largest first."""
    left, top, width, height = box
    scale = width * height / (sum(areas.values()) or 1)
    waiting = sorted(((area * scale, name) for name, area in areas.items()), reverse=True)
    while waiting:
        side, row = min(width, height), waiting[:1]
        while len(row) < len(waiting) and _worst([*row, waiting[len(row)]], side) <= _worst(row, side):
            row.append(waiting[len(row)])
        waiting = waiting[len(row) :]
        depth, offset = sum(area for area, _ in row) / (side or 1), 0.0
        for area, name in row:
            length = area / (depth or 1)
            if width >= height:
                yield name, (left, top + offset, depth, length)
            else:
                yield name, (left + offset, top, length, depth)
            offset += length
        if width >= height:
            left, width = left + depth, width - depth
        else:
            top, height = top + depth, height - depth


def _worst(row: Sequence[tuple[float, str]], side: float) -> float:
    """How far the worst rectangle of a row is from a square."""
    depth = sum(area for area, _ in row) / (side or 1) or 1
    lengths = [area / depth or 1 for area, _ in row]
    return max(max(depth / length, length / depth) for length in lengths)


def _rectangle(box: Box, title: str, color: str) -> str:
    left, top, width, height = box
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{color}">'
        f"<title>{escape(title)}</title></rect>"
    )


def _label(box: Box, text: str) -> str:
    """The name of a package, if it has room."""
    left, top, width, height = box
    if width < len(text) * _LETTER or height < _LINE:
        return ""
    return f'<text x="{left + 4:.1f}" y="{top + _LINE - 4:.1f}">{escape(text)}</text>'
