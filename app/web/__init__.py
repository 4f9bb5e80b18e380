"""Server-rendered pages: the reference client of the API."""
