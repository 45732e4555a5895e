"""A counter by which the Buckets of one store notice that their cache is out of date."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Generation:
    """A number that grows with every settling: SQLite's data_version reports only what other connections commit."""

    number: int = 0
