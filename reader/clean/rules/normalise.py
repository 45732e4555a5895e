"""Gives the tree of blocks its final shape: what may be nested in what, how deep, and no picture twice in a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reader.article import PageImage
from reader.clean.dom.white_space import tidy_lines, tidy_runs
from reader.clean.pictures import is_thumbnail, same_picture
from reader.page import BREAK, HEADINGS, IMAGE, TEXT, Block, Box, Leaf, Run, leaves

_MAX_TABLES = 2
_MAX_LISTS = 6
_MAX_QUOTES = 8
_LISTS = frozenset(("ul", "ol"))


def shaped(root: Box) -> Box:
    """Return the tree in its final shape; shaping is idempotent."""
    return Box(root.tag, _flow(root.children, _Depths()))


class _Depths(tuple[int, int, int]):
    """The number of tables, lists and quotes around a block."""

    def __new__(cls, tables: int = 0, lists: int = 0, quotes: int = 0) -> _Depths:
        return super().__new__(cls, (tables, lists, quotes))


def _flow(blocks: Sequence[Block], depths: _Depths) -> list[Block]:
    """Shape the blocks of the page, a quote or a cell."""
    out: list[Block] = []
    for block in blocks:
        if isinstance(block, Leaf):
            if block.tag == "p" and len(block.runs) == 1:
                out.append(block)
            else:
                out.extend(_leaf(block))
        elif block.tag == "hr":
            if out and not _is_rule(out[-1]):
                out.append(block)
        else:
            out.extend(_box(block, depths))
    while out and _is_rule(out[-1]):
        out.pop()
    return out


def _is_rule(block: Block) -> bool:
    return isinstance(block, Box) and block.tag == "hr"


def _leaf(leaf: Leaf) -> list[Block]:
    """Split a paragraph at empty lines; turn a stray caption or term into a paragraph."""
    tag = leaf.tag
    if tag in ("figcaption", "caption", "dt", "img"):
        tag = "p"
    if tag == "pre":
        return [leaf] if leaf.runs else []
    if tag in HEADINGS:
        return _heading_blocks(leaf, tag)
    return [Leaf(tag, runs) for runs in _paragraphs(leaf.runs)]


def _heading_blocks(leaf: Leaf, tag: str) -> list[Block]:
    """Move a heading's pictures into a paragraph before it."""
    out: list[Block] = []
    pictures = [run for run in leaf.runs if run.kind == IMAGE]
    if pictures:
        out.append(Leaf("p", pictures))
    words = single_breaks([run for run in leaf.runs if run.kind != IMAGE])
    if words:
        out.append(Leaf(tag, words))
    return out


def _paragraphs(runs: Sequence[Run]) -> Iterator[list[Run]]:
    """Split at two or more line breaks."""
    start = 0
    position = 0
    while position < len(runs):
        end = position
        while end < len(runs) and runs[end].kind == BREAK:
            end += 1
        if end - position >= 2:
            if position > start:
                yield list(runs[start:position])
            start = end
        position = max(end, position + 1)
    if start < len(runs):
        yield list(runs[start:])


def single_breaks(runs: Sequence[Run]) -> list[Run]:
    """Reduce a run of line breaks to one, drop breaks at both ends, and merge neighbouring text in one style."""
    out: list[Run] = []
    for run in runs:
        if run.kind == BREAK and (not out or out[-1].kind == BREAK):
            continue
        if run.kind == TEXT and out and out[-1].kind == TEXT and out[-1][2:] == run[2:]:
            out[-1] = out[-1]._replace(text=out[-1].text + run.text)
        else:
            out.append(run)
    while out and out[-1].kind == BREAK:
        out.pop()
    return out


def _box(box: Box, depths: _Depths) -> list[Block]:
    tables, lists, quotes = depths
    match box.tag:
        case "div":
            inner = _flow(box.children, depths)
            return [Box("div", inner)] if inner else []
        case "blockquote":
            inner = _flow(box.children, _Depths(tables, lists, quotes + 1))
            return [Box("blockquote", inner)] if inner and quotes < _MAX_QUOTES else inner
        case "ul" | "ol":
            return _list(box, depths)
        case "dl":
            return _definitions(box, depths)
        case "table":
            return _table(box, depths)
        case "figure":
            return _figure(box, depths)
    return _flow(box.children, depths)  # a stray li, tr, td or dd


def _wrapped(children: Sequence[Block], part: str, also: str = "") -> Iterator[Block]:
    """Yield the children that are a `part` (or `also`), and wrap each run of other children in a `part` of its own."""
    loose: list[Block] = []
    for child in children:
        if child.tag in (part, also):
            if loose:
                yield Box(part, loose)
                loose = []
            yield child
        else:
            loose.append(child)
    if loose:
        yield Box(part, loose)


def _list(box: Box, depths: _Depths) -> list[Block]:
    tables, lists, quotes = depths
    inner = _Depths(tables, lists + 1, quotes)
    items: list[Block] = []
    own = {id(child) for child in box.children}
    for item in _wrapped(box.children, "li"):
        assert isinstance(item, Box)
        content = _flow(item.children, inner)
        if content and lists >= _MAX_LISTS:
            items.extend(content)
        elif items and content and id(item) not in own and all(block.tag in _LISTS for block in content):
            _extend(items[-1], content)  # a list directly inside a list belongs to the item before it
        elif content:
            items.append(Box("li", content))
    if lists >= _MAX_LISTS:
        return items
    return [Box(box.tag, items)] if items else []


