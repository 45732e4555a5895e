"""The text of a page as the index sees it: derived from the clean page itself, one block a line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reader.clean.dom.blocks import IMAGE, TEXT, Leaf, Run


def to_text(leaves: Iterable[Leaf]) -> str:
    """Return the words of each leaf on a line of their own, none empty; alternative texts are left out."""
    lines: list[str] = []
    for leaf in leaves:
        plain = leaf.plain
        if leaf.tag == "pre":
            lines += [line.rstrip() for line in _spaced(leaf.runs).split("\n") if line.strip()]
        elif plain:
            lines += _even((plain.text,))
        else:
            lines += _even(_spaced(leaf.runs).split("\n"))
    return "\n".join(lines)


def _even(lines: Iterable[str]) -> list[str]:
    return [words for line in lines if (words := line.replace("  ", " ").strip())]


def _spaced(runs: Sequence[Run]) -> str:
    """Return the words of runs; a picture between two of them keeps them apart."""
    between = range(1, len(runs) - 1)
    pieces = []
    for number, run in enumerate(runs):
        if run.kind == IMAGE:
            pieces.append(" " if number in between else "")
        else:
            pieces.append(run.text if run.kind == TEXT else "\n")
    return "".join(pieces)
