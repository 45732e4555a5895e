"""Writes the blocks of a page as its HTML, which `read_page` reads back."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from reader.page import BREAK, IMAGE, MARK_TAGS, Block, Box, Leaf, Run

_OF_MARKS = {marks: tuple(tag for tag, bit in MARK_TAGS.items() if marks & bit) for marks in range(128)}
_PLAIN_INSIDE = frozenset(("li", "td", "th", "dd"))


def to_html(root: Box, numbers: Mapping[int, int]) -> str:
    """Write the children of `root`; `numbers` says which number each picture has in the page."""
    out: list[str] = []
    for block in root.children:
        _write_block(block, out, numbers)
    return "".join(out)


def _write_block(block: Block, out: list[str], numbers: Mapping[int, int]) -> None:
    """Write one block; the shape bounds how deep this goes."""
    if isinstance(block, Leaf):
        _write_leaf(block, out, numbers)
        return
    if block.tag == "hr":
        out.append("<hr>")
        return
    out.append(_opening(block))
    only = block.children[0] if len(block.children) == 1 else None
    if block.tag in _PLAIN_INSIDE and isinstance(only, Leaf) and only.tag == "p":
        _write_runs(only.runs, out, numbers)
    else:
        for child in block.children:
            _write_block(child, out, numbers)
    out.append(f"</{block.tag}>")


def _opening(box: Box) -> str:
    if box.tag == "div":
        return '<div class="removed">'
    columns, rows = box.spans
    wide = f' colspan="{columns}"' if columns > 1 else ""
    return f"<{box.tag}{wide}" + (f' rowspan="{rows}">' if rows > 1 else ">")


def _write_leaf(leaf: Leaf, out: list[str], numbers: Mapping[int, int]) -> None:
    if leaf.tag == "img":  # the pictures of a figure
        _write_runs(leaf.runs, out, numbers)
        return
    plain = leaf.plain
    if plain and not plain.marks and not plain.href:
        out.append(f"<{leaf.tag}>{escape(plain.text, quote=False)}</{leaf.tag}>")
        return
    out.append(f"<{leaf.tag}>")
    _write_runs(leaf.runs, out, numbers)
    out.append(f"</{leaf.tag}>")


def _write_runs(runs: list[Run], out: list[str], numbers: Mapping[int, int]) -> None:
    open_tags: tuple[str, ...] = ()
    href: str | None = None
    for run in runs:
        if run.kind == BREAK:
            tags, target = open_tags[:0], None
        else:
            tags, target = _OF_MARKS[run.marks], run.href
        if target != href or (tags != open_tags):
            shared = _shared(open_tags, tags) if target == href else 0
            out.extend(f"</{tag}>" for tag in reversed(open_tags[shared:]))
            if target != href:
                out.append("</a>" if href else "")
                out.append(f'<a href="{escape(target)}">' if target else "")
            out.extend(f"<{tag}>" for tag in tags[shared:])
            open_tags, href = tags, target
        if run.kind == IMAGE:
            out.append(f'<img src="img:{numbers[run.image]}" alt="{escape(run.text)}">')
        else:
            out.append("<br>" if run.kind == BREAK else escape(run.text, quote=False))
    out.extend(f"</{tag}>" for tag in reversed(open_tags))
    if href:
        out.append("</a>")


def _shared(left: tuple[str, ...], right: tuple[str, ...]) -> int:
    count = 0
    for a, b in zip(left, right, strict=False):
        if a != b:
            break
        count += 1
    return count
