"""Colours, fonts of the window, style sheet, icons."""
