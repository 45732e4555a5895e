"""SQLite's part of the store: connections, the log beside the file, its pages as bytes."""
