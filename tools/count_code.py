"""Counts the lines of code of the program: no blank lines, comments, docstrings, and no files of data.

`python tools/count_code.py [FOLDER]` prints a line a room, and the longest functions and files.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections import Counter
from pathlib import Path

# Written by a program.
NO_CODE = frozenset({"core_messages.py"})
_LAYOUT = frozenset({tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT})
_LONG_FUNCTION, _LONG_FILE = 30, 400


def code_lines(source: str) -> set[int]:
    """Return the numbers of the lines that hold code."""
    docstrings = {line for node in ast.walk(ast.parse(source)) for line in _docstring(node)}
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    lines = {
        line
        for token in tokens
        if token.type not in _LAYOUT and token.string
        for line in range(token.start[0], token.end[0] + 1)
    }
    return lines - docstrings


def _docstring(node: ast.AST) -> range:
    """Return the lines of a string that is a statement: a docstring of a module, class, function or field."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        return range(node.lineno, (node.end_lineno or node.lineno) + 1)
    return range(0)


def long_functions(path: Path) -> list[tuple[int, str]]:
    """Return (lines, place) of each function of more lines than a screen wants, its docstring not counted."""
    source = path.read_text("utf-8")
    lines = code_lines(source)
    return [
        (length, f"{path}: {node.name}")
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef)
        and (length := len(lines & set(range(node.lineno, (node.end_lineno or node.lineno) + 1)))) > _LONG_FUNCTION
    ]


def main() -> None:
    """Print the counts of the checkout at FOLDER, or of this one."""
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1]
    files = [path for room in ("reader", "ui") for path in sorted((root / room).rglob("*.py"))]
    counts = {path: len(code_lines(path.read_text("utf-8"))) for path in files if path.name not in NO_CODE}
    rooms: Counter[str] = Counter()
    for path, count in counts.items():
        rooms["/".join(path.relative_to(root).parts[:2]) if path.parent.parent != root else path.parent.name] += count
    for room, count in rooms.most_common():
        sys.stdout.write(f"{count:6} {room}\n")
    sys.stdout.write(f"{sum(counts.values()):6} all, in {len(counts)} files\n")
    for length, place in sorted((found for path in files for found in long_functions(path)), reverse=True):
        sys.stdout.write(f"{length} lines: {place}\n")
    for path in files:
        if path.name not in NO_CODE and (length := len(path.read_text("utf-8").splitlines())) > _LONG_FILE:
            sys.stdout.write(f"{length} lines: {path.relative_to(root)}\n")


if __name__ == "__main__":
    main()
