"""What a command needs to be able to do something."""

from __future__ import annotations

from enum import Flag, auto


class Need(Flag):
    """Facts about the window; a command is enabled while all hold that it needs."""

    NOTHING = 0
    LIBRARY = auto()
    """A library is open."""
    WRITABLE = auto()
    """It may be written."""
    READING = auto()
    """List and page are shown, not the page of an empty library."""
    OUTSIDE_BIN = auto()
    IN_BIN = auto()
    """The list shows what lies in the bin."""
    FULL_BIN = auto()
    """Something lies in the bin."""
    SELECTED = auto()
    """Articles are selected in the list."""
    CONCERNED = auto()
    """Articles are selected in the list, or one is open."""
    ARTICLE = auto()
    """An article is open."""
    ALONE = auto()
    """Not more than one article is selected: it is clear which one is meant."""
    ADDRESS = auto()
    """The open article has a web address."""
    SOME_UNREAD = auto()
    SOME_READ = auto()
    """As far as is known, one of those concerned is unread, or read."""
    NEXT_ROW = auto()
    PREVIOUS_ROW = auto()
    """There is a row below or above the one that is chosen."""
    PAGE_BELOW = auto()
    PAGE_ABOVE = auto()
    """There is a page to turn, or another row."""
    WAY_BACK = auto()
    WAY_FORWARD = auto()
    SEARCH_TEXT = auto()
    """Something stands in the search box."""
    MATCHES = auto()
    """Words that were searched, or looked for in the page, stand in it."""
    LARGER = auto()
    SMALLER = auto()
    ZOOMED = auto()
    """The page can be made larger or smaller, or is not of its own size."""
    MESSAGE = auto()
    """Something is said over the foot of the page."""
    REPORT = auto()
    """There was an import since the window was opened."""
    UNDOABLE_IMPORT = auto()
    """There is an import that can be undone, and no job that may change that."""
    PICTURES_ON_WEB = auto()
    LOG = auto()
    """There is a log file."""
