"""Sites whose addresses hold an id: whatever stands around it, it names one thing. And hosts that have moved.

YouTube, Medium, DW, CNA and Matters were measured (`docs/decisions/19-identity.md`); the others are knowledge of the
sites.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# The domain, what is looked for in `host/path?query`, and the one way to write what was found: itself an address
# with that id, so that a naming key is its own naming key.
_RULES = [
    ("youtube.com", r"youtube\.com/watch\?(?:.*&)?v=([\w-]{11})(?:&.*)?", "youtube.com/watch?v={}"),
    ("youtube.com", r"youtube\.com/(?:shorts|live|embed|v)/([\w-]{11})(?:[/?].*)?", "youtube.com/watch?v={}"),
    ("youtube-nocookie.com", r"youtube-nocookie\.com/embed/([\w-]{11})(?:[/?].*)?", "youtube.com/watch?v={}"),
    ("youtu.be", r"youtu\.be/([\w-]{11})(?:[/?].*)?", "youtube.com/watch?v={}"),
    ("bilibili.com", r"bilibili\.com/video/(BV\w{10}|av\d+)/?(?:\?(?:.*&)?p=(\d+))?.*", "bilibili.com/video/{}?p={}"),
    ("vimeo.com", r"(?:player\.)?vimeo\.com/(?:[\w/]+/)?(\d{6,})(?:[/?].*)?", "vimeo.com/{}"),
    ("twitter.com", r"twitter\.com/\w+(?:/web)?/status(?:es)?/(\d+)(?:[/?].*)?", "twitter.com/i/status/{}"),
    (
        "mp.weixin.qq.com",
        r"mp\.weixin\.qq\.com/s\?(?=(?:.*&)?__biz=([^&]+))(?=(?:.*&)?mid=(\d+))(?=(?:.*&)?idx=(\d+)).*",
        "mp.weixin.qq.com/s?__biz={}&mid={}&idx={}",
    ),
    ("mp.weixin.qq.com", r"mp\.weixin\.qq\.com/s/([\w-]{16,})(?:\?.*)?", "mp.weixin.qq.com/s/{}"),
    ("medium.com", r".*[/-]([0-9a-f]{8,12})(?:\?.*)?", "medium.com/p/{}"),
    ("dw.com", r".*/a-(\d{4,})(?:[?&].*)?", "dw.com/a-{}"),
    ("cna.com.tw", r"cna\.com\.tw/.*?/(\d{12,})(?:\.aspx)?(?:\?.*)?", "cna.com.tw/news/{}"),
    (
        "matters.news",
        r"matters\.news/(?:[a-z]{2}(?:-\w+)?/)?(@[\w.]+)/([^/?]+?)(?:-(?:bafy|bafk|zdpu|Qm)\w{20,})?(?:\?.*)?",
        "matters.news/{}/{}",
    ),
    (
        "arxiv.org",
        r"(?:export\.)?arxiv\.org/(?:abs|pdf|html|ps)/(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?(?:\.pdf)?(?:\?.*)?",
        "arxiv.org/abs/{}",
    ),
    ("doi.org", r"(?:dx\.)?doi\.org/(10\.\d{4,9}/[^?]+)(?:\?.*)?", "doi.org/{}"),
]
_BY_DOMAIN: dict[str, list[tuple[re.Pattern[str], str]]] = {}
for _domain, _pattern, _template in _RULES:
    _BY_DOMAIN.setdefault(_domain, []).append((re.compile(_pattern), _template))
# Medium publishes under the domains of others, too; so long a number tells nothing else.
_MEDIUM_ELSEWHERE = re.compile(r"[^/]+/(?:[^/?]+/)?[^/?]*-([0-9a-f]{12})(?:\?.*)?")
# As many as "mp.weixin.qq.com" has.
_MOST_LABELS = 4
_DIGITS = re.compile(r"\d+")

MOVED = {
    "matters.town": "matters.news",
    "x.com": "twitter.com",
}


def domains_of(host: str) -> Iterator[str]:
    """Yield a host and the domains above it, the longest first, but none longer than any that a rule is for."""
    labels = host.rsplit(".", _MOST_LABELS)[-_MOST_LABELS:]
    for first in range(len(labels) - 1):
        yield ".".join(labels[first:])


def named_thing(host: str, address: str) -> str | None:
    """Return the one way to write an address that holds an id, None for any other.

    `address` is `host/path?query`, percent-encoded one way.
    """
    for domain in domains_of(host):
        for pattern, template in _BY_DOMAIN.get(domain, ()):
            if found := pattern.fullmatch(address):
                # The first part of a video is what an address without a part means.
                return template.format(*(group or "1" for group in found.groups()))
    found = _MEDIUM_ELSEWHERE.fullmatch(address)
    # A date and a counter may be as long as an id; they have no letters.
    if found and not _DIGITS.fullmatch(found[1]):
        return f"medium.com/p/{found[1]}"
    return None
