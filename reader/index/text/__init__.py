"""How text is folded and cut into terms, at index and query time alike; imports nothing of the other rooms."""
