"""The page of an article: a text document, and how it is written and painted."""
