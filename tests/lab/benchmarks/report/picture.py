"""Draws how long answers take, as SVG written by hand: one line a class, one mark an engine, time on a log scale."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

_COLOURS = {"Pressmark": "#b3261e", "FTS5 bigrams": "#1f6feb", "tantivy": "#57606a"}
_ORDERS = {"newest": "newest first", "relevance": "most relevant first"}
_LEFT, _PANEL, _GAP, _TOP, _ROW = 140, 330, 40, 70, 24
_LEAST, _MOST = 0.01, 100.0


def picture(results: dict[str, Any]) -> str:
    """Return the picture: from p50 to p95 for each engine."""
    rows = results["asking"]["answers"]
    kinds = sorted({row["kind"] for row in rows}, key=lambda kind: (not kind[0].isdigit(), kind))
    width = _LEFT + len(_ORDERS) * (_PANEL + _GAP)
    height = _TOP + len(kinds) * _ROW + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        *_legend(f"{results['material']['articles']:,} articles: from p50 (dot) to p95, in ms"),
        *(f'<text x="{_LEFT - 12}" y="{_y(at) + 4}" text-anchor="end">{kind}</text>' for at, kind in enumerate(kinds)),
    ]
    for at, order in enumerate(_ORDERS):
        left = _LEFT + at * (_PANEL + _GAP)
        parts += _axis(left, order, height)
        parts += [_mark(left, kinds.index(row["kind"]), row) for row in rows if _is_drawn(row, order)]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _is_drawn(row: dict[str, Any], order: str) -> bool:
    return row["order"] == order and row["engine"] in _COLOURS


def _legend(title: str) -> Iterator[str]:
    yield f'<text x="{_LEFT}" y="22" font-size="14">{title}</text>'
    for at, (name, colour) in enumerate(_COLOURS.items()):
        x = _LEFT + 430 + at * 110
        yield f'<circle cx="{x}" cy="18" r="4" fill="{colour}"/><text x="{x + 8}" y="22">{name}</text>'


def _axis(left: int, order: str, height: int) -> Iterator[str]:
    yield f'<text x="{left}" y="46" font-weight="bold">{_ORDERS[order]}</text>'
    for power in range(round(math.log10(_LEAST)), round(math.log10(_MOST)) + 1):
        x = _x(left, 10.0**power)
        yield f'<line x1="{x:.1f}" y1="{_TOP - 12}" x2="{x:.1f}" y2="{height - 30}" stroke="#d0d7de"/>'
        yield f'<text x="{x:.1f}" y="{height - 14}" text-anchor="middle" fill="#57606a">{10.0**power:g}</text>'


def _mark(left: int, at: int, row: dict[str, Any]) -> str:
    """Draw one engine's line of a class; the engines lie a little below each other."""
    colour = _COLOURS[row["engine"]]
    y = _y(at) - 5 + 5 * list(_COLOURS).index(row["engine"])
    first, last = (_x(left, row[key]) for key in ("p50_ms", "p95_ms"))
    line = f'<line x1="{first:.1f}" y1="{y}" x2="{last:.1f}" y2="{y}" stroke="{colour}" stroke-width="2"/>'
    return f'{line}<circle cx="{first:.1f}" cy="{y}" r="3" fill="{colour}"/>'


def _x(left: int, milliseconds: float) -> float:
    share = math.log(min(max(milliseconds, _LEAST), _MOST) / _LEAST) / math.log(_MOST / _LEAST)
    return left + share * _PANEL


def _y(at: int) -> int:
    return _TOP + at * _ROW
