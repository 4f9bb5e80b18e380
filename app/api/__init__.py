"""HTTP surface (FastAPI): no rule lives here."""
