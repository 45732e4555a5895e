"""The text of a page as the index sees it: derived from the clean page itself, one block a line."""

from __future__ import annotations

from reader.clean.nodes import IMAGE, TEXT, Box, Leaf
from reader.clean.shaping import leaves


def to_text(root: Box) -> str:
    """Return the words of each block on a line of their own, none empty; alternative texts are left out."""
    return "\n".join(line for leaf in leaves(root) for line in _lines(leaf))


def _lines(leaf: Leaf) -> list[str]:
    pieces: list[str] = []
    for number, run in enumerate(leaf.runs):
        if run.kind == TEXT:
            pieces.append(run.text)
        elif run.kind == IMAGE:
            # A picture between two words keeps them apart.
            pieces.append(" " if 0 < number < len(leaf.runs) - 1 else "")
        else:
            pieces.append("\n")
    keep_spaces = leaf.tag == "pre"
    lines = "".join(pieces).split("\n")
    if keep_spaces:
        return [line.rstrip() for line in lines if line.strip()]
    return [words for line in lines if (words := " ".join(line.split(" ")).replace("  ", " ").strip())]
