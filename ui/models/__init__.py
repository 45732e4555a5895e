"""Hits and sources as Qt lists: these models adapt, they fetch nothing."""
