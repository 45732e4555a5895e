"""What the desktop gives: one instance, signals, exceptions, the window's state, settings."""
