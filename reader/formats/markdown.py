"""Tells Markdown from plain text and from HTML. Markdown is refused by name, not read."""

from __future__ import annotations

import re

# Found in neither plain text nor HTML. Each is bounded and ends at the next bracket: a line may have 65,536 of them.
_MARKS = (
    r"^#{1,6} \S|^```|^[ \t]{0,12}[-*] \[[ xX]\] |^\[\^\w{1,40}\]:|\[\[[^\[\]\n]{1,300}\]\]"
    r"|\[[^\[\]\n]{0,300}\]\((?:https?:|/|\.|#)[^)\s]{0,500}\)"
)
# Marks that HTML may hold: a script in a page writes powers as `**`, and calls items of lists as `[i](x)`.
_NOT_IN_TEXT = r"\*\*[^*\n]{1,200}\*\*|\[[^\[\]\n]{1,200}\]\([^)\s]{1,500}\)"
# Marks that plain text may hold: lists, quotes and rules, and "#" before commented-out lines of scripts and settings.
_NOT_IN_HTML = r"^(?:#{1,6} +\S|[-*+] +\S|\d{1,3}[.)] +\S|> ?\S|~~~|(?:={3,}|-{3,}|\* ?\* ?\*)[ \t]*$)"
_SURE = re.compile(_MARKS, re.MULTILINE)
_RATHER_THAN_TEXT = re.compile(f"{_MARKS}|{_NOT_IN_TEXT}", re.MULTILINE)
_RATHER_THAN_HTML = re.compile(f"{_MARKS}|{_NOT_IN_HTML}", re.MULTILINE)
# These elements hold text of any kind, so what follows them proves nothing.
_VERBATIM = re.compile(r"<(?:pre|code|script|style|textarea)\b", re.IGNORECASE)


def is_markdown(text: str) -> bool:
    """Say whether a text without HTML is Markdown, rather than plain text."""
    return _RATHER_THAN_TEXT.search(text) is not None


def is_markdown_with_html(text: str) -> bool:
    """Say whether a text with HTML tags is Markdown, rather than a page; in doubt it is a page."""
    verbatim = _VERBATIM.search(text)
    return _SURE.search(text, 0, verbatim.start() if verbatim else len(text)) is not None


def is_html_alone(text: str) -> bool:
    """Say whether a text has no line that could be Markdown; in doubt it has one."""
    return _RATHER_THAN_HTML.search(text) is None
