"""Write ui/words/core_messages.py: every sentence that `reader` may say, where lupdate finds it.

`make translations` runs it. The window translates a sentence of the core by its template, which is a literal in the
source: the argument of a Sentence or of an error, or a constant that reads like one.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "ui" / "words" / "core_messages.py"
_HEAD = '''"""The sentences of the core, for lupdate to find; written by tools/gather_core_messages.py."""

from __future__ import annotations

from ui.words.i18n import QT_TRANSLATE_NOOP

SENTENCES = (
'''
_WIDTH = 120
_LOOKS_LIKE_ONE = re.compile(r"[“{A-Z].* .*\.", re.DOTALL)
_MAKERS = re.compile(r"Sentence|\w+Error")


def templates(reader: Path) -> set[str]:
    """Return the templates in the core. What its command line prints is English only, and no Sentence."""
    files = (file for file in reader.rglob("*.py") if file != reader / "cli" / "main.py")
    return {text for file in files for text in _strings(ast.parse(file.read_text("utf-8"))) if " " in text}


def _strings(node: ast.AST) -> Iterator[str]:
    """Yield the strings below `node` that are neither docstrings nor logged."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            continue
        if isinstance(child, ast.Call):
            owner = child.func.value if isinstance(child.func, ast.Attribute) else None
            if isinstance(owner, ast.Name) and owner.id == "logger":
                continue
            first = child.args[0] if child.args else None
            if _MAKERS.fullmatch(_name(child)) and isinstance(first, ast.Constant):
                yield str(first.value)
        if isinstance(child, ast.Constant) and isinstance(child.value, str) and _LOOKS_LIKE_ONE.fullmatch(child.value):
            yield child.value
        yield from _strings(child)


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def module(sentences: set[str]) -> str:
    """Return the text of the module, formatted as ruff would."""
    return _HEAD + "".join(_entry(sentence) for sentence in sorted(sentences)) + ")\n"


def _entry(sentence: str) -> str:
    line = f'    QT_TRANSLATE_NOOP("reader", {_quoted(sentence)}),\n'
    if len(line) <= _WIDTH:
        return line
    pieces = textwrap.wrap(sentence, _WIDTH - 11, drop_whitespace=False, break_long_words=False)
    written = "".join(f"        {_quoted(piece)}\n" for piece in pieces).rstrip("\n")
    return f'    QT_TRANSLATE_NOOP(\n        "reader",\n{written},\n    ),\n'


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


if __name__ == "__main__":
    TARGET.write_text(module(templates(ROOT / "reader")), "utf-8")
