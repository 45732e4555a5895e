"""The colours and fonts of the window, light and dark; applies them with the style sheet."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from PySide6.QtCore import QLocale, QObject, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from reader.settings import Appearance
from ui.look.colours import DARK, LIGHT, Colours
from ui.look.latin_marks import narrowed
from ui.look.style_sheet import style_sheet
from ui.typed_signal import TypedSignal

_SIMPLIFIED = {
    "win32": ("Microsoft YaHei UI", "Microsoft YaHei"),
    "darwin": ("PingFang SC", "Hiragino Sans GB"),
    "linux": (
        "Noto Sans CJK SC",
        "Noto Sans SC",
        "Source Han Sans SC",
        "Source Han Sans CN",
        "WenQuanYi Micro Hei",
    ),
}
_BASE = 13
# Fallback fonts of a bare Linux; next to Chinese glyphs of another design these look out of place.
_UNCHOSEN = ("DejaVu Sans", "Sans Serif", "Noto Sans CJK JP", "Noto Sans CJK KR", "Droid Sans Fallback")


class Theme(QObject):
    """Applies colours and fonts to the application, again whenever the system or the person switches light and dark.

    Signals:
        changed: the new Colours, once they are applied.
    """

    changed = TypedSignal[Colours]()

    def __init__(self, app: QApplication, appearance: Appearance) -> None:
        super().__init__(app)
        self._app = app
        self._appearance = appearance
        app.setFont(interface_font())
        if QLocale().language() is QLocale.Language.English:
            # So that the ellipsis of "Choose Files…" is narrow; menus and buttons never show text from captures.
            for kind in ("QMenu", "QPushButton"):
                app.setFont(narrowed(app.font()), kind)  # type: ignore[arg-type]  # The stub asks for bytes.
        self._hint_system()
        self.colours = colours_for(appearance, app.styleHints().colorScheme())
        app.setPalette(palette(self.colours))
        app.styleHints().colorSchemeChanged.connect(self._dress)

    def dress(self) -> None:
        """Apply the style sheet; to be called once the window is built.

        With a style sheet set, Qt styles a widget again each time it gets a parent, which takes 8 ms in all.
        """
        self._app.setStyleSheet(style_sheet(self.colours))

    def set_appearance(self, appearance: Appearance) -> None:
        """Follow the system, or be light or dark in spite of it."""
        self._appearance = appearance
        self._hint_system()
        self._dress()

    def _hint_system(self) -> None:
        """Ask the system for a matching window frame; a bare X server ignores this, so a palette is set as well."""
        hints = self._app.styleHints()
        if self._appearance is Appearance.SYSTEM:
            hints.unsetColorScheme()
        else:
            dark = self._appearance is Appearance.DARK
            hints.setColorScheme(Qt.ColorScheme.Dark if dark else Qt.ColorScheme.Light)

    def _dress(self) -> None:
        colours = colours_for(self._appearance, self._app.styleHints().colorScheme())
        if colours is self.colours:
            return
        self.colours = colours
        self._app.setPalette(palette(colours))
        self._app.setStyleSheet(style_sheet(colours))
        self.changed.emit(colours)


def colours_for(appearance: Appearance, system: Qt.ColorScheme) -> Colours:
    """Return the colours to use; a system that does not say counts as light."""
    if appearance is Appearance.SYSTEM:
        return DARK if system is Qt.ColorScheme.Dark else LIGHT
    return DARK if appearance is Appearance.DARK else LIGHT


def palette(colours: Colours) -> QPalette:
    """Return a palette for Qt's Fusion style in `colours`."""
    role = QPalette.ColorRole
    chosen = QPalette()
    for name, value in {
        role.Window: colours.sidebar,
        role.WindowText: colours.text,
        role.Base: colours.page,
        role.AlternateBase: colours.list,
        role.Text: colours.text,
        role.PlaceholderText: colours.secondary,
        role.Button: colours.panel,
        role.ButtonText: colours.text,
        role.BrightText: colours.accent,
        role.ToolTipBase: colours.panel,
        role.ToolTipText: colours.text,
        role.Highlight: colours.selection,
        role.HighlightedText: colours.text,
        role.Link: colours.accent,
        role.LinkVisited: colours.accent,
        role.Light: colours.page,
        role.Midlight: colours.list,
        role.Mid: colours.hairline,
        role.Dark: colours.secondary,
        role.Shadow: colours.hairline,
        role.Accent: colours.accent,
    }.items():
        chosen.setColor(name, QColor(value))
    for name in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        chosen.setColor(QPalette.ColorGroup.Disabled, name, blend(colours.secondary, colours.page, 0.6))
    return chosen


def blend(over: str, under: str, share: float) -> QColor:
    """Return `over` mixed with `under`; `share`, 0 to 1, is the part of `over`."""
    first, second = QColor(over), QColor(under)
    return QColor.fromRgbF(
        first.redF() * share + second.redF() * (1 - share),
        first.greenF() * share + second.greenF() * (1 - share),
        first.blueF() * share + second.blueF() * (1 - share),
    )


def interface_font() -> QFont:
    """Return the system's interface font, with a Chinese family, or Chinese text might be drawn in Japanese glyphs."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    own = QFontInfo(font).family()
    chinese = first_installed(_SIMPLIFIED.get(sys.platform, _SIMPLIFIED["linux"]))
    families = [own] if chinese is None else [chinese, own] if own in _UNCHOSEN else [own, chinese]
    font.setFamilies(families)
    font.setPixelSize(min(max(QFontInfo(font).pixelSize(), _BASE), 2 * _BASE))
    return font


def first_installed(families: Sequence[str]) -> str | None:
    """Return the first of `families` that this machine has."""
    installed = set(QFontDatabase.families())
    return next((family for family in families if family in installed), None)


def sized(pixels: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return the interface font in another size, with digits of equal width for dates and counts.

    `pixels` is the size for an interface font of 13 px; it is scaled with the font of the system.
    """
    font = QFont(QGuiApplication.font())
    font.setPixelSize(round(pixels * QFontInfo(font).pixelSize() / _BASE))
    font.setWeight(weight)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font
