"""The search language: words, "phrases", OR, -not, parentheses and fields; knows no engine.

    query     = sequence ("OR" sequence)*
    sequence  = ("-" | "NOT")* operand …            all of them must hold
    operand   = "(" query ")" | field:value | "phrase" | run

Parsing takes linear time, never raises, and understands mistakes as well as it can.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from reader.errors import Sentence
from reader.index.query.lexer import Hint, HintKind, Lexer, Token, TokenKind, date_node, word_node
from reader.index.query.nodes import AndNode, DateNode, Node, NotNode, OrNode, TextNode
from reader.index.text.analysis import Needle, make_needle
from reader.index.text.periods import period
from reader.query import Query
from reader.scope import InState

_DEEPEST = 32
# What may be a parenthesis or a phrase; the fields that are read without the lexer; and what is no plain word.
_UNUSUAL = frozenset('()（）"“”＂')
_DATED = re.compile(r"(?i:after|before|date):([\d/.-]+)", re.ASCII)
_NOT_SIMPLE = ("OR", "NOT", "-")
_COLONS = frozenset(":：")
_OF_STATES = re.compile("(?ai:is|tag)[:：]")
_PHRASE = re.compile(r'["“]([^"“”＂]+)["”]')


class ParsedQuery(NamedTuple):
    """What a query means: `root` None means every article. `hint` is about its first mistake."""

    root: Node | None
    hint: Sentence | None = None
    hint_kind: HintKind | None = None


def parse(text: str, *, typing: bool = False) -> ParsedQuery:
    """Parse a query as it was typed; `typing` leaves its very last word open at the end."""
    if _UNUSUAL.isdisjoint(text):
        simple = _parse_simple(text, typing=typing)
        if simple is not None:
            return simple
    if phrase := _PHRASE.fullmatch(text):
        needle = make_needle(phrase[1])
        if needle is not None:
            return ParsedQuery(TextNode(needle))
    lexer = Lexer(text, typing=typing)
    parser = _Parser(_shallow(lexer), lexer.hints)
    root = parser.parse()
    if not lexer.hints:
        return ParsedQuery(root)
    return ParsedQuery(root, lexer.hints[0].sentence, lexer.hints[0].kind)


def _parse_simple(text: str, *, typing: bool) -> ParsedQuery | None:
    """Parse words and dates, also with OR between or a minus before them: what most type, in a third of the time.

    Return None for anything that may be a mistake.
    """
    words = text.split()
    sequences: list[list[Node | None]] = [[]]
    node: Node | None
    for at, word in enumerate(words, 1):
        if word == "OR":
            sequences.append([])
            continue
        negated = word[0] == "-" and word[1:2] not in ("", "-")
        word = word[1:] if negated else word
        if word in _NOT_SIMPLE:
            return None
        if ":" in word or "：" in word:
            node = _parse_dated(word)
            if node is None:
                return None
            if not negated and sequences[-1] and isinstance(sequences[-1][-1], DateNode):
                sequences[-1][-1] = sequences[-1][-1].within(node)
                continue
        else:
            node = word_node(word, last=typing and at == len(words) and text.endswith(word))
        sequences[-1].append(NotNode(node) if negated and node is not None else node)
    if len(sequences) == 1:
        return ParsedQuery(_all_of(sequences[0]))
    if not all(sequences):
        return None
    return ParsedQuery(_any_of([_all_of(sequence) for sequence in sequences]))


def _parse_dated(word: str) -> DateNode | None:
    """Parse a field that takes a date, as the lexer does in thrice the time; None for other fields and mistakes."""
    field = _DATED.fullmatch(word)
    borders = field and period(field[1])
    return date_node(word[0], borders) if borders else None


def may_ask_for_states(query: Query) -> bool:
    """Say whether the answer may be another once the person stars, tags or reads an article; parsing takes longer."""
    says_state = not _COLONS.isdisjoint(query.text) and _OF_STATES.search(query.text) is not None
    return says_state or isinstance(query.scope, InState)


def needles(query: Query) -> tuple[Needle, ...]:
    """Return what the query wants to see in title or text, each once; not what it leaves out."""
    return needles_in(parse(query.text, typing=query.typing).root)


def needles_in(root: Node | None) -> tuple[Needle, ...]:
    """Return the same for a query that is parsed."""
    if isinstance(root, TextNode):
        return (root.needle,)
    return tuple(dict.fromkeys(node.needle for node in wanted_nodes(root)))


def wanted_nodes(root: Node | None) -> tuple[TextNode, ...]:
    """Return the conditions on words that should hold, each once."""
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

    def __init__(self, tokens: list[Token], hints: list[Hint]) -> None:
        self._tokens = tokens
        self._hints = hints
        self._at = 0

    def parse(self) -> Node | None:
        """Parse all tokens; a closing parenthesis too many is passed over."""
        parts: list[Node | None] = [self._alternatives()]
        while self._peek() is not None:
            self._hint(HintKind.STRAY_PARENTHESIS, Sentence("A parenthesis is closed that was not opened."))
            self._at += 1
            parts.append(self._alternatives())
        return _all_of(parts)

    def _peek(self) -> TokenKind | None:
        return self._tokens[self._at].kind if self._at < len(self._tokens) else None

    def _hint(self, kind: HintKind, sentence: Sentence) -> None:
        self._hints.append(Hint(kind, sentence))

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
            self._hint(HintKind.DANGLING_OR, Sentence("OR stands between two words; one of them is missing."))
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
        self._hint(HintKind.DANGLING_NOT, Sentence("There is no word behind NOT."))
        return None

    def _group(self) -> Node | None:
        if self._peek() == TokenKind.CLOSE:
            self._hint(HintKind.EMPTY_PARENTHESES, Sentence("There is nothing between the parentheses."))
        node = self._alternatives()
        if self._peek() == TokenKind.CLOSE:
            self._at += 1
        else:
            self._hint(HintKind.UNCLOSED_PARENTHESIS, Sentence("A parenthesis is not closed."))
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
    """Read all tokens, leaving out the parentheses that nest too deep."""
    tokens: list[Token] = []
    depth = 0
    for token in lexer.tokens():
        if token.kind == TokenKind.OPEN:
            depth += 1
        if depth <= _DEEPEST or token.kind not in (TokenKind.OPEN, TokenKind.CLOSE):
            tokens.append(token)
        elif token.kind == TokenKind.OPEN:
            lexer.hint(HintKind.TOO_DEEP, Sentence("The parentheses nest too deep; the inner ones were ignored."))
        if token.kind == TokenKind.CLOSE:
            depth = max(0, depth - 1)
    return tokens
