import ast
import re
from collections.abc import Iterator
from pathlib import Path

from reader.errors import Sentence
from ui.words.core_messages import SENTENCES, translated

_READER = Path(__file__).resolve().parents[3] / "reader"
# The command line speaks English only; what it prints is no Sentence.
_FILES = [file for file in sorted(_READER.rglob("*.py")) if file != _READER / "cli" / "main.py"]
_LOOKS_LIKE_ONE = re.compile(r"[“{A-Z].* .*\.", re.DOTALL)
_MAKERS = re.compile(r"Sentence|\w+Error")


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _strings(node: ast.AST) -> Iterator[str]:
    """Give the strings below `node` that are no docstrings and not logged."""
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


def _templates() -> set[str]:
    found = {text for file in _FILES for text in _strings(ast.parse(file.read_text("utf-8")))}
    return {text for text in found if " " in text}


def test_every_sentence_of_the_core_can_be_translated():
    assert sorted(_templates() - set(SENTENCES)) == []


def test_no_sentence_is_kept_that_nobody_says():
    assert sorted(set(SENTENCES) - _templates()) == []
    assert len(set(SENTENCES)) == len(SENTENCES)


def test_a_sentence_is_filled_after_it_was_translated(qapp):
    assert translated(Sentence("{name} is odd.", {"name": "{b}.md"})) == "{b}.md is odd."
