"""The parsed page, and the blocks read from it."""
