"""The facts about the window that commands depend on."""

from __future__ import annotations

from enum import Flag, auto


class Need(Flag):
    """Facts about the window; a command is enabled while all that it needs hold."""

    NOTHING = 0
    LIBRARY = auto()
    """A library is open."""
    WRITABLE = auto()
    """A library is open that may be written."""
    READING = auto()
    """List and page are shown, not the page of an empty library."""
    OUTSIDE_BIN = auto()
    """The list does not show the bin."""
    IN_BIN = auto()
    """The list shows the bin."""
    FULL_BIN = auto()
    """The bin is not empty."""
    SELECTED = auto()
    """Articles are selected in the list."""
    CONCERNED = auto()
    """Articles are selected in the list, or one is open."""
    ARTICLE = auto()
    """An article is open."""
    ALONE = auto()
    """At most one article is selected, so it is clear which one is meant."""
    ADDRESS = auto()
    """The open article has a web address."""
    SOME_UNREAD = auto()
    """As far as is known, an article that is selected, or else open, is unread."""
    SOME_READ = auto()
    """As far as is known, an article that is selected, or else open, is read."""
    NEXT_ROW = auto()
    """There is a row below the chosen one."""
    PREVIOUS_ROW = auto()
    """There is a row above the chosen one."""
    PAGE_BELOW = auto()
    """There is a page to scroll down, or a row below."""
    PAGE_ABOVE = auto()
    """There is a page to scroll up, or a row above."""
    WAY_BACK = auto()
    """An article was open before this one."""
    WAY_FORWARD = auto()
    """The person went back from an article."""
    SEARCH_TEXT = auto()
    """The search box has text."""
    MATCHES = auto()
    """The page has matches, of the search or of the find bar."""
    LARGER = auto()
    """The page can be zoomed in."""
    SMALLER = auto()
    """The page can be zoomed out."""
    ZOOMED = auto()
    """The zoom is not 100 per cent."""
    MESSAGE = auto()
    """A message is shown."""
    REPORT = auto()
    """An import has finished since the window was opened."""
    UNDOABLE_IMPORT = auto()
    """There is an import to undo, and no job runs that may change which one that is."""
    PICTURES_ON_WEB = auto()
    """The library has pictures that are not yet saved."""
    LOG = auto()
    """There is a log file."""
