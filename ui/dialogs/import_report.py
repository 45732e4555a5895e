"""The report of an import: why files were not imported, and which; the list of them can be saved as CSV."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHeaderView,
    QLabel,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from reader.errors import ExportError
from reader.own_files import refuse_own_files
from ui.look.theme import sized
from ui.models.not_imported_model import NotImportedModel
from ui.words.progress import Report
from ui.words.translations import translated
from ui.words.wording import outcome_name, report_line

# If there are at most this many files, all of them are shown at once.
_FEW = 12


class ImportReport(QDialog):
    """Shows the counts, and below them the reasons, each of which opens to show its files."""

    def __init__(self, report: Report, parent: QWidget | None = None, *, library: Path | None = None) -> None:
        """Show a report; saving it into the folder `library` is refused."""
        super().__init__(parent)
        self._library = library
        self.setWindowTitle(self.tr("Import Report"))
        self.resize(820, 480)
        self._not_imported = report.not_imported
        self.model = NotImportedModel(report.not_imported, self)
        line = QLabel(report_line(report), self)
        line.setTextFormat(Qt.TextFormat.PlainText)
        line.setFont(sized(15))
        line.setWordWrap(True)
        self.problem = QLabel(self)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(line)
        if report.not_imported:
            layout.addWidget(self._tree())
        else:
            if report.counts.seen and not report.cancelled:
                everything = QLabel(self.tr("Every file was imported."), self)
                everything.setProperty("role", "secondary")
                layout.addWidget(everything)
            layout.addStretch()
            self.resize(480, 160)
        layout.addWidget(self.problem)
        layout.addWidget(self._buttons(bool(report.not_imported)))

    def _tree(self) -> QTreeView:
        tree = QTreeView(self)
        tree.setModel(self.model)
        tree.setUniformRowHeights(True)
        tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        tree.setAccessibleName(self.tr("Why files were not imported"))
        if len(self._not_imported) <= _FEW:
            tree.expandAll()
        return tree

    def _buttons(self, can_save: bool) -> QDialogButtonBox:
        buttons = QDialogButtonBox(self)
        if can_save:
            save = buttons.addButton(self.tr("Save as CSV…"), QDialogButtonBox.ButtonRole.ActionRole)
            save.setAutoDefault(False)
            save.clicked.connect(self._choose_file)
        close = buttons.addButton(self.tr("Close"), QDialogButtonBox.ButtonRole.AcceptRole)
        close.setDefault(True)
        buttons.accepted.connect(self.accept)
        return buttons

    def _choose_file(self) -> None:
        title = self.tr("Save the Report")
        name, _ = QFileDialog.getSaveFileName(self, title, "import-report.csv", "CSV (*.csv)")
        if name:
            self.save(Path(name))

    def save(self, path: Path) -> None:
        """Write a row for each file, with a byte-order mark, without which spreadsheets garble Chinese."""
        from reader.exporters.base import whole_file

        written = io.StringIO(newline="")
        writer = csv.writer(written)
        writer.writerow([self.tr("Outcome"), self.tr("Reason"), self.tr("File")])
        for item in self._not_imported:
            row = (outcome_name(item.kind), translated(item.reason), item.path)
            writer.writerow([_harmless(cell) for cell in row])
        try:
            if self._library is not None:
                refuse_own_files(path, self._library, ExportError)
            with whole_file(path) as file:
                file.write(written.getvalue().encode("utf-8-sig", "backslashreplace"))
        except ExportError as error:
            self._say(translated(error.sentence))

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.show()


def _harmless(cell: str) -> str:
    """Return a cell that a spreadsheet does not run as a formula, whatever the file name begins with."""
    return "'" + cell if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
