"""Reads the front matter that archives put before a capture: the lines between two `---`.

It looks like YAML and is not always: templates wrote it without escaping (docs/decisions/06 tells how often).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_BLOCK = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_KEY = re.compile(r"(\w+)[ \t]*:(?:[ \t]+|$)(.*)")
_ESCAPE = re.compile(r'\\(["\\])')
_ITEM = re.compile(r'\s*("(?:[^"\\]|\\.)*"|\'(?:[^\']|\'\')*\'|[^,]+)')
_FOLDED = frozenset({">", ">-", ">+", "|", "|-", "|+"})


@dataclass(slots=True)
class _Value:
    """What stands behind a key: text on its line and below it, or the items of a list."""

    text: str
    items: list[str] = field(default_factory=list)


class FrontMatter:
    """The facts of a front matter, by key; a key that is absent has no text and no items."""

    def __init__(self, block: str, end: int) -> None:
        """Read the lines of `block`; `end` is where the text after it begins."""
        self.end = end
        self._values: dict[str, _Value] = {}
        value: _Value | None = None
        for line in block.split("\n"):
            if key := _KEY.match(line):
                text = key.group(2).strip()
                value = self._values[key.group(1).lower()] = _Value("" if text in _FOLDED else text)
            elif value is None:
                continue
            elif (rest := line.strip()).startswith("- "):
                value.items.append(rest[2:].strip())
            elif rest and line[0] in " \t":
                value.text = f"{value.text} {rest}".lstrip()

    def text(self, key: str) -> str:
        """Return the value of a key without its quotes; of a list, its items in a row."""
        value = self._values.get(key)
        if value is None:
            return ""
        if value.items:
            return ", ".join(self.items(key))
        return _unquoted(value.text)

    def items(self, key: str) -> list[str]:
        """Return the items of a list, written `[ one, two ]` or line by line; of a plain value, it alone."""
        value = self._values.get(key)
        if value is None:
            return []
        if value.items:
            return [_unquoted(item) for item in value.items]
        if value.text.startswith("[") and value.text.endswith("]"):
            return [_unquoted(item.strip()) for item in _ITEM.findall(value.text[1:-1])]
        return [_unquoted(value.text)]


def read_front_matter(text: str) -> FrontMatter | None:
    """Read the front matter that `text` begins with; None where its end is missing."""
    found = _BLOCK.match(text)
    return None if found is None else FrontMatter(found.group(1), found.end())


def _unquoted(value: str) -> str:
    """Take the quotes off a value, and the escapes that a quoted one may hold; inner quotes stay as they are."""
    if len(value) >= 2 and value[0] == value[-1] == '"':
        return _ESCAPE.sub(r"\1", value[1:-1])
    if len(value) >= 2 and value[0] == value[-1] == "'":
        return value[1:-1].replace("''", "'")
    return value
