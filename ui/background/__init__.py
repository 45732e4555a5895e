"""What runs beside the GUI thread: threads, the worker process, thumbnails."""
