"""Tells the holders of cached buckets on one connection that another of them has written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Generation:
    """A number that grows with every settling: SQLite's data_version reports only what other connections commit."""

    number: int = 0
