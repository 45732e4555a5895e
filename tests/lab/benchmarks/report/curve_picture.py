"""Writes the page of a curve: a table, a picture of how each cost grows, and a word on what grows too fast."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

Points = Sequence[dict[str, Any]]
# What is measured: its name, its unit, its colour, and whether a person waits for it.
MEASURES = {
    "importing": ("import of an article", "ms", "#b3261e", True),
    "index": ("index of an article, rebuilt", "ms", "#1f6feb", False),
    "keystroke": ("keystroke to painted list, p95", "ms", "#0f6b66", True),
    "start": ("start to usable window", "ms", "#8250df", True),
    "memory": ("memory of the idle window", "MB", "#9a6700", False),
    "disk": ("disk of an article", "kB", "#57606a", False),
}
_LEFT, _TOP, _WIDTH, _HEIGHT, _NAMES = 60, 60, 560, 300, 230
_LEAST, _MOST = 0.5, 8.0
# Noise of a machine that others use.
_TOLERANCE = 1.15


def document(told: dict[str, Any]) -> str:
    """Return the page, in Markdown."""
    points: Points = told["points"]
    return "\n\n".join(_sections(told, points)) + "\n"


def _sections(told: dict[str, Any], points: Points) -> Iterator[str]:
    machine = told["machine"]
    yield f"# From {points[0]['articles']:,} to {points[-1]['articles']:,} articles"
    yield (
        "One library grows by invented captures (`make bench-curve`). An import is measured over the articles of its step,"
        f" the rest at the size that is then reached. Python {machine['python']}, {machine['cores']} cores."
    )
    if points[-1]["articles"] < told["asked"]:
        yield f"{told['asked']:,} articles did not fit: this disk had room for {told['room']:,}."
    yield "![How each cost grows](curve.svg)"
    head = "| articles | " + " | ".join(f"{name}, {unit}" for name, unit, _, _ in MEASURES.values()) + " |"
    rows = [
        f"| {point['articles']:,} | " + " | ".join(f"{point[key]:.3g}" for key in MEASURES) + " |" for point in points
    ]
    yield "\n".join([head, "|-" * (len(MEASURES) + 1) + "|", *rows])
    yield _verdict(points)


def faster_than_logarithm(points: Points) -> list[str]:
    """Return what a person waits for that grew faster than the logarithm of the articles, from first to last."""
    first, last = points[0], points[-1]
    allowed = math.log(last["articles"]) / math.log(first["articles"]) * _TOLERANCE
    return [name for key, (name, _, _, waits) in MEASURES.items() if waits and last[key] / first[key] > allowed]


def _verdict(points: Points) -> str:
    fast = faster_than_logarithm(points)
    if not fast:
        return "Nothing that a person waits for grows faster than the logarithm of the number of articles."
    return f"Faster than the logarithm of the number of articles grows: {', '.join(fast)}."


def picture(points: Points) -> str:
    """Return an SVG: each measure against its value at the smallest size, both axes logarithmic."""
    width, height = _LEFT + _WIDTH + _NAMES, _TOP + _HEIGHT + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<text x="{_LEFT}" y="24" font-size="14">How each cost grows, against that at {points[0]["articles"]:,} articles</text>',
        *_axes(points),
    ]
    logarithm = [(point["articles"], math.log(point["articles"]) / math.log(points[0]["articles"])) for point in points]
    parts.append(_line(points, logarithm, "#afb8c1", ' stroke-dasharray="4 4"'))
    ends = [(logarithm[-1][1], "logarithm", "#57606a")]
    for key, (name, _, colour, _) in MEASURES.items():
        grown = [(point["articles"], point[key] / points[0][key]) for point in points]
        parts.append(_line(points, grown, colour))
        ends.append((grown[-1][1], name, colour))
    return "\n".join([*parts, *_names(ends), "</svg>"]) + "\n"


def _axes(points: Points) -> Iterator[str]:
    for point in points:
        x = _x(points, point["articles"])
        yield f'<line x1="{x:.1f}" y1="{_TOP}" x2="{x:.1f}" y2="{_TOP + _HEIGHT}" stroke="#eaeef2"/>'
        yield f'<text x="{x:.1f}" y="{_TOP + _HEIGHT + 20}" text-anchor="middle">{point["articles"]:,}</text>'
    ratio = _LEAST
    while ratio <= _MOST:
        y = _y(ratio)
        yield f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{_LEFT + _WIDTH}" y2="{y:.1f}" stroke="#d0d7de"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{ratio:g} ×</text>'
        ratio *= 2


def _line(points: Points, grown: Sequence[tuple[int, float]], colour: str, more: str = "") -> str:
    places = " ".join(f"{_x(points, articles):.1f},{_y(ratio):.1f}" for articles, ratio in grown)
    return f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="2"{more}/>'


def _names(ends: Sequence[tuple[float, str, str]]) -> Iterator[str]:
    """Name the lines at their ends, from the top down, with a line's height between two names."""
    least = 0.0
    for ratio, name, colour in sorted(ends, reverse=True):
        least = max(_y(ratio) + 4, least + 15)
        yield f'<text x="{_LEFT + _WIDTH + 10}" y="{least:.1f}" fill="{colour}">{name}, {ratio:.2g} ×</text>'


def _x(points: Points, articles: int) -> float:
    first, last = (math.log(points[at]["articles"]) for at in (0, -1))
    return _LEFT + _WIDTH * ((math.log(articles) - first) / (last - first) if last > first else 0)


def _y(ratio: float) -> float:
    share = math.log(min(max(ratio, _LEAST), _MOST) / _LEAST) / math.log(_MOST / _LEAST)
    return _TOP + _HEIGHT * (1 - share)
