"""The facade of the core: one object per library, which window, worker and command line use."""

from reader.library.library import Library

__all__ = ["Library"]
