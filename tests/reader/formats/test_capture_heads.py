"""What a feed capture is known by stands in its head, however the file goes on."""

from __future__ import annotations

import pytest

from reader.formats.feed_capture import begins_as_capture

POST = """---
title: How our pipeline is set up
date: 2024-01-01
---

The settings:

```yaml
from: somewhere
title: another
layout: page
```

"""
FRONT_MATTER = "---\ntitle: Tides\nfrom: https://e.org/1\n---\n"


def recognised(text: str | bytes) -> bool:
    data = text.encode() if isinstance(text, str) else text
    return begins_as_capture(data[:4096])


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "text",
    [
        POST,
        POST + "<p>A page shows it.</p>\n",
        "---\nauthor: Ann\n---\n\ntitle: Tides\nfrom: https://e.org/1\n",
        "---\ntitle: Tides\n---\n\nfrom: https://e.org/1\n",
        "---\nfrom: https://e.org/1\n---\n\ntitle: Tides\n",
        "---\ntitle: Tides\n--- \t\nfrom: https://e.org/1\n",
    ],
)
def test_a_post_is_no_capture_by_what_its_text_says(text: str, line_end: str) -> None:
    assert not recognised(text.replace("\n", line_end))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_front_matter_with_an_address_is_a_capture_s(encoding: str, line_end: str) -> None:
    text = FRONT_MATTER + "\n<p>潮汐。</p>\n" + POST
    assert recognised(text.replace("\n", line_end).encode(encoding))


def test_front_matter_longer_than_what_is_looked_at_is_known_as_far_as_it_goes() -> None:
    assert recognised("---\ntitle: Tides\nfrom: https://e.org/1\ntags:\n" + "- tide\n" * 1000 + "---\n<p>潮汐。</p>\n")
    assert recognised(
        "---\r\ntitle: Tides\r\nfrom: https://e.org/1\r\n" + "- 潮\r\n" * 1000 + "---\r\n<p>潮汐。</p>\r\n"
    )
    assert not recognised("---\ntitle: Tides\ntags:\n" + "- tide\n" * 1000 + "---\n<p>潮汐。</p>\n")


@pytest.mark.parametrize(
    "line",
    ["[" + "](" * 500_000, "[" + "]()" * 400_000, "[" + ")](" * 400_000, "[" + "](" * 200_000 + ")" * 600_000],
)
def test_a_line_of_brackets_is_looked_through_once(line: str) -> None:
    """A regular expression that goes back would not come to an end in anybody's life."""
    assert not begins_as_capture(line.encode())
    assert not begins_as_capture(f"---\ntitle: a\nlayout: b\n---\n{line}".encode())
    assert begins_as_capture(f"{line})\n------\n".encode())
    assert begins_as_capture(f"---\ntitle: a\n---\n{line})\n------\n".encode())


@pytest.mark.parametrize(
    ("text", "is_capture"),
    [
        ("[Tides](https://e.org)\n------\n", True),
        ("[Tides](https://e.org)  \n\n  --- \n", True),
        ("[Tides (1)](https://e.org/a)b) by Ann\n---\n", True),
        ("[](x)\n---", True),
        ("[](\n---", False),
        ("[Tides]\n(https://e.org)\n---\n", False),
        ("](x)\n---\n", False),
        ("[Tides](https://e.org)\n--\n", False),
        ("[Tides](https://e.org)\n--- x\n", False),
        ("[Tides](https://e.org)\nThe tide waits.\n---\n", False),
        ("---\ntitle: a\n---\n[Tides](https://e.org)\t\n---\n", True),
        ("---\ntitle: a\n---\n[Tides](https://e.org) by Ann\n---\n", False),
        ("---\ntitle: a\n---\n[Tides](https://e.org)\n\n---\n", False),
    ],
)
def test_a_link_line_with_a_rule_below_it_makes_a_capture(text: str, is_capture: bool) -> None:
    assert recognised(text) is is_capture
