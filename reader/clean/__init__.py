"""Turns a capture into an article: safe, readable, small."""

from reader.clean.clean_page import clean_capture, original_page

__all__ = ["clean_capture", "original_page"]
