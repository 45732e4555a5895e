"""The language of the window: ours and that of Qt's own dialogs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

_FOLDER = Path(__file__).resolve().parents[1] / "resources" / "translations"


def install(app: QCoreApplication, language: str) -> None:
    """Speak `language`, or the system's if it is empty; what we do not speak is English."""
    locale = QLocale(language) if language else QLocale.system()
    if locale.language() is QLocale.Language.Chinese:
        # One Chinese interface: whoever reads traditional characters is better served by it than by English.
        locale = QLocale(QLocale.Language.Chinese, locale.territory())
        ours, of_qt = "pressmark_zh_CN", "qtbase_zh_CN"
    else:
        ours, of_qt = "pressmark_en", "qtbase_en"
    QLocale.setDefault(locale if language else QLocale.system())
    folders = ((of_qt, QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)), (ours, str(_FOLDER)))
    for name, folder in folders:
        translator = QTranslator(app)
        if translator.load(name, folder):
            app.installTranslator(translator)
