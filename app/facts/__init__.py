"""Entries of a record → dated, typed, sourced facts (`FactSheet`), and their reductions to one value."""
