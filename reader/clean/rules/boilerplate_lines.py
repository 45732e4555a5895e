"""Recognises boilerplate by wording and place: the lines that feeds and themes add before and after an article.

Every rule names where it was seen. The rules match whole lines, never parts of a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from reader.page import IMAGE, TEXT, Leaf

_SHARE_LABEL = re.compile(
    r"(?:分享|分享到|分享至|分享本文|分享此文|分享文章|转发|Share|Share this|Share on|Partager)\s*[:：]"
    r"|共享此文章\s*[:：]?|Share this:?"
)
_SHARE_ADDRESS = re.compile(
    r"facebook\.com/(?:sharer|share|dialog/(?:share|feed))|(?:twitter|x)\.com/(?:intent/|share|home\?status)"
    r"|whatsapp\.com/send|t\.me/share|telegram\.me/share|service\.weibo\.com/share|v\.t\.sina\.com\.cn/share"
    r"|linkedin\.com/(?:shareArticle|sharing)|pinterest\.com/pin/create|reddit\.com/submit|del\.icio\.us/post"
    r"|plurk\.com/\?|line\.me/(?:R/msg|lineit)|connect\.qq\.com/widget|sns\.qzone\.qq\.com|digg\.com/submit"
    r"|tumblr\.com/(?:share|widgets/share)|google\.com/bookmarks/mark|plus\.google\.com/share|addtoany\.com/|\?share=(?:facebook|twitter|x|weibo|email|telegram|linkedin)\b"
)
_FEED_FOOTER = re.compile(
    # feedx.net; Better Feed (chinadigitaltimes.net), with its literal PHP; WordPress.
    r"获取更多\s*RSS\s*[:：]|Feed enhanced by |©.{0,80}get_post_time\('Y'\)"
    r"|The post .{1,300} (?:appeared|first appeared) (?:first )?on "
)
_PUBLISHED_IN = " was originally published in "
_ON_MEDIUM = re.compile(rf".{{1,400}}{_PUBLISHED_IN}.{{1,200}} on Medium, where people are continuing the conversation")
# Jetpack's heading without its class; the lists under it come from a script, or are short links.
_RELATED = frozenset(("Related", "Related:", "Related Posts"))
# A plug-in's heading over recommended articles (pao-pao.net, and WordPress's "Wumii").
_RELATED_HEADS = frozenset(("您可能感兴趣的文章", "您可能感兴趣的文章：", "您可能感興趣的文章"))
_MOST_RELATED = 16
_LONGEST_TITLE = 160
_LONGEST_FOOTER = 900
_LONGEST_LABEL = 24
_LONGEST_LINE = 120
# Drupal's line on who submitted a page and when, and its author field (pao-pao.net).
_SUBMITTED = re.compile(
    r"(.{1,60}?)\s*在\s*星期[一二三四五六日], \d\d/\d\d/\d{4} - \d\d:\d\d\s*提交"
    r"|Submitted by (.{1,60}?) on [A-Z][a-z]{2}, \d\d/\d\d/\d{4} - \d\d:\d\d"
)
_WRITTEN_BY = "文/"
_HEAD_LINES = 6
# The last line of every article of 燕京书评, below a line of dashes.
_FOLLOW_US = re.compile(r"微信搜索[“「].{1,20}[”」](?:（\w{1,20}）)?\s*[:：].{1,60}")
_DASHES = re.compile(r"[—–―─－-]{2,40}")
_FEEDX = re.compile(r"https?://(?:www\.)?feedx\.(?:net|run|site|best|cloud)/?")


def boilerplate_lines(lines: Sequence[Leaf]) -> set[int]:
    """Return the `id()` of each leaf that is boilerplate."""
    removed: set[int] = set()
    footer = False
    for leaf in lines:
        words = leaf.words.strip()
        if _is_feed_footer(words):
            footer = True
            removed.add(id(leaf))
        elif (footer and _is_feedx(words)) or _is_label(leaf, words) or _is_share_row(leaf):
            removed.add(id(leaf))
    kept = [leaf for leaf in lines if id(leaf) not in removed]
    removed.update(id(leaf) for leaf in _call_to_follow(kept))
    start = _start_of_related(kept)
    while start is not None:
        removed.update(id(leaf) for leaf in kept[start:])
        kept = kept[:start]
        start = _start_of_related(kept)
    return removed


def _is_feed_footer(words: str) -> bool:
    if len(words) >= _LONGEST_FOOTER:
        return False
    return bool(_FEED_FOOTER.match(words) or (_PUBLISHED_IN in words and _ON_MEDIUM.match(words)))


def signature_lines(lines: Sequence[Leaf], author: str | None) -> set[int]:
    """Return the `id()` of each leaf among the first lines that only repeats the author."""
    removed: set[int] = set()
    if author is None:
        return removed
    head = [leaf for leaf in lines[:_HEAD_LINES] if not leaf.has_image and len(leaf.words) <= _LONGEST_LINE]
    for leaf, after in zip(head, [*head[1:], None], strict=False):
        words = leaf.words.strip()
        match = _SUBMITTED.fullmatch(words)
        if match and (match[1] or match[2]).strip() == author:
            removed.add(id(leaf))
        elif words == _WRITTEN_BY and after is not None and after.words.strip() == author:
            removed.update((id(leaf), id(after)))
    return removed


def _call_to_follow(lines: Sequence[Leaf]) -> list[Leaf]:
    """Find the last line if it asks the reader to follow the publication, and the dashes above it."""
    if not lines or not _FOLLOW_US.fullmatch(lines[-1].words.strip()[: _LONGEST_LINE + 1]):
        return []
    dashes = lines[-2:-1] if len(lines) > 1 and _DASHES.fullmatch(lines[-2].words.strip()) else []
    return [*dashes, lines[-1]]


def _is_label(leaf: Leaf, words: str) -> bool:
    if len(words) > _LONGEST_LABEL or leaf.has_image:
        return False
    return bool(_SHARE_LABEL.fullmatch(words)) or words in _RELATED_HEADS


def _start_of_related(lines: Sequence[Leaf]) -> int | None:
    """Return the position of a "Related" heading with nothing after it but short links; None if there is none."""
    for position in range(len(lines) - 1, max(-1, len(lines) - _MOST_RELATED), -1):
        leaf = lines[position]
        if leaf.words.strip() in _RELATED:
            return position
        if not all(run.href or not run.text.strip() for run in leaf.runs) or len(leaf.words) > _LONGEST_TITLE:
            return None
    return None


def _is_share_row(leaf: Leaf) -> bool:
    """Say whether a line consists of nothing but share links."""
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


def _is_feedx(words: str) -> bool:
    return bool(words) and len(words) < _LONGEST_FOOTER and all(_FEEDX.fullmatch(word) for word in words.split())
