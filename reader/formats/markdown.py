"""Tells Markdown from HTML; it is named to people, and not read."""

from __future__ import annotations

import re

# What a line of HTML does not begin with, and a link or a picture as no page has it.
_MARKDOWN = re.compile(
    r"^(?:#{1,6} +\S|[-*+] +\S|\d{1,3}[.)] +\S|> ?\S|```|~~~|(?:={3,}|-{3,}|\* ?\* ?\*)[ \t]*$)"
    r"|!?\[[^\]\n]{1,300}\]\((?:https?:|/|\.|#)[^)\s]*\)|\[\[[^\]\n]{1,300}\]\]",
    re.MULTILINE,
)


def is_markdown(text: str) -> bool:
    """Say whether a text has headings, lists, quotes, rules or links as Markdown writes them."""
    return _MARKDOWN.search(text) is not None
