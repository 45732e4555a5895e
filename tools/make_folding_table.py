"""Write resources/folding.bin: what each character is folded to for searching.

Run it with the development requirements installed and `opencc-python-reimplemented` besides, whose
TSCharacters.txt (OpenCC, Apache-2.0) says which simplified character a traditional one becomes:

    python tools/make_folding_table.py

The traditional to simplified pairs are Copyright 2010-2014 BYVoid and contributors, licensed under the Apache
License, Version 2.0 (http://www.apache.org/licenses/LICENSE-2.0); of several candidates the first is taken. The rest
follows the Unicode of the Python that runs it, which was 14.0.0.
"""

from __future__ import annotations

import sys
import unicodedata
import zlib
from importlib import metadata
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "resources" / "folding.bin"
VOICED_MARKS = "\u3099\u309a"
CURLY_QUOTES = {"‘": "'", "’": "'", "“": '"', "”": '"'}


def simplified_characters() -> dict[str, str]:
    """Read OpenCC's character table: each traditional character with its first simplified candidate."""
    files = metadata.files("opencc-python-reimplemented") or []
    table = next(file for file in files if file.name == "TSCharacters.txt")
    pairs = (line.split("\t") for line in table.read_text("utf-8").splitlines() if line.strip())
    return {traditional: candidates.split()[0] for traditional, candidates in pairs}


def unicode_folding(char: str) -> str:
    """Fold width, compatibility forms, case and diacritics of one character.

    Kana keep their voiced marks and Hangul its syllables. A sign that would fall apart into a space and
    a mark, or into several words, stays as it is, so that only whitespace folds to a space.
    """
    if char == "\n":
        return char
    if char.isspace():
        return " "
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", char).casefold())
    kept = "".join(part for part in parts if part in VOICED_MARKS or unicodedata.category(part) != "Mn")
    folded = unicodedata.normalize("NFC", kept)
    return char if " " in folded else folded


def folding_table() -> dict[str, str]:
    """Say for each character that changes what it becomes, such that folding twice changes nothing more."""
    simplified = simplified_characters()

    def step(text: str) -> str:
        folded = "".join(unicode_folding(CURLY_QUOTES.get(char, char)) for char in text)
        return "".join(simplified.get(char, char) for char in folded)

    table = {}
    for char in (chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000):
        before, folded = char, step(char)
        while folded != before:
            before, folded = folded, step(folded)
        if folded != char:
            table[char] = folded
    return table


def packed(table: dict[str, str]) -> bytes:
    """Return the table as the file holds it."""
    lines = "\n".join(char + folded for char, folded in sorted(table.items()))
    return zlib.compress(lines.encode("utf-8"), 9)


def main() -> None:
    """Write the file."""
    TARGET.write_bytes(packed(folding_table()))


if __name__ == "__main__":
    main()
