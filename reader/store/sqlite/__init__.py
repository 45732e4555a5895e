"""The SQLite file of the store: its copies, its lock, the log next to it, and its pages as bytes."""
