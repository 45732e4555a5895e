"""What the core's tests share."""

from __future__ import annotations

import io

import pytest
from PIL import Image


@pytest.fixture
def png() -> bytes:
    """Return a small picture."""
    buffer = io.BytesIO()
    Image.new("RGB", (320, 200), (15, 107, 102)).save(buffer, "PNG")
    return buffer.getvalue()
