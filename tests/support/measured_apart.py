"""The environment of a process whose imports and sockets are looked at: coverage would measure it, with both."""

from __future__ import annotations

import os

_COVERAGE = "COV"


def unmeasured() -> dict[str, str]:
    """Return the environment without what lets coverage begin in another process."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_COVERAGE)}
