"""The rows that say which captures are one article, and what was said of it."""
