"""The processes beside an import, which read, clean and fold files on all cores."""
