"""The text of a page as the index sees it: derived from the clean page itself, one block a line."""

from __future__ import annotations

from reader.clean.nodes import BREAK, TEXT, Box, Leaf, Run
from reader.clean.shaping import leaves


def to_text(root: Box) -> str:
    """Return the words of each block on a line of their own, none empty; alternative texts are left out."""
    return "\n".join(line for leaf in leaves(root) for line in _lines(leaf))


def _lines(leaf: Leaf) -> list[str]:
    runs = leaf.runs
    lines = "".join([_words(run, 0 < number < len(runs) - 1) for number, run in enumerate(runs)]).split("\n")
    if leaf.tag == "pre":
        return [line.rstrip() for line in lines if line.strip()]
    return [words for line in lines if (words := line.replace("  ", " ").strip())]


def _words(run: Run, between: bool) -> str:
    if run.kind == TEXT:
        return run.text
    if run.kind == BREAK:
        return "\n"
    return " " if between else ""  # a picture between two words keeps them apart
