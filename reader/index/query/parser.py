"""Parses the query language: words, "phrases", OR, -not, parentheses and fields.

    query     = sequence ("OR" sequence)*
    sequence  = ("-" | "NOT")* operand …            all of them must hold
    operand   = "(" query ")" | field:value | "phrase" | run

Parsing takes linear time, never raises, and understands mistakes as well as possible.
"""

from __future__ import annotations

from typing import NamedTuple

from reader.errors import Sentence
from reader.index.query.lexer import Lexer, Token, TokenKind
from reader.index.query.nodes import AndNode, Node, NotNode, OrNode, TextNode
from reader.index.text.analysis import Needle
from reader.query import Query

_DEEPEST = 32


class ParsedQuery(NamedTuple):
    """The meaning of a query: a `root` of None matches every article; `hint` is about the first mistake."""

    root: Node | None
    hint: Sentence | None = None


def parse(text: str, *, typing: bool = False) -> ParsedQuery:
    """Parse a query; with `typing` its very last word is a prefix."""
    lexer = Lexer(text, typing=typing)
    root = _Parser(_shallow(lexer), lexer.hints).parse()
    return ParsedQuery(root, lexer.hints[0] if lexer.hints else None)


def needles(query: Query) -> tuple[Needle, ...]:
    """Return the needles of a query that articles should contain, each once, without the negated ones."""
    return needles_in(parse(query.text, typing=query.typing).root)


def needles_in(root: Node | None) -> tuple[Needle, ...]:
    """Return the needles of a parsed query that articles should contain, each once, without the negated ones."""
    if isinstance(root, TextNode):
        return (root.needle,)
    return tuple(dict.fromkeys(node.needle for node in wanted_nodes(root)))


def wanted_nodes(root: Node | None) -> tuple[TextNode, ...]:
    """Return the conditions on words that are not negated, each once."""
    wanted: dict[TextNode, None] = {}
    _collect(root, positive=True, wanted=wanted)
    return tuple(wanted)


def _collect(node: Node | None, *, positive: bool, wanted: dict[TextNode, None]) -> None:
    if isinstance(node, TextNode) and positive:
        wanted[node] = None
    elif isinstance(node, NotNode):
        _collect(node.child, positive=not positive, wanted=wanted)
    elif isinstance(node, AndNode | OrNode):
        for child in node.children:
            _collect(child, positive=positive, wanted=wanted)


class _Parser:
    """Recursive descent over tokens that nest no deeper than `_DEEPEST`."""

    def __init__(self, tokens: list[Token], hints: list[Sentence]) -> None:
        self._tokens = tokens
        self._hints = hints
        self._at = 0

    def parse(self) -> Node | None:
        """Parse all tokens; a surplus closing parenthesis is skipped."""
        parts: list[Node | None] = [self._alternatives()]
        while self._peek() is not None:
            self._hints.append(Sentence("A parenthesis is closed that was not opened."))
            self._at += 1
            parts.append(self._alternatives())
        return _all_of(parts)

    def _peek(self) -> TokenKind | None:
        return self._tokens[self._at].kind if self._at < len(self._tokens) else None

    def _alternatives(self) -> Node | None:
        found: list[Node | None] = []
        started, missing = self._at, False
        while True:
            before = self._at
            node = self._sequence()
            missing = missing or self._at == before
            found.append(node)
            if self._peek() != TokenKind.OR:
                break
            self._at += 1
        if missing and self._at > started:
            self._hints.append(Sentence("OR stands between two words; one of them is missing."))
        return _any_of(found)

    def _sequence(self) -> Node | None:
        parts: list[Node | None] = []
        while self._peek() not in (None, TokenKind.OR, TokenKind.CLOSE):
            negated = False
            while self._peek() == TokenKind.NOT:
                negated = not negated
                self._at += 1
            node = self._operand()
            parts.append(NotNode(node) if negated and node is not None else node)
        return _all_of(parts)

    def _operand(self) -> Node | None:
        kind = self._peek()
        if kind == TokenKind.CONDITION:
            self._at += 1
            return self._tokens[self._at - 1].node
        if kind == TokenKind.OPEN:
            self._at += 1
            return self._group()
        self._hints.append(Sentence("There is no word behind NOT."))
        return None

    def _group(self) -> Node | None:
        if self._peek() == TokenKind.CLOSE:
            self._hints.append(Sentence("There is nothing between the parentheses."))
        node = self._alternatives()
        if self._peek() == TokenKind.CLOSE:
            self._at += 1
        else:
            self._hints.append(Sentence("A parenthesis is not closed."))
        return node


def _all_of(parts: list[Node | None]) -> Node | None:
    if len(parts) == 1:
        return parts[0]
    nodes = tuple(dict.fromkeys(node for node in parts if node is not None))
    return AndNode(nodes) if len(nodes) > 1 else (nodes[0] if nodes else None)


def _any_of(parts: list[Node | None]) -> Node | None:
    nodes = tuple(dict.fromkeys(node for node in parts if node is not None))
    return OrNode(nodes) if len(nodes) > 1 else (nodes[0] if nodes else None)


def _shallow(lexer: Lexer) -> list[Token]:
    """Return all tokens without the parentheses that are nested too deep."""
    tokens: list[Token] = []
    depth = 0
    for token in lexer.tokens():
        if token.kind == TokenKind.OPEN:
            depth += 1
        if depth <= _DEEPEST or token.kind not in (TokenKind.OPEN, TokenKind.CLOSE):
            tokens.append(token)
        elif token.kind == TokenKind.OPEN:
            lexer.hints.append(Sentence("The parentheses nest too deep; the inner ones were ignored."))
        if token.kind == TokenKind.CLOSE:
            depth = max(0, depth - 1)
    return tokens
