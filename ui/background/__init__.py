"""Work outside the GUI thread: threads, the worker process, thumbnails."""
