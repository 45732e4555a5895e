"""The query language: lexer, parser, and the snippets that show the matches of a query."""
