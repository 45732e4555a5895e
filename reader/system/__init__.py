"""What the operating system gives: mounts, standard streams, files that others may have written."""
