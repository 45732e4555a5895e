"""The right answer: a scan of all folded text, line by line, that knows nothing of any index."""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Sequence

from tests.lab.benchmarks.articles.prepared import Prepared
from tests.lab.benchmarks.articles.questions import Question

# Letters and digits of scripts that part words by spaces, as far as questions hold any: Latin ones.
_WORD = r"[^\W_\u0e00-\u109f\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]"


# A word, and whether it is the beginning of one.
_Word = tuple[str, bool]


class Scan:
    """Finds the articles that answer each question; `found` holds their ids, from the oldest to the newest."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self.found: dict[Question, array[int]] = {question: array("q") for question in questions}
        self._asked_by: defaultdict[_Word, list[Question]] = defaultdict(list)
        for question in self.found:
            for word in question.words:
                self._asked_by[word, question.prefix].append(question)
        words = {(word, question.prefix) for question in questions for word in (*question.words, *question.without)}
        self._patterns = {(word, prefix): (word.split(" ")[0], _pattern(word, prefix)) for word, prefix in words}

    def look(self, rows: Sequence[Prepared]) -> None:
        """Look at some more articles."""
        everything = [question for question in self.found if not question.words]
        for row in rows:
            folded = row.folded
            # A substring is looked for some ten times as fast as a pattern, and few articles have it.
            found = {
                key for key, (piece, pattern) in self._patterns.items() if piece in folded and pattern.search(folded)
            }
            likely = dict.fromkeys(question for key in found for question in self._asked_by[key])
            for question in (*everything, *likely):
                if self._answers(row, question, found):
                    self.found[question].append(row.id)

    def _answers(self, row: Prepared, question: Question, found: set[_Word]) -> bool:
        if question.source is not None and row.source != question.source:
            return False
        if question.years is not None:
            first, behind = question.years
            if row.published is None or not first <= row.published.year < behind:
                return False
        wanted = [(word, question.prefix) in found for word in question.words]
        without = any((word, question.prefix) in found for word in question.without)
        return (any(wanted) if question.either else all(wanted)) and not without


def _pattern(word: str, prefix: bool) -> re.Pattern[str]:
    before = f"(?<!{_WORD})" if re.match(_WORD, word[0]) else ""
    behind = f"(?!{_WORD})" if re.match(_WORD, word[-1]) and not prefix else ""
    return re.compile(before + " +".join(map(re.escape, word.split(" "))) + behind)
