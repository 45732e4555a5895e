"""The parsed page, and the blocks that are read from it."""
