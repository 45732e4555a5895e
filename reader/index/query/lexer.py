"""Cuts a query into operators and conditions.

A mistake is understood as well as possible, and leaves a hint for the person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from reader.errors import Sentence
from reader.index.query.nodes import AuthorNode, DateNode, ImageNode, Node, SourceNode, TagNode, TextNode
from reader.index.text.analysis import make_needle
from reader.index.text.folding import fold
from reader.index.text.periods import period
from reader.scope import ArticleState, InState


class TokenKind(StrEnum):
    """The kind of a token; a CONDITION that could not be understood has no node."""

    OPEN = "("
    CLOSE = ")"
    OR = "OR"
    NOT = "NOT"
    CONDITION = "condition"


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of the query."""

    kind: TokenKind
    node: Node | None = None


_QUOTES = '"“”＂'
_PIECE = re.compile(
    rf"""
    (?P<space>\s+)
    | (?P<open>[(（]) | (?P<close>[)）])
    | (?P<minus>-(?![-\s]|$))
    | (?P<field>(?ai:title|source|author|tag|after|before|date|has|is)[:：](?!//))
    | (?P<quote>[{_QUOTES}])
    | (?P<run>[^\s()（）{_QUOTES}]+)
    """,
    re.VERBOSE,
)
_PHRASE_END = re.compile(f"[{_QUOTES}]")
_VALUE = re.compile(rf"[^\s()（）{_QUOTES}]+")
_LIKE_A_FIELD = re.compile(r"([A-Za-z]+)[:：](?!//)")


class Lexer:
    """Reads one query from left to right, once."""

    def __init__(self, text: str, *, typing: bool) -> None:
        """Read `text`; `typing` leaves its very last word open."""
        self.hints: list[Sentence] = []
        self._text = text
        self._typing = typing
        self._at = 0

    def tokens(self) -> Iterator[Token]:
        """Yield the tokens, collecting hints on the way."""
        while match := _PIECE.match(self._text, self._at):
            self._at = match.end()
            kind = match.lastgroup
            if kind == "space":
                continue
            if kind == "open":
                yield Token(TokenKind.OPEN)
            elif kind == "close":
                yield Token(TokenKind.CLOSE)
            elif kind == "minus":
                yield Token(TokenKind.NOT)
            elif kind == "field":
                yield self._field(match.group()[:-1].lower())
            elif kind == "quote":
                yield Token(TokenKind.CONDITION, self._phrase(title_only=False))
            else:
                yield self._run(match.group())

    def _run(self, run: str) -> Token:
        if run == "OR":
            return Token(TokenKind.OR)
        if run == "NOT":
            return Token(TokenKind.NOT)
        if run == "-":
            self.hints.append(Sentence("A minus sign leaves out the word right behind it."))
            return Token(TokenKind.CONDITION)
        if field := _LIKE_A_FIELD.match(run):
            sentence = Sentence(
                "“{field}:” is not a field; it was taken as a word. The fields are title, source, author, "
                "tag, after, before, date, has and is.",
                {"field": _shortened(field[1])},
            )
            self.hints.append(sentence)
        return Token(TokenKind.CONDITION, self._word(run, title_only=False))

    def _word(self, run: str, *, title_only: bool) -> Node | None:
        """Read a run of characters; it is a prefix if it ends with `*`, or is the last one and still being typed."""
        starred = run[-1] in "*＊" and run.strip("*＊") != ""
        last = self._typing and self._at == len(self._text)
        needle = make_needle(run.rstrip("*＊") if starred else run, open_end=starred or last)
        return None if needle is None else TextNode(needle, title_only)

    def _phrase(self, *, title_only: bool) -> Node | None:
        """Read a phrase, from after the opening quotation mark to the closing one."""
        phrase, closed = self._quoted()
        if closed and not phrase.strip():
            self.hints.append(Sentence("There is nothing between the quotation marks."))
        typed = self._typing and not closed and phrase[-1:].strip() != ""
        needle = make_needle(phrase, open_end=typed)
        return None if needle is None else TextNode(needle, title_only)

    def _quoted(self) -> tuple[str, bool]:
        """Read up to the closing quotation mark; return the text before it, and whether there is one."""
        closing = _PHRASE_END.search(self._text, self._at)
        text = self._text[self._at : closing.start() if closing else None]
        self._at = closing.end() if closing else len(self._text)
        if closing is None:
            self.hints.append(Sentence("The quotation mark is not closed."))
        return text, closing is not None

    def _field(self, name: str) -> Token:
        if name == "title":
            return Token(TokenKind.CONDITION, self._title())
        value = self._value()
        if not value:
            self._empty_field(name)
            return Token(TokenKind.CONDITION)
        return Token(TokenKind.CONDITION, self._condition(name, value))

    def _title(self) -> Node | None:
        if self._text[self._at : self._at + 1] in tuple(_QUOTES):
            self._at += 1
            return self._phrase(title_only=True)
        match = _VALUE.match(self._text, self._at)
        if match is None:
            self._empty_field("title")
            return None
        self._at = match.end()
        return self._word(match.group(), title_only=True)

    def _value(self) -> str:
        """Read the value of a field: a run of characters, or quoted text."""
        if self._text[self._at : self._at + 1] in tuple(_QUOTES):
            self._at += 1
            return self._quoted()[0].strip()
        match = _VALUE.match(self._text, self._at)
        if match is None:
            return ""
        self._at = match.end()
        return match.group()

    def _empty_field(self, name: str) -> None:
        self.hints.append(Sentence("Nothing follows “{field}:”.", {"field": name}))

    def _condition(self, name: str, value: str) -> Node | None:
        folded = fold(value).strip().replace("\n", " ")
        if name == "has":
            return self._feature(value, folded)
        if name == "is":
            return self._state(value, folded)
        if name in ("after", "before", "date"):
            return self._dated(name, value, folded)
        if not folded:
            return None
        if name == "source":
            return SourceNode(folded)
        return AuthorNode(folded) if name == "author" else TagNode(folded)

    def _feature(self, value: str, folded: str) -> Node | None:
        if folded == "image":
            return ImageNode()
        sentence = Sentence("“has:” knows only “image”, not “{value}”.", {"value": _shortened(value)})
        self.hints.append(sentence)
        return None

    def _state(self, value: str, folded: str) -> Node | None:
        if folded in set(ArticleState):
            return InState(ArticleState(folded))
        # A state that is still being typed is not a mistake yet.
        typed = self._typing and self._at == len(self._text)
        if not (typed and any(state.startswith(folded) for state in ArticleState)):
            sentence = Sentence(
                "“is:” knows “read”, “unread” and “starred”, not “{value}”.", {"value": _shortened(value)}
            )
            self.hints.append(sentence)
        return None

    def _dated(self, name: str, value: str, folded: str) -> Node | None:
        borders = period(folded)
        if borders is None:
            sentence = Sentence(
                "“{value}” is not a date; write 2023, 2023-07 or 2023-07-12.", {"value": _shortened(value)}
            )
            self.hints.append(sentence)
            return None
        start, end = borders
        if name == "after":
            return DateNode(start, None)
        return DateNode(None, start) if name == "before" else DateNode(start, end)


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
