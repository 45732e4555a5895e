"""Where the real captures lie, for the tests that want them; none of their text is in this repository."""

from pathlib import Path

import pytest

_CAPTURES = Path(__file__).resolve().parents[2] / "shared" / "captures"

SEEDS = _CAPTURES / "seeds"
SAMPLE = _CAPTURES / "sample"
TEAHOUSE_ARCHIVE = _CAPTURES / "teahouse.tar.xz"

needs_captures = pytest.mark.skipif(
    not SAMPLE.is_dir(),
    reason=f"the real captures are not beside this checkout ({_CAPTURES.name}/ is absent)",
)
