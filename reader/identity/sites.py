"""Sites whose addresses hold an id: whatever stands around it, it names one thing. And hosts that have moved.

YouTube, Medium, DW, CNA and Matters were measured (`docs/decisions/19-identity.md`); the others are knowledge of the
sites.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# An id of Medium has a letter among its hexadecimal digits, or a date or a counter could be one. The end of a UUID is
# no id either: it names the machine that made the UUID, and is the same for years.
_NO_UUID = r"(?<![0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-)"
_WITH_LETTER = r"(?!\d+(?:\?|$))"
# Addresses of YouTube that are as long as the id of a video.
_NO_VIDEO = "(?!videoseries|live_stream)"

# The domain, what is looked for in `host/path?query`, and the one way to write what was found: itself an address
# with that id, so that a naming key is its own naming key.
_RULES = [
    ("youtube.com", r"youtube\.com/watch\?(?:.*&)?v=([\w-]{11})(?:&.*)?", "youtube.com/watch?v={}"),
    (
        "youtube.com",
        rf"youtube\.com/(?:shorts|live|embed|v)/{_NO_VIDEO}([\w-]{{11}})(?:[/?].*)?",
        "youtube.com/watch?v={}",
    ),
    (
        "youtube-nocookie.com",
        rf"youtube-nocookie\.com/embed/{_NO_VIDEO}([\w-]{{11}})(?:[/?].*)?",
        "youtube.com/watch?v={}",
    ),
    ("youtu.be", r"youtu\.be/([\w-]{11})(?:[/?].*)?", "youtube.com/watch?v={}"),
    ("bilibili.com", r"bilibili\.com/video/(BV\w{10}|av\d+)/?(?:\?(?:.*&)?p=(\d+))?.*", "bilibili.com/video/{}?p={}"),
    (
        "vimeo.com",
        r"(?:player\.)?vimeo\.com/(?:(?:[^?]+/)?videos?/|(?:channels|ondemand)/[^/?]+/)?(\d{6,})(?:[/?].*)?",
        "vimeo.com/{}",
    ),
    ("twitter.com", r"twitter\.com/\w+(?:/web)?/status(?:es)?/(\d+)(?:[/?].*)?", "twitter.com/i/status/{}"),
    (
        "mp.weixin.qq.com",
        r"mp\.weixin\.qq\.com/s\?(?=(?:.*&)?__biz=([^&]+))(?=(?:.*&)?mid=(\d+))(?=(?:.*&)?idx=(\d+)).*",
        "mp.weixin.qq.com/s?__biz={}&mid={}&idx={}",
    ),
    ("mp.weixin.qq.com", r"mp\.weixin\.qq\.com/s/([\w-]{16,})(?:\?.*)?", "mp.weixin.qq.com/s/{}"),
    ("medium.com", rf"[^?]*/(?:[^/?@][^/?]*-)?{_NO_UUID}{_WITH_LETTER}([0-9a-f]{{8,12}})(?:\?.*)?", "medium.com/p/{}"),
    ("dw.com", r".*/a-(\d{4,})(?:[?&].*)?", "dw.com/a-{}"),
    ("cna.com.tw", r"cna\.com\.tw/[^?]*?/(\d{12,})(?:\.aspx)?(?:\?.*)?", "cna.com.tw/news/{}"),
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
# Medium publishes under the domains of others, too; so long a number with a letter, behind a headline, is its own.
_POST_ELSEWHERE = re.compile(rf"/(?:[^/]+/)?[^/@][^/]*-{_NO_UUID}{_WITH_LETTER}([0-9a-f]{{12}})")
# As many as "mp.weixin.qq.com" has.
_MOST_LABELS = 4

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
    return None


def medium_post(path: str) -> str | None:
    """Return the id of a post that a path of any host may hold, as Medium writes it behind a headline that changes."""
    found = _POST_ELSEWHERE.fullmatch(path)
    return found and found[1]
