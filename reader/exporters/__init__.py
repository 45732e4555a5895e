"""Exporters: each writes articles in one open format. A new exporter is a module here and a line below."""

from __future__ import annotations

from reader.exporters.base import Exporter, ExportOutcome
from reader.exporters.jsonl import JsonLines
from reader.exporters.original import Originals

DEFAULT_EXPORTERS: tuple[Exporter, ...] = (Originals(), JsonLines())

__all__ = ["DEFAULT_EXPORTERS", "ExportOutcome", "Exporter"]
