"""Dates as the window writes them: the day, and the day with the time."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale, QTime


def day(moment: datetime | None) -> str:
    """Return the day of `moment` in the local time zone; empty for None."""
    if moment is None:
        return ""
    pattern = QCoreApplication.translate("Dates", "d MMM yyyy", "a day, for QLocale.toString")
    return QLocale().toString(_local_date_time(moment), pattern)


def day_and_time(moment: datetime) -> str:
    """Return the day and the minute of `moment` in the local time zone."""
    pattern = QCoreApplication.translate("Dates", "d MMM yyyy, HH:mm", "a day and a time, for QLocale.toString")
    return QLocale().toString(_local_date_time(moment), pattern)


def _local_date_time(moment: datetime) -> QDateTime:
    try:
        local = moment.astimezone()
    except (OverflowError, OSError, ValueError):
        # There is no local time at the ends of the calendar, nor on some systems before 1970.
        local = moment
    return QDateTime(QDate(local.year, local.month, local.day), QTime(local.hour, local.minute))
