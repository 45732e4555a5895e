"""The core of Pressmark: captures in, articles out. It knows no Qt."""
