"""The worker: a process of its own that does what writes the library, for the window."""
