"""The window's ties to the system: single instance, stop signals, uncaught exceptions, window state, settings."""
