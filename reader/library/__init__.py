"""The one object that the outside talks to, and what it does with store, index and formats."""

from reader.library.library import Library

__all__ = ["Library"]
