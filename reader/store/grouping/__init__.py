"""Grouping: which captures are one article, and the state that follows from what the person said of it."""
