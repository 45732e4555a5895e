"""Parses the dates that captures carry, in every spelling met so far; all are returned in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_START = datetime(1970, 1, 1, tzinfo=UTC)
# A ten-digit epoch is seconds: as milliseconds it would be January 1970.
_SECONDS = range(10**8, 10**11)
_LATEST_MS = 253_402_300_799_000
_NUMBERS = re.compile(
    r"(\d{4})[-/.年] ?(\d{1,2})[-/.月] ?(\d{1,2})日?"
    r"(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?"
)


def epoch_moment(digits: str) -> datetime | None:
    """Parse a Unix time in milliseconds (in seconds if it has ten digits); None for NaN, 0 and dates after 9999."""
    try:
        number = int(digits)
    except ValueError:
        return None
    ms = number * 1000 if number in _SECONDS else number
    return _START + timedelta(milliseconds=ms) if 0 < ms <= _LATEST_MS else None


def moment(text: str) -> datetime | None:
    """Parse a date as ISO 8601, RFC 2822 or Chinese pages write it; None if it is written differently.

    A date without a zone is taken as UTC.
    """
    text = text.strip()
    if not text:
        return None
    for read in (datetime.fromisoformat, _from_numbers, parsedate_to_datetime):
        try:
            found = read(text)
            return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            # Not in this spelling, or no such day; email.utils raises more than its documented ValueError.
            continue
    return None


def _from_numbers(text: str) -> datetime:
    """Parse year, month and day in figures, with or without a time and a zone.

    Raises:
        ValueError: the text is written differently, or there is no such day.
    """
    found = _NUMBERS.fullmatch(text)
    if found is None:
        raise ValueError(text)
    *numbers, zone = found.groups()
    year, month, day, hour, minute, second = (int(number or 0) for number in numbers)
    written = datetime(year, month, day, hour, minute, second)
    return datetime.fromisoformat(f"{written.isoformat()}{zone or ''}")
