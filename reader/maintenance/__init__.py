"""Checks, backs up, repairs and hashes a library as a whole."""
