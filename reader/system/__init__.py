"""Access to the operating system: mounts, processes, standard streams, files that others may have written."""
