"""White space of a leaf, folded as a browser would, and characters that nobody sees."""

from __future__ import annotations

import re

from reader.page import BREAK, CODE, IMAGE, TEXT, Run

_CJK = "\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\U00020000-\U0003ffff"
_EITHER = "‘’“”…—·"
# Zero-width and control characters carry nothing that is read, and split words in the search.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff\u202d\u202e\ud800-\udfff\ufffe\uffff]"
)
_SPACE = " \t\n\r\f\v\x85\xa0\u2000-\u200a\u2028\u2029\u202f\u205f"
_UNEVEN = re.compile(f"[{_SPACE}]{{2,}}|[{_SPACE[1:]}]")
_BREAKS = re.compile("[\n\r\x85\u2028\u2029]")
_IS_CJK = re.compile(f"[{_CJK}]")
_IS_JOINABLE = re.compile(f"[{_CJK}{_EITHER}]")
_SPACE_CHARACTERS = " \t\n\r\f\v\x85\xa0\u2028\u2029\u202f\u205f" + "".join(map(chr, range(0x2000, 0x200B)))
MARGIN = _SPACE_CHARACTERS + "\u3000"


def visible(text: str) -> str:
    """Drop characters that nobody sees."""
    if text.isprintable():  # none of them is; and this is known much sooner
        return text
    return _INVISIBLE.sub("", text) if _INVISIBLE.search(text) else text


def _fuses(left: str, right: str) -> bool:
    """Say whether a line break between the two stands for nothing: both CJK, or one CJK, one punctuation."""
    if not (_IS_JOINABLE.match(left) and _IS_JOINABLE.match(right)):
        return False
    return bool(_IS_CJK.match(left) or _IS_CJK.match(right))


class _Tidier:
    """Collapses the white space of one leaf, across the borders of its runs."""

    def __init__(self) -> None:
        self.out: list[Run] = []
        self.last = ""
        self.gap = ""
        self.gap_style: tuple[int, str | None] = (0, None)

    def add(self, run: Run) -> None:
        if run.kind == BREAK:
            self.out.append(Run(BREAK))
            self.last = self.gap = ""
        elif run.kind == IMAGE:
            self._close_gap("x")
            self.out.append(run)
            self.last = "x"
        elif run.text:
            self._add_text(run)

    def _add_text(self, run: Run) -> None:
        text = run.text
        inner = text.strip(_SPACE_CHARACTERS)
        if len(inner) == len(text):
            self._emit(inner, run)
            return
        if not inner:
            self._open_gap(text, run, whole=True)
            return
        start = text.index(inner[0])
        if start:
            self._open_gap(text[:start], run, whole=False)
        self._emit(inner, run)
        if start + len(inner) < len(text):
            self._open_gap(text[start + len(inner) :], run, whole=False)

    def _open_gap(self, space: str, run: Run, *, whole: bool) -> None:
        if not self.gap:
            style = (run.marks, run.href)
            same = bool(self.out) and (self.out[-1].marks, self.out[-1].href) == style
            self.gap_style = style if same or not whole else (0, None)
        self.gap = "\n" if _BREAKS.search(self.gap + space) else " "

    def _close_gap(self, following: str) -> None:
        if self.gap and self.last and not (self.gap == "\n" and _fuses(self.last, following)):
            self.out.append(Run(TEXT, " ", *self.gap_style))
        self.gap = ""

    def _emit(self, text: str, run: Run) -> None:
        if not self.last:
            text = text.lstrip(MARGIN)
            if not text:
                return
        self._close_gap(text[0])
        text = _even(text)
        self.out.append(run if text == run.text else Run(TEXT, text, run.marks, run.href))
        self.last = text[-1]


def _even(text: str) -> str:
    """Collapse the white space inside a text."""
    # Of all white space only the plain space is printable.
    if "  " not in text and text.isprintable():
        return text
    return _UNEVEN.sub(_evened, text)


def _evened(match: re.Match[str]) -> str:
    """Return what white space inside a text comes to."""
    if not _BREAKS.search(match.group()):
        return " "
    text, start, end = match.string, match.start(), match.end()
    return "" if start > 0 and end < len(text) and _fuses(text[start - 1], text[end]) else " "


def joined(runs: list[Run]) -> list[Run]:
    """Make one run of neighbours in one style."""
    out: list[Run] = []
    pieces: list[str] = []
    for run in runs:
        last = out[-1] if out else None
        if last and last.kind == TEXT == run.kind and last.marks == run.marks and last.href == run.href:
            pieces.append(run.text)
            continue
        _close_pieces(out, pieces)
        out.append(run)
    _close_pieces(out, pieces)
    return out


def _close_pieces(out: list[Run], pieces: list[str]) -> None:
    if pieces:
        out[-1] = out[-1]._replace(text=out[-1].text + "".join(pieces))
        pieces.clear()


def tidy_runs(runs: list[Run]) -> list[Run]:
    """Collapse white space, as a browser would; a line break between two CJK characters leaves nothing."""
    if len(runs) == 1 and runs[0].kind == TEXT:  # as most leaves have it
        run = runs[0]
        text = _even(run.text.strip(MARGIN))
        if text == run.text:
            return runs if text else []
        return [Run(TEXT, text, run.marks, run.href)] if text else []
    tidier = _Tidier()
    for run in runs:
        tidier.add(run)
    return _trim_runs(joined(tidier.out))


def _trim_runs(runs: list[Run]) -> list[Run]:
    """Drop breaks at both ends, and space at the ends of lines."""
    out: list[Run] = []
    for run in runs:
        if run.kind == BREAK:
            _strip_end(out)
            if not out:
                continue
        out.append(run)
    _strip_end(out)
    while out and out[-1].kind == BREAK:
        out.pop()
        _strip_end(out)
    return out


def _strip_end(runs: list[Run]) -> None:
    while runs and runs[-1].kind == TEXT:
        last = runs.pop()
        text = last.text.rstrip(MARGIN)
        if text:
            runs.append(last._replace(text=text))
            return


def tidy_lines(runs: list[Run]) -> list[Run]:
    """Keep the lines and spaces of preformatted text, without empty lines at both ends."""
    kept: list[Run] = []
    for run in runs:
        if run.kind == IMAGE:
            kept.append(run)
            continue
        text = "\n" if run.kind == BREAK else run.text.replace("\r\n", "\n").replace("\r", "\n")
        if text:
            kept.append(Run(TEXT, text, run.marks & ~CODE, run.href))
    kept = joined(kept)
    _strip_lines(kept, 0)
    _strip_lines(kept, -1)
    return kept


_BLANK_HEAD = re.compile(r"\A(?:[ \t\f\v]*\n)+")


def _strip_lines(runs: list[Run], end: int) -> None:
    """Strip empty lines at one end: whole lines at the beginning, all white space at the end."""
    while runs and runs[end].kind == TEXT:
        text = runs[end].text
        text = _BLANK_HEAD.sub("", text) if end == 0 else text.rstrip()
        if text.strip():
            runs[end] = runs[end]._replace(text=text)
            return
        runs.pop(end)
