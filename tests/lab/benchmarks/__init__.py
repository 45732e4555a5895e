"""Measures Pressmark beside other engines, on the same articles in the same run; `make bench` runs it."""
