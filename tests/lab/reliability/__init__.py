"""Breaks what the library promises to survive: kills at named points, and disks that lose power."""
