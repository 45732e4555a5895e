"""Reads, cleans and folds saved files on all cores: what an import does before anything is written.

One process walks the files and writes the store; the others, `serving`, prepare what it writes.
"""
