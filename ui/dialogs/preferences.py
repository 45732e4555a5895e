"""The preferences: every change takes effect at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from reader.settings import Appearance, Language, PageFont, Settings, WebPictures
from ui.system.settings_store import SettingsStore


class Preferences(QDialog):
    """Shows the settings, one row each."""

    def __init__(self, kept: SettingsStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Preferences"))
        self.setMinimumWidth(440)
        self._kept = kept
        settings = kept.value
        form = QFormLayout()
        form.setHorizontalSpacing(20)
        form.setVerticalSpacing(12)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.appearance = self._choice(self._appearances(), settings.appearance, "appearance")
        self.language = self._choice(self._languages(), settings.language, "language")
        self.page_font = self._choice(self._fonts(), settings.page_font, "page_font")
        self.text_size = self._number(settings.text_size, "text_size")
        self.column = self._number(settings.column, "column")
        self.web_pictures = self._choice(self._pictures(), settings.web_pictures, "web_pictures")
        form.addRow(self.tr("Colours"), self.appearance)
        form.addRow(self.tr("Language"), self.language)
        form.addRow(self.tr("Page font"), self.page_font)
        form.addRow(self.tr("Text size"), self.text_size)
        form.addRow(self.tr("Line length"), self.column)
        form.addRow(self.tr("Pictures on the web"), self.web_pictures)
        note = QLabel(self.tr("The language changes at the next start."), self)
        note.setProperty("role", "secondary")
        buttons = QDialogButtonBox(self)
        buttons.addButton(self.tr("Close"), QDialogButtonBox.ButtonRole.AcceptRole).setDefault(True)
        buttons.accepted.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(16)
        layout.addLayout(form)
        layout.addWidget(note)
        layout.addWidget(buttons)

    def _appearances(self) -> Sequence[tuple[str, str]]:
        return (
            (self.tr("Match system"), Appearance.SYSTEM),
            (self.tr("Light"), Appearance.LIGHT),
            (self.tr("Dark"), Appearance.DARK),
        )

    def _languages(self) -> Sequence[tuple[str, str]]:
        # Each language by its own name, so that people find theirs whatever language the window is in.
        return (
            (self.tr("Match system"), Language.SYSTEM),
            ("English", Language.ENGLISH),
            ("简体中文", Language.CHINESE),
        )

    def _fonts(self) -> Sequence[tuple[str, str]]:
        return ((self.tr("Sans serif"), PageFont.SANS), (self.tr("Serif"), PageFont.SERIF))

    def _pictures(self) -> Sequence[tuple[str, str]]:
        return (
            (self.tr("Ask after each import"), WebPictures.ASK),
            (self.tr("Always save for offline reading"), WebPictures.ALWAYS),
            (self.tr("Never fetch"), WebPictures.NEVER),
        )

    def _choice(self, rows: Sequence[tuple[str, str]], chosen: str, field: str) -> QComboBox:
        box = QComboBox(self)
        for text, value in rows:
            box.addItem(text, value)
        values = [value for _, value in rows]
        box.setCurrentIndex(values.index(chosen) if chosen in values else 0)
        box.currentIndexChanged.connect(lambda row: self._set(field, values[row]))
        return box

    def _number(self, value: int, field: str) -> QSpinBox:
        bounds = Settings.bounds(field)
        box = QSpinBox(self)
        box.setRange(bounds.lowest, bounds.highest)
        box.setValue(value)
        box.valueChanged.connect(lambda number: self._set(field, number))
        return box

    def _set(self, field: str, value: str | int) -> None:
        kind: Callable[[object], object] = type(getattr(Settings(), field))
        self._kept.change(**{field: kind(value)})
