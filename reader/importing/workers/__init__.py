"""The worker processes of an import, which read, clean and fold files on all cores."""
