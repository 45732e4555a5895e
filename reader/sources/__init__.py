"""Finds the files to import in what was dropped: folders, archives, network disks."""
