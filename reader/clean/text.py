"""The text of a page as the index sees it: derived from the clean page itself, one block a line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reader.clean.nodes import IMAGE, TEXT, Leaf, Run


def to_text(leaves: Iterable[Leaf]) -> str:
    """Return the words of each leaf on a line of their own, none empty; alternative texts are left out."""
    return "\n".join([line for leaf in leaves for line in _lines(leaf)])


def _lines(leaf: Leaf) -> list[str]:
    lines = (_spaced(leaf.runs) if leaf.has_image else leaf.words).split("\n")
    if leaf.tag == "pre":
        return [line.rstrip() for line in lines if line.strip()]
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
