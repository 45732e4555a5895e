"""Qt models of hits, sources and files not imported: they adapt what they are given, and fetch nothing."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex

ModelIndex = QModelIndex | QPersistentModelIndex
