"""Experiments: which of several ways of reaching people works, found out fairly, and decided before it starts."""
