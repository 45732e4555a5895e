"""The commands that need a dialog, the clipboard or the desktop.

Each dialog is imported when it is first opened, as importing all of them would delay the start.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QWidget

from reader import __version__
from reader.article import Article, ArticleId
from reader.errors import ExportError
from reader.outcome import ImportCounts, NotImported
from reader.own_files import refuse_own_files
from reader.worker.protocol import ExportOriginals
from ui.parts import Parts
from ui.words.wording import number

if TYPE_CHECKING:
    from PySide6.QtCore import QUrl

    from reader.library import Library
    from reader.outcome import ImportId, ImportRecord

logger = logging.getLogger(__name__)


class Commands(QObject):
    """Opens dialogs over the window, and acts on their answers."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts.window)
        self._window, self._session, self._imports = parts.window, parts.session, parts.imports
        self._kept, self._paths, self._messages = parts.kept, parts.paths, parts.window.messages
        parts.window.actions_.join(
            {
                "import_files": self.import_files,
                "import_folder": self.import_folder,
                "last_report": self.show_report,
                "import_history": self.show_history,
                "save_pictures": parts.imports.fetch_pictures,
                "export_original": self.export,
                "preferences": self.preferences,
                "open_web": self.open_web,
                "copy_link": self.copy_link,
                "reveal": self.reveal,
                "keys": self.keys,
                "log": self.show_log,
                "about": self.about,
            }
        )

    def import_files(self) -> None:
        """Choose files and archives, and import them."""
        from PySide6.QtWidgets import QFileDialog

        title = self.tr("Import Files")
        names, _ = QFileDialog.getOpenFileNames(self._window, title, str(Path.home()))
        self._imports.import_paths(names)

    def import_folder(self) -> None:
        """Choose a folder, and import its files."""
        from PySide6.QtWidgets import QFileDialog

        title = self.tr("Import a Folder")
        name = QFileDialog.getExistingDirectory(self._window, title, str(Path.home()))
        if name:
            self._imports.import_paths([name])

    def show_report(self) -> None:
        """Show the report of the last import since the start."""
        from ui.dialogs.import_report import ImportReport

        if self._imports.report is None:
            self._messages.say(self.tr("No import has finished since the window was opened."))
        else:
            ImportReport(self._imports.report, self._window, library=self._paths.data).exec()

    def show_history(self) -> None:
        """List the imports in the library's log."""
        from ui.dialogs.import_history import ImportHistory

        def show(records: list[ImportRecord]) -> None:
            _open_dialog(ImportHistory(records, self._show_report_of, self._window))

        self._session.ask(lambda library: library.imports.all(), show)

    def _show_report_of(self, id_: ImportId, parent: QWidget) -> None:
        """Show the report of an import from the library's log."""
        from ui.dialogs.import_report import ImportReport
        from ui.words.progress import Report

        def look(library: Library) -> tuple[ImportRecord, list[NotImported]]:
            return library.imports.get(id_), library.imports.not_imported(id_)

        def show(found: tuple[ImportRecord, list[NotImported]]) -> None:
            # The history may have been closed meanwhile.
            if not shiboken6.isValid(parent):
                return
            record, not_imported = found
            report = Report(ImportCounts(**record.counts), not_imported, cancelled=record.incomplete)
            _open_dialog(ImportReport(report, parent, library=self._paths.data))

        self._session.ask(look, show)

    def open_web(self) -> None:
        """Open the article where it was published, after showing the address."""
        article = self._session.open_article
        if article is not None and article.url is not None:
            self.open_link(article.url)
        elif article is not None:
            self._messages.say(self.tr("This article has no web address."))

    def open_link(self, address: str) -> None:
        """Open an address in the browser or the mail program, after showing it."""
        from PySide6.QtCore import QUrl

        from ui.dialogs.open_link import OpenLink
        from ui.page.browser import is_safe

        url = QUrl(address, QUrl.ParsingMode.StrictMode)
        if not is_safe(url) or not url.isValid():
            logger.warning("a link of another kind is not opened: %.200s", address)
            return
        if OpenLink(address, self._window).exec() and not _open(url):
            self._messages.say(self.tr("No program opened the address."))

    def copy_link(self) -> None:
        """Put the article's address on the clipboard."""
        article = self._session.open_article
        if article is not None and article.url is not None:
            from PySide6.QtGui import QGuiApplication

            QGuiApplication.clipboard().setText(article.url)
            self._messages.say(self.tr("Link copied."))
        elif article is not None:
            self._messages.say(self.tr("This article has no web address."))

    def reveal(self) -> None:
        """Show the folder from which the capture was imported."""
        article = self._session.open_article
        if article is None:
            return
        file = Path(article.origin.path)
        if file.exists():
            _open_file(file.parent)
        else:
            gone = self.tr("The saved file is not found at {path}. The library keeps its own copy.")
            self._messages.say(gone.format(path=file))

    def export(self) -> None:
        """Export the open article; if several are selected, or none is open, as it is damaged, the selected ones."""
        selection = self._window.list.selection
        if selection.now().count > 1 or self._session.open_article is None:
            selection.with_articles(self.export_originals)
        else:
            self.export_original()

    def export_original(self) -> None:
        """Choose a file, and write the unchanged bytes of the capture to it."""
        from PySide6.QtWidgets import QFileDialog

        article = self._session.open_article
        if article is None:
            return
        name, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Export Original"), str(Path.home() / original_name(article))
        )
        if name:
            self.write_original(article, Path(name))

    def export_originals(self, ids: Sequence[ArticleId]) -> None:
        """Choose a folder, and write the unchanged captures of articles to it."""
        from PySide6.QtWidgets import QFileDialog

        many = self.tr("Export the Originals of {count} Articles").format(count=number(len(ids)))
        title = many if len(ids) > 1 else self.tr("Export Original")
        folder = QFileDialog.getExistingDirectory(self._window, title, str(Path.home()))
        if folder:
            self._imports.do(ExportOriginals(tuple(ids), folder))

    def write_original(self, article: Article, path: Path) -> None:
        """Write the original of `article` to `path`."""

        def work(library: Library) -> None:
            from reader.exporters.base import whole_file

            data = library.original(article.id, article.revision)
            refuse_own_files(path, library.paths.data, ExportError)
            with whole_file(path) as file:
                file.write(data)

        done = self.tr("Original saved as {name}.").format(name=path.name)
        self._session.ask(
            work,
            lambda _: self._messages.say(done),
            lambda error: self._session.failed.emit(error.sentence),
        )

    def preferences(self) -> None:
        """Show the preferences."""
        from ui.dialogs.preferences import Preferences

        Preferences(self._kept, self._window).exec()

    def keys(self) -> None:
        """Show the keyboard shortcuts."""
        from ui.dialogs.keys import Keys

        Keys(self._window).exec()

    def about(self) -> None:
        """Show the About dialog."""
        from ui.dialogs.about import About

        About(__version__, self._paths.data, self._window).exec()

    def show_log(self) -> None:
        """Open the log file in the person's text editor."""
        _open_file(self._paths.log)

    def show_library_folder(self) -> None:
        """Open the folder of the library."""
        _open_file(self._paths.data)


def _open_dialog(dialog: QDialog) -> None:
    """Show a dialog, and delete it once it is closed."""
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def _open(url: QUrl) -> bool:
    """Let the desktop open an address."""
    from PySide6.QtGui import QDesktopServices

    return QDesktopServices.openUrl(url)


def _open_file(path: Path) -> None:
    """Let the desktop show a file or folder."""
    from PySide6.QtCore import QUrl

    _open(QUrl.fromLocalFile(str(path)))


def original_name(article: Article) -> str:
    """Return a file name for the original: the capture's own, without characters that file names forbid."""
    from reader.exporters.original import file_name_of

    return file_name_of(article.origin, article.id)
