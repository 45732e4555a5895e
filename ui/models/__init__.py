"""Qt models of hits, sources and files not imported: they adapt what they are given, and fetch nothing."""
