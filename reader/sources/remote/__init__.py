"""Reads disks that may never answer, in a process of its own."""
