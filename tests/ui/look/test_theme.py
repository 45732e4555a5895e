from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontInfo, QPalette

from reader.settings import Appearance
from ui.look.colours import DARK, LIGHT, Colours
from ui.look.icons import ICONS, app_icon, icon, pixmap
from ui.look.theme import Theme, colours_for, first_installed, interface_font, palette, sized


def _luminance(colour: str) -> float:
    def linear(share: float) -> float:
        return share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4

    value = QColor(colour)
    red, green, blue = linear(value.redF()), linear(value.greenF()), linear(value.blueF())
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    first, second = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (first + 0.05) / (second + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_everything_that_is_written_can_be_read(colours: Colours):
    for ground in (colours.page, colours.list, colours.sidebar, colours.selection, colours.panel):
        assert contrast(colours.text, ground) >= 7
        assert contrast(colours.secondary, ground) >= 4.5
        assert contrast(colours.accent, ground) >= 4.5
    assert contrast(colours.page, colours.accent) >= 4.5
    assert contrast(colours.text, colours.highlight) >= 4.5


def test_the_person_has_the_last_word_on_the_lights():
    dark, light = Qt.ColorScheme.Dark, Qt.ColorScheme.Light
    assert colours_for(Appearance.SYSTEM, dark) is DARK
    assert colours_for(Appearance.SYSTEM, light) is LIGHT
    assert colours_for(Appearance.SYSTEM, Qt.ColorScheme.Unknown) is LIGHT
    assert colours_for(Appearance.DARK, light) is DARK
    assert colours_for(Appearance.LIGHT, dark) is LIGHT


def test_the_application_changes_its_clothes_at_once(qapp, qtbot):
    theme = Theme(qapp, Appearance.LIGHT)
    with qtbot.waitSignal(theme.changed) as changed:
        theme.set_appearance(Appearance.DARK)
    assert changed.args == [DARK]
    assert qapp.palette().color(QPalette.ColorRole.Base).name().upper() == DARK.page
    assert DARK.accent in qapp.styleSheet()
    theme.set_appearance(Appearance.LIGHT)
    assert theme.colours is LIGHT


def test_the_palette_speaks_for_every_role_that_fusion_paints_with():
    made = palette(LIGHT)
    assert made.color(QPalette.ColorRole.Highlight).name().upper() == LIGHT.selection
    disabled = made.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
    assert disabled != made.color(QPalette.ColorGroup.Active, QPalette.ColorRole.Text)


def test_a_chinese_family_is_named(qapp):
    families = interface_font().families()
    if first_installed(("Noto Sans CJK SC",)) is not None:
        assert "Noto Sans CJK SC" in families
        assert QFontInfo(interface_font()).family() != "Noto Sans CJK JP"
    assert first_installed(("No Such Family",)) is None


def test_letters_grow_with_those_of_the_system(qapp):
    assert sized(26).pixelSize() == 2 * sized(13).pixelSize()


@pytest.mark.parametrize("file", sorted(ICONS.glob("*.svg")), ids=lambda file: file.stem)
def test_icons_are_sound_and_sharp(qapp, file: Path):
    ElementTree.fromstring(file.read_text("utf-8"))
    drawn = pixmap(file.stem, "#ff0000", 20, 2).toImage()
    assert drawn.size().width() == 40
    assert any(drawn.pixelColor(x, y).alpha() > 128 for x in range(40) for y in range(40))


def test_line_icons_take_the_colour_they_are_given(qapp):
    drawn = pixmap("search", "#ff0000", 24, 1).toImage()
    colours = {
        drawn.pixelColor(x, y).name() for x in range(24) for y in range(24) if drawn.pixelColor(x, y).alpha() > 250
    }
    assert colours == {"#ff0000"}
    assert not icon("search", "#ff0000").isNull()
    assert not app_icon().isNull()
