"""What the person chose, kept as one JSON file."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from reader.durable import make_folder, write_whole

logger = logging.getLogger(__name__)


class WebPictures(StrEnum):
    """What to do about pictures that are on the web only."""

    ASK = "ask"
    ALWAYS = "always"
    NEVER = "never"


class Appearance(StrEnum):
    """Which palette the window wears."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class PageFont(StrEnum):
    """The family of the page's text."""

    SANS = "sans"
    SERIF = "serif"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings, each with the default that most people want.

    `language` is "" for the system's, else "en" or "zh_CN". `text_size` is the page's text in px,
    `column` its width in Chinese characters.
    """

    web_pictures: WebPictures = WebPictures.ASK
    appearance: Appearance = Appearance.SYSTEM
    language: str = ""
    page_font: PageFont = PageFont.SANS
    text_size: int = 18
    column: int = 38

    @classmethod
    def load(cls, path: Path) -> Settings:
        """Read the settings; a missing file, or a value that does not fit, means the default."""
        try:
            stored = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError) as error:
            logger.warning("settings cannot be read, defaults are used: %s", error)
            return cls()
        return cls(**_fitting(stored)) if isinstance(stored, dict) else cls()

    def save(self, path: Path) -> None:
        """Write the settings, whole or not at all, whatever becomes of the power."""
        make_folder(path.parent)
        write_whole(path, (json.dumps(asdict(self), indent=2) + "\n").encode(), through=path.with_suffix(".new"))


def _fitting(stored: dict[str, Any]) -> dict[str, Any]:
    """Keep of `stored` what a Settings can hold."""
    kept: dict[str, Any] = {}
    for field in fields(Settings):
        kind: type[Any] = type(getattr(Settings(), field.name))
        try:
            kept[field.name] = kind(stored[field.name])
        except KeyError:
            continue
        except (TypeError, ValueError):
            logger.warning("setting %s has no such value: %r", field.name, stored[field.name])
    return kept
