"""The truth: articles and revisions in one SQLite file, pictures in files named by their content."""
