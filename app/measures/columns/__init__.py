"""Measures over many patients at once: resources as columns, events and populations as Ibis expressions on DuckDB.

The one-patient evaluator (`app.measures.evaluate`) is the meaning; tests hold both equal. What is read of a resource
(codes, intervals, elements) is read by the same functions, once, when the columns are made; what a test says of a value
is decided by the same functions, once for each distinct value.
"""
