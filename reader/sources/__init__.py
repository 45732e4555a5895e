"""Finds the files in what was dropped: folders, archives, disks of other machines."""
