"""Lets calls of the system and allocations fail, one after the other."""
