"""A process of its own that reads the disks that may never answer."""
