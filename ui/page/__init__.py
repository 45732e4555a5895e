"""The page to read: a text document made of an article, and how it is painted."""
