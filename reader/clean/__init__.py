"""Capture to article: safe, readable, small."""

from reader.clean.page import CLEAN_VERSION, clean_capture, original_page

__all__ = ["CLEAN_VERSION", "clean_capture", "original_page"]
