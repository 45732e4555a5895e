"""The settings that a person chooses, stored in one JSON file."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from reader.files import make_folder, write_whole
from reader.system.untrusted_json import UntrustedJsonError, read_json_file

logger = logging.getLogger(__name__)

_NO_SETTINGS = "it names no settings"


class WebPictures(StrEnum):
    """What to do about pictures that are not yet saved."""

    ASK = "ask"
    ALWAYS = "always"
    NEVER = "never"


class Appearance(StrEnum):
    """The palette of the window."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Language(StrEnum):
    """The language of the window."""

    SYSTEM = ""
    ENGLISH = "en"
    CHINESE = "zh_CN"


class PageFont(StrEnum):
    """The font family of the page's text."""

    SANS = "sans"
    SERIF = "serif"


@dataclass(frozen=True, slots=True)
class Bounds:
    """The lowest and the highest value that a setting may have."""

    lowest: int
    highest: int

    def clamp(self, number: int) -> int:
        """Return the nearest number within the bounds."""
        return max(self.lowest, min(number, self.highest))


def _bounded(default: int, lowest: int, highest: int) -> int:
    made: int = field(default=default, metadata={"bounds": Bounds(lowest, highest)})
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings, with the defaults that suit most people.

    `text_size` is the size of the page's text in px, `column` the length of its lines in Chinese characters.
    """

    web_pictures: WebPictures = WebPictures.ASK
    appearance: Appearance = Appearance.SYSTEM
    language: Language = Language.SYSTEM
    page_font: PageFont = PageFont.SANS
    text_size: int = _bounded(18, 14, 32)
    column: int = _bounded(38, 28, 60)

    @classmethod
    def load(cls, path: Path) -> Settings:
        """Read the settings; a missing or unreadable file, or an invalid value, means the default."""
        try:
            stored = read_json_file(path)
            if not isinstance(stored, dict):
                raise UntrustedJsonError(_NO_SETTINGS)
        except FileNotFoundError:
            return cls()
        except (OSError, UntrustedJsonError) as error:
            logger.warning("settings cannot be read, defaults are used: %s", error)
            return cls()
        return cls(**_fitting(stored))

    @classmethod
    def bounds(cls, name: str) -> Bounds:
        """Return the bounds of the numeric setting `name`."""
        found: Bounds = next(each.metadata["bounds"] for each in fields(cls) if each.name == name)
        return found

    def save(self, path: Path) -> None:
        """Write the settings whole or not at all, even if the power is cut.

        Raises:
            OSError: they cannot be written.
        """
        make_folder(path.parent)
        write_whole(path, (json.dumps(asdict(self), indent=2) + "\n").encode(), through=path.with_suffix(".new"))


def _fitting(stored: dict[str, Any]) -> dict[str, Any]:
    """Return the valid values in `stored`; a number out of bounds is clamped."""
    fitting: dict[str, Any] = {}
    for each in fields(Settings):
        if each.name not in stored:
            continue
        value, default = stored[each.name], each.default
        if isinstance(default, StrEnum) and value in list(type(default)):
            fitting[each.name] = type(default)(value)
        elif isinstance(default, int) and type(value) is int:
            fitting[each.name] = Settings.bounds(each.name).clamp(value)
        else:
            logger.warning("setting %s has no such value: %.200r", each.name, value)
    return fitting
