"""Draws a recording of gaps as SVG: the longest in each second, and how many were how long."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

# Where one bar of the histogram ends and the next begins, in milliseconds.
BARS = (0, 6, 8, 10, 12, 14, 16, 18, 20, 25, 30, 50, 100, 1_000_000)
# What a recording holds besides its figures.
RECORDED = ("began", "histogram", "by_second_ms", "work_by_second_ms")
_OURS, _WORK, _CONTROL, _LIMIT = "#b3261e", "#e8a33d", "#57606a", "#1f6feb"
_LEFT, _WIDTH, _HEIGHT, _TOP = 60, 720, 200, 60
_BELOW = _TOP + _HEIGHT + 80
_LEAST_TOP_MS = 40.0


def gaps_picture(recording: dict[str, Any]) -> str:
    """Return the picture: above the time line, below the histogram on a log scale."""
    gaps, control = recording["import"], recording["control"]
    title = f"Gaps of the GUI thread while importing {recording['what']}: the longest in each second, in ms"
    box = f"0 0 {_LEFT + _WIDTH + 30} {_BELOW + _HEIGHT + 50}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="{_LEFT}" y="22" font-size="14">{title}</text>',
        *_legend(),
        *_time_line(gaps, control),
        *_histogram(gaps["histogram"], control["histogram"]),
    ]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _legend() -> Iterator[str]:
    names = {"GUI thread": _OURS, "of which its own work": _WORK, "an idle process": _CONTROL, "the goal": _LIMIT}
    for at, (name, colour) in enumerate(names.items()):
        x = _LEFT + at * 170
        yield f'<rect x="{x}" y="34" width="10" height="10" fill="{colour}"/><text x="{x + 16}" y="43">{name}</text>'


def _time_line(gaps: dict[str, Any], control: dict[str, Any]) -> Iterator[str]:
    lines = ((control["by_second_ms"], _CONTROL), (gaps["by_second_ms"], _OURS), (gaps["work_by_second_ms"], _WORK))
    seconds = max(2, len(gaps["by_second_ms"]))
    top = max(_LEAST_TOP_MS, *gaps["by_second_ms"], *control["by_second_ms"])
    for value in _steps(top):
        yield _rule(_y(value, top), f"{value:g}", "#d0d7de")
    yield _rule(_y(20, top), "", _LIMIT)
    for values, colour in lines:
        points = (f"{_LEFT + at / (seconds - 1) * _WIDTH:.1f},{_y(value, top):.1f}" for at, value in enumerate(values))
        yield f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}"/>'
    yield f'<text x="{_LEFT}" y="{_TOP + _HEIGHT + 16}" fill="#57606a">0 s</text>'
    end = _LEFT + _WIDTH
    yield f'<text x="{end}" y="{_TOP + _HEIGHT + 16}" text-anchor="end" fill="#57606a">{seconds} s</text>'


def _y(value: float, top: float) -> float:
    return _TOP + _HEIGHT * (1 - value / top)


def _steps(top: float) -> Sequence[float]:
    step = 10.0 if top <= 60 else 10 ** math.ceil(math.log10(top / 8))
    return [at * step for at in range(int(top / step) + 1)]


def _rule(y: float, label: str, colour: str) -> str:
    line = f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{_LEFT + _WIDTH}" y2="{y:.1f}" stroke="{colour}"/>'
    return f'{line}<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" fill="#57606a">{label}</text>'


def _histogram(ours: Sequence[int], control: Sequence[int]) -> Iterator[str]:
    yield f'<text x="{_LEFT}" y="{_BELOW - 18}" font-size="14">How many gaps were how long (log scale)</text>'
    most = math.log10(max(10, *ours, *control) * 2)
    room = _WIDTH / len(ours)
    for at, (low, high) in enumerate(pairwise(BARS)):
        left = _LEFT + at * room
        for count, colour, x in ((ours[at], _OURS, left + 4), (control[at], _CONTROL, left + room / 2)):
            height = _HEIGHT * math.log10(count * 2) / most if count else 0.0
            y = _BELOW + _HEIGHT - height
            yield f'<rect x="{x:.1f}" y="{y:.1f}" width="{room / 2 - 6:.1f}" height="{height:.1f}" fill="{colour}"/>'
            if count:
                middle = x + room / 4 - 3
                yield f'<text x="{middle:.1f}" y="{y - 3:.1f}" font-size="9" text-anchor="middle">{count}</text>'
        name = f"{low}–{high}" if at < len(ours) - 1 else f"over {low}"
        foot = _BELOW + _HEIGHT + 16
        yield f'<text x="{left + room / 2:.1f}" y="{foot}" text-anchor="middle" fill="#57606a">{name}</text>'
    yield _rule(_BELOW + _HEIGHT, "", "#d0d7de")
