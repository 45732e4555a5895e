"""Where the real captures lie, for the tests that want them; none of their text is in this repository."""

from pathlib import Path

import pytest

_CAPTURES = Path(__file__).resolve().parents[3] / "shared" / "captures"

SEEDS = _CAPTURES / "seeds"
SAMPLE = _CAPTURES / "sample"
TEAHOUSE_ARCHIVE = _CAPTURES / "teahouse.tar.xz"

_SHARED = _CAPTURES.parent
FORMATS = _SHARED / "formats"
PAGES_ARCHIVE = _SHARED / "pages.tar.xz"

needs_formats = pytest.mark.skipif(
    not FORMATS.is_dir(), reason="the saved files of other kinds are not beside this checkout (formats/ is absent)"
)
needs_pages = pytest.mark.skipif(
    not PAGES_ARCHIVE.is_file(), reason="the saved web pages are not beside this checkout (pages.tar.xz is absent)"
)
needs_captures = pytest.mark.skipif(
    not SAMPLE.is_dir(),
    reason=f"the real captures are not beside this checkout ({_CAPTURES.name}/ is absent)",
)
