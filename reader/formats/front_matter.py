"""Reads the front matter that archives put before a capture: the lines between two `---`.

It looks like YAML but often is not: templates wrote it without escaping (docs/decisions/06 says how often).
"""

from __future__ import annotations

import re

_BEGIN = re.compile(r"---[ \t]*\n")
_END = re.compile(r"\n---[ \t]*$\n?", re.MULTILINE)
_KEY = re.compile(r"(\w+)[ \t]*:(?:[ \t]+|$)(.*)")
_ESCAPE = re.compile(r'\\(["\\])')
_ITEM = re.compile(r'\s*("(?:[^"\\]|\\.)*"|\'(?:[^\']|\'\')*\'|[^,]+)')
_FOLDED = frozenset({">", ">-", ">+", "|", "|-", "|+"})


class FrontMatter:
    """The values of a front matter, by key in lower case; a key that is absent has no text and no items."""

    def __init__(self, block: str, end: int) -> None:
        """Read the lines of `block`; `end` is the offset of the text after the front matter."""
        self.end = end
        self._texts: dict[str, str] = {}
        self._items: dict[str, list[str]] = {}
        name = ""
        for line in block.split("\n"):
            if key := _KEY.match(line):
                name, text = key.groups()
                name, text = name.lower(), text.strip()
                self._texts[name] = "" if text in _FOLDED else text
                self._items.pop(name, None)
            elif name:
                self._read_below(name, line)

    def _read_below(self, name: str, line: str) -> None:
        """Read a line that continues the value of the key above it."""
        rest = line.strip()
        if rest.startswith("- "):
            self._items.setdefault(name, []).append(rest[2:].strip())
        elif rest and line[0] in " \t":
            self._texts[name] = f"{self._texts[name]} {rest}".lstrip()

    def text(self, key: str) -> str:
        """Return the value of a key without its quotes; for a list, its items joined by commas."""
        if key in self._items:
            return ", ".join(self.items(key))
        return _unquoted(self._texts.get(key, ""))

    def items(self, key: str) -> list[str]:
        """Return the items of a list, written `[ one, two ]` or line by line; a plain value is the only item."""
        if key in self._items:
            return [_unquoted(item) for item in self._items[key]]
        text = self._texts.get(key)
        if text is None:
            return []
        if text.startswith("[") and text.endswith("]"):
            return [_unquoted(item.strip()) for item in _ITEM.findall(text[1:-1])]
        return [_unquoted(text)]


def read_front_matter(text: str) -> FrontMatter | None:
    """Read the front matter that `text` begins with; None if there is none, or its end is missing."""
    begin = _BEGIN.match(text)
    end = _END.search(text, begin.end() - 1) if begin else None
    return None if begin is None or end is None else FrontMatter(text[begin.end() : end.start() + 1], end.end())


def _unquoted(value: str) -> str:
    """Strip the quotes around a value and resolve the escapes inside them; an unquoted value stays as it is."""
    if len(value) >= 2 and value[0] == value[-1] == '"':
        return _ESCAPE.sub(r"\1", value[1:-1])
    if len(value) >= 2 and value[0] == value[-1] == "'":
        return value[1:-1].replace("''", "'")
    return value
