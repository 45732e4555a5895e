"""Turns a capture into an article: safe, readable, small."""

from reader.clean.clean_page import clean_capture, whole_page

__all__ = ["clean_capture", "whole_page"]
