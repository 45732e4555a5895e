"""The worker processes of an import, which read and clean files, and build segments, on all cores."""
