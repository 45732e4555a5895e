"""Reads the dates that captures carry, in every spelling that was met; all are returned in UTC."""

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
    """Read an epoch in milliseconds; None for NaN, for 0 and for what no calendar holds."""
    try:
        number = int(digits)
    except ValueError:
        return None
    ms = number * 1000 if number in _SECONDS else number
    return _START + timedelta(milliseconds=ms) if 0 < ms <= _LATEST_MS else None


def moment(text: str) -> datetime | None:
    """Read a date as ISO 8601, RFC 2822 or Chinese pages write it; one without a zone is taken as UTC."""
    text = text.strip()
    if not text:
        return None
    for read in (datetime.fromisoformat, _from_numbers, parsedate_to_datetime):
        try:
            found = read(text)
            return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            # Not in this spelling, or not in any calendar; email.utils lets slip more than its ValueError.
            continue
    return None


def _from_numbers(text: str) -> datetime:
    """Read year, month and day in figures, with or without a time and a zone.

    Raises:
        ValueError: it is written otherwise.
    """
    found = _NUMBERS.fullmatch(text)
    if found is None:
        raise ValueError(text)
    *numbers, zone = found.groups()
    year, month, day, hour, minute, second = (int(number or 0) for number in numbers)
    written = datetime(year, month, day, hour, minute, second)
    return datetime.fromisoformat(f"{written.isoformat()}{zone or ''}")
