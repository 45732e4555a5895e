"""Records what a session does to a disk, and cuts its power."""
