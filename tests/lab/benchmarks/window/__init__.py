"""Measures the real window, in a process of its own."""
