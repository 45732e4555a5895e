"""Dates as the window writes them: one way for a day, and the same with the time of day."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale, QTime


def day(moment: datetime | None) -> str:
    """Write the day of `moment` in the person's own time zone; nothing for None."""
    if moment is None:
        return ""
    pattern = QCoreApplication.translate("Dates", "d MMM yyyy", "a day, for QLocale.toString")
    return QLocale().toString(_local_date_time(moment), pattern)


def day_and_time(moment: datetime) -> str:
    """Write the day and the minute of `moment` in the person's own time zone."""
    pattern = QCoreApplication.translate("Dates", "d MMM yyyy, HH:mm", "a day and a time, for QLocale.toString")
    return QLocale().toString(_local_date_time(moment), pattern)


def _local_date_time(moment: datetime) -> QDateTime:
    try:
        local = moment.astimezone()
    except (OverflowError, OSError, ValueError):
        # The first and the last day of the calendar, and before 1970 on some systems: there is no local time for them.
        local = moment
    return QDateTime(QDate(local.year, local.month, local.day), QTime(local.hour, local.minute))
