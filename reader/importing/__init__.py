"""The import pipeline: reads, cleans and folds saved files on all cores, and stores them.

One process, the writer, walks the files and writes the store (`run`); worker processes (`workers`) prepare what it
writes.
"""
