"""The report of an import: each file that was not imported, and why; it can be saved as CSV."""

from __future__ import annotations

import csv
from pathlib import Path

from PySide6.QtCore import QSortFilterProxyModel, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHeaderView,
    QLabel,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from reader.errors import ExportError
from reader.own_files import refuse_own_files
from ui.core_messages import translated
from ui.models.not_imported_model import NotImportedModel
from ui.progress import Report
from ui.theme import sized
from ui.wording import report_line


class ImportReport(QDialog):
    """Shows the counts, and below them the table."""

    def __init__(self, report: Report, parent: QWidget | None = None, *, library: Path | None = None) -> None:
        """Show a report; it is not saved into the folder of the `library`."""
        super().__init__(parent)
        self._library = library
        self.setWindowTitle(self.tr("Import Report"))
        self.resize(820, 480)
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
            layout.addWidget(self._table())
        else:
            everything = QLabel(self.tr("Every file was imported."), self)
            everything.setProperty("role", "secondary")
            layout.addWidget(everything)
            layout.addStretch()
            self.resize(480, 160)
        layout.addWidget(self.problem)
        layout.addWidget(self._buttons(bool(report.not_imported)))

    def _table(self) -> QTableView:
        sorted_rows = QSortFilterProxyModel(self)
        sorted_rows.setSourceModel(self.model)
        table = QTableView(self)
        table.setModel(sorted_rows)
        table.setSortingEnabled(True)
        table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setShowGrid(False)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.verticalHeader().setDefaultSectionSize(30)
        table.setColumnWidth(0, 110)
        table.setColumnWidth(1, 320)
        table.horizontalHeader().setStretchLastSection(True)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        table.setAccessibleName(self.tr("Files that were not imported"))
        return table

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
        """Write the table; with a byte-order mark, so that spreadsheets read the Chinese right."""
        try:
            if self._library is not None:
                refuse_own_files(path, self._library, ExportError)
            with path.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as file:
                writer = csv.writer(file)
                horizontal = Qt.Orientation.Horizontal
                writer.writerow([self.model.headerData(column, horizontal) for column in range(3)])
                rows = (self.model.row(row) for row in range(self.model.rowCount()))
                writer.writerows([_harmless(cell) for cell in row] for row in rows)
        except ExportError as error:
            self._say(translated(error.sentence))
        except OSError as error:
            self._say(self.tr("The report could not be saved: {reason}").format(reason=error.strerror))

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.show()


def _harmless(cell: str) -> str:
    """Keep a file name that begins like a formula from being one in a spreadsheet."""
    return "'" + cell if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
