"""Reads saved files, one module per format; never cleans what it reads."""
