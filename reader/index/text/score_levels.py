"""Score levels: the relevance of a needle to an article that contains it, from 0 to 3, and its points for the score.

Levels are stored after the postings, two bits per article, so that scoring need not read texts; where none are stored,
they are computed from the text by the same rule. A long article needs more occurrences for the same level; an
occurrence in the title gives the highest.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Count = TypeVar("Count", int, NDArray[np.int64])

IN_TITLE = 3
# Terms of fewer articles have no stored levels: counting in so few texts takes about 20 µs.
FEWEST_WITH_LEVELS = 16
# Not yet counted.
UNKNOWN, UNKNOWN_NOT_IN_TITLE = 4, 5
POINTS = (0, 1, 2, 8)
"""The points of each level. A needle in the title outweighs three that are only frequent."""


def level(occurrences: Count, length: Count) -> Count:
    """Return the level of a needle that is not in the title, for numbers or for arrays of them.

    `occurrences` counts matches in the whole content, overlapping ones included; `length` is that of the content in
    bytes of UTF-8.
    """
    return (occurrences >= 2 + length // 8192) * 1 + (occurrences >= 3 + length // 2048) * 1
