"""Makes hostile inputs of good ones, from a seed: the same seed gives the same inputs on every machine."""

from __future__ import annotations

import random
from collections.abc import Sequence

# What makes parsers stumble, as text and as bytes.
_TOKENS = (
    "<", ">", "</", "/>", "<!--", "-->", "<![CDATA[", "]]>", "<!", "<?", "&", "&#", "&#x", ";", "&amp;", "&#0;", "&#xD800;",
    '"', "'", "=", "`", "\\", "/", "//", ":", "--", "---", "\n", "\r", "\r\n", "\t", " ", "　", "\0", "\x0b", "\x1f", "\x7f",
    "\u200b", "\u202e", "\u2028", "\ufeff", "\ufffe", "\U0010ffff", "e\u0301", "ﬀ", "İ", "ß", "Ⅷ", "㍿", "가", "龘", "🙂",
    "(", ")", "[", "]", "](", "{", "}", "*", "+", "?", ".", "^", "$", "|", "%", "%s", "{0}", "-", " OR ", " AND ", " NOT ",
    "title:", "source:", "author:", "tag:", "after:", "before:", "2023", "2023-07", "-1", "0", "999999999999999999999",
    "<p>", "</p>", "<div>", "</div>", "<table>", "<tr>", "<td>", "</table>", "<a href=", "<img src=", "<img srcset=", "<br>",
    "<pre>", "<script>", "</script>", "<style>", "<svg>", "<math>", "<noscript>", "<iframe>", "<template>", "<select>", "<ul><li>",
    "<h1>", "<ruby>", "<q>", "<form>", "<base href=", "<plaintext>", "<textarea>", "<title>", "<body>", "</html>", "<b><i>",
    "javascript:", "data:", "http://", "https://e.org/a.jpg", "file:///", "mailto:", "style='display:none'", "class='sharedaddy'",
    "分享 :", "Related", "获取更多RSS：", "日期：", "<!--1689156904000-->", "<!--NaN-->", "------", "title:", "date:", "from:", "tags: [",
)  # fmt: skip
_BYTES = (
    b"\xff",
    b"\xfe",
    b"\x80",
    b"\xc0\x80",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\0\0\0\0",
    b"\xff\xff\xff\xff",
    b"PK\3\4",
)
_LONGEST = 4_000


class Mutator:
    """Mutates texts or bytes; `seed` decides how."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def text(self, seeds: Sequence[str]) -> str:
        """Return one of the texts, changed in a few places."""
        draw = self.random
        text = draw.choice(seeds)[:_LONGEST]
        for _ in range(draw.choice((1, 1, 2, 3, 5, 9))):
            start = draw.randint(0, len(text))
            end = min(len(text), start + draw.choice((0, 0, 1, 3, 20)))
            text = text[:start] + self._piece(seeds) + text[end:]
        return text[:_LONGEST]

    def data(self, seeds: Sequence[bytes]) -> bytes:
        """Return one of the files, with some of its bytes changed, cut, doubled or put in."""
        draw = self.random
        data = bytearray(draw.choice(seeds))
        for _ in range(draw.choice((1, 1, 2, 4, 8))):
            at = draw.randrange(len(data)) if data else 0
            way = draw.randrange(6)
            if way == 0 and data:
                data[at] ^= 1 << draw.randrange(8)
            elif way == 1 and data:
                data[at] = draw.choice((0, 1, 127, 128, 255, draw.randrange(256)))
            elif way == 2:
                data[at:at] = draw.choice(_BYTES)
            elif way == 3:
                del data[at : at + draw.choice((1, 2, 4, 64))]
            elif way == 4:
                data[at:at] = data[at : at + draw.choice((1, 4, 64))]
            elif draw.randrange(8) == 0:
                del data[at:]
        return bytes(data)

    def _piece(self, seeds: Sequence[str]) -> str:
        draw = self.random
        way = draw.randrange(8)
        if way < 4:
            return draw.choice(_TOKENS)
        if way == 4:
            return draw.choice(_TOKENS) * draw.choice((2, 5, 30))
        if way == 5:
            return chr(draw.choice((draw.randrange(0x80), draw.randrange(0x3000), draw.randrange(0xD800))))
        if way == 6:
            other = draw.choice(seeds)
            start = draw.randrange(len(other) or 1)
            return other[start : start + draw.choice((4, 30, 200))]
        return ""
