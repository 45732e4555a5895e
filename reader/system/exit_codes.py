"""The exit codes of the program, as its help, the README and the worker's window know them."""

DONE = 0
"""All was done."""
FAILURES = 1
"""Done, but with failures that were told, or with nothing taken."""
COULD_NOT = 2
"""It could not be done; the reason was told."""
