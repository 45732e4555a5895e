"""When what is known of a bucket is out of date."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Generation:
    """A number that grows whenever articles are parted or joined: SQLite tells only what others have written."""

    number: int = 0
