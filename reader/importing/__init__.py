"""An import: reads, cleans and folds saved files on all cores, and stores them.

One process walks the files and writes the store (`run`); those in `workers` prepare what it writes.
"""
