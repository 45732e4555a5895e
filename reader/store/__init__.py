"""The store, the one authoritative copy: articles and revisions in a SQLite file, pictures in files named by hash."""
