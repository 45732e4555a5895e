"""The language of the window, of the core's sentences, and of Qt's own dialogs."""

from __future__ import annotations

import logging

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from reader.errors import Sentence
from reader.paths import RESOURCES

logger = logging.getLogger(__name__)

_FOLDER = RESOURCES / "translations"


def install(app: QCoreApplication, language: str) -> None:
    """Install `language`, or the system's if it is empty; English if there is no translation."""
    locale = QLocale(language) if language else QLocale.system()
    if locale.language() is QLocale.Language.Chinese:
        # There is one Chinese translation; readers of traditional characters prefer it to English.
        locale = QLocale(QLocale.Language.Chinese, locale.territory())
        _load(app, "qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
        _load(app, "pressmark_zh_CN", str(_FOLDER))
    else:
        # Dates and numbers are in the language of the sentences around them.
        locale = locale if locale.language() is QLocale.Language.English else QLocale(QLocale.Language.English)
    QLocale.setDefault(locale)


def translated(sentence: Sentence) -> str:
    """Translate a sentence of the core by its template, then fill it."""
    return QCoreApplication.translate("reader", sentence.template).format(**sentence.params)


def _load(app: QCoreApplication, name: str, folder: str) -> None:
    """Install a translation; if it is missing, the text stays English."""
    translator = QTranslator(app)
    if translator.load(name, folder):
        app.installTranslator(translator)
    else:
        logger.warning("the translation %s is missing", name)
