"""The files of a segment: their format, what writes and what reads them."""
