"""Parses years, months and days as people type them, in the local time zone of the machine."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DATE = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?", re.ASCII)


def microseconds(moment: datetime) -> int:
    """Return a moment as microseconds since 1970; a naive one is taken as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - EPOCH) // timedelta(microseconds=1)


def period(text: str) -> tuple[int, int | None] | None:
    """Parse a year, month or day; return its start and its end in microseconds since 1970, or None if it is not a date.

    The end is exclusive; it is None if it would lie after the year 9999.
    """
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        first = datetime(year or 0, month or 1, day or 1)
    except ValueError:
        return None
    return _local(first), _end(first, month, day)


def _end(first: datetime, month: int | None, day: int | None) -> int | None:
    try:
        if day is not None:
            return _local(first + timedelta(days=1))
        if month is not None and first.month < 12:
            return _local(first.replace(month=first.month + 1))
        return _local(first.replace(year=first.year + 1, month=1))
    except (ValueError, OverflowError):
        return None


def _local(moment: datetime) -> int:
    try:
        return microseconds(moment.astimezone())
    except (OverflowError, OSError, ValueError):
        # The first and the last days that datetime knows have no local time in some time zones.
        return microseconds(moment)
