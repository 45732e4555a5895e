"""How text is folded and cut into terms, at index and query time alike; imports no other part of the index."""
