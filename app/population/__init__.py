"""Synthetic people, from published rates kept as content (`content/population`)."""
