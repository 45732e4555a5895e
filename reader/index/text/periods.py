"""Years, months and days as people type them, in the local time zone of the machine; knows no engine."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DATE = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?", re.ASCII)


def microseconds(moment: datetime) -> int:
    """Count the microseconds from 1970 to `moment`, which is in UTC if it does not say."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - EPOCH) // timedelta(microseconds=1)


def period(text: str) -> tuple[int, int | None] | None:
    """Read a year, month or day: its first moment, and that of the next, which 9999 has not; None if it is no date."""
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
        # The first and last days of time have no local form everywhere.
        return microseconds(moment)
