"""Reads facts that a page states about itself: the date line of RFI, the file card of China Digital Times."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from reader.clean.links import site_of
from reader.page import Leaf

_DATE_LINE = re.compile(
    r"(?:(?:发表时间|發表時間|Published on|Publié le)\s*[:：]?\s*)?(\d{2})/(\d{2})/(\d{4}) - (\d{2}):(\d{2})"
)
_CARD = re.compile(r"CDT\s*(?:档案|檔案)卡")
_CARD_LINE = re.compile(r"(原标题|标题|原標題|標題|作者|发表日期|發表日期|来源|來源)\s*[:：]\s*(\S.*)")
_CARD_DATE = re.compile(r"(\d{4})\s*[.年/-]\s*(\d{1,2})\s*[.月/-]\s*(\d{1,2})")
_CARD_LINES = 12


@dataclass(slots=True)
class Facts:
    """The facts found; None for what the page does not state."""

    author: str | None = None
    source: str | None = None
    published: datetime | None = None


def date_lines(lines: Sequence[Leaf], url: str | None) -> tuple[list[Leaf], datetime | None]:
    """Find the lines `dd/mm/yyyy - hh:mm` that open an RFI body; return them and the first one's time, in UTC.

    RFI writes Paris time without saying so.
    """
    found: list[Leaf] = []
    first: datetime | None = None
    for leaf in lines:
        words = leaf.words.strip()
        if not words and leaf.has_image:
            continue
        match = _DATE_LINE.fullmatch(words)
        moment = _date_in(match, site_of(url or "")) if match else None
        if moment is None or leaf.has_image:
            break
        found.append(leaf)
        first = first or moment
    return found, first


def _date_in(match: re.Match[str], site: str) -> datetime | None:
    day, month, year, hour, minute = map(int, match.groups())
    zone = ZoneInfo("Europe/Paris") if site == "rfi.fr" or site.endswith(".rfi.fr") else UTC
    try:
        return datetime(year, month, day, hour, minute, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def card_facts(lines: Sequence[Leaf]) -> Facts:
    """Read the card `CDT 档案卡` (chinadigitaltimes.net): 标题, 作者, 发表日期 and 来源, line by line."""
    facts = Facts()
    for position, leaf in enumerate(lines):
        if _CARD.search(leaf.words[:40]):
            written = [line for near in lines[position : position + _CARD_LINES] for line in near.words.split("\n")]
            for line in written[: 2 * _CARD_LINES]:
                if match := _CARD_LINE.fullmatch(line.strip()):
                    _note(facts, match.group(1), match.group(2).strip())
            break
    return facts


def _note(facts: Facts, key: str, value: str) -> None:
    if key == "作者":
        facts.author = facts.author or value[:200]
    elif key in ("来源", "來源"):
        facts.source = facts.source or value[:200]
    elif key in ("发表日期", "發表日期") and (match := _CARD_DATE.match(value)):
        year, month, day = map(int, match.groups())
        try:
            facts.published = facts.published or datetime(year, month, day, tzinfo=UTC)
        except ValueError:
            return
