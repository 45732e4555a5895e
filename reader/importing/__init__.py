"""The import: reads, cleans, stores and indexes saved files on all cores.

One road: `queue` takes in files, `prepare` reads and cleans them (here or in `workers`), `run` stores a batch per
transaction, and `index_rounds` has the stored articles built into segments (`stored_articles`, here or in `workers`),
which it adopts. Catching up and rebuilding are the second half of it. One process, the writer, writes store and index.
"""
