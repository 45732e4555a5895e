"""How relevant a needle is to an article that it occurs in: a level from 0 to 3, and its points for the score.

The builder writes levels behind postings, and the evaluator finds them out where there are none, so that both
agree. A long article needs more occurrences for the same level; a title says most. Four levels are two bits an
article, and with them a sorted answer need not look at texts at all.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Count = TypeVar("Count", int, NDArray[np.int64])

IN_TITLE = 3
# Terms of fewer articles have no levels written: counting in so few texts takes some 20 µs.
FEWEST_WITH_LEVELS = 16
# Not yet counted.
UNKNOWN, UNKNOWN_NOT_IN_TITLE = 4, 5
POINTS = (0, 1, 2, 8)
"""What a level counts for. A needle in the title outweighs three that are only frequent."""


def level(occurrences: Count, length: Count) -> Count:
    """Say the level of a needle that is not in the title, for numbers or for arrays of them.

    `occurrences` counts overlapping ones, too, in the whole content, which has `length` bytes of UTF-8.
    """
    return (occurrences >= 2 + length // 8192) * 1 + (occurrences >= 3 + length // 2048) * 1
