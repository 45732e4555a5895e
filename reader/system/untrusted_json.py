"""Reads JSON that a person, another program or a damaged disk may have written; the only user of `json.loads`."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

# Pressmark's own files have a few hundred bytes; a larger one is another program's, and is not read into memory.
_MOST_BYTES = 1 << 20
_TOO_DEEP = "it is nested too deeply"


class UntrustedJsonError(ValueError):
    """Text that is not JSON, or is JSON that Pressmark never writes."""


def read_json(text: str | bytes) -> Any:
    """Return the value that `text` holds.

    Raises:
        UntrustedJsonError: it is not JSON, is nested too deeply, or holds a number that is infinite, NaN or too long.
    """
    try:
        return json.loads(text, parse_float=_finite, parse_constant=_finite)
    except RecursionError as error:
        raise UntrustedJsonError(_TOO_DEEP) from error
    except ValueError as error:
        raise UntrustedJsonError(str(error)) from error


def read_json_file(path: Path, *, most: int = _MOST_BYTES) -> Any:
    """Return the value that a file of at most `most` bytes holds.

    Raises:
        OSError: the file cannot be read.
        UntrustedJsonError: see `read_json`; or the file is too large.
    """
    with path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise UntrustedJsonError(f"it is larger than {most:,} bytes")
    return read_json(data)


def _finite(text: str) -> float:
    """Parse a number, refusing NaN and infinity, which Python accepts (also as 1e999) and int() cannot convert."""
    number = float(text)
    if not math.isfinite(number):
        raise UntrustedJsonError(f"it holds the number {text}")
    return number
