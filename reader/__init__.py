"""The core of Pressmark: captures in, articles out. It knows no Qt."""

__version__ = "0.3.0"
