"""Knows furniture by its wording and place: the lines that feeds and themes set before and after an article.

Every rule names where it was seen. The rules look at whole lines, never into a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from reader.clean.nodes import IMAGE, TEXT, Leaf

_SHARE_LABEL = re.compile(
    r"(?:分享|分享到|分享至|分享本文|分享此文|分享文章|转发|Share|Share this|Share on|Partager)\s*[:：]"
    r"|共享此文章\s*[:：]?|Share this:?"
)
_SHARE_ADDRESS = re.compile(
    r"facebook\.com/(?:sharer|share|dialog/(?:share|feed))|(?:twitter|x)\.com/(?:intent/|share|home\?status)"
    r"|whatsapp\.com/send|t\.me/share|telegram\.me/share|service\.weibo\.com/share|v\.t\.sina\.com\.cn/share"
    r"|linkedin\.com/(?:shareArticle|sharing)|pinterest\.com/pin/create|reddit\.com/submit|del\.icio\.us/post"
    r"|plurk\.com/\?|line\.me/(?:R/msg|lineit)|connect\.qq\.com/widget|sns\.qzone\.qq\.com|digg\.com/submit"
    r"|tumblr\.com/(?:share|widgets/share)|addtoany\.com/|\?share=(?:facebook|twitter|x|weibo|email|telegram|linkedin)\b"
)
_FEED_FOOTER = re.compile(
    # feedx.net; Better Feed (chinadigitaltimes.net), with its literal PHP; WordPress; Medium.
    r"获取更多\s*RSS\s*[:：]|Feed enhanced by |©.{0,80}get_post_time\('Y'\)"
    r"|The post .{1,300} (?:appeared|first appeared) (?:first )?on "
    r"|.{1,400} was originally published in .{1,200} on Medium, where people are continuing the conversation"
)
_FEEDX = re.compile(r"https?://(?:www\.)?feedx\.(?:net|run|site|best|cloud)/?")


def furniture_lines(lines: Sequence[Leaf]) -> set[int]:
    """Return the `id()` of each leaf that is furniture."""
    removed = {id(leaf) for leaf in lines if _is_share_row(leaf)}
    for position, leaf in enumerate(lines):
        words = leaf.words
        if len(words) < 20 and _SHARE_LABEL.fullmatch(words) and not leaf.has_image:
            removed.add(id(leaf))
        elif _FEED_FOOTER.match(words) and position >= len(lines) - 8:
            removed.add(id(leaf))
            removed.update(id(after) for after in lines[position + 1 :] if _is_feedx(after))
    return removed


def _is_share_row(leaf: Leaf) -> bool:
    """Say whether a line consists of nothing but links that share."""
    linked = False
    for run in leaf.runs:
        if run.kind == IMAGE and not run.href:
            return False
        if run.href:
            if not _SHARE_ADDRESS.search(run.href):
                return False
            linked = True
        elif run.kind == TEXT and run.text.strip(" |·,/"):
            return False
    return linked


def _is_feedx(leaf: Leaf) -> bool:
    return bool(leaf.words.strip()) and all(_FEEDX.fullmatch(word) for word in leaf.words.split())


def host_of(url: str | None) -> str:
    """Return the site of an address, in lower case and without www."""
    try:
        return (urlsplit(url or "").hostname or "").removeprefix("www.")
    except ValueError:
        return ""
