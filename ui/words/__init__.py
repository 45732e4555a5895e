"""The sentences of the window, dates, and translations."""
