"""Reads saved files, one module a kind; never cleans what it reads."""
