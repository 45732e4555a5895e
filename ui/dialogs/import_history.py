"""The history of imports: those in the library's log, the newest first, each with its report."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from reader.outcome import ImportId, ImportRecord
from ui.words.dates import day_and_time
from ui.words.wording import first_of, number


class ImportHistory(QDialog):
    """Lists imports; calls `show_report` with the import whose report is to be shown."""

    def __init__(
        self,
        records: Sequence[ImportRecord],
        show_report: Callable[[ImportId, QWidget], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Import History"))
        self.resize(860, 460)
        self._records, self._show_report = records, show_report
        self.list = self._filled()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(12)
        if records:
            layout.addWidget(self.list)
        else:
            self.list.hide()
            nothing = QLabel(self.tr("Nothing has been imported into this library yet."), self)
            nothing.setProperty("role", "secondary")
            layout.addWidget(nothing)
            layout.addStretch()
            self.resize(480, 140)
        layout.addWidget(self._buttons())

    def _filled(self) -> QTreeWidget:
        tree = QTreeWidget(self)
        tree.setRootIsDecorated(False)
        tree.setUniformRowHeights(True)
        tree.setAllColumnsShowFocus(True)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        tree.setAccessibleName(self.tr("Imports"))
        columns = (self.tr("When"), self.tr("From"), self.tr("Added"), self.tr("Updated"), self.tr("Not imported"))
        tree.setHeaderLabels([*columns, ""])
        for record in self._records:
            tree.addTopLevelItem(self._row(record))
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        tree.setCurrentIndex(tree.model().index(0, 0))
        tree.itemActivated.connect(lambda *_: self.open_report())
        return tree

    def _row(self, record: ImportRecord) -> QTreeWidgetItem:
        counts = (record.added, record.updated, record.skipped + record.failed)
        state = self.tr("undone") if record.undone else self.tr("stopped") if record.incomplete else ""
        texts = [day_and_time(record.began), first_of(record.paths), *map(number, counts), state]
        row = QTreeWidgetItem(texts)
        row.setToolTip(1, row.text(1).replace("<", "‹"))
        for column in (2, 3, 4):
            row.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return row

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(self)
        if self._records:
            report = buttons.addButton(self.tr("Report…"), QDialogButtonBox.ButtonRole.ActionRole)
            report.setDefault(True)
            report.clicked.connect(lambda: self.open_report())
        close = buttons.addButton(self.tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        close.setAutoDefault(not self._records)
        buttons.rejected.connect(self.reject)
        return buttons

    def open_report(self) -> None:
        """Show the report of the chosen import."""
        row = self.list.currentIndex().row()
        if row >= 0:
            self._show_report(self._records[row].id, self)