def _extend(block: Block, content: list[Block]) -> None:
    assert isinstance(block, Box)
    block.children.extend(content)


def _definitions(box: Box, depths: _Depths) -> list[Block]:
    out: list[Block] = []
    for part in _wrapped(box.children, "dd", "dt"):
        if isinstance(part, Leaf):
            words = single_breaks([run for run in part.runs if run.kind != IMAGE])
            pictures = [run for run in part.runs if run.kind == IMAGE]
            if words:
                out.append(Leaf("dt", words))
            if pictures:
                out.append(Box("dd", [Leaf("p", pictures)]))
        elif content := _flow(part.children, depths):
            out.append(Box("dd", content))
    return [Box("dl", out)] if out else []


def _table(box: Box, depths: _Depths) -> list[Block]:
    """Shape a table; one with a single filled cell, or nested too deep, is replaced by its content."""
    rows = [child for child in box.children if isinstance(child, Box) and child.tag == "tr"]
    others = [child for child in box.children if child.tag != "tr"]
    cells = sum(1 for row in rows for cell in row.children if cell.tag in ("td", "th"))
    tables, lists, quotes = depths
    if tables >= _MAX_TABLES or cells <= 1:
        return _flow([block for child in box.children for block in _cell_blocks(child)], depths)
    inner = _Depths(tables + 1, lists, quotes)
    shaped_rows = [Box("tr", row) for source in rows if (row := _row(source, inner))]
    full = [cell for row in shaped_rows for cell in row.children if isinstance(cell, Box) and cell.children]
    before: list[Block] = []
    captions: list[Block] = []
    for other in others:
        if isinstance(other, Leaf) and other.tag == "caption" and not captions and not other.has_image:
            captions = [Leaf("caption", single_breaks(other.runs))]
        else:
            before.extend(_flow([other], depths))
    if len(full) <= 1:
        content = [*captions, *(block for cell in full for block in cell.children)]
        return [*before, *_flow(content, depths)]
    return [*before, Box("table", [*captions, *shaped_rows])]


def _cell_blocks(child: Block) -> list[Block]:
    """Return the blocks in the cells of a row; for another child, the child itself."""
    if isinstance(child, Leaf) or child.tag != "tr":
        return [child]
    out: list[Block] = []
    for cell in child.children:
        out.extend(cell.children if isinstance(cell, Box) and cell.tag in ("td", "th") else [cell])
    return out


def _row(source: Box, depths: _Depths) -> list[Block]:
    cells: list[Block] = []
    for cell in _wrapped(source.children, "td", "th"):
        assert isinstance(cell, Box)
        cells.append(Box(cell.tag, _flow(cell.children, depths), cell.spans))
    return cells if any(isinstance(cell, Box) and cell.children for cell in cells) else []


def _figure(box: Box, depths: _Depths) -> list[Block]:
    """Keep a figure of pictures and a caption; any other figure is replaced by its content."""
    captions = [child for child in box.children if isinstance(child, Leaf) and child.tag == "figcaption"]
    others = [child for child in box.children if child.tag != "figcaption"]
    content = _flow(others, depths)
    runs = [run for block in content if isinstance(block, Leaf) for run in block.runs if run.kind == IMAGE]
    only_pictures = all(isinstance(block, Leaf) and not block.words.strip() for block in content)
    words = _caption([run for caption in _separated(captions) for run in caption])
    if not (runs and words and only_pictures):
        return _flow([*content, *(Leaf("p", caption.runs) for caption in captions)], depths)
    return [Box("figure", [Leaf("img", runs), Leaf("figcaption", words)])]


def _separated(captions: Sequence[Leaf]) -> Iterator[list[Run]]:
    for number, caption in enumerate(captions):
        yield [Run(BREAK), *caption.runs] if number else caption.runs


def _caption(runs: Sequence[Run]) -> list[Run]:
    return single_breaks([run for run in runs if run.kind != IMAGE])


def drop_doubles(root: Box, images: list[PageImage]) -> bool:
    """Drop one of two neighbouring pictures that are the same: a lazy one and its noscript copy, or a scaled copy.

    Return whether any was dropped. The entry of a thumbnail in `images` is replaced by the full picture.
    """
    if not images:
        return False
    dropped = False
    last: int | None = None
    for leaf in leaves(root):
        if plain := leaf.plain:
            last = None if plain.text.strip() else last
            continue
        kept: list[Run] = []
        for run in leaf.runs:
            if run.kind == IMAGE:
                if last is not None and same_picture(images[last].url) == same_picture(images[run.image].url):
                    if is_thumbnail(images[last].url) and not is_thumbnail(images[run.image].url):
                        images[last] = images[run.image]
                    continue
                last = run.image
            elif run.kind == TEXT and run.text.strip():
                last = None
            kept.append(run)
        if len(kept) < len(leaf.runs):
            dropped = True
            leaf.replace(tidy_lines(kept) if leaf.tag == "pre" else tidy_runs(kept))
    return dropped
