"""The rules for a page: what is boilerplate, and the normal form of the blocks that stay."""
