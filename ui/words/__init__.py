"""Sentences, dates and translations."""
