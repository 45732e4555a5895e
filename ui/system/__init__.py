"""What ties the window to the system: single instance, stop signals, uncaught exceptions, window state, settings."""
