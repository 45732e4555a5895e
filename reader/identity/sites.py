"""Sites whose addresses hold an id, which names one article whatever surrounds it; and hosts that have moved.

YouTube, Medium, DW, CNA and Matters were measured (`docs/decisions/19-identity.md`); the others are known from the
sites.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# A Medium id must hold a letter among its hexadecimal digits: without one it could be a date or a counter. The end of
# a UUID is not an id either: it names the machine that made the UUID, and stays the same for years.
_NO_UUID = r"(?<![0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-)"
_WITH_LETTER = r"(?!\d+(?:\?|$))"
# Words in YouTube's addresses that are as long as the id of a video.
_NO_VIDEO = "(?!videoseries|live_stream)"

# The domain, the pattern for `host/path?query`, and the naming key: it is itself an address with that id, so that the
# naming key of a naming key is the same.
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
# Medium also publishes under other domains; twelve hexadecimal digits with a letter, after a headline, are its id.
_POST_ELSEWHERE = re.compile(rf"/(?:[^/]+/)?[^/@][^/]*-{_NO_UUID}{_WITH_LETTER}([0-9a-f]{{12}})")
# The longest domain with a rule, mp.weixin.qq.com, has this many labels.
_MOST_LABELS = 4

MOVED = {
    "matters.town": "matters.news",
    "x.com": "twitter.com",
}


def domains_of(host: str) -> Iterator[str]:
    """Yield a host and the domains above it, longest first, but at most `_MOST_LABELS` labels long."""
    labels = host.rsplit(".", _MOST_LABELS)[-_MOST_LABELS:]
    for first in range(len(labels) - 1):
        yield ".".join(labels[first:])


def named_thing(host: str, address: str) -> str | None:
    """Return the naming key of an address that holds an id; None for any other.

    `address` is `host/path?query`, with normalised percent-encoding.
    """
    for domain in domains_of(host):
        for pattern, template in _BY_DOMAIN.get(domain, ()):
            if found := pattern.fullmatch(address):
                # An address without a part means the first part of a video.
                return template.format(*(group or "1" for group in found.groups()))
    return None


def medium_post(path: str) -> str | None:
    """Return the id of a Medium post in a path of any host, where it follows a headline; None if there is none."""
    found = _POST_ELSEWHERE.fullmatch(path)
    return found and found[1]
